"""Typed work survives an expired session, for the same person only."""

import pytest

from sendco.accounts.kept_work import SESSION_KEY
from sendco.accounts.permissions import Role
from tests import factories

pytestmark = pytest.mark.integration


def sign_in_by_form(client, user, follow=False):
    return client.post("/sign-in/", {"login": user.email, "password": factories.PASSWORD}, follow=follow)


def expire(client):
    session = client.session
    session["seen_at"] = 1
    session.save()


@pytest.fixture
def user(school):
    return factories.person(Role.SENDCO, school)


def test_form_sent_after_the_session_ended_is_given_back(client, user):
    assert sign_in_by_form(client, user).headers["Location"] == "/"
    client.get("/help/")
    expire(client)
    sent = client.post("/account/display/", {"theme": "dark", "tint": "paper", "spacing": "wide", "password": "secret"})
    assert sent.headers["Location"] == "/sign-in/?kept=1"
    assert sign_in_by_form(client, user).headers["Location"] == "/account/kept/"
    page = client.get("/account/kept/").content.decode()
    assert '<form method="post" action="/account/display/">' in page
    assert '<input type="hidden" name="theme" value="dark">' in page
    assert "secret" not in page
    user.refresh_from_db()
    assert user.theme == "auto"


def test_somebody_else_never_sees_it(client, user, school):
    sign_in_by_form(client, user)
    client.get("/help/")
    expire(client)
    client.post("/account/display/", {"theme": "dark"})
    other = factories.person(Role.SENDCO, school)
    assert sign_in_by_form(client, other).headers["Location"] == "/"
    assert SESSION_KEY not in client.session
    assert client.get("/account/kept/").headers["Location"] == "/"


def test_nothing_is_kept_from_a_browser_where_nobody_signed_in(client, db):
    sent = client.post("/account/display/", {"theme": "dark"})
    assert sent.headers["Location"] == "/sign-in/?next=/account/display/"
    assert SESSION_KEY not in client.session


def test_htmx_is_answered_with_401(client, db):
    assert client.get("/help/", headers={"HX-Request": "true"}).status_code == 401


def test_letting_it_go(client, user):
    sign_in_by_form(client, user)
    client.get("/help/")
    expire(client)
    client.post("/account/display/", {"theme": "dark"})
    sign_in_by_form(client, user)
    assert client.post("/account/kept/").headers["Location"] == "/"
    assert client.get("/account/kept/").headers["Location"] == "/"


def test_sign_in_page_asks_the_database_nothing(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get("/sign-in/")
    assert page.status_code == 200
    assert "<h1" in page.content.decode()


def test_wrong_password_is_refused_in_words(client, user):
    page = client.post("/sign-in/", {"login": user.email, "password": "wrong"})
    assert page.status_code == 200
    assert "check your email address and password" in page.content.decode().lower()


def test_form_that_stays_on_its_page_is_answered_with_401_and_not_kept(client, user):
    sign_in_by_form(client, user)
    client.get("/help/")
    expire(client)
    sent = client.post("/account/display/", {"theme": "dark"}, headers={"X-Sendco-Keep": "1"})
    assert sent.status_code == 401
    assert SESSION_KEY not in client.session
    assert sign_in_by_form(client, user).headers["Location"] == "/"
