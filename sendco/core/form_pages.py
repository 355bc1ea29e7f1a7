"""One page for one form: shown, refused, in conflict, saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .conflicts import conflict_page
from .exceptions import Conflict, Refused
from .http import saved

FORM = "core/form.html"


def data_of(request: HttpRequest) -> Any:
    """What was sent, or None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[], Any],
    *,
    title: str,
    button: str,
    message: str,
    to: str,
    crumbs: Sequence[tuple[str, str]] = (),
    lead: str = "",
    danger: bool = False,
    template: str = FORM,
    **more: Any,
) -> HttpResponse:
    """Show a form; when it is valid call `act`, then go to `to` with `message`. Cancel leads to `to` as well.

    crumbs: (text, url) pairs before the page itself. A refusal of `act` becomes an error of the form (422); a newer version
    becomes the comparison (409).
    """
    context = {"title": title, "button": button, "lead": lead, "cancel": to, "danger": danger, "crumbs": crumbs, **more}
    if form.is_bound and form.is_valid():
        try:
            act()
        except Conflict as error:
            return conflict_page(request, error, form, template, context, theirs_url=request.get_full_path())
        except Refused as error:
            form.add_error(None, error.message)
        else:
            return saved(request, message, to)
    return render(request, template, {**context, "form": form}, status=422 if form.is_bound else 200)
