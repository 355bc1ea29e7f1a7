"""What changes a clock after it began: a cancelled review, a plan that ends, a pupil who leaves, a phase transfer, age."""

from datetime import date, time, timedelta

import pytest

from pupils.actions import remove_from_roll
from reviews import actions, feeds
from reviews.deadlines import annual_review_clock
from reviews.models import EhcPlan, Invitee, Review
from reviews.sources import reminders
from sendco.accounts.permissions import Role
from sendco.core.exceptions import Refused
from sendco.notifications.actions import collect
from sendco.notifications.models import Notification, OutgoingEmail
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db, pytest.mark.usefixtures("on_day")]

TODAY = date(2026, 11, 23)


def told(day: date) -> list[tuple[str, date]]:
    return sorted((reminder.kind, reminder.due_on) for reminder in reminders(day))


def due(school, on: date = TODAY) -> dict[str, date]:
    return {item.key: item.due for item in feeds.due_items(school.pk, on)}


def book(review, by, day, on=TODAY, **more):
    review.refresh_from_db()
    return actions.schedule_meeting(
        review=review, version=review.version, meeting_on=day, meeting_at=time(14), place="Hall", by=by, on=on, **more
    )


# --- Cancelled, moved -----------------------------------------------------------------------------------


def test_cancelling_opens_another_review_because_the_clock_runs_on(school, invited, sendco):
    following = actions.cancel_review(review=invited, reason="The family asked", by=sendco, on=TODAY)
    assert (following.state, following.anchor_on, following.due_on) == ("planned", date(2026, 3, 6), date(2027, 3, 5))
    assert following.owner == sendco
    assert following.invitees.count() > 0
    assert due(school) == {"meeting_latest": date(2027, 2, 5), "review_complete_by": date(2027, 3, 5)}
    assert OutgoingEmail.objects.filter(kind="review_cancelled").count() == 5


def test_cancelling_an_interim_meeting_opens_nothing(plan, review, sendco):
    interim = actions.open_review(plan=plan, kind="interim", by=sendco, on=TODAY)
    assert actions.cancel_review(review=interim, reason="Not needed", by=sendco, on=TODAY) is None
    assert Review.objects.count() == 2


def test_reminders_of_a_cancelled_review_stop_also_where_they_were_waiting(invited, sendco):
    day = date(2027, 1, 8)
    assert ("review_advice_circulated_by", date(2027, 1, 12)) in told(day)
    collect(today=day)
    actions.cancel_review(review=invited, reason="x", by=sendco, on=day)
    assert told(day) == []
    collect(today=day)
    assert not Notification.objects.filter(kind="review_advice_circulated_by", read_at__isnull=True).exists()


def test_a_moved_meeting_moves_what_was_not_done_and_keeps_what_was(school, invited, sendco):
    moved = book(invited, sendco, date(2027, 2, 2))
    steps = {step.key: step for step in moved.steps.all()}
    assert (steps["invite_by"].due_on, steps["invite_by"].done_on) == (date(2027, 1, 12), TODAY)
    assert due(school) == {
        "advice_circulated_by": date(2027, 1, 19), "meeting_latest": date(2027, 2, 2), "report_by": date(2027, 2, 16),
    }  # fmt: skip


# --- A plan that ends, a pupil who leaves ---------------------------------------------------------------


def test_a_plan_that_has_ended_cancels_its_review_and_tells_who_was_invited(school, plan, invited, sendco):
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, on=TODAY, ceased_on=TODAY)
    invited.refresh_from_db()
    assert (invited.state, invited.cancelled_reason) == ("cancelled", "The plan ended on 23 November 2026")
    assert Review.objects.count() == 1
    assert due(school) == {}
    assert OutgoingEmail.objects.filter(kind="review_cancelled").count() == 5


def test_a_plan_that_is_to_end_keeps_its_dates_until_that_day(school, plan, booked, sendco):
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, on=TODAY, ceased_on=date(2027, 1, 10))
    assert "invite_by" in due(school, date(2027, 1, 9))
    assert ("review_invite_by", date(2027, 1, 12)) in told(date(2027, 1, 9))
    assert due(school, date(2027, 1, 10)) == {}
    assert told(date(2027, 1, 10)) == []


