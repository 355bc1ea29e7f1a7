"""My day: today's sessions of one adult, and earlier ones nobody logged."""

from datetime import date, time

import pytest

from provision.models import Session
from sendco.accounts.permissions import Role
from tests import factories

from .conftest import MONDAY

pytestmark = pytest.mark.integration


@pytest.fixture
def as_maya(enter, maya, on_day):
    on_day.move_to("2026-11-23 12:00:00+00:00")
    return enter(maya)


@pytest.fixture
def two_today(plan):
    """One that is over and one to come, on Monday 23 November."""
    early = plan(name="Number, Willow", starts=date(2026, 11, 16), ends=date(2026, 12, 4), slots=[MONDAY])
    late = plan(name="Reading", pupils=1, starts=date(2026, 11, 23), ends=date(2026, 12, 4), slots=[(0, time(14, 30))])
    return early, late


def test_my_day_leads_with_what_is_to_be_logged(as_maya, two_today):
    response = as_maya.get("/my-day/")
    page = response.content.decode()
    rows = response.context["rows"]
    assert [(row["session"].group.name, row["word"], row["is_next"]) for row in rows] == [
        ("Number, Willow", "Not logged", True),
        ("Reading", "Later", False),
    ]
    first = rows[0]["session"]
    assert f'<a class="btn btn-lg btn-block" href="/sessions/{first.pk}/log/">' in page
    assert "10:15am to 10:45am" in page
    assert "4 children" in page


def test_my_day_names_the_next_when_the_rest_is_logged(as_maya, two_today):
    Session.objects.filter(group=two_today[0]).update(state="missed", reason="room", logged_at="2026-11-23T11:00:00Z")
    rows = as_maya.get("/my-day/").context["rows"]
    assert [(row["word"], row["is_next"]) for row in rows] == [("Did not happen", False), ("Next", True)]


def test_my_day_shows_first_name_and_initial_of_a_child_alone(as_maya, two_today):
    page = as_maya.get("/my-day/").content.decode()
    pupil = two_today[1].lines.get().pupil
    assert pupil.short_name in page
    assert pupil.surname not in page


def test_my_day_lists_earlier_sessions_that_are_not_logged(as_maya, two_today):
    response = as_maya.get("/my-day/")
    assert [session.on for session in response.context["not_logged"]] == [date(2026, 11, 16)]
    assert "Monday 16 November 2026, 10:15am" in response.content.decode()


def test_my_day_of_another_day_and_week(as_maya, two_today):
    response = as_maya.get("/my-day/?on=2026-11-30")
    assert [row["session"].on for row in response.context["rows"]] == [date(2026, 11, 30)] * 2
    assert response.context["next"] is None
    assert [day["count"] for day in response.context["week"]] == [2, 0, 0, 0, 0]


@pytest.mark.parametrize("query", ["?on=yesterday", "?on=2026-13-01", "?on="])
def test_my_day_with_a_day_that_makes_no_sense_is_today(as_maya, query):
    assert as_maya.get(f"/my-day/{query}").context["on"] == date(2026, 11, 23)


def test_my_day_says_why_school_is_closed(as_maya):
    page = as_maya.get("/my-day/?on=2026-10-28").content.decode()
    assert "School is closed for half term" in page
    assert "It opens again on Monday 2 November 2026." in page


def test_my_day_shows_nobody_elses_sessions(sign_in, school, two_today, on_day):
    response = sign_in(Role.SUPPORT, school).get("/my-day/")
    assert (response.context["rows"], response.context["not_logged"]) == ([], [])
    assert "You have no sessions on this day" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "code"), [(Role.TEACHER, 200), (Role.SENDCO, 200), (Role.HEAD, 403), (Role.GOVERNOR, 403)]
)
def test_who_has_a_day(sign_in, school, role, code, on_day):
    assert sign_in(role, school).get("/my-day/").status_code == code


@pytest.mark.parametrize("groups", [1, 5])
def test_my_day_takes_the_same_queries_for_any_number(as_maya, plan, django_assert_num_queries, groups):
    for hour in range(groups):
        plan(starts=date(2026, 11, 16), ends=date(2026, 12, 4), slots=[(0, time(9 + hour, 0))])
    as_maya.get("/my-day/")
    with django_assert_num_queries(6):
        as_maya.get("/my-day/")


def test_a_covered_session_is_in_the_day_of_who_covers(as_maya, two_today, school, enter):
    cover = factories.person(Role.SUPPORT, school)
    Session.objects.filter(group=two_today[1]).update(deliverer=cover)
    assert len(as_maya.get("/my-day/").context["rows"]) == 1
    assert [row["session"].group for row in enter(cover).get("/my-day/").context["rows"]] == [two_today[1]]


def test_a_child_whose_name_is_in_the_group_is_not_named_twice(as_maya, two_today):
    group = two_today[1]
    pupil = group.lines.get().pupil
    group.name = f"1:1 support, {pupil.short_name}"
    group.save(update_fields=["name"])
    Session.objects.filter(group=two_today[0]).update(state="missed", reason="room", logged_at="2026-11-23T11:00:00Z")
    page = as_maya.get("/my-day/").content.decode()
    assert f'<h2 id="h-next">{group.name}</h2>' in page
    assert f"{pupil.short_name}, {pupil.short_name}" not in page
