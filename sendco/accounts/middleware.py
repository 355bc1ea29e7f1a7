"""Time-outs, the school in view, and the second factor."""

from __future__ import annotations

import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from .access import Place

SESSION_SCHOOL = "school_id"
SESSION_SEEN = "seen_at"
SESSION_SHARED = "is_shared"
"""In the session of somebody who signed in on a device that others use too."""
REWRITES_A_LIMIT = 30


def idle_limit(request: HttpRequest) -> int:
    """Seconds without use after which this session ends: fewer on a shared device."""
    is_shared = request.session.get(SESSION_SHARED, False)
    return settings.SHARED_IDLE_SECONDS if is_shared else settings.SESSION_IDLE_SECONDS


def mark_device(request: HttpRequest, *, is_shared: bool) -> None:
    """After a password or a passkey was right; the mark stays while a second factor is asked for."""
    if is_shared:
        request.session[SESSION_SHARED] = True
    else:
        request.session.pop(SESSION_SHARED, None)


class SessionTimeoutMiddleware:
    """Ends a session that was idle too long. `seen_at` is not rewritten with every request, since each write takes a lock: at
    most once a minute where the limit is half an hour. What such a session is sent is not stored by the browser."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_SEEN in request.session:
            idle = time.time() - request.session[SESSION_SEEN]
            limit = idle_limit(request)
            if idle > limit:
                logout(request)
            elif idle > limit / REWRITES_A_LIMIT:
                request.session[SESSION_SEEN] = int(time.time())
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            request.session[SESSION_SEEN] = int(time.time())
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # Nothing about a child stays in the browser's store, where the next person could go back to it.
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response


class SchoolMiddleware:
    """`request.school`: the place (id, name, federation) in view, one of those the person has a role in, or None. No query
    beyond the memberships."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> None:
        request.school = school_of(request)


def school_of(request: HttpRequest) -> Place | None:
    """The place in view. For pages that no view made, too: an unknown address has no view, but a navigation."""
    if not request.user.is_authenticated:
        return None
    places = request.user.access.places
    wanted = request.session.get(SESSION_SCHOOL)
    return next((place for place in places if place.id == wanted), places[0] if places else None)


class RequireSecondFactorMiddleware:
    """Sends a person whose role needs a second factor to set one up before anything else."""

    ALLOWED = ("/account/", "/sign-in/", "/sign-out/", "/static/", "/health/", "/c/")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        if (
            not settings.SECOND_FACTOR_ROLES
            or not request.user.is_authenticated
            or request.path.startswith(self.ALLOWED)
        ):
            return None
        roles = {str(role) for held in request.user.access.roles.values() for role in held}
        if not roles & set(settings.SECOND_FACTOR_ROLES) or request.session.get("has_second_factor"):
            return None
        from allauth.mfa.models import Authenticator

        if Authenticator.objects.filter(user=request.user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            request.session["has_second_factor"] = True
            return None
        return redirect(reverse("mfa_activate_totp"))