def test_a_pupil_who_left_needs_no_reminder_and_stands_under_finished(school, invited, sendco, sign_in):
    assert told(date(2027, 1, 25)) != []
    remove_from_roll(pupil=invited.pupil, on=TODAY, by=sendco)
    assert told(date(2027, 1, 25)) == []
    client = sign_in(Role.SENDCO, school)
    assert [view["count"] for view in client.get("/reviews/").context["views"]] == [0, 0, 0, 0, 1]
    assert client.get("/meetings/").context["booked"] == []


# --- Phase transfer -------------------------------------------------------------------------------------


@pytest.fixture
def transfer(plan, sendco) -> EhcPlan:
    """Year 6: to secondary school in September 2027, so reviewed and amended before 15 February."""
    return actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, on=TODAY, phase_transfer_year=2027)


def finish(review, by, *, meeting: date, letter: date, decision: str = "amend") -> Review:
    review = book(review, by, meeting, on=meeting - timedelta(days=40), short_notice_reason="Agreed with the family")
    actions.hold_meeting(review=review, on=meeting, by=by)
    return actions.record_decision(review=review, decision=decision, notice_on=letter, reference="SEN/1", by=by)


def test_an_annual_review_that_has_to_serve_the_transfer_is_a_phase_review(transfer, sendco):
    review = actions.open_review(plan=transfer, kind="annual", by=sendco, on=TODAY)
    assert (review.kind, review.due_on) == ("phase", date(2027, 2, 14))


def test_the_year_entered_later_turns_the_open_review_into_a_phase_review_and_back(plan, review, sendco):
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, on=TODAY, phase_transfer_year=2027)
    review.refresh_from_db()
    assert (review.kind, review.due_on) == ("phase", date(2027, 2, 14))
    plan.refresh_from_db()
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, on=TODAY, phase_transfer_year=2029)
    review.refresh_from_db()
    assert (review.kind, review.due_on) == ("annual", date(2027, 3, 5))


def test_after_the_phase_review_comes_an_annual_one_with_twelve_months(transfer, sendco):
    review = actions.open_review(plan=transfer, kind="phase", by=sendco, on=date(2026, 9, 1))
    decided = finish(review, sendco, meeting=date(2026, 10, 15), letter=date(2026, 11, 12))
    final = decided.steps.get(key="final_plan_by")
    assert final.due_on == date(2027, 1, 7)
    following = Review.objects.exclude(pk=review.pk).get()
    assert (following.kind, following.due_on) == ("annual", date(2027, 11, 11))
    plan = EhcPlan.objects.get()
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, on=TODAY, aspirations="To have friends.")
    following.refresh_from_db()
    assert (following.kind, following.due_on) == ("annual", date(2027, 11, 11))


def test_a_review_decided_before_the_last_year_of_the_phase_is_followed_by_the_phase_review(plan, review, sendco):
    """Decided in June of Year 5: the transfer at the end of Year 6 is still to come."""
    EhcPlan.objects.update(phase_transfer_year=2028)
    decided = finish(review, sendco, meeting=date(2027, 2, 2), letter=date(2027, 2, 23), decision="keep")
    following = Review.objects.exclude(pk=decided.pk).get()
    assert (following.kind, following.due_on) == ("phase", date(2028, 2, 14))


def test_a_limit_in_the_autumn_of_the_last_year_makes_a_phase_review(on_roll, sendco, head):
    """The 12 months end before 15 February, but no other annual review would come in between."""
    plan = actions.open_ehc_plan(
        pupil=on_roll, la_code="330", first_made_on=date(2025, 10, 20), phase_transfer_year=2027, by=sendco
    )
    review = actions.open_review(plan=plan, kind="annual", by=sendco, on=date(2026, 5, 1))
    assert (review.kind, review.due_on) == ("phase", date(2026, 10, 19))


def test_to_post_16_the_day_is_30_march(transfer, sendco):
    actions.change_ehc_plan(
        plan=transfer,
        version=transfer.version,
        by=sendco,
        on=TODAY,
        last_decision_on=date(2026, 4, 20),
        is_to_post_16=True,
    )
    review = actions.open_review(plan=transfer, kind="phase", by=sendco, on=TODAY)
    assert review.due_on == date(2027, 3, 30)
    assert review.steps.get(key="meeting_latest").due_on == date(2027, 1, 5)


