"""One place that turns a refusal into a page."""

from django.http import HttpRequest, HttpResponse
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
