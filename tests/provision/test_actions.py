"""Planning, members, finishing and scores: exact costs, and sessions only when school is open."""

from datetime import date, time
from decimal import Decimal

import pytest

from provision.actions import (
    Exit,
    Result,
    add_member,
    change_group,
    finish_group,
    record_entry_exit,
    remove_member,
)
from provision.enums import GroupState, SessionState
from provision.models import Group, Line, Session
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

from .conftest import MONDAY, THURSDAY, WEDNESDAY

pytestmark = pytest.mark.integration


def costs(group):
    return [line.cost for line in Line.objects.filter(group=group)]


@pytest.mark.parametrize(
    ("pupils", "dose", "cost"),
    [
        (4, {"times_per_week": 3, "minutes": 30, "weeks": 10}, "77.25"),
        (1, {"times_per_week": 5, "minutes": 15, "weeks": 38}, "978.50"),
        (2, {"times_per_week": 5, "minutes": 45, "weeks": 38}, "1467.75"),
    ],
)
def test_plan_group_costs_each_pupil_as_the_worked_examples(plan, pupils, dose, cost):
    group = plan(pupils=pupils, slots=[], **dose)
    assert costs(group) == [Decimal(cost)] * pupils
    assert group.hourly_rate == Decimal("20.60")


def test_plan_group_shares_materials_and_hours(plan):
    group = plan(materials_cost=Decimal("20"), slots=[])
    assert [(line.hours, line.cost) for line in group.lines.all()] == [(Decimal("3.75"), Decimal("82.25"))] * 4


def test_plan_group_uses_the_reference_rate_of_a_grade_the_school_has_not_priced(plan):
    assert plan(grade="teacher", slots=[]).hourly_rate == Decimal("50.92")


def test_plan_group_refuses_a_grade_nobody_priced(plan):
    with pytest.raises(Refused, match=r"no hourly rate for outside professional on 7 September 2026"):
        plan(grade="external")


def test_plan_group_makes_sessions_on_open_school_days_only(plan):
    group = plan(starts=date(2026, 10, 19), ends=date(2026, 11, 8))
    sessions = Session.objects.filter(group=group)
    # Half term, 26 to 30 October, is left out.
    assert [(s.on, s.starts_at) for s in sessions] == [
        (date(2026, 10, 19), time(10, 15)),
        (date(2026, 10, 21), time(10, 15)),
        (date(2026, 11, 2), time(10, 15)),
        (date(2026, 11, 4), time(10, 15)),
    ]
    assert {(s.minutes, s.deliverer, s.state) for s in sessions} == {(30, group.deliverer, SessionState.PLANNED)}


def test_plan_group_leaves_out_bank_holidays(plan, school):
    factories.TermFactory(school=school, name="summer", starts=date(2027, 4, 12), ends=date(2027, 7, 21))
    group = plan(starts=date(2027, 4, 26), ends=date(2027, 5, 10), slots=[MONDAY])
    assert [s.on for s in group.sessions.all()] == [date(2027, 4, 26), date(2027, 5, 10)]  # 3 May is the holiday


def test_plan_group_plans_no_session_in_terms_nobody_entered(plan):
    group = plan(starts=date(2027, 6, 7), ends=date(2027, 7, 9))
    assert group.sessions.count() == 0
    assert sum(costs(group)) == Decimal("309.00")


def test_plan_group_records_the_group_and_each_line(plan, sendco):
    group = plan(pupils=2)
    events = AuditEvent.objects.order_by("pk").values_list("kind", "actor_id", "pupil_id")
    pupils = [line.pupil_id for line in group.lines.all()]
    assert list(events) == [("group.planned", sendco.pk, None), *(("line.started", sendco.pk, pk) for pk in pupils)]


@pytest.mark.parametrize("count", [1, 6])
def test_plan_group_takes_the_same_queries_for_any_number_of_size(
    plan, make_pupils, sendco, django_assert_num_queries, count
):
    pupils = make_pupils(count)
    _ = sendco.access
    with django_assert_num_queries(9):
        plan(pupils=pupils)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.HEAD, Role.ADMIN, Role.GOVERNOR])
def test_plan_group_is_the_sendcos(plan, school, role):
    with pytest.raises(NotAllowed, match="does not let you plan provision"):
        plan(by=factories.person(role, school))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"pupils": []}, "Choose at least one pupil"),
        ({"ends": date(2026, 9, 6)}, "last day cannot be before"),
    ],
)
def test_plan_group_refuses_what_makes_no_sense(plan, fields, words):
    with pytest.raises(Refused, match=words):
        plan(**fields)
    assert Group.objects.count() == 0


