"""What every signed-in page shows around its content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from sendco.accounts.middleware import SESSION_SHARED, idle_limit, school_of
from sendco.accounts.permissions import Permission

from . import counts
from .navigation import NAVIGATION, TAB_ORDER, main_role

MORE_TAB = {"label": "More", "url": "#more", "icon": "menu", "current": False}


def shell(request: HttpRequest) -> dict[str, Any]:
    """`shell` for signed-in pages: who, where, and where one can go. Counts cost four queries once a minute."""
    return {"shell": SimpleLazyObject(lambda: build(request))}


def build(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"signed_in": False, "theme": "auto", "tint": "paper", "spacing": "normal"}
    access, school = user.access, request.school if hasattr(request, "school") else school_of(request)
    school_id = school.id if school else None
    waiting = counts.for_shell(user, school_id)
    nav, tabs = [], {}
    for section in NAVIGATION:
        items = []
        for item in section.items:
            if not item.shown(access, school_id):
                continue
            url = item.url()
            entry = {
                "label": item.label,
                "url": url,
                "icon": item.icon,
                "current": item.is_current(request.path),
                "count": waiting.get(item.counter) or 0,
                "alert": item.counter == "today",
                "count_label": counts.LABELS.get(item.counter, ""),
            }
            items.append(entry)
            if item.tab and item.tab not in tabs:
                tabs[item.tab] = {**entry, "label": item.tab}
        if items:
            nav.append({"label": section.label, "items": items})
    role = main_role(access, school_id)
    return {
        "signed_in": True,
        "user_name": user.get_full_name(),
        "first_name": user.get_short_name(),
        "initials": "".join(part[0] for part in user.get_full_name().split()[:2]).upper(),
        "role_label": role.label if role else "No role yet",
        "school": school,
        "schools": [{"id": p.id, "name": p.name, "current": p.id == school_id} for p in access.places],
        "nav": nav,
        "tabs": [*[tabs[name] for name in TAB_ORDER if name in tabs][:4], MORE_TAB],
        "urls": {
            "search": reverse("pages:search"),
            "log": reverse("provision:my-day"),
            "messages": reverse("notifications:list"),
            "help": reverse("pages:help"),
            "display": reverse("pages:display"),
            "switch_school": reverse("pages:school-switch"),
        },
        "unread": waiting.get("unread", 0),
        "theme": user.theme,
        "tint": user.tint,
        "spacing": user.spacing,
        "idle_seconds": idle_limit(request) if request.session.get(SESSION_SHARED) else None,
        "can_log": access.can(Permission.SESSION_LOG, school_id),
        "can_search": any(
            access.can(p, school_id)
            for p in (Permission.PUPIL_VIEW_ALL, Permission.PUPIL_VIEW_CLASS, Permission.PUPIL_VIEW_GROUP)
        ),
    }
