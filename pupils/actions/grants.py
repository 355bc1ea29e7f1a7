"""Access of one person to one pupil, for a time and a reason: the exception to what follows from roles."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from pupils.models import Pupil, PupilUserObjectPermission
from pupils.permissions import allow
from pupils.querysets import VIEW_PUPIL
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Permission, Role
from sendco.core import clock
from sendco.core.exceptions import Refused

from ._trail import note_change


@transaction.atomic
def grant_access(
    *, pupil: Pupil, user: User, starts: date, ends: date, reason: str, by: User | None
) -> PupilUserObjectPermission:
    """Open one pupil to one person from `starts` to `ends`, both counted. A second grant replaces the dates of the
    first.

    Raises NotAllowed, or Refused for dates the wrong way round, no reason, an account that is closed, or a person who is only
    a governor or a system administrator. Writes `grant.given`.
    """
    allow(by, pupil.school_id, Permission.GRANT_MANAGE)
    if ends < starts:
        raise Refused("The last day must be on or after the first day.")
    if not reason.strip():
        raise Refused("Enter why this person needs to see the pupil.")
    if not user.is_active:
        raise Refused("This person's account is closed.")
    roles = set(Membership.objects.filter(user=user).current(clock.today()).values_list("role", flat=True))
    if roles and roles <= {Role.GOVERNOR, Role.SYSTEM_ADMIN}:
        raise Refused("Governors and system administrators reach no pupil, so nobody can give them one.")
    grant = assign_perm(f"pupils.{VIEW_PUPIL}", user, pupil)
    grant.starts, grant.ends, grant.reason = starts, ends, reason.strip()
    grant.granted_by, grant.granted_at = by, clock.now()
    grant.save(update_fields=["starts", "ends", "reason", "granted_by", "granted_at"])
    details = {"user_id": user.pk, "starts": starts.isoformat(), "ends": ends.isoformat()}
    note_change("grant.given", pupil=pupil, by=by, target=grant, details=details)
    return grant


@transaction.atomic
def end_grant(*, grant: PupilUserObjectPermission, on: date, by: User | None) -> None:
    """Close a grant at once: the day before `on` is its last. One that never began is taken away altogether.

    Raises NotAllowed, or Refused when it is over already. Writes `grant.ended`.
    """
    pupil = grant.content_object
    allow(by, pupil.school_id, Permission.GRANT_MANAGE)
    if grant.ends is not None and grant.ends < on:
        raise Refused("This access has ended already.")
    details = {"user_id": grant.user_id, "on": on.isoformat()}
    note_change("grant.ended", pupil=pupil, by=by, target=grant, details=details)
    if grant.starts >= on:
        remove_perm(f"pupils.{VIEW_PUPIL}", grant.user, pupil)
    else:
        grant.ends = on - timedelta(days=1)
        grant.save(update_fields=["ends"])
