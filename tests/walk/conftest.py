"""The two schools of the walk, built once for a module and taken back after it; each test undoes what it did itself."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from sendco.accounts.models import User

from .world import Place, build

MORNING = "2026-11-23 08:40:00+00:00"


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[dict[str, Place]]:
    with django_db_blocker.unblock(), time_machine.travel(MORNING, tick=False), transaction.atomic():
        cache.clear()  # numbers start again after a rollback, so what was counted before may be somebody else's
        yield build()
        transaction.set_rollback(True)
        cache.clear()


@pytest.fixture(autouse=True)
def _this_morning(world) -> Iterator[None]:
    with time_machine.travel(MORNING, tick=False):
        yield


class Visitor:
    """A browser in which one person is signed in (None: nobody). What a request changes is undone."""

    def __init__(self, user: User | None) -> None:
        self.client = Client(raise_request_exception=False)
        self.key = ""
        if user is not None:
            self.client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
            self.client.get("/accessibility/")  # the first request notes the time in the session
            self.key = self.client.cookies[settings.SESSION_COOKIE_NAME].value

    def ask(self, method: str, url: str, data: dict[str, str] | None = None) -> HttpResponse:
        """The answer. Signed in again each time, since signing out is one of the addresses."""
        with transaction.atomic():
            response = getattr(self.signed_in(), method)(url, data or {})
            transaction.set_rollback(True)
        return response

    def signed_in(self) -> Client:
        """The browser itself; what is done with it stays until the end of the test."""
        self.client.cookies.clear()
        if self.key:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.key
        return self.client

    def send(self, method: str, url: str, data: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Its status and body."""
        response = self.ask(method, url, data)
        return response.status_code, b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture(scope="module")
def visitors(world, django_db_blocker) -> dict[str, Visitor]:
    """A visitor for each person of the own school by name, and `nobody`."""
    with django_db_blocker.unblock(), time_machine.travel(MORNING, tick=False):
        found = {str(name): Visitor(user) for name, user in world["own"].people.items()}
        return found | {"nobody": Visitor(None)}


@pytest.fixture(scope="module", autouse=True)
def _quiet_refusals() -> Iterator[None]:
    """Refusals are what the walk looks for; writing each into the log would cost more than the request."""
    log = logging.getLogger("django.request")
    before, log.disabled = log.disabled, True
    yield
    log.disabled = before
