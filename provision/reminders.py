"""What provision tells people each morning: sessions that nobody logged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, Max
from django.urls import reverse

from provision.models import Session
from sendco.core import ui
from sendco.notifications.sources import Reminder

KIND = "sessions.not_logged"


def subject_of(school_id: int) -> str:
    return f"sessions:{school_id}"


def words(count: int) -> str:
    return f"{ui.plural_words(count, 'session')} {'is' if count == 1 else 'are'} not logged"


def not_logged(today: date) -> Iterator[Reminder]:
    """One for each adult and school with sessions not logged; again only when there is a newer one. One query."""
    rows = (
        Session.objects.not_logged(today)
        .filter(deliverer__is_active=True)
        .order_by()
        .values("deliverer_id", "school_id")
        .annotate(count=Count("pk"), newest=Max("on"))
        .order_by("deliverer_id", "school_id")
    )
    for row in rows:
        yield Reminder(
            recipient_id=row["deliverer_id"],
            kind=KIND,
            subject_key=subject_of(row["school_id"]),
            due_on=row["newest"],
            text=words(row["count"]),
            path=reverse("provision:my-day"),
            school_id=row["school_id"],
        )
