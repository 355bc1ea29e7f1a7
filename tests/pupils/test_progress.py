"""Ratings: recording, undoing, how they are shown."""

from datetime import date

import pytest
from django.urls import reverse

from pupils import actions
from pupils.models import ProgressRecord, Target
from pupils.targets import rows_of
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
ON = date(2026, 11, 23)
HX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def target(school):
    pupil = factories.PupilFactory(school=school, sen_status="K")
    plan = actions.start_plan(
        pupil=pupil, kind="sen_support", starts=date(2026, 9, 21), review_on=date(2026, 11, 30), by=None
    )
    made = actions.add_target(plan=plan, area="CI", text="Asks for help", due_on=plan.review_on, by=None)
    actions.add_target(plan=plan, area="CI", text="Takes turns", due_on=plan.review_on, by=None)
    actions.agree_plan(plan=plan, on=plan.starts, by=None)
    return Target.objects.select_related("plan__pupil").get(pk=made.pk)


def helper(target, client):
    """Make the signed-in person the pupil's key adult."""
    pupil = target.plan.pupil
    pupil.key_adult = client.user
    pupil.save()


def latest(target):
    target.refresh_from_db()
    return target.latest_rating, target.latest_on


def test_the_target_follows_the_newest_day(target):
    actions.record_progress(target=target, on=date(2026, 11, 10), rating=2, by=None)
    actions.record_progress(target=target, on=date(2026, 10, 1), rating=0, by=None)
    assert latest(target) == (2, date(2026, 11, 10))
    newest = actions.record_progress(target=target, on=ON, rating=3, by=None)
    assert latest(target) == (3, ON)
    actions.undo_progress(record=newest, by=None)
    assert latest(target) == (2, date(2026, 11, 10))


def test_undoing_the_only_rating_leaves_none(target):
    actions.undo_progress(record=actions.record_progress(target=target, on=ON, rating=1, by=None), by=None)
    assert latest(target) == (None, None)
    assert list(AuditEvent.objects.values_list("kind", flat=True).order_by("-pk")[:2]) == [
        "target.progress_undone",
        "target.progress",
    ]


def test_a_rating_does_not_stand_in_the_way_of_rewording(target, school):
    sendco = factories.person(Role.SENDCO, school)
    version = target.version
    actions.record_progress(target=target, on=ON, rating=1, by=sendco)
    actions.change_target(target=target, version=version, by=sendco, text="Reworded")
    assert Target.objects.get(pk=target.pk).latest_rating == 1


def test_a_closed_target_takes_no_rating(target):
    actions.review_plan(plan=target.plan, on=ON, decision="continue", summary="", target_results={}, by=None)
    with pytest.raises(Refused, match="closed"):
        actions.record_progress(target=Target.objects.get(pk=target.pk), on=ON, rating=1, by=None)


def test_only_the_recorder_or_who_writes_plans_takes_a_rating_back(target, school):
    one, other = (factories.person(Role.SUPPORT, school) for _ in range(2))
    record = actions.record_progress(target=target, on=ON, rating=1, by=one)
    with pytest.raises(NotAllowed, match="A colleague recorded this"):
        actions.undo_progress(record=record, by=other)
    actions.undo_progress(record=record, by=factories.person(Role.TEACHER, school))
    assert not ProgressRecord.objects.exists()


@pytest.mark.parametrize("role", [Role.HEAD, Role.ADMIN, Role.SAFEGUARDING, Role.GOVERNOR])
def test_who_may_not_rate(role, target, school):
    with pytest.raises(NotAllowed):
        actions.record_progress(target=target, on=ON, rating=1, by=factories.person(role, school))


# --- As pages show them -----------------------------------------------------------------------------------


def test_the_last_rating_of_a_day_counts(target):
    for day, rating in ((1, 0), (1, 2), (8, 1), (9, 3)):
        actions.record_progress(target=target, on=date(2026, 11, day), rating=rating, by=None)
    row = rows_of(target.plan, on=ON)[0]
    assert row.trail == [2, 1, 3]
    assert row.words == "Nearly or got it on 2 of the last 3 days"
    assert not row.is_stuck


def test_six_ratings_without_gain_are_said(target):
    for day in range(1, 8):
        actions.record_progress(target=target, on=date(2026, 11, day), rating=1, by=None)
    row = rows_of(target.plan, on=ON)[0]
    assert (row.trail, row.is_stuck) == ([1] * 6, True)


