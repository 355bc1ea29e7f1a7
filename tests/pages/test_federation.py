"""The schools of a federation side by side: what is counted, in which order, and how long it is kept."""

from datetime import UTC, date, datetime, time

import pytest

from provision.models import Group, Intervention, Session
from reviews.models import EhcPlan, Review, ReviewStep
from sendco.accounts.permissions import Role
from sendco.pages import federation_feed
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]
TODAY = date(2026, 11, 23)


def register(school, ehc=0, support=0):
    for status, count in (("E", ehc), ("K", support), ("N", 1)):
        factories.PupilFactory.create_batch(count, school=school, sen_status=status)


def with_step(school, due_on, *, owner="SENDCo", **fields):
    pupil = factories.PupilFactory(school=school, sen_status="N", left_on=fields.pop("left_on", None))
    plan = EhcPlan.objects.create(pupil=pupil, la_code="330", first_made_on=date(2025, 11, 1))
    review = Review.objects.create(
        pupil=pupil, plan=plan, school=school, anchor_on=date(2025, 11, 1), due_on=due_on,
        meeting_on=fields.pop("meeting_on", None),
    )  # fmt: skip
    values = {"key": "report_by", "label": "Report", "order": 1} | fields
    ReviewStep.objects.create(review=review, school=school, pupil=pupil, owner=owner, due_on=due_on, **values)


def with_sessions(school, **counts):
    intervention = Intervention.objects.first()
    group = Group.objects.create(
        school=school, intervention=intervention, name="Readers", starts=date(2026, 9, 7), ends=date(2026, 12, 11),
        minutes=20, times_per_week=3, weeks=12, hourly_rate="20.60",
    )  # fmt: skip
    for place, (state, count) in enumerate(counts.items()):
        logged = {} if state == "planned" else {"logged_at": datetime(2026, 11, 20, tzinfo=UTC)}
        reason = {"reason": "room"} if state == "missed" else {}
        for n in range(count):
            Session.objects.create(
                group=group, school=school, on=date(2026, 11, 2 + n), starts_at=time(9 + place), minutes=20, state=state,
                **logged, **reason,
            )  # fmt: skip


def rows_of(response):
    return [(row.name, row.status, row.ehc, row.support, row.share, row.not_logged) for row in response.context["page"]]


def test_every_school_has_its_own_figures_and_the_late_come_first(sign_in, school):
    school.name = "Ashby"
    school.save()
    birch = factories.SchoolFactory(federation=school.federation, name="Birch")
    cedar = factories.SchoolFactory(federation=school.federation, name="Cedar")
    factories.SchoolFactory(name="Of somebody else")
    register(school, ehc=1, support=2)
    register(birch, support=1)
    with_step(birch, date(2026, 11, 20))
    with_step(birch, date(2026, 11, 20), owner="local authority")
    with_step(birch, date(2026, 11, 20), left_on=date(2026, 11, 1))
    with_step(cedar, date(2026, 11, 30))
    with_step(cedar, date(2026, 12, 1))
    with_step(cedar, date(2026, 11, 20), key="meeting_latest", meeting_on=date(2026, 11, 27))
    with_sessions(cedar, delivered=3, missed=1, planned=2)
    page = sign_in(Role.FEDERATION_LEAD, school).get("/")
    assert rows_of(page) == [
        ("Birch", ("danger", "1 overdue"), 0, 1, None, 0),
        ("Cedar", ("warn", "1 within a week"), 0, 0, 75, 2),
        ("Ashby", ("ok", "On time"), 1, 2, None, 0),
    ]
    assert page.context["lead"] == "One legal date has passed, in one school."
    assert [figure["value"] for figure in page.context["figures"]] == [3, "1", "3", "75%"]
    assert b"Counted at" not in page.content


@pytest.mark.parametrize("size", [2, 9])
def test_any_number_of_schools_takes_seven_queries(sign_in, school, size, django_assert_num_queries):
    for _ in range(size):
        register(factories.SchoolFactory(federation=school.federation), ehc=1, support=1)
    client = sign_in(Role.FEDERATION_LEAD, school)
    client.get("/")
    with django_assert_num_queries(7):
        client.get("/")


def test_figures_of_a_large_federation_are_kept_for_a_minute_and_say_so(
    sign_in, school, on_day, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(federation_feed, "KEPT_FROM", 1)
    client = sign_in(Role.FEDERATION_LEAD, school)
    register(school, support=1)
    assert b"Counted at" not in client.get("/").content
    register(school, support=1)
    on_day.shift(59)
    with django_assert_num_queries(5):
        kept = client.get("/")
    assert rows_of(kept)[0][3] == 1
    assert "Counted at 8:40am. The figures are at most a minute old." in kept.content.decode()
    on_day.shift(2)
    assert rows_of(client.get("/"))[0][3] == 2


def test_kept_figures_are_of_ones_own_schools_only(sign_in, two_schools, monkeypatch):
    monkeypatch.setattr(federation_feed, "KEPT_FROM", 1)
    for place in two_schools:
        page = sign_in(Role.FEDERATION_LEAD, place).get("/")
        assert [row[0] for row in rows_of(page)] == [place.name]
