"""A small world for provision: a school with terms, adults, pupils, and a way to plan a group in one line."""

from datetime import date, time

import pytest
from django.conf import settings

from provision.actions import plan_group
from provision.models import Intervention
from sendco.accounts.permissions import Role
from tests import factories

MONDAY, WEDNESDAY, THURSDAY = (0, time(10, 15)), (2, time(10, 15)), (3, time(9, 0))


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def maya(school):
    """A teaching assistant."""
    return factories.person(Role.SUPPORT, school)


@pytest.fixture
def make_pupils(school):
    def make(count, **extra):
        given = {"school": school, "sen_status": "K"} | extra
        return [factories.PupilFactory(**given) for _ in range(count)]

    return make


@pytest.fixture
def number_group(db):
    """From the catalogue: three times 30 minutes for ten weeks."""
    return Intervention.objects.get(slug="1stclassnumber-1")


@pytest.fixture
def plan(school, sendco, maya, make_pupils, number_group):
    """`plan(pupils=4, starts=…)`: a group planned by the SENDCo and run by Maya, on Mondays and Wednesdays."""

    def make(**fields):
        pupils = fields.pop("pupils", 4)
        given = {
            "school": school,
            "intervention": number_group,
            "name": "Number, Willow",
            "starts": date(2026, 9, 7),
            "ends": date(2026, 11, 20),
            "minutes": 30,
            "times_per_week": 3,
            "weeks": 10,
            "deliverer": maya,
            "grade": "ta2",
            "slots": [MONDAY, WEDNESDAY],
            "by": sendco,
        } | fields
        given["pupils"] = make_pupils(pupils) if isinstance(pupils, int) else pupils
        return plan_group(**given)

    return make


@pytest.fixture
def enter(client):
    """`client = enter(user)`: the client signed in as a person who exists already."""

    def as_user(user):
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client

    return as_user
