"""Counts of work waiting, for the side bar.

Kept for a minute, those of a school for everybody in it together, so that a page costs no more for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.cache import cache
from django.db.models import Count, QuerySet, Value
from django.http import HttpRequest

from provision.models import Session
from reviews import feeds as review_feeds
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.together import Part, in_one_query
from sendco.notifications.models import Notification
from sendco.schools.services import calendar_of, calendar_parts
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


def for_shell(user: User, school_id: int | None, told: Mapping[str, int] = {}) -> dict[str, int]:
    """{"unread", and for those who may know "deadlines", "sessions", "cover", and the sum "today" of dates and cover}.

    told: what the page has counted itself. No query for the others when they are kept, else one.
    """
    keys = keys_for(user, school_id)
    kept = cache.get_many(keys.values())
    seen = {name: kept[key] for name, key in keys.items() if key in kept}
    fresh = {name: count for name, count in told.items() if name in keys and seen.get(name) != count}
    if missing := [name for name in keys if name not in seen and name not in fresh]:
        fresh |= _count(user, school_id, missing)
    if fresh:
        cache.set_many({keys[name]: count for name, count in fresh.items()}, KEEP_SECONDS)
        seen |= fresh
    if "deadlines" in seen or "cover" in seen:
        seen["today"] = seen.get("deadlines", 0) + seen.get("cover", 0)
    return seen


def keys_for(user: User, school_id: int | None) -> dict[str, str]:
    """{name of a count that this person may know: its key in the cache}."""
    allowed = [name for name, permission in SEEN_WITH.items() if user.access.can(permission, school_id)]
    return {"unread": f"unread:{user.pk}"} | {name: f"work:{school_id}:{name}" for name in allowed}


def _count(user: User, school_id: int | None, names: Sequence[str]) -> dict[str, int]:
    """Those named, in one query."""
    on = clock.today()
    sessions = Session.objects.filter(school_id=school_id)
    rows = {
        "unread": Notification.objects.filter(recipient=user, read_at__isnull=True),
        "sessions": sessions.not_logged(on),
        "cover": needing_cover(sessions.filter(on=on), on),
    }
    parts = {name: _counted(rows[name]) for name in names if name in rows}
    if "deadlines" in names:
        parts |= calendar_parts(school_id) | review_feeds.risk_parts(school_id, on)
    answer = in_one_query(parts)
    found = {name: sum(row["n"] for row in answer[name]) for name in names if name in rows}
    if "deadlines" in names:
        found["deadlines"] = review_feeds.count_at_risk(answer, on, calendar_of(answer))
    return found


def _counted(rows: QuerySet) -> Part:
    """One row: how many."""
    return rows.order_by().values(all=Value(1)).annotate(n=Count("pk")), ["n"]


def tell(request: HttpRequest, **found: int) -> None:
    """The page has just counted these itself, so that the side bar beside it says the same and asks nothing."""
    request.work_counted = told_by(request) | found


def told_by(request: HttpRequest) -> dict[str, int]:
    return getattr(request, "work_counted", {})
