"""One place that turns a refusal into a page, and one that packs pages."""

from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from .exceptions import SendcoError


class RefusalMiddleware:
    """Maps `SendcoError` raised by a view to its status, as a page or, for htmx, as a small alert."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SendcoError):
            return None
        template = "errors/_refusal.html" if getattr(request, "htmx", False) else "errors/refusal.html"
        return render(request, template, {"message": exception.message, "status": exception.status}, status=exception.status)


class PackPagesMiddleware(GZipMiddleware):
    """Sends text compressed, a sixth of its size; files as they are.

    A compressed page must not give its secrets away by its length (the BREACH attack): the CSRF token is masked anew for each
    page, Django adds random bytes, and the session cookie does not travel with requests that another site makes (SameSite).
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.streaming or not response.get("Content-Type", "").startswith("text/"):
            return response
        return super().process_response(request, response)
