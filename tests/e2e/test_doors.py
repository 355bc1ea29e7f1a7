"""The doors in a real browser: what everyone meets before signing in."""

import pytest
from playwright.sync_api import Error

pytestmark = pytest.mark.e2e


def test_sign_in_page_is_sound_in_either_theme(page, axe):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/sign-in/")

        assert page.get_by_role("heading", level=1).count() == 1
        assert axe(page) == []


def test_stranger_is_led_to_the_sign_in_page(phone):
    phone.goto("/")

    assert phone.url.endswith("/sign-in/?next=/")
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_sign_in_page_works_without_javascript(plain_page):
    plain_page.goto("/sign-in/")

    assert plain_page.get_by_role("textbox").count() >= 1
    assert plain_page.get_by_role("button", name="Sign in").count() == 1


def test_browser_stays_on_this_machine(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")
