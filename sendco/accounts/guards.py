"""How a view fetches and refuses: 404 for what one may not know of, 403 for what one may not do."""

from __future__ import annotations

from typing import TypeVar

from django.db import models
from django.http import Http404, HttpRequest

from sendco.core.exceptions import NotAllowed

from .access import Place
from .permissions import Permission

M = TypeVar("M", bound=models.Model)


def need(request: HttpRequest, *permissions: Permission) -> Place:
    """The school in view, when the person holds any of these permissions there; else NotAllowed (403)."""
    school = request.school
    if school is None or not any(request.user.access.can(permission, school.id) for permission in permissions):
        raise NotAllowed("Your role does not include this. Ask your SENDCo if you need it.")
    return school


def find(request: HttpRequest, queryset: models.QuerySet[M], permission: Permission | None = None, **lookup) -> M:
    """One object within reach, or 404; 403 when it is seen but `permission` is missing in the object's own school.

    The queryset must be narrowed by `visible_to(request.user)` already. One query.
    """
    found = queryset.filter(**lookup).first()
    if found is None:
        raise Http404("There is no such thing within your reach.")
    if permission is not None:
        check(request.user, permission, found)
    return found


def check(user, permission: Permission, target: models.Model) -> None:
    """NotAllowed (403) unless the user holds `permission` in the school of `target` (its `school_id`, or its pupil's or plan's)."""
    if not may(user, permission, target):
        raise NotAllowed("You can see this, but your role does not let you change it. Ask your SENDCo.")


def may(user, permission: Permission, target: models.Model) -> bool:
    """The same as a question, for templates and buttons. No query when the target holds its school."""
    school_id = getattr(target, "school_id", None)
    if school_id is None:
        for name in ("pupil", "plan", "review", "group", "session", "membership", "referral"):
            if hasattr(target, f"{name}_id"):
                return may(user, permission, getattr(target, name))
    return user.access.can(permission, school_id)
