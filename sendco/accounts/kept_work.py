"""Typed work survives an expired session: a form sent after it ended is kept until the same person signs in again.

The browser carries a signed cookie that says who signed in here last (on a shared device until the browser is closed). What was
typed stays on the server, in the new, anonymous session, and is given back to that person only; anybody else who signs in drops
it. Passwords and files are never kept.
"""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from .middleware import SESSION_SHARED

COOKIE = "sendco_last"
COOKIE_DAYS = 30
KEEP_SECONDS = 4 * 3600
MOST_BYTES = 200_000
SESSION_KEY = "kept_work"
KEEPS_ITSELF = "X-Sendco-Keep"
"""Sent by the script with a form that stays on the page when the sign-in has run out: nothing is kept for that one."""
_SALT = "sendco.accounts.kept_work"


def last_user_id(request: HttpRequest) -> int | None:
    """Who signed in last on this browser, from the signed cookie."""
    try:
        return int(request.get_signed_cookie(COOKIE, salt=_SALT, max_age=COOKIE_DAYS * 86400))
    except (KeyError, ValueError, signing.BadSignature):
        return None


def keep(request: HttpRequest) -> bool:
    """Keep what this request posts for the person who was signed in. Returns whether anything was kept."""
    user_id = last_user_id(request)
    pairs = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name.lower()
    ]
    if user_id is None or not pairs or sum(len(name) + len(value) for name, value in pairs) > MOST_BYTES:
        return False
    request.session[SESSION_KEY] = {
        "user": user_id,
        "path": request.get_full_path(),
        "pairs": pairs,
        "at": int(time.time()),
    }
    return True


def kept_for(request: HttpRequest) -> dict[str, Any] | None:
    """What is kept for the signed-in person, if it is theirs and not too old; anything else is dropped. No query."""
    kept = request.session.get(SESSION_KEY)
    if kept and kept["user"] == request.user.pk and time.time() - kept["at"] <= KEEP_SECONDS:
        return kept
    request.session.pop(SESSION_KEY, None)
    return None


class KeepTypedWorkMiddleware:
    """Stands before the check for sign-in. Answers the script with 401, which it turns into a dialog that loses nothing."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "remember_user", None):
            response.set_signed_cookie(
                COOKIE,
                str(request.remember_user),
                salt=_SALT,
                max_age=None if request.session.get(SESSION_SHARED) else COOKIE_DAYS * 86400,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        if request.user.is_authenticated or not getattr(view_func, "login_required", True):
            return None
        if getattr(request, "htmx", False) or KEEPS_ITSELF in request.headers:
            return HttpResponse("You have been signed out. Sign in in another tab, then save again.", status=401)
        if request.method == "POST" and keep(request):
            return redirect(f"{reverse('sign-in')}?kept=1")
        return None


def _remember(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    if request is not None:
        request.remember_user = user.pk


user_logged_in.connect(_remember, dispatch_uid="sendco.accounts.kept_work")
