"""Pages for what went wrong. Each says what to do next; none shows a traceback."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static

BARE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Must come out whatever is broken: no context processor, no query, no session, no manifest.

    The policy is set here as well, since a fault in the session's middleware passes the one that sets it by.
    """
    page = render_to_string("errors/500.html", {"stylesheet": _address_of("css/sendco.css")})
    return HttpResponse(page, status=500, headers={"Content-Security-Policy": BARE_POLICY, "Cache-Control": "no-store"})


def _address_of(name: str) -> str:
    """Of a static file; without a manifest the plain one, which a server may or may not have."""
    try:
        return static(name)
    except (ValueError, OSError):
        return f"{settings.STATIC_URL}{name}"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/csrf.html", status=403)
