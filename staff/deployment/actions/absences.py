"""Record, change and remove an absence. No medical reason is asked or kept."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from provision.enums import SessionState
from provision.models import Session
from sendco.accounts.models import Membership, User
from sendco.audit import audit
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused
from staff.deployment.permissions import check_can_arrange
from staff.deployment.querysets import with_need
from staff.models import Absence

from .cover import withdraw_asks


@transaction.atomic
def add_absence(*, membership: Membership, starts: date, ends: date, kind: str, by: User | None) -> Absence:
    """Record that somebody is away from `starts` to `ends`, both included. Four queries.

    Raises NotAllowed, or Refused when an absence of the person touches these days already.
    """
    check_can_arrange(by, membership.school_id)
    _check(membership, starts, ends)
    absence = Absence.objects.create(
        membership=membership, starts=starts, ends=ends, kind=kind,
        changed_by_name=by.get_full_name() if by else "",
    )  # fmt: skip
    _record("absence.added", absence, by)
    return absence


@transaction.atomic
def change_absence(
    *, absence: Absence, version: int, starts: date, ends: date, kind: str, by: User | None, on: date
) -> Absence:
    """Change days or kind. Questions about sessions that need nobody now are taken back.

    Raises NotAllowed, Refused or Conflict.
    """
    check_can_arrange(by, absence.membership.school_id)
    _check(absence.membership, starts, ends, but=absence.pk)
    before = (absence.starts, absence.ends)
    absence.starts, absence.ends, absence.kind = starts, ends, kind
    absence.save_over(expected=version, by=by, fields=["starts", "ends", "kind"])
    _record("absence.changed", absence, by)
    _take_back_questions(absence.membership.user_id, min(before[0], starts), max(before[1], ends), by, on)
    return absence


@transaction.atomic
def remove_absence(*, absence: Absence, by: User | None, on: date) -> None:
    """Somebody is in after all. Cover that was agreed stays; questions not answered are taken back. Raises NotAllowed."""
    check_can_arrange(by, absence.membership.school_id)
    _record("absence.removed", absence, by)
    user_id, starts, ends = absence.membership.user_id, absence.starts, absence.ends
    absence.delete()
    _take_back_questions(user_id, starts, ends, by, on)


def _take_back_questions(user_id: int, starts: date, ends: date, by: User | None, on: date) -> None:
    sessions = Session.objects.filter(
        deliverer_id=user_id, on__range=(max(starts, on), ends), state=SessionState.PLANNED
    )
    back = with_need(sessions).filter(adult_away=False, adult_gone=False)
    withdraw_asks(list(back.values_list("pk", flat=True)), by)


def _check(membership: Membership, starts: date, ends: date, *, but: int | None = None) -> None:
    if ends < starts:
        raise Refused("The last day cannot be before the first day.")
    other = Absence.objects.during(starts, ends).filter(membership=membership).exclude(pk=but).first()
    if other is not None:
        until = f" to {long_date(other.ends)}" if other.ends != other.starts else ""
        raise Refused(
            f"An absence is recorded for {long_date(other.starts)}{until} already. Open that one to change it."
        )


def _record(kind: str, absence: Absence, by: User | None) -> None:
    audit.record(
        kind,
        by=by,
        target=absence,
        school_id=absence.membership.school_id,
        label=absence.membership.user.get_full_name(),
        details={
            "person": absence.membership.user_id,
            "starts": absence.starts.isoformat(),
            "ends": absence.ends.isoformat(),
        },
    )
