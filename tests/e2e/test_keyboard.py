"""Everything by keyboard alone: the day's jobs, a focus that can be seen, and menus that give it back."""

import pytest
from playwright.sync_api import Page, expect

from provision.models import SessionEntry
from pupils.models import ProgressRecord
from tests import factories
from tests.e2e import steps

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_monday")]

FOCUS = """() => {
  const part = document.activeElement;
  const shown = part.matches("input[type=radio], input[type=checkbox]") ? part.closest("label") || part : part;
  const seen = [part, ...shown.querySelectorAll("*"), shown, part.parentElement].some((each) => {
    const look = getComputedStyle(each);
    return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2) || look.boxShadow !== "none";
  });
  const box = shown.getBoundingClientRect();
  return {
    words: (part.getAttribute("aria-label") || part.innerText || part.name || part.id || part.tagName).trim().slice(0, 60),
    seen,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    body: part === document.body,
  };
}"""


@pytest.fixture
def place(school):
    return steps.furnish(school)


def walk(page: Page, *, most: int = 250) -> list[str]:
    """Tab from where the focus stands to the end of the page; every stop must be seen. Returns their words."""
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUS)
        if stop["body"]:
            return stops
        stops.append(stop["words"])
        assert (stop["seen"], stop["inside"]) == (True, True), f"Focus cannot be seen on: {stop['words']}"
    pytest.fail(f"The focus never left the page: {stops[-3:]}")


def tab_to(page: Page, part: str, *, most: int = 120) -> None:
    """Press Tab until the part that this selector names has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", part):
            return
    pytest.fail(f"{part} cannot be reached with Tab")


def test_from_signing_in_to_a_rating(visit, place):
    page = visit(None, "/sign-in/")
    tab_to(page, "[name=login]")
    page.keyboard.type(place.teacher.email)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="My pupils").first).to_be_visible()

    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["words"] == "Skip to main content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

    page.keyboard.press("/")
    page.keyboard.type("ada ash")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Find a pupil")
    tab_to(page, f"main a[href='{place.ada.get_absolute_url()}']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Ashdown")

    tab_to(page, "[name=rating]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tab_to(page, f"#save-target-{place.target.pk}")
    page.keyboard.press("Enter")
    steps.told(page, "Saved: ")
    assert page.evaluate("document.activeElement !== document.body"), "the focus is lost after the save"
    assert ProgressRecord.objects.filter(target=place.target, on=steps.MONDAY).count() == 1


def test_log_a_session(visit, place):
    page = visit(place.assistant, "/my-day/")
    tab_to(page, f"main a[href='/sessions/{place.sessions[0].pk}/log/']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Talk Boost, Willow")
    tab_to(page, "[data-everyone='2']")
    page.keyboard.press("Enter")
    tab_to(page, "[data-away]")
    page.keyboard.press("Space")
    tab_to(page, ".handset-foot button")
    page.keyboard.press("Enter")

    steps.told(page, "Session saved")
    assert (SessionEntry.objects.filter(was_away=True).count(), SessionEntry.objects.filter(rating=2).count()) == (1, 5)


@pytest.mark.parametrize("path", ["/", "/register/", "pupil", "/provision/", "/meetings/", "/pupils/add/"])
def test_focus_is_seen_all_the_way_and_never_trapped(visit, place, path):
    page = visit(place.sendco, place.ada.get_absolute_url() if path == "pupil" else path)

    stops = walk(page)

    assert stops[0] == "Skip to main content"
    assert len(stops) > 12


def test_focus_is_seen_all_the_way_through_the_logger(visit, place):
    page = visit(place.assistant, f"/sessions/{place.sessions[0].pk}/log/")

    assert walk(page)[-1] == "Save session"


def test_menu_of_a_pupil_closes_on_escape(visit, place):
    page = visit(place.sendco, place.ada.get_absolute_url())
    summary = page.locator("details.menu > summary", has_text="More actions")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Change support")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.get_by_role("link", name="Change support")).to_be_hidden()
    expect(summary).to_be_focused()


def test_question_before_a_deed_closes_on_escape(visit, place):
    page = visit(place.sendco, "/register/?need=SLCN")
    page.goto(f"/pupils/{place.ada.pk}/documents/")
    page.evaluate("""() => {
      const form = document.createElement("form");
      form.innerHTML = '<button type="submit" data-confirm="Remove it?" data-confirm-no="Keep it">Remove</button>';
      document.querySelector("main").append(form);
    }""")
    button = page.get_by_role("button", name="Remove", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(button).to_be_focused()