def test_plan_group_refuses_a_pupil_of_another_school(plan, make_pupils, two_schools):
    with pytest.raises(Refused, match="same school"):
        plan(pupils=make_pupils(1, school=two_schools[1]))


def test_plan_group_refuses_a_pupil_twice(plan, make_pupils):
    (pupil,) = make_pupils(1)
    with pytest.raises(Refused, match="each pupil once"):
        plan(pupils=[pupil, pupil])


def test_add_member_shares_the_cost_from_that_week_on(plan, make_pupils, sendco):
    # Ten school weeks from 7 September to 20 November: half of them with two pupils, half with three.
    group = plan(pupils=2, weeks=10)
    (pupil,) = make_pupils(1)
    line = add_member(group=group, pupil=pupil, starts=date(2026, 10, 12), by=sendco)
    # 5 weeks of 1.5 hours shared by 2, then 5 shared by 3, at £20.60.
    assert costs(group) == [Decimal("128.75"), Decimal("128.75"), Decimal("51.50")]
    assert (line.starts, line.ends, line.hours) == (date(2026, 10, 12), date(2026, 11, 20), Decimal("2.50"))
    assert sum(costs(group)) == Decimal("309.00")


def test_add_member_brings_back_a_pupil_who_left(plan, sendco):
    group = plan(pupils=2)
    line = group.lines.first()
    remove_member(line=line, on=date(2026, 9, 25), by=sendco)
    back = add_member(group=group, pupil=line.pupil, starts=date(2026, 10, 5), by=sendco)
    assert (back.pk, back.left_on, back.ends) == (line.pk, None, group.ends)


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"starts": date(2026, 11, 21)}, "ends before that day"), ({"again": True}, "in the group already")],
)
def test_add_member_refuses(plan, make_pupils, sendco, fields, words):
    group = plan()
    pupil = group.lines.first().pupil if fields.pop("again", False) else make_pupils(1)[0]
    with pytest.raises(Refused, match=words):
        add_member(**{"group": group, "pupil": pupil, "starts": date(2026, 10, 5), "by": sendco} | fields)


def test_remove_member_leaves_the_cost_to_those_who_stay(plan, sendco):
    group = plan(pupils=2)
    first, second = group.lines.all()
    remove_member(line=first, on=date(2026, 10, 9), by=sendco)  # Friday of the fifth week
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.cost, first.ends, first.left_on) == (Decimal("77.25"), date(2026, 10, 9), date(2026, 10, 9))
    assert second.cost == Decimal("231.75")


def test_remove_member_before_the_first_day_takes_the_line_away(plan, sendco):
    group = plan(pupils=2)
    first, second = group.lines.all()
    assert remove_member(line=first, on=date(2026, 9, 1), by=sendco) is None
    assert [(line.pk, line.cost) for line in group.lines.all()] == [(second.pk, Decimal("309.00"))]


def test_remove_member_twice_is_refused(plan, sendco):
    line = plan().lines.first()
    remove_member(line=line, on=date(2026, 9, 25), by=sendco)
    with pytest.raises(Refused, match="left the group already"):
        remove_member(line=line, on=date(2026, 9, 25), by=sendco)


def test_change_group_moves_only_sessions_ahead_that_are_not_logged(plan, sendco, school):
    group = plan(starts=date(2026, 11, 9), ends=date(2026, 11, 27))
    logged = group.sessions.get(on=date(2026, 11, 18))
    logged.state, logged.logged_at = SessionState.DELIVERED, "2026-11-18T11:00:00Z"
    logged.save()
    group = change_group(group=group, version=1, on=date(2026, 11, 16), by=sendco, slots=[MONDAY, THURSDAY])
    assert [(s.on.day, s.starts_at.hour, s.state) for s in group.sessions.all()] == [
        (9, 10, "planned"), (11, 10, "planned"), (16, 10, "planned"), (18, 10, "delivered"), (19, 9, "planned"),
        (23, 10, "planned"), (26, 9, "planned"),
    ]  # fmt: skip


def test_change_group_keeps_the_row_of_a_session_that_stays_and_its_cover(plan, sendco, school):
    group = plan(starts=date(2026, 11, 9), ends=date(2026, 11, 20), slots=[MONDAY])
    cover, new = factories.person(Role.SUPPORT, school), factories.person(Role.SUPPORT, school)
    covered = group.sessions.last()
    covered.deliverer = cover
    covered.save()
    change_group(group=group, version=1, on=date(2026, 11, 9), by=sendco, deliverer=new, minutes=20)
    assert [(s.pk, s.deliverer, s.minutes) for s in group.sessions.all()] == [
        (group.sessions.first().pk, new, 20),
        (covered.pk, cover, 20),
    ]


