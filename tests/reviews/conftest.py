"""A pupil with an EHC plan, in a school with a SENDCo, a head and the people who must be invited."""

from __future__ import annotations

from datetime import date, time

import pytest

from pupils.models import Contact
from reviews import actions
from sendco.accounts.permissions import Role
from staff.agencies.models import Agency, Professional
from tests import factories

TODAY = date(2026, 11, 23)


@pytest.fixture
def on_roll(school):
    """Kofi Mensah, with a parent who may be written to, one who may not, and the officers in the directory."""
    pupil = factories.PupilFactory(school=school, forename="Kofi", surname="Mensah", sen_status="E")
    Contact.objects.create(
        pupil=pupil,
        name="Abena Mensah",
        email="abena@home.invalid",
        has_parental_responsibility=True,
        relationship="Mother",
    )
    Contact.objects.create(
        pupil=pupil, name="Barred Person", email="barred@home.invalid", has_parental_responsibility=True,
        may_not_be_contacted=True,
    )  # fmt: skip
    federation = school.federation
    for kind, name in (("la_send", "Martin Yeo"), ("social", "Joanne Lacey")):
        agency = Agency.objects.create(
            federation=federation, name=f"Agency {kind}", kind=kind, email=f"{kind}@la.invalid"
        )
        Professional.objects.create(agency=agency, name=name, job_title="Officer")
    return pupil


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def head(school):
    return factories.person(Role.HEAD, school)


@pytest.fixture
def plan(on_roll, sendco, head):
    """Made on 14 March 2025 and decided on 6 March 2026: the review must be complete by 5 March 2027."""
    return actions.open_ehc_plan(
        pupil=on_roll, la_code="330", first_made_on=date(2025, 3, 14), last_decision_on=date(2026, 3, 6), by=sendco
    )


@pytest.fixture
def review(plan, sendco):
    return actions.open_review(plan=plan, kind="annual", by=sendco, on=TODAY, owner=sendco)


@pytest.fixture
def booked(review, sendco):
    """The meeting is on Tuesday 26 January 2027 at 2pm."""
    return actions.schedule_meeting(
        review=review, version=review.version, meeting_on=date(2027, 1, 26), meeting_at=time(14, 0), place="Sunshine room",
        by=sendco, on=TODAY,
    )  # fmt: skip


@pytest.fixture
def invited(booked, sendco):
    """Everyone was invited on 23 November; a health professional was found first."""
    place = booked.invitees.get(kind="health")
    actions.change_invitee(
        invitee=place, version=place.version, by=sendco, name="Ruth Calloway", email="ruth@nhs.invalid"
    )
    actions.send_invitations(review=booked, by=sendco, on=TODAY)
    booked.refresh_from_db()
    return booked


@pytest.fixture
def held(invited, sendco):
    """The meeting took place on the day it was booked for."""
    return actions.hold_meeting(review=invited, on=date(2027, 1, 26), by=sendco, attended=[])


@pytest.fixture
def reported(held, sendco):
    actions.write_report(
        review=held, version=held.version, by=sendco, summary="A good year.", recommendations="Keep Section F.",
        differences="",
    )  # fmt: skip
    return actions.send_report(
        review=held, on=date(2027, 2, 2), to="Everyone invited and the local authority", by=sendco
    )
