"""Signing in on a device that others use too: signed out after five minutes without use, and when the browser closes."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator

from sendco.accounts.forms import PasskeySignInForm
from sendco.accounts.kept_work import COOKIE
from sendco.accounts.permissions import Role
from tests import factories

pytestmark = pytest.mark.integration


@pytest.fixture
def user(school):
    return factories.person(Role.SUPPORT, school)


def sign_in(client, user, **extra):
    return client.post("/sign-in/", {"login": user.email, "password": factories.PASSWORD, **extra})


def idle_for(client, minutes):
    session = client.session
    session["seen_at"] = int(time.time() - minutes * 60)
    session.save()


def test_the_box_stands_on_the_sign_in_page(client, db):
    page = client.get("/sign-in/").content.decode()
    assert "This is a shared device" in page
    assert "Sign me out after 5 minutes without use" in page


@pytest.mark.parametrize(
    ("extra", "minutes", "status"),
    [({"shared": "on"}, 4, 200), ({"shared": "on"}, 6, 302), ({}, 6, 200), ({}, 29, 200), ({}, 31, 302)],
)
def test_how_long_a_session_lasts_without_use(client, user, extra, minutes, status):
    sign_in(client, user, **extra)
    client.get("/help/")
    idle_for(client, minutes)
    assert client.get("/help/").status_code == status


@pytest.fixture
def passkey(user, monkeypatch):
    """A passkey of the user that any credential opens: the arithmetic of keys is allauth's."""
    key = Authenticator.objects.create(user=user, type="webauthn", data={"name": "Tablet", "credential": {}})
    monkeypatch.setattr(PasskeySignInForm, "clean_credential", lambda form: key)
    return key


@pytest.mark.parametrize(
    ("extra", "minutes", "status"),
    [({"shared": "on"}, 4, 200), ({"shared": "on"}, 6, 302), ({}, 6, 200), ({}, 31, 302)],
)
def test_how_long_a_session_by_passkey_lasts_without_use(client, passkey, extra, minutes, status):
    client.post("/account/2fa/webauthn/login/", {"credential": '{"id": "1"}', **extra})
    assert client.get("/help/").status_code == 200
    idle_for(client, minutes)
    assert client.get("/help/").status_code == status


def test_next_sign_in_by_passkey_without_the_box_is_an_ordinary_one(client, user, passkey):
    sign_in(client, user, shared="on")
    client.post("/sign-out/")
    client.post("/account/2fa/webauthn/login/", {"credential": '{"id": "1"}'})
    assert "data-idle" not in client.get("/help/").content.decode()


def test_box_holds_for_the_passkey_too(client, db):
    page = client.get("/sign-in/").content.decode()
    assert re.search(r'<input type="checkbox" name="shared"[^>]* data-also-for="mfa_login"', page)
    assert '<form id="mfa_login" action="/account/2fa/webauthn/login/" method="post">' in page


@pytest.mark.parametrize(("extra", "kept_for"), [({"shared": "on"}, ""), ({}, 30 * 86400)])
def test_only_an_own_device_remembers_who_signed_in(client, user, extra, kept_for):
    cookies = sign_in(client, user, **extra).cookies
    assert cookies["sessionid"]["max-age"] == ""
    assert cookies[COOKIE]["max-age"] == kept_for


def test_page_knows_when_to_give_way(client, user):
    sign_in(client, user, shared="on")
    assert 'data-idle="300"' in client.get("/help/").content.decode()


def test_page_on_an_own_device_stays(client, user):
    sign_in(client, user)
    assert "data-idle" not in client.get("/help/").content.decode()


def test_next_sign_in_without_the_box_is_an_ordinary_one(client, user):
    sign_in(client, user, shared="on")
    client.post("/sign-out/")
    sign_in(client, user)
    client.get("/help/")
    idle_for(client, 6)
    assert client.get("/help/").status_code == 200


def test_browser_stores_no_page_of_somebody_signed_in(client, user):
    sign_in(client, user)
    assert client.get("/help/").headers["Cache-Control"] == "no-store, private"
