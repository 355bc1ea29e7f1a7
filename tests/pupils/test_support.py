"""Support that is recorded ahead: it waits, begins on its day, and can be taken back."""

from datetime import date

import pytest
import time_machine

from pupils import actions
from pupils.models import Pupil, SenPeriod
from pupils.querysets import in_force
from pupils.tasks import take_up_support
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
ON, DAY = date(2026, 11, 23), date(2027, 1, 4)


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


@pytest.fixture
def pupil(school, sendco):
    """Monitored since September."""
    row = factories.PupilFactory(school=school, sen_status="N")
    actions.change_support(pupil=row, status="M", on=date(2026, 9, 7), reason="Watching", by=sendco)
    return row


def plan(pupil, by, **extra):
    values = {"status": "K", "on": DAY, "reason": "Agreed with the parents", "today": ON, **extra}
    return actions.change_support(pupil=pupil, by=by, **values)


def status(pupil) -> str:
    return Pupil.objects.values_list("sen_status", flat=True).get(pk=pupil.pk)


def periods(pupil) -> list[tuple]:
    return list(SenPeriod.objects.filter(pupil=pupil).order_by("starts").values_list("status", "starts", "ends"))


def events(pupil) -> list[str]:
    return list(AuditEvent.objects.filter(pupil_id=pupil.pk).order_by("pk").values_list("kind", flat=True))


def run_at(moment: str) -> None:
    with time_machine.travel(moment, tick=False):
        take_up_support.delay()


def test_a_change_to_come_waits_in_the_history(pupil, sendco):
    plan(pupil, sendco)
    assert status(pupil) == "M"
    assert periods(pupil) == [("M", date(2026, 9, 7), date(2027, 1, 3)), ("K", DAY, None)]
    assert events(pupil) == ["support.changed", "support.planned"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2027-01-03 23:59:00+00:00", "M"),
        ("2027-01-04 00:00:00+00:00", "K"),
        ("2027-01-09 05:10:00+00:00", "K"),
    ],
)
def test_support_begins_on_its_day_and_not_before(moment, expected, pupil, sendco):
    plan(pupil, sendco)
    run_at(moment)
    assert status(pupil) == expected


def test_in_summer_the_day_begins_in_london(pupil, sendco):
    plan(pupil, sendco, on=date(2027, 6, 7))
    run_at("2027-06-06 22:59:00+00:00")
    assert status(pupil) == "M"
    run_at("2027-06-06 23:01:00+00:00")
    assert status(pupil) == "K"


def test_running_twice_changes_and_records_it_once(pupil, sendco):
    plan(pupil, sendco)
    for moment in ("2027-01-04 00:10:00+00:00", "2027-01-04 05:10:00+00:00"):
        run_at(moment)
    assert events(pupil) == ["support.changed", "support.planned", "support.changed"]
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.actor_id, event.details) == (
        None,
        {"fields": {"sen_status": ["M", "K"]}, "on": "2027-01-04", "as_planned": True},
    )


def test_a_night_looks_at_whom_it_must_and_at_nobody_else(pupil, sendco, school, django_assert_num_queries):
    for number in range(4):
        other = factories.PupilFactory(school=school, sen_status="K")
        SenPeriod.objects.create(pupil=other, status="K", starts=date(2026, 9, number + 1))
    leaver = factories.PupilFactory(school=school, sen_status="M", left_on=date(2026, 11, 2))
    SenPeriod.objects.create(pupil=leaver, status="K", starts=date(2026, 9, 1))
    plan(pupil, sendco)
    with django_assert_num_queries(1):
        assert actions.take_up_support(on=ON) == 0
    assert actions.take_up_support(on=DAY) == 1
    assert status(leaver) == "M"


def test_support_that_ended_without_another_is_none(school):
    pupil = factories.PupilFactory(school=school, sen_status="K")
    SenPeriod.objects.create(pupil=pupil, status="K", starts=date(2026, 9, 1), ends=date(2026, 12, 18))
    actions.take_up_support(on=date(2026, 12, 18))
    assert status(pupil) == "K"
    actions.take_up_support(on=date(2026, 12, 19))
    assert status(pupil) == "N"


def test_a_second_plan_is_refused_and_the_first_can_be_taken_back(pupil, sendco):
    plan(pupil, sendco)
    for on in (ON, date(2027, 2, 1)):
        with pytest.raises(Refused, match="planned already: SEN support from 4 January 2027"):
            plan(pupil, sendco, on=on, status="N")
    actions.withdraw_planned_support(pupil=pupil, by=sendco, today=ON)
    assert (status(pupil), periods(pupil)) == ("M", [("M", date(2026, 9, 7), None)])
    assert events(pupil)[-1] == "support.plan_withdrawn"
    with pytest.raises(Refused, match="No change of support is planned"):
        actions.withdraw_planned_support(pupil=pupil, by=sendco, today=ON)


def test_a_plan_that_has_begun_is_not_taken_back(pupil, sendco):
    plan(pupil, sendco)
    with pytest.raises(Refused):
        actions.withdraw_planned_support(pupil=pupil, by=sendco, today=DAY)


def test_a_teacher_may_not_take_a_plan_back(pupil, sendco, school):
    plan(pupil, sendco)
    with pytest.raises(NotAllowed):
        actions.withdraw_planned_support(pupil=pupil, by=factories.person(Role.TEACHER, school), today=ON)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (date(2026, 11, 23), None, True),
        (date(2026, 11, 24), None, False),
        (date(2026, 9, 1), date(2026, 11, 23), True),
        (date(2026, 9, 1), date(2026, 11, 22), False),
    ],
)
def test_in_force_counts_the_first_and_the_last_day(starts, ends, holds, school):
    row = SenPeriod.objects.create(pupil=factories.PupilFactory(school=school), status="K", starts=starts, ends=ends)
    assert SenPeriod.objects.filter(in_force(ON), pk=row.pk).exists() is holds


@pytest.mark.usefixtures("on_day")
def test_the_screens_plan_show_and_take_back(pupil, sign_in, school):
    web = sign_in(Role.SENDCO, school)
    sent = {"status": "K", "on": "2027-01-04", "reason": "Agreed", "parents_told_on": ""}
    page = web.post(f"/pupils/{pupil.pk}/support/", sent, follow=True).content.decode()
    assert "Support will change on 4 January 2027. Tell the parents, then record the day" in page
    needs = f"/pupils/{pupil.pk}/needs/"
    shown = web.get(needs)
    assert "From 4 January 2027" in shown.content.decode()
    assert (shown.context["untold"], shown.context["pupil"].period_now.status) == (False, "M")
    web.post(f"/pupils/{pupil.pk}/support/told/", {"on": "2026-11-23"})
    assert SenPeriod.objects.get(pupil=pupil, status="K").parents_told_on == ON
    response = web.post(f"/pupils/{pupil.pk}/support/withdraw/")
    assert (response["Location"], len(periods(pupil))) == (needs, 1)


@pytest.mark.usefixtures("on_day")
@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2027-11-25", "Enter a day on or before 24 November 2027"),
        ("9999-12-31", "Enter a real date"),
        ("0001-01-01", "Enter a real date"),
        ("2026-08-01", "began on 7 September 2026"),
    ],
)
def test_days_that_cannot_be_are_refused_in_words(day, words, pupil, sign_in, school):
    response = sign_in(Role.SENDCO, school).post(
        f"/pupils/{pupil.pk}/support/", {"status": "K", "on": day, "reason": "x"}
    )
    assert response.status_code == 422
    assert words in response.content.decode()
