"""Real Chromium from Debian's package, against a live server with the test's own database.

A test takes `page` (desktop) or `phone`, both with `live_server` as the address that paths are joined to, and marks
itself `pytestmark = pytest.mark.e2e`. Any message of the Content-Security-Policy and any script error fails the test.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from tests.services import program

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe.min.js"
PATIENCE = 30_000
"""Milliseconds that a page may take on a machine with other work to do. Nothing waits longer than it must."""
expect.set_options(timeout=PATIENCE / 2)
PHONE = {"width": 360, "height": 740}
HAND = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
"""A phone as most people hold one, for `visit`."""


@pytest.fixture(scope="session", autouse=True)
def _async_unsafe() -> Iterator[None]:
    """Playwright keeps an event loop in this thread, which Django takes for an asynchronous caller."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session", autouse=True)
def _leave_no_connection(playwright: Playwright) -> Iterator[None]:
    """With that loop running Django keeps another connection, which only code beside it sees; an open one would keep
    PostgreSQL from dropping the test's database."""
    yield
    connections.close_all()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # The second option keeps the browser on this machine, whatever a page asks for.
    arguments = [
        "--disable-dev-shm-usage",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ]
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")  # Chromium's sandbox refuses root
    return {**browser_type_launch_args, "executable_path": program("chromium", "chromium"), "args": arguments}


def _open(browser: Browser, base_url: str, **options: Any) -> tuple[BrowserContext, Page, list[str]]:
    context = browser.new_context(base_url=base_url, locale="en-GB", timezone_id="Europe/London", **options)
    context.set_default_timeout(PATIENCE)
    faults: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
    page.on("console", lambda told: faults.append(told.text) if "Content Security Policy" in told.text else None)
    return context, page, faults


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    context, page, faults = _open(browser, live_server.url, viewport={"width": 1280, "height": 900})
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def phone(browser: Browser, live_server: Any) -> Iterator[Page]:
    context, page, faults = _open(
        browser, live_server.url, viewport=PHONE, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def plain_page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """A browser with JavaScript switched off."""
    context, page, faults = _open(browser, live_server.url, java_script_enabled=False)
    yield page
    context.close()
    assert faults == []


@pytest.fixture
def axe() -> Any:
    """`axe(page)` -> a line for each thing that axe finds wrong on the page as it stands (WCAG 2.2 A and AA, best
    practice).
    """

    def look(page: Page) -> list[str]:
        page.evaluate(AXE.read_text())
        found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{fault['id']} ({fault['impact']}): {node['html']}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return look


@pytest.fixture
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's clock says Monday 23 November 2026, in the live server too. The time of day runs on."""
    monkeypatch.setenv("SENDCO_TODAY", "2026-11-23")


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[Any]:
    """`visit(user, "/path/", **options)` -> a page of a browser of its own, signed in as that person (None: nobody).

    The session is made on the server, so that it costs no sign-in. options: as of Playwright's `new_context`, such as `**HAND`.
    """
    opened: list[tuple[BrowserContext, list[str]]] = []

    def open_as(user: Any, path: str = "/", **options: Any) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context, page, faults = _open(browser, live_server.url, **options)
        opened.append((context, faults))
        if user is not None:
            context.add_cookies([{"name": "sessionid", "value": session_of(user), "url": live_server.url}])
        page.goto(path)
        return page

    yield open_as
    for context, _ in opened:
        context.close()
    assert [fault for _, faults in opened for fault in faults] == []


def session_of(user: Any) -> str:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies["sessionid"].value
