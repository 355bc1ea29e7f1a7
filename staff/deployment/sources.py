"""Reminders of cover for the morning round: how many sessions of the day have nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from django.db.models import Count
from django.urls import reverse

from provision.models import Session
from sendco.accounts.models import Membership
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission
from sendco.core.ui import plural_words
from sendco.notifications.sources import Reminder

from .querysets import needing_cover

ARRANGERS = [role for role, held in ROLE_PERMISSIONS.items() if Permission.COVER_ARRANGE in held]


def reminders(today: date) -> Iterator[Reminder]:
    """One a school and person who arranges cover, when sessions of today have nobody. Two queries for any number."""
    rows = needing_cover(Session.objects.filter(on=today), today)
    counts = dict(rows.order_by().values_list("school_id").annotate(n=Count("pk")))
    if not counts:
        return
    people: dict[int, set[int]] = defaultdict(set)
    members = Membership.objects.current(today).filter(school_id__in=counts, role__in=ARRANGERS, user__is_active=True)
    for school_id, user_id in members.values_list("school_id", "user_id"):
        people[school_id].add(user_id)
    for school_id, count in sorted(counts.items()):
        verb = "needs" if count == 1 else "need"
        for user_id in sorted(people[school_id]):
            yield Reminder(
                recipient_id=user_id,
                kind="cover_today",
                subject_key=f"cover:school:{school_id}",
                due_on=today,
                text=f"{plural_words(count, 'session')} today {verb} cover",
                path=reverse("staff:timetable"),
                school_id=school_id,
            )
