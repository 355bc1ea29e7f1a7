"""Helpers for views: the same partial in the page and in the htmx reply, and what follows a save."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme


def partial_or_page(
    request: HttpRequest, partial: str, page: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `partial` for an htmx request that is not boosted, else the whole `page`. Status 422 marks a refused form."""
    is_partial = getattr(request, "htmx", False) and not request.htmx.boosted
    response = render(request, partial if is_partial else page, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def saved(request: HttpRequest, message: str, to: Any, *, undo_url: str | None = None) -> HttpResponse:
    """Say that the change is saved and go to `to` (a url, url name or object with get_absolute_url).

    undo_url: a POST target; the toast shows an Undo button for it.
    """
    messages.success(request, message, extra_tags=f"undo:{undo_url}" if undo_url else "")
    # A form sent by fetch must not follow a redirect: the page it fetched would use up the message unseen.
    if getattr(request, "htmx", False) or "X-Sendco-Keep" in request.headers:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = redirect(to).url
        return response
    return redirect(to)


def next_url(request: HttpRequest, default: str) -> str:
    """The `next` of the request when it is a path of this site, else `default`. Without a slash in front, `redirect` would take
    it for the name of an address."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target.startswith("/") and allowed else default


def caller_address(request: HttpRequest) -> str:
    """The address that limits on tries count by: what the outermost proxy of ours saw, else who is connected to us.

    Each proxy adds one entry at the end of X-Forwarded-For, so only the last SENDCO_TRUSTED_PROXY_COUNT entries are true;
    those before them are whatever the caller wrote, and without a proxy the whole header is. Never empty.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    seen = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < proxies <= len(seen) and (address := _address(seen[-proxies])):
        return address
    return _address(request.META.get("REMOTE_ADDR", "")) or "unknown"


def _address(text: str) -> str:
    """An address in its one usual form, without a port; empty for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
