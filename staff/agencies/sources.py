"""Reminders of referrals for the morning round. Initials only; the service is not named, for its name may tell a need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Q

from sendco.accounts.models import Membership
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sendco.core.dates import days_after, long_date
from sendco.notifications.sources import Reminder

from .models import AgencyKind, Referral

LATE_DAYS = 60
WRITERS = [role for role, held in ROLE_PERMISSIONS.items() if Permission.AGENCY_EDIT in held]


def reminders(today: date) -> Iterator[Reminder]:
    """Next steps that are due, to who sees to the referral, else to the SENDCos. Two queries for any number."""
    due = list(
        Referral.objects.open()
        .filter(next_step_on__lte=today, next_step_on__gte=days_after(today, -LATE_DAYS))
        .filter(Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=today))
        .select_related("pupil", "agency")
        .order_by("pk")
    )
    if not due:
        return
    roles = _roles({referral.school_id for referral in due}, today)
    for referral in due:
        for user_id in _recipients(referral, roles[referral.school_id]):
            yield Reminder(
                recipient_id=user_id,
                kind="referral_next_step",
                subject_key=f"referral:{referral.pk}",
                due_on=referral.next_step_on,
                text=f"The next step of a referral of {referral.pupil.initials} is due on {long_date(referral.next_step_on)}",
                path=referral.get_absolute_url(),
                school_id=referral.school_id,
            )


def _roles(schools: set[int], on: date) -> dict[int, dict[int, set[Role]]]:
    """{school id: {user id: roles in which they write referrals}}. One query."""
    found: dict[int, dict[int, set[Role]]] = defaultdict(lambda: defaultdict(set))
    members = Membership.objects.current(on).filter(school_id__in=schools, role__in=WRITERS, user__is_active=True)
    for school_id, user_id, role in members.values_list("school_id", "user_id", "role"):
        found[school_id][user_id].add(Role(role))
    return found


def _recipients(referral: Referral, people: dict[int, set[Role]]) -> list[int]:
    """The owner when they may still read it; else every SENDCo of the school."""
    able = {
        user_id
        for user_id, roles in people.items()
        if referral.agency.kind != AgencyKind.SOCIAL
        or any(Permission.NOTE_CONFIDENTIAL in ROLE_PERMISSIONS[role] for role in roles)
    }
    if referral.owner_id in able:
        return [referral.owner_id]
    return sorted(user_id for user_id in able if Role.SENDCO in people[user_id])
