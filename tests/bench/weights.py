"""What a browser that has nothing in its cache loads for a page, counted by Chromium."""

from __future__ import annotations

import os
from typing import Any

from tests.services import program

from .pages import SENDCO
from .server import Server

PAGES = {"sign-in": ("", "/sign-in/"), "home": (SENDCO, "/"), "register": (SENDCO, "/register/")}


def first_loads(server: Server) -> dict[str, Any]:
    """{page: {requests, bytes, script_bytes, html_bytes}}; bytes are those on the wire, with headers."""
    from playwright.sync_api import sync_playwright

    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium", "chromium"), args=arguments)
        try:
            return {name: _load(browser, server, who, path) for name, (who, path) in PAGES.items()}
        finally:
            browser.close()


def _load(browser: Any, server: Server, who: str, path: str) -> dict[str, Any]:
    context = browser.new_context(base_url=server.address, viewport={"width": 1280, "height": 900})
    if who:
        cookies = server.client(who).cookies
        context.add_cookies([{"name": name, "value": value, "url": server.address} for name, value in cookies.items()])
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    session.on(
        "Network.loadingFinished", lambda event: sizes.update({event["requestId"]: int(event["encodedDataLength"])})
    )
    page.goto(path, wait_until="networkidle")
    found = {
        "requests": len(sizes),
        "bytes": sum(sizes.values()),
        "script_bytes": sum(size for number, size in sizes.items() if kinds.get(number) == "Script"),
        "html_bytes": sum(size for number, size in sizes.items() if kinds.get(number) == "Document"),
    }
    context.close()
    return found
