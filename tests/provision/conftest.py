"""A small world for provision: a school with terms, adults, pupils, and a way to plan a group in one line."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.conf import settings

from provision.actions import plan_group
from provision.models import Intervention, Session, SessionEntry
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
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return as_user


@pytest.fixture
def measure(sendco):
    """`measure(group, [(78, 84), (82, None)])`: scores before and after, in the order of the group's lines."""

    def make(group, scores, **days):
        from provision.actions import Result, record_entry_exit

        first, last = days.get("first", group.starts), days.get("last", group.ends)
        lines = group.lines.select_related("pupil", "group__intervention__instrument").order_by("pk")
        for line, (before, after) in zip(lines, scores, strict=True):
            record_entry_exit(
                line=line,
                by=sendco,
                entry=None if before is None else Result(Decimal(before), first),
                exit=None if after is None else Result(Decimal(after), last),
            )

    return make


@pytest.fixture
def happened(db):
    """`happened(group, missed=3, reason="room")`: the first sessions did not happen, the others until 20 November did."""

    def make(group, missed=0, reason="staff_absent", away=()):
        logged_at = datetime(2026, 11, 20, 16, tzinfo=UTC)
        sessions = list(group.sessions.filter(on__lte=date(2026, 11, 20)))
        for place, session in enumerate(sessions):
            is_missed = place < missed
            session.state, session.reason = ("missed", reason) if is_missed else ("delivered", "")
            session.logged_at = logged_at
        Session.objects.bulk_update(sessions, ["state", "reason", "logged_at"])
        SessionEntry.objects.bulk_create(
            SessionEntry(session=session, line=line, pupil_id=line.pupil_id, on=session.on, was_away=line.pupil in away)
            for session in sessions[missed:]
            for line in group.lines.select_related("pupil")
        )
        return len(sessions)

    return make
