"""One place that turns a refusal into a page, one that packs pages, one that asks before what cannot be undone."""

from django.core.exceptions import BadRequest
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from .exceptions import Refused, SendcoError

UNIQUE_VIOLATION = "23505"
TWICE = Refused(
    "Somebody saved the same at the same moment, or the button was pressed twice. Open the page again and look."
)
TWICE.status = 409


def is_twice(error: BaseException) -> bool:
    """Two requests passed the same check and then wrote the same row: the database let one through. Any other refusal of the
    database is a fault of ours and stays one."""
    if not isinstance(error, IntegrityError):
        return False
    return getattr(error.__cause__, "pgcode", "") == UNIQUE_VIOLATION or str(error).startswith(
        "UNIQUE constraint failed"
    )


class RefusalMiddleware:
    """Maps `SendcoError` raised by a view to its status, as a page or, for htmx, as a small alert."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if is_twice(exception):
            exception = TWICE
        if not isinstance(exception, SendcoError):
            return None
        template = "errors/_refusal.html" if getattr(request, "htmx", False) else "errors/refusal.html"
        return render(
            request, template, {"message": exception.message, "status": exception.status}, status=exception.status
        )


class PlainAddressMiddleware:
    """Answers 400 to an address with a NUL in it. Nobody types one; SQLite takes it for text and PostgreSQL for an error."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("An address with a NUL")
        return self.get_response(request)


class PackPagesMiddleware(GZipMiddleware):
    """Sends text compressed, a sixth of its size; files as they are.

    A compressed page must not give its secrets away by its length (the BREACH attack): the CSRF token is masked anew for each
    page, Django adds random bytes, and the session cookie does not travel with requests that another site makes (SameSite).
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.streaming or not response.get("Content-Type", "").startswith("text/"):
            return response
        return super().process_response(request, response)


class AskFirstMiddleware:
    """Asks before what cannot be undone, where no script did: a form with the tag `ask` is shown again as a question.

    The script asks by itself and takes the mark out of the form. What is sent again goes through the view, so nobody comes
    further than their role lets them.
    """

    MARKS = ("ask", "ask_button")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view_func, view_args, view_kwargs) -> HttpResponse | None:
        if request.method != "POST" or not request.POST.get("ask"):
            return None
        left_out = (*self.MARKS, "csrfmiddlewaretoken")
        kept = [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]
        back = request.headers.get("Referer", "")
        safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        context = {
            "question": request.POST["ask"][:200],
            "button": request.POST.get("ask_button", "")[:80] or "Go on",
            "kept": kept,
            "back": back if safe else "/",
        }
        return render(request, "core/ask.html", context)
