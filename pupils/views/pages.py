"""What the views of this app share: finding a pupil or a part of a record, and the way back to it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from pupils.models import Pupil
from pupils.querysets import within_reach
from sendco.accounts.access import Access
from sendco.accounts.guards import check, find
from sendco.accounts.permissions import Permission


def find_pupil(request: HttpRequest, pk: int, permission: Permission) -> Pupil:
    """404 for a pupil one may not know of, 403 where the role lacks the permission."""
    return find(request, Pupil.objects.visible_to(request.user), permission, pk=pk)


def find_child(request: HttpRequest, model: Any, pk: int, permission: Permission) -> Any:
    """The same for a row that belongs to a pupil."""
    found = find(request, within_reach(model._default_manager.all(), request.user), pk=pk)
    check(request.user, permission, found.pupil)
    return found


def list_crumb(access: Access, school_id: int) -> tuple[str, str]:
    """(name, address) of the list that this person has: the register or their own pupils."""
    if access.can(Permission.PUPIL_VIEW_ALL, school_id):
        return "Pupils", reverse("pupils:register")
    return "My pupils", reverse("pupils:mine")


def crumbs_to(request: HttpRequest, pupil: Pupil) -> list[tuple[str, str]]:
    """The way to a pupil. No query."""
    return [list_crumb(request.user.access, pupil.school_id), (pupil.known_as, pupil.get_absolute_url())]
