"""Every page that the walk knows, as somebody who may see it: axe finds nothing in daylight at a desk or in the dark on a
phone, nothing scrolls sideways at 320 px, the browser has nothing to complain of. A new address is looked at by itself.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from sendco.accounts.permissions import Role
from tests import factories
from tests.walk.addresses import FILLED, fill
from tests.walk.conftest import MORNING, Visitor, _quiet_refusals, visitors, world  # noqa: F401 - fixtures
from tests.walk.table import ACCOUNT, BY_LINK, TABLE, VISITORS, Row
from tests.walk.world import Place

from .screen import Screen

pytestmark = [pytest.mark.e2e, pytest.mark.django_db]

Open = Callable[..., Screen]

FILES = {
    "health", "pupils:document", "pupils:document#confidential", "pupils:document#removed",
    "pupils:register-export", "provision:map-export", "provision:pupil-map-export", "provision:impact-export",
    "reports:governors-pdf", "reviews:deadlines-export", "reviews:ics",
}  # fmt: skip
"""Addresses that answer with something other than a page."""
PAGES = [row for row in TABLE if "get" in row.methods and "o" in row.word and row.name not in FILES]
ACCOUNT_PAGES = [name for name, word in ACCOUNT.items() if "o" in word and name not in FILES]
FORMS = [
    row
    for row in PAGES
    if "post" in row.methods and row.post[row.word.index("o")] in "oy" and row.name != "pages:gallery"  # has no form
]
EMPTY = [row for row in PAGES if row.name not in FILLED and row.methods == ("get",)]
SEVERAL = ("pages:home", "pages:pupil")
"""Pages that differ by who looks: looked at as each of them."""
MAIN = (
    "pages:home", "pupils:register", "pages:pupil", "pages:pupil-plan", "pages:pupil-timeline", "pupils:need-add",
    "provision:map", "provision:sessions", "provision:session-log", "provision:impact", "provision:pupil-map",
    "reviews:deadlines", "reviews:review", "staff:timetable", "reports:governors",
)  # fmt: skip
PAPER = {"width": 718, "height": 1047}
"""A4 between its margins."""


@pytest.fixture(scope="module")
def bare(world: dict[str, Place], django_db_blocker: Any) -> Place:  # noqa: F811
    """A school on its first day: people, and nothing else."""
    with django_db_blocker.unblock():
        school = factories.SchoolFactory(name="First Day School")
        place = Place(school, school.federation, "")
        for role in Role:
            place.people[role] = factories.person(role, school)
    return place


@pytest.fixture(scope="module")
def first_day(visitors: dict[str, Visitor], bare: Place, django_db_blocker: Any) -> dict[str, Visitor]:  # noqa: F811
    with django_db_blocker.unblock(), time_machine.travel(MORNING, tick=False):
        return {str(role): Visitor(user) for role, user in bare.people.items()}


@pytest.fixture(scope="module")
def open_as(
    visitors: dict[str, Visitor],  # noqa: F811
    first_day: dict[str, Visitor],
    browser: Browser,
) -> Iterator[Open]:
    """`open_as("sendco")`: that person's browser, kept for the module. first: in the school on its first day."""
    screens: dict[tuple[str, bool], Screen] = {}

    def screen(who: str, *, first: bool = False) -> Screen:
        if (who, first) not in screens:
            screens[who, first] = Screen(browser, (first_day if first else visitors)[who])
        return screens[who, first]

    yield screen
    for each in screens.values():
        each.context.close()


@pytest.fixture(scope="module")
def forced(visitors: dict[str, Visitor], browser: Browser) -> Iterator[Screen]:  # noqa: F811
    """The SENDCo's browser, with the few colours of the system's own high contrast."""
    screen = Screen(browser, visitors["sendco"], forced_colors="active")
    yield screen
    screen.context.close()


@pytest.fixture(scope="module")
def own(world: dict[str, Place]) -> Place:  # noqa: F811
    return world["own"]


