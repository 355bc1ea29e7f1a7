"""The forms that the pages of the walk show, as a browser would send them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from lxml import html

from .addresses import fill
from .conftest import Visitor
from .table import TABLE, VISITORS, Row
from .world import Place

LEFT_OUT = ("csrfmiddlewaretoken", "ask", "ask_button")
"""The token is not asked for by the test client; with `ask` a form only comes back as a question."""
ONCE = "once"
"""A page sent again under the same mark is answered as saved, unread. It is a field like others, but never filled in."""
PAPER = ("-print", "-export", "-pdf", "-ics", ":pack", ":ics", ":gallery")
"""Dear to draw, and without a form."""


@dataclass(frozen=True)
class Sent:
    """One form of a page. values: what it holds when it comes, but `once`. kinds: {name of a field: its type, or its tag}."""

    row: str
    visitor: str
    action: str
    values: dict[str, list[str]]
    kinds: dict[str, str]

    def __str__(self) -> str:
        return f"{self.row} {self.action} {sorted(self.kinds)}"


@dataclass(frozen=True)
class Page:
    """A page as one visitor sees it. names: parameters that its links and its GET forms put into its own address."""

    row: str
    visitor: str
    url: str
    names: frozenset[str]
    forms: tuple[Sent, ...]


def visitor_of(row: Row, word: str) -> str | None:
    """The first who is let in."""
    return next((who for letter in "oy" for who, seen in zip(VISITORS, word, strict=True) if seen == letter), None)


def pages(place: Place, visitors: dict[str, Visitor]) -> list[Page]:
    """Every page of the table that is HTML, and the first page of every role; each form once."""
    found, known = [], set()
    for row in TABLE:
        if "get" not in row.methods or row.name.endswith(PAPER):
            continue
        url = fill(row.name, place)
        roles = VISITORS[:9] if row.name == "pages:home" else [visitor_of(row, row.word)]
        for who in filter(None, roles):
            response = visitors[who].ask("get", url)
            if response.status_code != 200 or response.streaming or b"<html" not in response.content[:200]:
                continue
            found.append(_page(row.name, who, url, response.content, known))
    return found


def _page(row: str, who: str, url: str, body: bytes, known: set) -> Page:
    document = html.fromstring(body)
    names, forms = set(), []
    for link in document.xpath("//a/@href"):
        parts = urlsplit(link)
        if parts.path in ("", url):
            names |= {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    for form in document.forms:
        action = form.action if (form.action or "").startswith("/") else url
        kinds = {each.name: each.get("type") or each.tag for each in form.inputs if each.name}
        if form.method == "GET":
            names |= set(kinds) if urlsplit(action).path == url else set()
            continue
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        for name in LEFT_OUT:
            kinds.pop(name, None)
            values.pop(name, None)
        values.pop(ONCE, None)
        key = (action.partition("?")[0], tuple(sorted(kinds)))
        if key not in known and "sign-out" not in action:
            known.add(key)
            forms.append(Sent(row, who, action, values, kinds))
    return Page(row, who, url, frozenset(names), tuple(forms))