def test_change_group_costs_every_line_again(plan, sendco):
    group = plan(slots=[])
    change_group(group=group, version=1, on=date(2026, 10, 1), by=sendco, times_per_week=2, grade="hlta")
    # 2 x 30 minutes x 10 weeks shared by 4, at £25.67.
    assert costs(group) == [Decimal("64.18")] * 4


def test_change_group_takes_the_present_rate_when_asked(plan, sendco, school):
    group = plan(slots=[])
    factories.PayRateFactory(school=school, hourly="22.00", valid_from=date(2026, 10, 1))
    change_group(group=group, version=1, on=date(2026, 11, 1), by=sendco, name="Number")
    assert costs(group)[0] == Decimal("77.25")
    change_group(group=group, version=2, on=date(2026, 11, 1), by=sendco, new_rate=True)
    assert costs(group)[0] == Decimal("82.50")


def test_change_group_moves_lines_with_it(plan, sendco):
    group = plan(pupils=2)
    first = group.lines.first()
    remove_member(line=first, on=date(2026, 9, 25), by=sendco)
    change_group(group=group, version=1, on=date(2026, 11, 1), by=sendco, ends=date(2026, 12, 18))
    assert [line.ends for line in group.lines.all()] == [date(2026, 9, 25), date(2026, 12, 18)]


def test_change_group_refuses_a_stale_version_and_writes_nothing(plan, sendco):
    group = plan(pupils=1)
    change_group(group=Group.objects.get(pk=group.pk), version=1, on=date(2026, 11, 1), by=sendco, name="First")
    with pytest.raises(Conflict) as caught:
        change_group(group=group, version=1, on=date(2026, 11, 1), by=sendco, name="Second", minutes=60)
    assert caught.value.current.name == "First"
    group.refresh_from_db()
    assert (group.name, group.minutes, group.version) == ("First", 30, 2)


def test_finish_group_ends_lines_and_takes_sessions_after_it_away(plan, sendco, number_group):
    group = plan(pupils=2)
    first, second = group.lines.all()
    exits = {
        first.pk: Exit(result=Result(Decimal(96), date(2026, 10, 8))),
        second.pk: Exit(no_score_because="Was ill"),
    }
    finish_group(group=group, version=1, on=date(2026, 10, 9), by=sendco, note="Moved on early.", exits=exits)
    first.refresh_from_db()
    second.refresh_from_db()
    group.refresh_from_db()
    assert (group.state, group.ends, group.closing_note) == (
        GroupState.FINISHED,
        date(2026, 10, 9),
        "Moved on early.",
    )
    assert group.sessions.last().on == date(2026, 10, 7)
    assert (first.exit.value, first.exit.instrument, first.ends) == (
        Decimal(96),
        number_group.instrument,
        date(2026, 10, 9),
    )
    assert (second.exit, second.no_exit_reason) == (None, "Was ill")
    with pytest.raises(Refused, match="This group is finished"):
        change_group(group=group, version=2, on=date(2026, 10, 9), by=sendco, name="Again")


def test_finish_group_asks_for_a_score_or_a_reason(plan, sendco):
    group = plan(pupils=1)
    with pytest.raises(Refused, match="Give each pupil a score at the end"):
        finish_group(group=group, version=1, on=date(2026, 11, 20), exits={}, by=sendco)
    assert Group.objects.get(pk=group.pk).state == GroupState.RUNNING


def test_record_entry_exit_sets_each_score_once(plan, sendco):
    line = plan(pupils=1).lines.get()
    record_entry_exit(line=line, entry=Result(Decimal(84), date(2026, 9, 7), "<"), by=sendco)
    record_entry_exit(line=line, exit=Result(Decimal(93), date(2026, 11, 20)), by=sendco)
    line.refresh_from_db()
    assert (line.entry.value, line.entry.qualifier, line.exit.value, line.exit.on) == (84, "<", 93, date(2026, 11, 20))


def test_record_entry_exit_needs_a_test(plan, sendco, number_group):
    number_group.instrument = None
    number_group.save()
    line = plan(pupils=1).lines.get()
    with pytest.raises(Refused, match="names no test"):
        record_entry_exit(line=line, entry=Result(Decimal(84), date(2026, 9, 7)), by=sendco)


def test_record_entry_exit_is_the_planners(plan, maya):
    line = plan(pupils=1).lines.get()
    with pytest.raises(NotAllowed):
        record_entry_exit(line=line, entry=Result(Decimal(84), date(2026, 9, 7)), by=maya)


def test_plan_group_by_the_machine_needs_no_role(plan):
    assert plan(by=None).lines.count() == 4


def test_slots_may_be_given_twice(plan):
    assert plan(slots=[MONDAY, MONDAY, WEDNESDAY]).slots.count() == 2