def test_targets_and_ratings_cost_one_query(target, django_assert_num_queries):
    with django_assert_num_queries(1):
        rows = rows_of(target.plan, on=ON)
    assert [(row.target.text, row.words) for row in rows] == [
        ("Asks for help", "Not rated yet"),
        ("Takes turns", "Not rated yet"),
    ]
    for day in range(1, 20):
        actions.record_progress(target=target, on=date(2026, 11, day), rating=1, by=None)
    with django_assert_num_queries(1):
        assert len(rows_of(target.plan, on=ON)) == 2


# --- Screens ----------------------------------------------------------------------------------------------


def url(target):
    return reverse("pupils:target-progress", args=[target.pk])


def test_a_rating_by_htmx_brings_the_row_back_with_an_undo(sign_in, school, target, on_day):
    client = sign_in(Role.SUPPORT, school)
    helper(target, client)
    back = target.plan.pupil.get_absolute_url()
    response = client.post(url(target), {"rating": "2", "next": back}, **HX)
    page, record = response.content.decode(), ProgressRecord.objects.get()
    assert (response.status_code, record.rating, record.on, record.recorded_by) == (200, 2, ON, client.user)
    assert page.startswith(f'<li id="target-{target.pk}">')
    assert "<main" not in page
    assert 'value="2" id="rating-' in page
    assert f'action="{reverse("pupils:progress-undo", args=[record.pk])}?next=' in page
    assert "Change" not in page


def test_the_row_of_the_plan_page_keeps_its_links(sign_in, school, target, on_day):
    client = sign_in(Role.SENDCO, school)
    assert "Change" in client.post(url(target), {"rating": "2", "edit": "1"}, **HX).content.decode()


def test_a_rating_without_script_goes_back_and_can_be_undone(sign_in, school, target, on_day):
    client = sign_in(Role.SUPPORT, school)
    helper(target, client)
    back = target.plan.pupil.get_absolute_url()
    response = client.post(url(target), {"rating": "0", "next": back})
    assert response["Location"] == back
    record = ProgressRecord.objects.get()
    undo = reverse("pupils:progress-undo", args=[record.pk])
    assert f"{undo}?next=" in client.get(back).content.decode()
    assert client.post(f"{undo}?next={back}")["Location"] == back
    assert not ProgressRecord.objects.exists()


def test_next_stays_on_this_site(sign_in, school, target, on_day):
    client = sign_in(Role.SENDCO, school)
    response = client.post(url(target), {"rating": "0", "next": "https://elsewhere.invalid/"})
    assert response["Location"] == reverse("pages:pupil-plan", args=[target.plan.pupil_id])


@pytest.mark.parametrize("sent", [{}, {"rating": "4"}, {"rating": "good"}])
def test_no_rating_is_said_in_the_row_and_on_the_page(sent, sign_in, school, target, on_day):
    client = sign_in(Role.SENDCO, school)
    response = client.post(url(target), sent, **HX)
    assert (response.status_code, "Choose a rating, then save" in response.content.decode()) == (422, True)
    assert client.post(url(target), sent).status_code == 422
    assert not ProgressRecord.objects.exists()


def test_another_day_with_a_note(sign_in, school, target, on_day):
    client = sign_in(Role.SENDCO, school)
    assert client.get(url(target)).status_code == 200
    assert client.post(url(target), {"rating": "1", "on": "2026-11-24"}).status_code == 422
    client.post(url(target), {"rating": "1", "on": "2026-11-20", "note": "With a card"})
    record = ProgressRecord.objects.get()
    assert (record.on, record.note) == (date(2026, 11, 20), "With a card")


def test_ratings_of_others_and_other_schools_are_out_of_reach(sign_in, two_schools, target, on_day):
    record = actions.record_progress(target=target, on=ON, rating=1, by=None)
    undo = reverse("pupils:progress-undo", args=[record.pk])
    stranger = sign_in(Role.SUPPORT, two_schools[0])
    assert [stranger.post(url(target), {"rating": "1"}).status_code, stranger.post(undo).status_code] == [404, 404]
    away = sign_in(Role.SENDCO, two_schools[1])
    assert [away.post(url(target), {"rating": "1"}).status_code, away.post(undo).status_code] == [404, 404]
    assert client_get_is_refused(away, undo)


def client_get_is_refused(client, address):
    return client.get(address).status_code == 405
