"""Navigation: every place that a role is offered opens, and every page of the product is offered somewhere."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from sendco.pages.navigation import NAVIGATION, main_role

from .addresses import FILLED, fill
from .table import TABLE, VISITORS
from .world import Place

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

PEOPLE = VISITORS[:-1]
LINK = re.compile(r'(href|action|hx-get|formaction)="(/[^"]*)"')
OFFERED_ELSEWHERE = {
    "imports:apply": "an import with rows that can be taken",
    "imports:mapping": "a table whose headings are not known",
    "imports:undo": "an import that was applied",
    "pages:chosen-group": "pupils ticked on the register",
    "pages:chosen-group-undo": "the Undo of a toast",
    "pages:chosen-reviews": "several pupils ticked on the register",
    "pages:gallery": "for who builds pages: docs/reference/components.md",
    "pages:kept-work": "after a new sign-in, when something was typed as the session ended",
    "provision:impact-export": "an intervention whose groups have ended",
    "provision:session-undo": "the Undo of a toast",
    "pupils:document-undo": "the Undo of a toast",
    "pupils:plan-agree": "a draft without a plan in force",
    "pupils:progress-undo": "the Undo of a toast",
    "pupils:pupil-return": "a pupil who left",
    "pupils:register-untag": "the Undo of a toast",
    "pupils:saved-view-add": "a filter that is not saved yet",
    "pupils:score-remove": "the Undo of a toast",
    "pupils:support-withdraw": "support that begins on a day to come",
    "pupils:support-told": "SEN support of which parents were not told",
    "reports:governors-publish": "a report with her words in it",
    "reports:start": "a term without a report",
    "reviews:compare": "a review of a pupil whose last review was held",
    "reviews:decision": "a review whose report was sent",
    "reviews:final-plan": "a review that the authority decided",
    "reviews:hold": "a review whose meeting has begun",
    "reviews:invitee-remind": "a person who was asked for advice",
    "reviews:report-send": "a review whose report is written",
}
"""Offered only in a state in which no object of the small world is, and which; the demo has them all."""


@pytest.mark.parametrize("who", PEOPLE)
def test_every_place_in_the_navigation_opens(who, world, visitors):
    user = world["own"].people[who]
    school_id = world["own"].school.pk if user.access.places else None
    offered = [item for section in NAVIGATION for item in section.items if item.shown(user.access, school_id)]
    seen = {item.label: visitors[who].send("get", item.url())[0] for item in offered}
    expected = dict.fromkeys(seen, 200)
    if who == "grantee":
        expected["Home"] = 302  # straight to the pupils that were opened to this person
    assert seen == expected
    assert seen != {}


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("teacher", ["My class", "My pupils", "My day"]),
        ("support", ["My pupils", "My day"]),
        ("governor", ["Reports"]),
        ("system_admin", ["Set-up", "People", "Settings"]),
        ("admin_assistant", [
            "Today", "Pupils", "Deadlines", "Annual reviews", "Meetings", "Needs assessments", "Staff timetable",
            "Agencies", "Import",
        ]),
    ],
)  # fmt: skip
def test_each_role_is_offered_its_own_places(who, labels, world):
    place = world["own"]
    access = place.people[who].access
    shown = [item.label for section in NAVIGATION for item in section.items if item.shown(access, place.school.pk)]
    assert shown == labels


def test_everybody_has_a_first_tab(world, visitors):
    for who in PEOPLE:
        body = visitors[who].ask("get", "/accessibility/").content.decode()
        tabs = re.findall(r'<a href="([^"]+)"', body.partition('class="tabbar"')[2].partition("</nav>")[0])
        assert tabs[-1] == "#more"
        assert len(tabs) in range(2, 6), who


@pytest.mark.slow
def test_no_page_is_an_orphan_and_no_link_leads_to_a_refusal(world, visitors):
    """Follow links from the first page of each role: what is offered opens, and every address of the table is met."""
    met: set[str] = set()
    refused: dict[tuple[str, str], tuple[str, int]] = {}
    for who in PEOPLE:
        if who not in ("stranger_teacher", "stranger_support"):
            found, dead = crawl(who, world["own"], visitors)
            met |= found
            refused |= {(who, url): why for url, why in dead.items()}
    assert refused == {}
    wanted = {row.name for row in TABLE if "#" not in row.name}
    assert " ".join(sorted(wanted - met - set(OFFERED_ELSEWHERE))) == ""


def crawl(who: str, place: Place, visitors) -> tuple[set[str], dict[str, tuple[str, int]]]:
    """Names of the addresses that pages within reach of `who` link or post to, and links that were refused, by name.

    One page of each address is opened, and that of the world's own object.
    """
    ours = {fill(name, place) for name in FILLED if not name.startswith(("account_", "mfa_"))}
    waiting, opened, met = [("/", "/")], set(), set()
    dead: dict[str, tuple[str, int]] = {}
    while waiting:
        url, source = waiting.pop(0)
        response = visitors[who].ask("get", url)
        if response.status_code == 302:
            waiting.append((response["Location"], source))
        elif response.status_code != 200:
            dead[url] = (source, response.status_code)
        if response.status_code != 200 or "html" not in response["Content-Type"] or url.startswith("/sign"):
            continue
        for kind, link in LINK.findall(response.content.decode()):
            link = link.replace("&amp;", "&")
            path = urlsplit(link).path
            name = name_of(path)
            if name is None:
                continue
            met.add(name)
            key = path if path in ours else name
            if kind == "href" and key not in opened:
                opened.add(key)
                waiting.append((link, url))
    return met, dead


def name_of(path: str) -> str | None:
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return f"{found.namespace}:{found.url_name}" if found.namespace else found.url_name


def test_the_role_of_the_home_page_is_the_highest_held(world):
    place = world["own"]
    assert {who: str(main_role(place.people[who].access, place.school.pk) or "") for who in VISITORS[:9]} == {
        who: who for who in VISITORS[:9]
    }
