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
REWRITE_AFTER_SECONDS = 60


class SessionTimeoutMiddleware:
    """Ends a session that was idle too long. `seen_at` is rewritten at most once a minute, since each write takes a lock."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_SEEN in request.session:
            idle = time.time() - request.session[SESSION_SEEN]
            if idle > settings.SESSION_IDLE_SECONDS:
                logout(request)
            elif idle > REWRITE_AFTER_SECONDS:
                request.session[SESSION_SEEN] = int(time.time())
        elif settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            request.session[SESSION_SEEN] = int(time.time())
        return self.get_response(request)


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
