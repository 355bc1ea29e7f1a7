"""A school with adults who have contracts, a group of each kind, and an adult who is away."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from provision.actions import plan_group
from provision.models import Intervention
from sendco.accounts.permissions import Role
from staff.actions import set_contract
from staff.deployment.actions import add_absence
from tests import factories

MONDAY = date(2026, 11, 23)
FULL_WEEK = [(day, time(8, 30), time(15, 15)) for day in range(5)]


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def adult(school, sendco):
    """`adult("Tom Hallam")`: a teaching assistant; times=() leaves the hours unknown."""

    def make(name, times=FULL_WEEK, hours="30", role=Role.SUPPORT, place=None):
        user = factories.UserFactory(name=name)
        membership = factories.MembershipFactory(user=user, school=place or school, role=role)
        if times:
            set_contract(
                membership=membership, starts=date(2025, 9, 1), hours_per_week=Decimal(hours),
                weeks_per_year=Decimal(39), times=times, by=None,
            )  # fmt: skip
        return user

    return make


@pytest.fixture
def leanne(adult):
    return adult("Leanne Briggs")


@pytest.fixture
def tom(adult):
    return adult("Tom Hallam")


@pytest.fixture
def run(school, sendco):
    """`run("Phonics, Rowan", leanne, [(0, time(10, 30))])`: a group planned for the autumn."""

    def make(name, deliverer, slots, *, slug="phonics", pupils=2, place=None, by=sendco, **fields):
        where = place or school
        children = [factories.PupilFactory(school=where, sen_status="K") for _ in range(pupils)]
        given = {
            "starts": date(2026, 11, 2), "ends": date(2026, 12, 18), "minutes": 30, "weeks": 7, "grade": "ta2",
            "times_per_week": len(slots),
        } | fields  # fmt: skip
        intervention = Intervention.objects.filter(slug__startswith=slug).first()
        return plan_group(
            school=where, intervention=intervention, name=name, deliverer=deliverer, pupils=children, slots=slots,
            by=by if where == school else None, **given,
        )  # fmt: skip

    return make


@pytest.fixture
def away(sendco):
    """`away(leanne)`: absent on Monday 23 November, or from `starts` to `ends`."""

    def make(user, starts=MONDAY, ends=None, kind="away"):
        membership = user.memberships.select_related("user").first()
        return add_absence(membership=membership, starts=starts, ends=ends or starts, kind=kind, by=None)

    return make


@pytest.fixture
def phonics(run, leanne):
    """Leanne's group on Mondays and Tuesdays at half past ten."""
    return run("Phonics, Rowan", leanne, [(0, time(10, 30)), (1, time(10, 30))])


@pytest.fixture
def gap(phonics, away, leanne):
    """The session of Monday 23 November, whose adult is away."""
    away(leanne)
    return phonics.sessions.get(on=MONDAY)