def looker(row: Row) -> str:
    return VISITORS[row.word.index("o")]


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.name)
def test_page_is_sound(row: Row, open_as: Open, own: Place) -> None:
    screen = open_as(looker(row))
    assert screen.show(fill(row.name, own)) == 200
    assert screen.look() == []


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.name)
def test_form_sent_empty_says_what_is_missing(row: Row, open_as: Open, own: Place) -> None:
    screen, url = open_as(looker(row)), fill(row.name, own)
    answer = screen.ask(url, {})
    if answer.status_code in (200, 302):  # nothing had to be filled in
        assert b"error-summary" not in answer.content
        return
    assert screen.show(url, answer) == 422
    assert screen.page.title().startswith("Error: ")
    assert screen.page.locator(".error-summary:focus").count() == 1
    assert screen.look(desk=False) == []


@pytest.mark.parametrize("row", EMPTY, ids=lambda row: row.name)
def test_page_is_sound_on_the_first_day_of_a_school(row: Row, open_as: Open) -> None:
    screen = open_as(looker(row), first=True)
    assert screen.show(fill(row.name, Place(None, None, ""))) == 200
    assert screen.look(desk=False) == []


@pytest.mark.parametrize("name", SEVERAL)
@pytest.mark.parametrize("who", VISITORS[1:-1])
def test_page_is_sound_for_each_who_sees_it(name: str, who: str, open_as: Open, own: Place) -> None:
    row = next(row for row in PAGES if row.name == name)
    if row.word[VISITORS.index(who)] == "o":
        screen = open_as(who)
        assert screen.show(fill(name, own)) == 200
        assert screen.look(desk=False) == []


@pytest.mark.parametrize("name", [*ACCOUNT_PAGES, *BY_LINK])
def test_page_of_ones_account_or_by_link_is_sound(name: str, open_as: Open, own: Place) -> None:
    screen = open_as("teacher" if ACCOUNT.get(name, "-o")[0] == "o" else "nobody")
    assert screen.show(fill(name, own)) == 200
    assert screen.look() == []


def stale(screen: Screen, own: Place) -> HttpResponse:
    """A strategy sent from a page that was opened before somebody else's change."""
    url = fill("pupils:strategy-edit", own)
    form = screen.ask(url).context["form"]
    typed = {field.html_name: field.value() or "" for field in form} | {"version": "99", "text": "Mine"}
    return screen.ask(url, typed)


def too_large(screen: Screen, own: Place, settings: Any) -> HttpResponse:
    settings.IMPORT_MAX_BYTES = settings.DOCUMENT_MAX_BYTES = 10
    return screen.ask(reverse("imports:upload"), {"file": SimpleUploadedFile("roll.csv", b"x" * 100), "format": "auto"})


def too_often(screen: Screen) -> HttpResponse:
    cache.set("contribution:tries:127.0.0.1", 1_000)
    answer = screen.ask(reverse("reviews:contribution", args=["A" * 43]))
    cache.delete("contribution:tries:127.0.0.1")
    return answer


