"""A small browser: one connection, cookies, forms. It keeps nothing between pages but the session."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException
from time import perf_counter
from urllib.parse import urlencode


class BadSample(RuntimeError):
    """An answer that was not the page that was asked for: it must not count as a fast one."""


@dataclass(frozen=True)
class Answer:
    """raw: bytes of the page; wire: bytes of its body as they came; ms: from asking to the last byte."""

    status: int
    body: bytes
    wire: int
    ms: float
    headers: dict[str, str]

    @property
    def raw(self) -> int:
        return len(self.body)


@dataclass
class Form:
    """The fields of a form on a page that a browser would send."""

    action: str = ""
    fields: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Every form with method POST, with text areas and what is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._name = ""  # of an open select
        self._options: list[tuple[str, bool]] = []
        self._area: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(found.get("action", "")) if found.get("method", "").lower() == "post" else None
            if self._open:
                self.forms.append(self._open)
        if self._open is None:
            return
        name = found.get("name", "")
        if tag == "input" and name and "disabled" not in found:
            kind = found.get("type", "text")
            if kind not in ("checkbox", "radio", "submit", "button", "file") or (
                kind in ("checkbox", "radio") and "checked" in found
            ):
                self._open.fields.append((name, found.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "select":
            self._name, self._options = name, []
        elif tag == "option" and self._name:
            self._options.append((found.get("value", ""), "selected" in found))
        elif tag == "textarea":
            self._area = (name, [])

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area[1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif self._open and tag == "select" and self._name:
            chosen = [value for value, is_chosen in self._options if is_chosen] or [
                value for value, _ in self._options[:1]
            ]
            self._open.fields += [(self._name, value) for value in chosen[:1]]
            self._name = ""
        elif self._open and tag == "textarea" and self._area:
            self._open.fields.append((self._area[0], "".join(self._area[1]).removeprefix("\n")))
            self._area = None


def forms_of(body: bytes) -> list[Form]:
    parser = _Forms()
    parser.feed(body.decode())
    return parser.forms


class Client:
    """Signed in as `email`, or nobody. Asks for compressed pages, as browsers do."""

    def __init__(self, port: int, email: str = "", password: str = "") -> None:
        self._port, self.cookies = port, dict[str, str]()
        self._connection = HTTPConnection("127.0.0.1", port, timeout=120)
        if email:
            self._sign_in(email, password)

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, data: str | None) -> Answer:
        headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Host": f"127.0.0.1:{self._port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if data is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self._port}{path}",
            }
        begun = perf_counter()
        self._connection.request(method, path, data, headers)
        response = self._connection.getresponse()
        body = response.read()
        ms = (perf_counter() - begun) * 1000
        for value in response.headers.get_all("Set-Cookie", []):
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        wire = len(body)
        if response.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Answer(
            response.status, body, wire, ms, {name.lower(): value for name, value in response.headers.items()}
        )

    def ask(self, method: str, path: str, fields: list[tuple[str, str]] | None = None) -> Answer:
        data = None if fields is None else urlencode(fields)
        try:
            return self._ask(method, path, data)
        except (HTTPException, ConnectionError):
            # A worker that has had its requests ends.
            self._connection.close()
            return self._ask(method, path, data)

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def _sign_in(self, email: str, password: str) -> None:
        page = self.get("/sign-in/")
        form = next(found for found in forms_of(page.body) if any(name == "login" for name, _ in found.fields))
        fields = [(n, v) for n, v in form.fields if n not in ("login", "password")]
        answer = self.ask("POST", "/sign-in/", [*fields, ("login", email), ("password", password)])
        if answer.status != 302:
            raise BadSample(f"signing in as {email} gave status {answer.status}")
