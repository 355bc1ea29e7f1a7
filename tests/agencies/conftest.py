"""A school with services, a pupil and referrals."""

from __future__ import annotations

from datetime import date

import pytest

from sendco.accounts.permissions import Role
from staff.agencies.actions import add_agency, move_referral, open_referral
from tests import factories

TODAY = date(2026, 11, 23)
CONSENT = {"consent_by": "Grace Mensah", "consent_on": date(2026, 9, 20), "consent_how": "form"}


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def salt(school):
    return add_agency(federation=school.federation, by=None, name="Speech and Language", kind="salt", chase_after=10)


@pytest.fixture
def social(school):
    return add_agency(federation=school.federation, by=None, name="Early help", kind="social")


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school, forename="Kofi", surname="Mensah", sen_status="K")


@pytest.fixture
def draft(pupil, salt, sendco):
    """Started on 2 November 2026, with consent."""
    return open_referral(
        pupil=pupil, agency=salt, reason="Hard to understand.", by=sendco, on=date(2026, 11, 2), **CONSENT
    )


@pytest.fixture
def sent(draft, sendco):
    """Sent on 2 November 2026."""
    return move_referral(referral=draft, version=1, state="sent", on=date(2026, 11, 2), by=sendco)
