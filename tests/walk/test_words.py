"""Search, help and the pages for what went wrong."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sendco.accounts.permissions import Role
from sendco.pages.views.words import HELP

from .table import VISITORS
from .test_homes import main_of, text_of

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

ALWAYS = ["Worried about a child?", "From anywhere", "Something is missing or wrong"]


@pytest.mark.parametrize(
    ("who", "words", "found"),
    [
        ("sendco", "ott", ["Ottoline Quillfeather"]),
        ("sendco", "OTTOLINE quill", ["Ottoline Quillfeather"]),
        ("sendco", "toline", []),
        ("sendco", "zandervane", []),
        ("sendco", "   ", []),
        ("teacher", "lysander", ["Lysander Quillfeather"]),
        ("support", "quillfeather", ["Ottoline Quillfeather", "Peregrine Quillfeather"]),
        ("grantee", "quillfeather", []),
        ("governor", "ottoline", []),
        ("system_admin", "ottoline", []),
    ],
)
def test_search_finds_the_beginnings_of_names_within_reach(who, words, found, world, visitors):
    text = text_of(visitors[who].ask("get", reverse("pages:search"), {"q": words}).content)
    names = [f"{first} Quillfeather" for first in ("Lysander", "Marigold", "Ottoline", "Peregrine")]
    assert [name for name in names if name in text] == found


def test_search_answers_htmx_with_the_results_alone(world, visitors):
    client = visitors["sendco"].signed_in()
    body = client.get(reverse("pages:search"), {"q": "ott"}, HTTP_HX_REQUEST="true").content.decode()
    assert body.startswith('<div id="search-results">')
    assert "<html" not in body


def test_search_shows_twenty_and_says_that_there_are_more(world, visitors, django_assert_num_queries):
    client = visitors["sendco"].signed_in()
    client.get(reverse("pages:search"), {"q": "ott"})
    with django_assert_num_queries(4):
        body = client.get(reverse("pages:search"), {"q": "quillfeather"}).content.decode()
    assert body.count('<a href="/pupils/') == 20
    assert "There are more." in body


@pytest.mark.parametrize(
    ("who", "panels"),
    [
        ("support", ["Log a session", "Your pupils", "Record progress"]),
        ("governor", ["Reports"]),
        ("system_admin", ["Settings", "People"]),
        ("teacher", ["Log a session", "Write advice for a review", "Your pupils", "Plans and targets", "Record progress"]),
        ("federation_lead", [
            "Legal dates", "Write advice for a review", "The register", "Provision and impact", "Staff and cover", "Agencies",
            "Governor reports", "Your schools", "Who looked at a record",
        ]),
        ("sendco", [
            "Log a session", "Legal dates", "Annual reviews", "The register", "Record a need, start a plan",
            "Plans and targets", "Record progress", "Plan provision", "Staff and cover", "Agencies", "Governor reports",
            "Bring pupils in from your school’s system", "Settings", "Who looked at a record",
        ]),
    ],
)  # fmt: skip
def test_help_is_about_what_the_role_does(who, panels, world, visitors):
    body = main_of(visitors[who].ask("get", reverse("pages:help")).content)
    titles = [part.partition(">")[2].partition("</h2>")[0] for part in body.split("<h2")[1:]]
    assert titles == [*ALWAYS[:2], *panels, *ALWAYS[2:]]


def test_help_names_real_permissions():
    assert all(permissions for permissions in HELP.values())


@pytest.mark.parametrize("who", ["sendco", "governor", "nobody"])
def test_an_unknown_address_is_told_kindly(who, world, visitors):
    response = visitors[who].ask("get", "/no/such/page/")
    body = response.content.decode()
    assert response.status_code == 404
    assert "We cannot find that page" in body
    assert ("Log a session" in body) is (who == "sendco")


def test_a_refusal_says_whom_to_ask_and_names_nobody(world, visitors):
    response = visitors["support"].ask("get", reverse("pupils:register"))
    assert response.status_code == 403
    assert "Ask your SENDCo if you need it." in response.content.decode()
    unseen = visitors["governor"].ask("get", reverse("pages:pupil", args=[world["own"].at["pupil"]]))
    missing = visitors["governor"].ask("get", reverse("pages:pupil", args=[999_999]))
    assert (unseen.status_code, missing.status_code) == (404, 404)
    assert text_of(unseen.content) == text_of(missing.content)


def test_a_form_without_its_token_is_explained(world):
    response = Client(enforce_csrf_checks=True).post(reverse("sign-in"), {"login": "a@b.invalid", "password": "x"})
    assert response.status_code == 403
    assert "This form has expired" in response.content.decode()


def test_a_fault_shows_no_traceback(world, visitors, monkeypatch):
    from sendco.pages.views import words

    def fail(*args):
        raise RuntimeError("Ottoline")

    monkeypatch.setattr(words, "main_role", fail)
    response = visitors["sendco"].ask("get", reverse("pages:help"))
    assert response.status_code == 500
    body = response.content.decode()
    assert "Something went wrong" in body
    assert "Ottoline" not in body


def test_switching_school_goes_where_it_is_useful(world, visitors):
    federation = world["own"].federation
    from tests import factories

    sister = factories.SchoolFactory(federation=federation, name="Sister School")
    client = visitors["federation_lead"].signed_in()
    response = client.post(reverse("pages:school-switch"), {"school": sister.pk})
    assert (response.status_code, response["Location"]) == (302, "/?show=school")
    assert "Sister School" in client.get("/").content.decode()
    away = client.post(reverse("pages:school-switch"), {"school": sister.pk, "next": "https://elsewhere.invalid/"})
    assert away["Location"] == "/?show=school"


def test_every_role_is_walked():
    assert {str(role) for role in Role} == set(VISITORS[:9])


def test_what_cannot_be_undone_asks_without_script(world, visitors):
    url, place = reverse("pupils:grant-end", args=[world["own"].at["grant"]]), visitors["sendco"]
    page = place.ask("get", reverse("pupils:grants", args=[world["own"].at["pupil"]])).content.decode()
    assert '<input type="hidden" name="ask" value="End this access?">' in page
    data = {"ask": "End this access?", "ask_button": "End access now", "note": "kept <b>"}
    asked = place.signed_in().post(url, data, headers={"referer": "http://testserver/pupils/1/grants/"})
    body = main_of(asked.content)
    assert asked.status_code == 200
    assert "<h1>End this access?</h1>" in body
    assert '<input type="hidden" name="note" value="kept &lt;b&gt;">' in body
    assert 'name="ask"' not in body
    assert 'href="http://testserver/pupils/1/grants/"' in body
    assert f'action="{url}"' in body
    assert place.ask("post", url, {"note": "kept"}).status_code == 302
    away = place.signed_in().post(url, data, headers={"referer": "https://elsewhere.invalid/"})
    assert 'href="/"' in main_of(away.content)


def test_asking_lets_nobody_further(world, visitors):
    url = reverse("pupils:grant-end", args=[world["own"].at["grant"]])
    assert visitors["governor"].ask("post", url, {"ask": "Sure?"}).status_code == 200
    assert visitors["governor"].ask("post", url).status_code == 404
    assert visitors["nobody"].ask("post", url, {"ask": "Sure?"}).status_code == 302
