"""One way to make a PDF: tagged for screen readers (PDF/UA-1), with our own fonts, and nothing fetched from anywhere.

WeasyPrint is slow to load, so it is imported inside; call this in a task or a command only.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.template.loader import render_to_string

ASSETS = Path(settings.BASE_DIR) / "static"
MOST_DATA = 200_000
"""Characters of a data: address; ours have a few hundred."""


class ForbiddenAddress(ValueError):
    """The document asked for something that is not one of our own files."""


def asset(url: str) -> tuple[bytes, str]:
    """Bytes and media type of `asset:<path below static/>` or a short data: address.

    Raises ForbiddenAddress for every other address, for a path that leads out of static/, and for a file that is not there.
    """
    parts = urlsplit(url)
    if parts.scheme == "data" and len(url) <= MOST_DATA:
        return _data(url)
    if parts.scheme != "asset" or parts.netloc or parts.query:
        raise ForbiddenAddress(f"{parts.scheme or 'relative'} addresses are not fetched")
    path = (ASSETS / unquote(parts.path).lstrip("/")).resolve()
    if not path.is_relative_to(ASSETS.resolve()) or not path.is_file():
        raise ForbiddenAddress("there is no such asset")
    return path.read_bytes(), guess_type(path.name)[0] or "application/octet-stream"


def _data(url: str) -> tuple[bytes, str]:
    head, _, body = url.removeprefix("data:").partition(",")
    media = head.split(";")[0] or "text/plain"
    return (base64.b64decode(body) if head.endswith(";base64") else unquote(body).encode()), media


@cache
def _fetcher() -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AssetFetcher(URLFetcher):
        """Answers our own addresses itself and refuses all others before anything is opened."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            content, media = asset(url)
            return URLFetcherResponse(url, body=io.BytesIO(content), headers={"Content-Type": media})

    return AssetFetcher(allowed_protocols=("asset", "data"), allow_redirects=False)


def render_pdf(template: str, context: dict[str, Any]) -> bytes:
    """A tagged PDF of a template. The template needs `lang`, a title and headings in order; no base address is given.

    About 1 to 3 seconds of processor time and 100 MB. An address that is not an asset is left out of the document.
    """
    from weasyprint import HTML

    html = render_to_string(template, context)
    return HTML(string=html, url_fetcher=_fetcher()).write_pdf(pdf_variant="pdf/ua-1")
