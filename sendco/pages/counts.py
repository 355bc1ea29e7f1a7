"""Counts of work waiting, for the side bar.

Kept for a minute, those of a school for everybody in it together, so that a page costs no more for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.cache import cache
from django.db.models import CharField, Count, QuerySet, Value

from provision.models import Session
from reviews import feeds as review_feeds
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.notifications.models import Notification
from sendco.schools.services import calendar_for
from staff.deployment.querysets import needing_cover

KEEP_SECONDS = 60
LABELS = {
    "today": "things need you today",
    "sessions": "sessions not logged",
    "deadlines": "dates at risk",
    "cover": "sessions without cover",
}
SEEN_WITH = {
    "sessions": Permission.SESSION_LOG_ANY,
    "deadlines": Permission.REVIEW_DATES,
    "cover": Permission.STAFF_VIEW,
}
"""Who is told each count of a school."""


def for_shell(user: User, school_id: int | None) -> dict[str, int]:
    """{"unread", and for those who may know "deadlines", "sessions", "cover", and the sum "today" of dates and cover}.

    No query when cached; four when nothing is.
    """
    allowed = [name for name, permission in SEEN_WITH.items() if user.access.can(permission, school_id)]
    keys = {"unread": f"unread:{user.pk}"} | {name: f"work:{school_id}:{name}" for name in allowed}
    cached = cache.get_many(keys.values())
    seen = {name: cached[key] for name, key in keys.items() if key in cached}
    if missing := [name for name in keys if name not in seen]:
        fresh = _count(user, school_id, missing)
        cache.set_many({keys[name]: count for name, count in fresh.items()}, KEEP_SECONDS)
        seen |= fresh
    if "deadlines" in seen or "cover" in seen:
        seen["today"] = seen.get("deadlines", 0) + seen.get("cover", 0)
    return seen


def _count(user: User, school_id: int | None, names: Sequence[str]) -> dict[str, int]:
    """Those named. One query for all that are plain counts, three for the dates."""
    on = clock.today()
    sessions = Session.objects.filter(school_id=school_id)
    rows = {
        "unread": Notification.objects.filter(recipient=user, read_at__isnull=True),
        "sessions": sessions.not_logged(on),
        "cover": needing_cover(sessions.filter(on=on), on),
    }
    found = dict.fromkeys(names, 0)
    parts = [_counted(name, rows[name]) for name in names if name in rows]
    if parts:
        found |= dict(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    if "deadlines" in found:
        found["deadlines"] = len(review_feeds.at_risk(school_id, on, calendar=calendar_for(school_id)))
    return found


def _counted(name: str, rows: QuerySet) -> QuerySet:
    """One row: the name, and how many."""
    return rows.order_by().values(what=Value(name, CharField())).annotate(n=Count("pk")).values_list("what", "n")


def keep(user: User, school_id: int | None, **found: int) -> None:
    """A page has just counted these itself."""
    cache.set_many(
        {f"unread:{user.pk}" if name == "unread" else f"work:{school_id}:{name}": n for name, n in found.items()},
        KEEP_SECONDS,
    )


def forget(user_id: int, school_id: int | None) -> None:
    """Work changed: count again at the next page."""
    cache.delete_many([f"unread:{user_id}", *(f"work:{school_id}:{name}" for name in SEEN_WITH)])
