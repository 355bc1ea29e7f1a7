"""The gallery as people meet it: by eye in three themes, by keyboard, on a phone, and without script."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sendco.accounts.permissions import Role
from tests.factories import PASSWORD, SchoolFactory, person

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def senco() -> Any:
    """Signs a SENDCo in on a page, with the theme asked for, and opens the gallery."""

    def sign_in(page: Page, theme: str = "light") -> Page:
        user = person(Role.SENDCO, SchoolFactory())
        user.theme = theme
        user.save()
        page.goto("/sign-in/?next=/gallery/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page).to_have_title("Components - SENDCo")
        return page

    return sign_in


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_axe_finds_nothing(page, senco, axe, theme):
    assert axe(senco(page, theme)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_a_phone(phone, senco, axe, theme):
    assert axe(senco(phone, theme)) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1440])
def test_no_page_scrolls_sideways(page, senco, width):
    page.set_viewport_size({"width": width, "height": 800})
    senco(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_icons_are_drawn_from_the_sprite(page, senco):
    senco(page)
    page.wait_for_load_state("networkidle")
    box = page.locator("a[href='#forms'] svg.icon use").first.evaluate("use => use.getBBox().width")
    assert box > 5


def test_first_load_stays_within_its_requests(page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/sign-in/")
    page.wait_for_load_state("networkidle")
    assert len([url for url in asked if "django-htmx.js" not in url]) <= 8


def test_slash_goes_to_the_search_box(page, senco):
    senco(page)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    assert page.locator("#q").input_value() == ""


def test_menu_closes_on_escape_and_gives_the_focus_back(page, senco):
    senco(page)
    summary = page.locator("summary", has_text="More actions")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Print profile").first).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator("details.menu[open]").count() == 0
    expect(summary).to_be_focused()


def test_dialog_starts_on_the_safe_button(page, senco):
    senco(page)
    page.get_by_role("button", name="Remove pupil").click()
    expect(page.get_by_role("button", name="Keep on the register")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_logger_rates_everyone_who_is_here(phone, senco):
    senco(phone)
    phone.locator("[data-everyone='2']").click()
    assert phone.locator("input[name='rating-1'][value='2']").is_checked()
    assert phone.locator("input[name='rating-3'][value='2']").is_checked()
    assert not phone.locator("input[name='rating-2'][value='2']").is_checked()
    phone.locator("#row-1 .logger-name").click()
    expect(phone.locator("#row-1 .is-away-text")).to_be_visible()
    expect(phone.locator("#row-1 .rate").first).to_be_hidden()


def test_chosen_rows_are_counted(page, senco):
    senco(page)
    page.get_by_label("Choose Kofi Mensah").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 chosen")
    page.get_by_label("Choose all").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("3 chosen")


def test_everything_is_there_without_script(plain_page, senco):
    senco(plain_page)
    plain_page.locator("summary", has_text="More actions").click()
    expect(plain_page.get_by_role("link", name="Print profile").first).to_be_visible()
    plain_page.locator("#row-1 .logger-name").click()
    expect(plain_page.locator("#row-1 .is-away-text")).to_be_visible()


def test_more_on_a_phone_leads_to_every_page_without_script(plain_page, senco):
    plain_page.set_viewport_size({"width": 360, "height": 740})
    senco(plain_page)
    plain_page.get_by_role("link", name="More", exact=True).click()
    everywhere = plain_page.get_by_role("navigation", name="All pages")
    expect(everywhere).to_be_in_viewport()
    expect(everywhere.get_by_role("button", name="Sign out")).to_be_visible()


def test_sign_in_says_what_is_wrong_and_takes_the_focus_there(page, axe):
    page.goto("/sign-in/")
    page.get_by_label("Email address").fill("nobody@school.invalid")
    page.get_by_role("textbox", name="Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title("Error: Sign in - SENDCo")
    expect(page.locator(".error-summary")).to_be_focused()
    assert axe(page) == []


def test_password_can_be_shown(page):
    page.goto("/sign-in/")
    field = page.locator("input[name=password]")
    field.fill("secret")
    page.get_by_role("button", name="Show password").click()
    assert field.get_attribute("type") == "text"
    assert field.input_value() == "secret"