def broken(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> HttpResponse:
    from sendco.pages.views import words

    monkeypatch.setattr(words, "main_role", None)
    return screen.ask(reverse("pages:help"))


@pytest.mark.parametrize(
    ("status", "who"),
    [
        (400, "sendco"), (403, "support"), (403, "nobody"), (404, "sendco"), (404, "nobody"), (409, "sendco"),
        (413, "sendco"), (429, "nobody"), (500, "sendco"),
    ],
)  # fmt: skip
def test_page_for_what_went_wrong_is_sound(status, who, open_as, own, settings, monkeypatch) -> None:
    screen = open_as(who)
    without_token = Client(enforce_csrf_checks=True)
    answers: dict[tuple[int, str], Callable[[], HttpResponse]] = {
        (400, "sendco"): lambda: screen.ask(reverse("pages:display"), {f"f{number}": "x" for number in range(1001)}),
        (403, "support"): lambda: screen.ask(reverse("pupils:register")),
        (403, "nobody"): lambda: screen.ask(reverse("sign-in"), {"login": "a@b.invalid"}, without_token),
        (404, "sendco"): lambda: screen.ask("/no/such/page/"),
        (404, "nobody"): lambda: screen.ask("/no/such/page/"),
        (409, "sendco"): lambda: stale(screen, own),
        (413, "sendco"): lambda: too_large(screen, own, settings),
        (429, "nobody"): lambda: too_often(screen),
        (500, "sendco"): lambda: broken(screen, monkeypatch),
    }
    assert screen.show("/gone-wrong/", answers[status, who]()) == status
    assert screen.look() == []


def test_question_before_what_cannot_be_undone_is_sound(open_as: Open, own: Place) -> None:
    screen, url = open_as("sendco"), fill("pupils:grant-end", own)
    assert screen.show(url, screen.ask(url, {"ask": "End this access?", "ask_button": "End access now"})) == 200
    assert screen.look() == []


def test_open_dialog_is_sound(open_as: Open) -> None:
    screen = open_as("sendco")
    for opened in ("take-off", "signed-out"):
        screen.show(reverse("pages:gallery"))
        screen.page.evaluate("id => document.getElementById(id).showModal()", opened)
        assert screen.axe() == []
    assert screen.complaints() == []


def test_every_page_has_a_title_of_its_own(open_as: Open, own: Place) -> None:
    titles = Counter(
        re.search(r"<title>(.*?)</title>", screen_text(open_as("sendco"), fill(row.name, own)), re.DOTALL)[1].strip()
        for row in PAGES
        if row.word[0] == "o" and "#" not in row.name
    )
    assert [title for title, count in titles.items() if count > 1] == []


def screen_text(screen: Screen, url: str) -> str:
    return screen.ask(url).content.decode()


@pytest.mark.parametrize(
    ("who", "name"),
    [("nobody", "sign-in"), ("sendco", "pages:home"), ("sendco", "pupils:register"), ("sendco", "pages:pupil"),
     ("support", "provision:my-day"), ("sendco", "provision:map")],
)  # fmt: skip
def test_first_load_is_light(who: str, name: str, open_as: Open, own: Place) -> None:
    screen = open_as(who)
    screen.show(fill(name, own))
    screen.page.wait_for_load_state("networkidle")
    scripts = sum(size for url, size in screen.sent.items() if url.endswith(".js"))
    assert len(screen.sent) <= 8
    assert sum(screen.sent.values()) <= 150_000
    assert scripts <= 60_000


UNMARKED = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter(part => part.checkVisibility({visibilityProperty: true, opacityProperty: true}) && !part.disabled
        && part.type !== "hidden" && part.getBoundingClientRect().width > 1)
    .filter(part => {
        part.focus({focusVisible: true});
        const shown = [part, part.nextElementSibling, part.closest("label")].filter(Boolean);
        return document.activeElement === part && !shown.some(each => [null, "::after"].some(pseudo => {
            const style = getComputedStyle(each, pseudo);
            return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
        }));
    }).map(part => part.outerHTML.slice(0, 160))"""
WORDLESS = """() => [...document.querySelectorAll("main :is(.chip, .tag, .tally, .blk, .note, .pcell, .stat-meta)")]
    .filter(part => part.checkVisibility() && !part.textContent.trim()).map(part => part.outerHTML.slice(0, 160))"""
UNSIGHTLY = """() => [...document.querySelectorAll("nav, button, .btn, .topbar, .tabbar, .toasts, .skip-link")]
    .filter(part => part.checkVisibility()).map(part => part.outerHTML.slice(0, 160))"""
DOORS = """() => [...document.querySelectorAll("main a")]
    .filter(part => part.checkVisibility() && /^(Change|Another day|Record|Save)\\b/.test(part.innerText.trim()))
    .map(part => part.outerHTML.slice(0, 160))"""
CLIPPED = """() => [...document.querySelectorAll("main, main *")].filter(part => {
        const style = getComputedStyle(part);
        return style.overflowX !== "visible" && part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1;
    }).map(part => part.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("name", MAIN)
def test_nothing_is_told_by_colour_alone(name: str, forced: Screen, own: Place) -> None:
    forced.show(fill(name, own))
    assert forced.page.evaluate(UNMARKED) == []
    assert forced.page.evaluate(WORDLESS) == []
    assert forced.complaints() == []


@pytest.mark.parametrize("name", MAIN)
def test_page_goes_on_paper_whole_and_without_buttons(name: str, open_as: Open, own: Place) -> None:
    screen = open_as("sendco")
    screen.show(fill(name, own))
    screen.page.emulate_media(media="print")
    screen.page.set_viewport_size(PAPER)
    assert screen.page.evaluate(UNSIGHTLY) == []
    assert screen.page.evaluate(DOORS) == []
    assert screen.page.evaluate(CLIPPED) == []
