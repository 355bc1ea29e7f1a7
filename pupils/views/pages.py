"""What the form views of this app share: one page, one way to refuse, one way to show a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pupils.models import Pupil
from pupils.querysets import within_reach
from sendco.accounts.guards import check, find
from sendco.accounts.permissions import Permission
from sendco.core.conflicts import conflict_page
from sendco.core.exceptions import Conflict, Refused
from sendco.core.http import saved

FORM = "pupils/form.html"


def find_pupil(request: HttpRequest, pk: int, permission: Permission) -> Pupil:
    """404 for a pupil one may not know of, 403 where the role lacks the permission."""
    return find(request, Pupil.objects.visible_to(request.user), permission, pk=pk)


def find_child(request: HttpRequest, model: Any, pk: int, permission: Permission) -> Any:
    """The same for a row that belongs to a pupil."""
    found = find(request, within_reach(model._default_manager.all(), request.user), pk=pk)
    check(request.user, permission, found.pupil)
    return found


def form_view(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    *,
    title: str,
    button: str,
    message: str,
    to: str,
    pupil: Pupil | None = None,
    lead: str = "",
    danger: bool = False,
    **more: Any,
) -> HttpResponse:
    """Show a form; when it is valid call `act`, then go to `to` with `message`.

    A refusal of `act` becomes an error of the form (422); a newer version becomes the comparison (409), whose way to
    the newer version is the same form opened anew. `to` is also where Cancel leads.
    """
    context = {
        "title": title, "button": button, "lead": lead, "pupil": pupil, "cancel": to, "danger": danger,
        "crumbs": reverse("pages:pupil", args=[pupil.pk]) if pupil else "", "register_url": _list_of(request, pupil), **more,
    }  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            act()
        except Conflict as error:
            return conflict_page(request, error, form, FORM, context, theirs_url=request.get_full_path())
        except Refused as error:
            form.add_error(None, error.message)
        else:
            return saved(request, message, to)
    status = 422 if form.is_bound else 200
    return render(request, FORM, {**context, "form": form}, status=status)


def _list_of(request: HttpRequest, pupil: Pupil | None) -> str:
    """The list of pupils that this person has: the register, or their own."""
    sees_all = pupil is not None and request.user.access.can(Permission.PUPIL_VIEW_ALL, pupil.school_id)
    return reverse("pupils:register" if sees_all else "pupils:mine")


def data_of(request: HttpRequest) -> Any:
    """What was sent, or None when the page is only asked for."""
    return request.POST if request.method == "POST" else None