def test_a_meeting_after_the_phase_date_misses_the_law(transfer, sendco):
    review = actions.open_review(plan=transfer, kind="phase", by=sendco, on=TODAY)
    with pytest.raises(Refused, match="reviewed and amended by 14 February 2027, before this meeting"):
        book(review, sendco, date(2027, 2, 23))
    late = book(review, sendco, date(2027, 2, 23), short_notice_reason="The local authority asked for this day")
    assert late.meeting_on == date(2027, 2, 23)


# --- Age ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("born", [date(2001, 9, 1), date(2008, 2, 29), date(2018, 5, 20), date(2023, 3, 1)])
def test_the_twelve_months_are_the_same_at_any_age(born):
    clock = annual_review_clock(plan_made=date(2025, 3, 14), born=born, meeting=date(2026, 2, 10))
    assert (clock["review_complete_by"].due, clock["decision_by"].due) == (date(2026, 3, 13), date(2026, 3, 10))
    assert ("early_years_from" in clock) == (born.year == 2023)


# --- A report that was never recorded -------------------------------------------------------------------


def test_a_letter_that_comes_before_the_report_was_recorded_leaves_nothing_overdue(school, held, sendco):
    actions.record_decision(review=held, decision="keep", notice_on=date(2027, 2, 16), reference="SEN/1", by=sendco)
    report = held.steps.get(key="report_by")
    assert (report.due_on, report.reason) == (None, "The local authority decided and no report was recorded.")
    assert {item.owner_id and item.key for item in feeds.at_risk(school.pk, date(2027, 3, 20))} == set()
    assert [kind for kind, _ in told(date(2027, 3, 20))] == []


# --- Parents who were not told --------------------------------------------------------------------------


def begin_support(school, count, *, starts=TODAY, **fields):
    from pupils.models import SenPeriod

    pupils = [
        factories.PupilFactory(school=school, forename="Ada", surname=f"Bird{n}", sen_status="K") for n in range(count)
    ]
    return [SenPeriod.objects.create(pupil=pupil, status="K", starts=starts, **fields) for pupil in pupils]


def untold(day):
    return [reminder for reminder in reminders(day) if reminder.kind == "parents_not_told"]


def test_the_sendco_is_reminded_to_tell_parents_from_the_next_day_until_it_is_recorded(school, sendco):
    factories.person(Role.ADMIN, school)
    [period] = begin_support(school, 1)
    assert untold(TODAY) == []
    [reminder] = untold(TODAY + timedelta(days=1))
    assert (reminder.recipient_id, reminder.subject_key, reminder.due_on) == (sendco.pk, f"support:{period.pk}", TODAY)
    assert reminder.text == "Tell the parents of AB about SEN support, which began on 23 November 2026"
    assert reminder.path == f"/pupils/{period.pupil_id}/support/told/"
    assert untold(TODAY + timedelta(days=60)) != []
    assert untold(TODAY + timedelta(days=61)) == []
    period.parents_told_on = TODAY
    period.save()
    assert untold(TODAY + timedelta(days=1)) == []


def test_many_starts_on_one_day_come_as_one_reminder(school, sendco):
    begin_support(school, 4)
    [reminder] = untold(TODAY + timedelta(days=1))
    assert reminder.text == "Tell the parents of 4 pupils about SEN support, which began on 23 November 2026"
    assert reminder.path == "/register/?told=no"


@pytest.mark.parametrize(
    "fields",
    [{"status": "E"}, {"status": "N"}, {"ends": TODAY}, {"parents_told_on": TODAY}, {"starts": date(2025, 9, 1)}],
)
def test_nobody_is_reminded_where_the_duty_does_not_stand(school, sendco, fields):
    [period] = begin_support(school, 1)
    type(period).objects.update(**fields)
    assert untold(TODAY + timedelta(days=1)) == []


def test_parents_of_a_pupil_who_left_need_not_be_told(school, sendco):
    [period] = begin_support(school, 1)
    type(period.pupil).objects.update(left_on=TODAY)
    assert untold(TODAY + timedelta(days=1)) == []


def test_reminders_cost_the_same_for_any_number(school, invited, django_assert_num_queries):
    begin_support(school, 2)
    with django_assert_num_queries(7):
        list(reminders(date(2027, 1, 8)))
    begin_support(school, 9)
    Invitee.objects.create(review=invited, kind="other", name="Somebody")
    with django_assert_num_queries(7):
        list(reminders(date(2027, 1, 8)))
