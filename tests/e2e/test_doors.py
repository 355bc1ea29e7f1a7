"""The doors in a real browser: what everyone meets before signing in."""

import pytest
from playwright.sync_api import Error

from sendco.accounts.permissions import Role
from tests import factories

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


def test_box_for_a_shared_device_goes_with_a_passkey(page, school):
    """A key in the browser itself, as a tablet has one: added once, then used with the box and without."""
    user = factories.person(Role.SUPPORT, school)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    ready = {"isUserVerified": True, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": key | ready})
    page.goto("/sign-in/?next=/account/2fa/webauthn/add/")
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Password").fill(factories.PASSWORD)  # asked again before a key is added
    page.get_by_role("button", name="Confirm").click()
    assert page.get_by_label("Sign in with this passkey alone").is_checked()
    page.get_by_role("button", name="Add passkey").click()
    page.wait_for_url("**/recovery-codes/")
    for is_shared, idle in ((True, "300"), (False, None)):
        page.context.clear_cookies()
        page.goto("/sign-in/")
        page.get_by_label("This is a shared device").set_checked(is_shared)
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url("**/my-day/")
        assert page.locator("body").get_attribute("data-idle") == idle


def test_browser_stays_on_this_machine(page):
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://example.com/")
