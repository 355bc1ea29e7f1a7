"""Counts of work waiting, for the side bar. Kept for a minute for each person and school, so that a page costs no more for them."""

from __future__ import annotations

from django.core.cache import cache

from sendco.accounts.models import User
from sendco.notifications.models import Notification

KEEP_SECONDS = 60
LABELS = {
    "today": "things need you today",
    "sessions": "sessions not logged",
    "deadlines": "dates at risk",
    "cover": "sessions without cover",
}


def for_shell(user: User, school_id: int | None) -> dict[str, int]:
    """{"unread": n, ...}. At most three queries when not cached."""
    key = f"shell:{user.pk}:{school_id}"
    found = cache.get(key)
    if found is None:
        found = {"unread": Notification.objects.filter(recipient=user, read_at__isnull=True).count()}
        cache.set(key, found, KEEP_SECONDS)
    return found


def forget(user_id: int, school_id: int | None) -> None:
    """Work changed: count again at the next page."""
    cache.delete(f"shell:{user_id}:{school_id}")
