"""The page for a fault of ours comes out whatever is broken: the database, the session, the manifest of static files."""

import re

import pytest
from django.contrib.staticfiles import storage
from django.db import OperationalError, connection
from django.test import Client

from sendco.accounts.permissions import Role
from sendco.core import clock

pytestmark = pytest.mark.integration
POLICY = {
    "default-src 'none'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'",
}  # fmt: skip


@pytest.fixture
def reader(sign_in, school):
    client = Client(raise_request_exception=False)
    client.cookies = sign_in(Role.SENDCO, school).cookies
    return client


@pytest.fixture
def broken_manifest(monkeypatch):
    def refuse(name):
        raise ValueError(f"Missing staticfiles manifest entry for '{name}'")

    monkeypatch.setattr(storage.staticfiles_storage, "url", refuse)


@pytest.fixture
def broken_database(reader):
    """Broken once the reader has signed in, and whole again before the test's transaction is rolled back."""

    def refuse(*args, **kwargs):
        raise OperationalError("could not connect")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        yield


def told(response):
    """What is the same for every fault: the words, the policy, nothing inline, nothing kept."""
    page = response.content.decode()
    assert response.status_code == 500
    assert "<h1>Something went wrong</h1>" in page
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["Cache-Control"] == "no-store"
    assert re.findall(r"<script|<style|\sstyle=|\son[a-z]+=", page) == []
    return page


def test_with_a_broken_manifest(reader, broken_manifest):
    assert 'href="/static/css/sendco.css"' in told(reader.get("/help/"))


@pytest.mark.parametrize("path", ["/", "/help/", "/register/"])
def test_with_a_broken_database(reader, broken_database, path):
    told(reader.get(path))


def test_with_both(reader, broken_database, broken_manifest):
    assert 'href="/static/css/sendco.css"' in told(reader.get("/"))


def test_with_a_fault_in_a_page(reader, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: 1 / 0)
    page = told(reader.get("/"))
    assert re.search(r'<link rel="stylesheet" href="/static/css/sendco[^"]*\.css">', page)
    assert "ZeroDivisionError" not in page
