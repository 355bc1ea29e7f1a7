"""Today shows the referrals whose next step is due, to who writes them and may read them."""

from datetime import date

import pytest

from sendco.accounts.permissions import Role
from staff.agencies.models import Referral

from .conftest import TODAY

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
SENTENCE = "Referrals due"


def today_of(sign_in, role, school):
    return sign_in(role, school).get("/").content.decode()


@pytest.mark.parametrize(("role", "shown"), [(Role.SENDCO, True), (Role.ADMIN, True), (Role.HEAD, False)])
def test_a_step_that_is_late(sign_in, school, sent, role, shown, on_day):
    Referral.objects.update(next_step="Ring them", next_step_on=date(2026, 11, 20))
    page = today_of(sign_in, role, school)
    assert (SENTENCE in page, "Ring them. Was due on 20 November" in page) == (shown, shown)
    assert (sent.get_absolute_url() in page) is shown


@pytest.mark.parametrize(("on", "words"), [(TODAY, "Due today"), (date(2026, 11, 24), None)])
def test_a_step_that_is_due(sign_in, school, sent, on, words, on_day):
    Referral.objects.update(next_step_on=on)
    page = today_of(sign_in, Role.SENDCO, school)
    assert SENTENCE in page if words else SENTENCE not in page
    assert words is None or words in page


def test_a_closed_one_is_not_there(sign_in, school, sent, on_day):
    Referral.objects.update(next_step_on=date(2026, 11, 20), state="closed", closed_on=TODAY)
    assert SENTENCE not in today_of(sign_in, Role.SENDCO, school)


def test_one_to_social_care_is_for_who_reads_confidential_notes(sign_in, school, sent, social, on_day):
    Referral.objects.update(next_step_on=date(2026, 11, 20), agency=social)
    assert SENTENCE not in today_of(sign_in, Role.ADMIN, school)
    assert SENTENCE in today_of(sign_in, Role.SENDCO, school)
