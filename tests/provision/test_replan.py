"""Sessions follow the school's calendar when terms or closures change."""

from datetime import date, time

import pytest

from provision.actions import add_session
from provision.actions.replan import replan_school
from provision.models import Session
from sendco.audit.models import AuditEvent
from sendco.schools.models import Closure, Term
from sendco.schools.signals import calendar_changed

from .conftest import MONDAY

pytestmark = pytest.mark.integration

TODAY = date(2026, 11, 16)


@pytest.fixture
def group(plan):
    """Mondays from 9 November to 7 December 2026."""
    return plan(starts=date(2026, 11, 9), ends=date(2026, 12, 11), weeks=5, times_per_week=1, slots=[MONDAY], pupils=2)


def days(group):
    return [f"{day:%d.%m}" for day in group.sessions.order_by("on").values_list("on", flat=True)]


def close(school, day):
    return Closure.objects.create(school=school, kind="inset", label="Training day", starts=day, ends=day)


def test_a_day_that_closes_loses_its_sessions_and_gets_them_back(group, school, sendco):
    assert days(group) == ["09.11", "16.11", "23.11", "30.11", "07.12"]
    closure = close(school, date(2026, 11, 23))
    assert replan_school(school_id=school.pk, on=TODAY, by=sendco) == (0, 1)
    assert days(group) == ["09.11", "16.11", "30.11", "07.12"]
    closure.delete()
    assert replan_school(school_id=school.pk, on=TODAY, by=sendco) == (1, 0)
    assert days(group) == ["09.11", "16.11", "23.11", "30.11", "07.12"]
    assert list(
        AuditEvent.objects.filter(kind="sessions.replanned").order_by("pk").values_list("details", flat=True)
    ) == [{"added": 0, "dropped": 1}, {"added": 1, "dropped": 0}]


def test_what_is_past_or_logged_stays(group, school):
    Session.objects.filter(group=group, on=date(2026, 11, 23)).update(
        state="missed", reason="room", logged_at="2026-11-16T09:00:00Z"
    )
    close(school, date(2026, 11, 9))
    close(school, date(2026, 11, 23))
    assert replan_school(school_id=school.pk, on=TODAY, by=None) == (0, 0)
    assert len(days(group)) == 5


def test_an_extra_session_on_an_open_day_stays(group, school, sendco):
    add_session(group=group, on=date(2026, 11, 25), starts_at=time(14, 0), minutes=30, by=sendco)
    close(school, date(2026, 11, 30))
    assert replan_school(school_id=school.pk, on=TODAY, by=sendco) == (0, 1)
    assert "25.11" in days(group)


def test_shares_follow_the_school_weeks(group, school, sendco):
    """One of two pupils was there for two weeks of five; when a week closes it is two of four, of the same dose."""
    short = group.lines.order_by("pk").first()
    short.ends = date(2026, 11, 20)
    short.save()
    replan_school(school_id=school.pk, on=TODAY, by=sendco)
    assert [str(line.hours) for line in group.lines.order_by("pk")] == ["0.50", "2.00"]
    Closure.objects.create(
        school=school, kind="other", label="Flood", starts=date(2026, 11, 30), ends=date(2026, 12, 4)
    )
    replan_school(school_id=school.pk, on=TODAY, by=sendco)
    assert [str(line.hours) for line in group.lines.order_by("pk")] == ["0.63", "1.88"]


def test_a_finished_group_and_another_school_are_left_alone(group, school, two_schools):
    close(school, date(2026, 11, 23))
    assert replan_school(school_id=two_schools[1].pk, on=TODAY, by=None) == (0, 0)
    group.state = "finished"
    group.save()
    assert replan_school(school_id=school.pk, on=TODAY, by=None) == (0, 0)


def test_the_signal_is_heard(group, school, sendco, on_day):
    on_day.move_to("2026-11-16 08:00:00+00:00")
    close(school, date(2026, 12, 7))
    calendar_changed.send(sender=Term, school_id=school.pk, by=sendco)
    assert days(group)[-1] == "30.11"


@pytest.mark.parametrize("groups", [1, 4])
def test_replan_takes_the_same_queries_for_any_number(plan, school, groups, django_assert_num_queries):
    for n in range(groups):
        plan(starts=date(2026, 11, 9), ends=date(2026, 12, 11), slots=[(0, time(9 + n, 0))])
    close(school, date(2026, 11, 23))
    with django_assert_num_queries(13):
        assert replan_school(school_id=school.pk, on=TODAY, by=None) == (0, groups)
