"""Pages in a real browser without a server between: each answer comes straight from Django's test client.

So a page can be looked at in the world of the walk, which is taken back afterwards, and a form can be sent empty without
anything being kept. What a server adds (transport, several clients) is tested elsewhere, with `live_server`.
"""

from __future__ import annotations

import contextvars
import gzip
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Route

from tests.walk.conftest import MORNING, Visitor

BASE = "http://testserver"
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
RUN_AXE = """() => axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    rules: {"target-size": {enabled: true}}, resultTypes: ["violations"], elementRef: false
})"""
LEFT_OUT = ("content-length", "cross-origin-opener-policy")
"""Browsers take the second from https only, and say so."""
PACKED = (".css", ".js", ".svg")
"""Files that a server sends compressed."""


class Screen:
    """The browser of one person. `faults` are what it complained of since they were last taken."""

    def __init__(self, browser: Browser, visitor: Visitor, **options: Any) -> None:
        self.visitor = visitor
        self.context = browser.new_context(
            base_url=BASE, locale="en-GB", viewport=DESK, reduced_motion="reduce", **options
        )
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.answers: dict[str, HttpResponse] = {}
        # Playwright calls back in a context of its own, in which Django would open a second connection.
        self.here = contextvars.copy_context()
        self.sent: dict[str, int] = {}
        self.shown = ""
        self.context.route("**/*", self._answer)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._hear)
        self.page.on("requestfailed", lambda request: self.faults.append(f"not loaded: {request.url}"))

    def show(self, url: str, answer: HttpResponse | None = None) -> int:
        """Open a page, or an answer as if it had come from there. Its status."""
        self.answers[url], self.shown = self.ask(url) if answer is None else answer, BASE + url
        self.sent.clear()
        self.page.set_viewport_size(DESK)
        self.page.emulate_media(color_scheme="light", media="screen")
        response = self.page.goto(url, wait_until="load")
        return response.status if response else 0

    def ask(self, url: str, data: dict[str, Any] | None = None, client: Client | None = None) -> HttpResponse:
        """What the product answers; sent when there is data. Nothing is kept."""
        browser = client or self.visitor.signed_in()
        with time_machine.travel(MORNING, tick=False), transaction.atomic():
            response = browser.get(url) if data is None else browser.post(url, data)
            if not response.streaming and hasattr(response, "render"):
                response.render()
            transaction.set_rollback(True)
        return response

    def axe(self) -> list[str]:
        if not self.page.evaluate("typeof axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return [
            f"{fault['id']} ({fault['impact']}): {node['html'][:300]}"
            for fault in self.page.evaluate(RUN_AXE)["violations"]
            for node in fault["nodes"]
        ]

    def look(self, *, desk: bool = True) -> list[str]:
        """Everything wrong with the page as it stands: at a desk in daylight, at 320 px, and on a phone in the dark with
        every menu open."""
        page = self.page
        wrong = [f"desk: {line}" for line in self.axe()] if desk else []
        if (headings := page.locator("h1").count()) != 1:
            wrong.append(f"{headings} first headings")
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if over := page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"):
                wrong.append(f"{over} px too wide at {width}")
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="dark")
        page.evaluate("document.querySelectorAll('main details').forEach(part => { part.open = true })")
        wrong += [f"phone, dark: {line}" for line in self.axe()]
        return wrong + self.complaints()

    def complaints(self) -> list[str]:
        found, self.faults = self.faults, []
        return found

    def _hear(self, told: ConsoleMessage) -> None:
        refused = told.text.startswith("Failed to load resource") and told.location["url"] == self.shown
        if told.type == "error" and not refused:
            self.faults.append(told.text)

    def _answer(self, route: Route) -> None:
        request, url = route.request, route.request.url
        parts = urlsplit(url)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if not url.startswith(BASE):
            self.faults.append(f"asked another machine: {url}")
            route.abort()
        elif parts.path.startswith(settings.STATIC_URL):
            self._static(route, parts.path.removeprefix(settings.STATIC_URL))
        else:
            response = self.answers.pop(path, None)
            if response is None:
                data = dict(request.post_data_json or {}) if request.method == "POST" else None
                response = self.here.run(self.ask, path, data)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            self.sent[url] = len(gzip.compress(body, mtime=0))
            headers = {name: value for name, value in response.items() if name.lower() not in LEFT_OUT}
            route.fulfill(status=response.status_code, headers=headers, body=body)

    def _static(self, route: Route, name: str) -> None:
        found = finders.find(name)
        if found is None:
            self.faults.append(f"no such file: {name}")
            route.abort()
            return
        body = Path(str(found)).read_bytes()
        self.sent[route.request.url] = len(gzip.compress(body, mtime=0) if name.endswith(PACKED) else body)
        route.fulfill(path=str(found))
