"""Needs assessments on screen."""

from datetime import date

import pytest
from django.urls import reverse

from reviews import actions
from reviews.models import NeedsAssessment
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]


@pytest.fixture
def item(on_roll, sendco):
    return actions.open_needs_assessment(pupil=on_roll, received_on=date(2026, 9, 7), by=sendco)


def url(name, *args):
    return reverse(f"reviews:{name}", args=args)


def form(item, **more):
    return {"version": item.version, "requested_by": "school", "received_on": "2026-09-07", **more}


def test_starting_one_shows_the_20_weeks(school, on_roll, sign_in):
    client = sign_in(Role.SENDCO, school)
    response = client.post(url("assessment-add", on_roll.pk), {"received_on": "2026-11-02", "requested_by": "parent"})
    item = NeedsAssessment.objects.get()
    assert response.url == item.get_absolute_url()
    page = client.get(response.url).content.decode()
    for words in (
        "Week 4 of 20",
        "14 December 2026",
        "Six weeks from receipt.",
        "22 March 2027",
        "20 weeks from receipt.",
    ):
        assert words in page


def test_a_second_open_one_is_refused_on_screen(school, item, sign_in):
    response = sign_in(Role.SENDCO, school).post(
        url("assessment-add", item.pupil_id), {"received_on": "2026-11-02", "requested_by": "parent"}
    )
    assert response.status_code == 422
    assert "A needs assessment of this pupil is open already." in response.content.decode()


def test_letters_are_recorded_and_the_last_one_closes(school, item, sign_in):
    client = sign_in(Role.ADMIN, school)
    response = client.post(url("assessment-edit", item.pk), form(item, is_agreed="True", decided_on="2026-10-16"))
    assert response.status_code == 302
    item.refresh_from_db()
    assert (item.is_agreed, item.decided_on, item.closed_on) == (True, date(2026, 10, 16), None)
    closing = form(item, is_agreed="True", decided_on="2026-10-16", final_plan_on="2026-11-20")
    client.post(url("assessment-edit", item.pk), closing)
    item.refresh_from_db()
    assert item.closed_on == date(2026, 11, 20)
    page = client.get(item.get_absolute_url()).content.decode()
    assert "There is a plan." in page
    assert "No longer awaited" in page
    assert "Plan made" in client.get(url("assessments"), {"view": "closed"}).content.decode()


def test_a_decision_without_its_date_is_refused(school, item, sign_in):
    response = sign_in(Role.ADMIN, school).post(url("assessment-edit", item.pk), form(item, is_agreed="True"))
    assert response.status_code == 422
    assert "Enter both what the local authority decided and the date of its letter." in response.content.decode()


def test_a_stale_form_shows_both_versions(school, item, sign_in):
    response = sign_in(Role.ADMIN, school).post(
        url("assessment-edit", item.pk), form(item, version=9, advice_requested_on="2026-10-19")
    )
    assert response.status_code == 409


def test_a_withdrawn_request_is_closed(school, item, sign_in):
    client = sign_in(Role.SENDCO, school)
    client.post(url("assessment-close", item.pk), {"version": item.version, "on": "2026-11-20"})
    item.refresh_from_db()
    assert item.closed_on == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("role", "seen", "changed"),
    [
        (Role.SENDCO, 200, 200),
        (Role.ADMIN, 200, 200),
        (Role.HEAD, 200, 403),
        (Role.TEACHER, 404, 404),
        (Role.GOVERNOR, 404, 404),
    ],
)
def test_who_sees_and_changes_one(school, item, sign_in, role, seen, changed):
    client = sign_in(role, school)
    assert client.get(item.get_absolute_url()).status_code == seen
    assert client.get(url("assessment-edit", item.pk)).status_code == changed


def test_another_school_sees_nothing_and_looking_is_audited(two_schools, item, sign_in):
    client = sign_in(Role.SENDCO, two_schools[1])
    assert client.get(item.get_absolute_url()).status_code == 404
    assert "Mensah" not in client.get(url("assessments")).content.decode()
    assert not AuditEvent.objects.filter(kind="assessment.viewed").exists()
    sign_in(Role.HEAD, two_schools[0]).get(item.get_absolute_url())
    assert AuditEvent.objects.get(kind="assessment.viewed").pupil_id == item.pupil_id
