"""What every signed-in page shows around its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from sendco.accounts.access import Access
from sendco.accounts.middleware import SESSION_SHARED, idle_limit, school_of
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission

from . import counts
from .navigation import NAVIGATION, TAB_ORDER, Item, main_role

MORE_TAB = {"label": "More", "url": "#more", "icon": "menu", "current": False}
URLS = {
    "search": "pages:search",
    "log": "provision:my-day",
    "messages": "notifications:list",
    "help": "pages:help",
    "display": "pages:display",
    "switch_school": "pages:school-switch",
}
SEES_PUPILS = (Permission.PUPIL_VIEW_ALL, Permission.PUPIL_VIEW_CLASS, Permission.PUPIL_VIEW_GROUP)


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for signed-in pages: who, where, and where one can go. Counts cost a query once a minute."""
    return {"shell": SimpleLazyObject(lambda: build(request))}


def build(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"signed_in": False, "theme": "auto", "tint": "paper", "spacing": "normal"}
    access, school = user.access, request.school if hasattr(request, "school") else school_of(request)
    school_id = school.id if school else None
    waiting = counts.for_shell(user, school_id, counts.told_by(request))
    nav, tabs = _places(request.path, access, school_id, waiting)
    return {
        "signed_in": True,
        **_person(user, school_id),
        "school": school,
        "schools": [{"id": p.id, "name": p.name, "current": p.id == school_id} for p in access.places],
        "nav": nav,
        "tabs": tabs,
        "urls": {name: reverse(url_name) for name, url_name in URLS.items()},
        "unread": waiting.get("unread", 0),
        "idle_seconds": idle_limit(request) if request.session.get(SESSION_SHARED) else None,
        "can_log": access.can(Permission.SESSION_LOG, school_id),
        "can_search": any(access.can(permission, school_id) for permission in SEES_PUPILS),
    }


def _person(user: User, school_id: int | None) -> dict[str, Any]:
    """Who is signed in, and how they like their pages."""
    role = main_role(user.access, school_id)
    return {
        "user_name": user.get_full_name(),
        "first_name": user.get_short_name(),
        "initials": "".join(part[0] for part in user.get_full_name().split()[:2]).upper(),
        "role_label": role.label if role else "No role yet",
        "theme": user.theme,
        "tint": user.tint,
        "spacing": user.spacing,
    }


def _places(
    path: str, access: Access, school_id: int | None, waiting: Mapping[str, int]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sections of the side bar, and the tabs of a phone: the first four that this person has, and More."""
    nav: list[dict[str, Any]] = []
    tabs: dict[str, dict[str, Any]] = {}
    for section in NAVIGATION:
        shown = [(item, _entry(item, path, waiting)) for item in section.items if item.shown(access, school_id)]
        for item, entry in shown:
            if item.tab:
                tabs.setdefault(item.tab, {**entry, "label": item.tab})
        if shown:
            nav.append({"label": section.label, "items": [entry for _, entry in shown]})
    return nav, [*[tabs[name] for name in TAB_ORDER if name in tabs][:4], MORE_TAB]


def _entry(item: Item, path: str, waiting: Mapping[str, int]) -> dict[str, Any]:
    return {
        "label": item.label,
        "url": item.url(),
        "icon": item.icon,
        "current": item.is_current(path),
        "count": waiting.get(item.counter) or 0,
        "alert": item.counter == "today",
        "count_label": counts.LABELS.get(item.counter, ""),
    }
