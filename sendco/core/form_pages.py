"""One page for one form: shown, refused, in conflict, saved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string

from .conflicts import conflict_page
from .exceptions import Conflict, Refused
from .http import saved

FORM = "core/form.html"
ONCE_LENGTH = 16
SENT_SECONDS = 60 * 60
"""How long a form that was sent is remembered."""


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
    becomes the comparison (409). A page that is sent twice, by a second press or from the browser's history, acts once.
    """
    context = {
        "title": title, "button": button, "lead": lead, "cancel": to, "danger": danger, "crumbs": crumbs,
        "once": get_random_string(ONCE_LENGTH), **more,
    }  # fmt: skip
    mark = _mark_of(request) if form.is_bound else ""
    # Before the form is asked: to a second press, what the first one wrote is often the very thing that speaks against it.
    if mark and cache.get(mark):
        return saved(request, message, to)
    if form.is_bound and form.is_valid():
        try:
            with _remembered(mark) as is_first:
                if is_first:
                    act()
        except Conflict as error:
            return conflict_page(request, error, form, template, context, theirs_url=request.get_full_path())
        except Refused as error:
            form.add_error(None, error.message)
        else:
            return saved(request, message, to)
    return render(request, template, {**context, "form": form}, status=422 if form.is_bound else 200)


def _mark_of(request: HttpRequest) -> str:
    """The cache key of one showing of a form, or nothing when what was sent names none."""
    once = request.POST.get("once", "")
    return f"sent:{request.user.pk}:{once}" if once.isascii() and once.isalnum() and len(once) == ONCE_LENGTH else ""


@contextmanager
def _remembered(mark: str) -> Iterator[bool]:
    """Whether this press is the first. A later one finds the mark; whatever stops the first one takes it away again."""
    is_first = not mark or cache.add(mark, True, SENT_SECONDS)
    done = False
    try:
        yield is_first
        done = True
    finally:
        if mark and is_first and not done:
            cache.delete(mark)
