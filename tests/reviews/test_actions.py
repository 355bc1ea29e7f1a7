"""Opening, booking, holding, reporting, deciding and finishing reviews, with every refusal."""

from datetime import date, time

import pytest

from reviews import actions
from reviews.models import EhcPlan, NeedsAssessment, OutcomeProgress, Review, ReviewStep
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

TODAY = date(2026, 11, 23)


def steps_of(review) -> dict[str, ReviewStep]:
    return {step.key: step for step in review.steps.all()}


def book(review, by, on=TODAY, day=date(2027, 1, 26), **more):
    review.refresh_from_db()
    return actions.schedule_meeting(
        review=review, version=review.version, meeting_on=day, meeting_at=time(14), place="Hall", by=by, on=on, **more
    )


def test_a_second_plan_of_a_pupil_is_refused(plan, sendco):
    with pytest.raises(Refused, match="has an EHC plan already"):
        actions.open_ehc_plan(pupil=plan.pupil, la_code="330", first_made_on=TODAY, by=sendco)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"last_decision_on": date(2025, 3, 13)}, "The last decision is before the plan was first made."),
        ({"ceased_on": date(2025, 3, 13)}, "The plan ends before it was first made."),
        ({"phase_transfer_year": 2024}, "The phase transfer (2024) is before the plan was made (14 March 2025)."),
    ],
)
def test_dates_of_a_plan_that_cannot_belong_together_are_refused(plan, sendco, fields, sentence):
    with pytest.raises(Refused) as refusal:
        actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, **fields)
    assert refusal.value.message == sentence


def test_a_teacher_may_not_record_a_plan(school, on_roll):
    teacher = factories.person(Role.TEACHER, school)
    with pytest.raises(NotAllowed):
        actions.open_ehc_plan(pupil=on_roll, la_code="330", first_made_on=TODAY, by=teacher)


def test_an_opened_review_has_its_limit_its_steps_and_the_people_of_regulation_20(review):
    assert (review.anchor_on, review.due_on, review.state) == (date(2026, 3, 6), date(2027, 3, 5), "planned")
    steps = steps_of(review)
    assert steps["review_complete_by"].due_on == date(2027, 3, 5)
    assert steps["meeting_latest"].due_on == date(2027, 2, 5)
    assert steps["invite_by"].due_on is None
    assert steps["invite_by"].reason == "No meeting date has been set."
    people = [(p.kind, p.name, p.is_required) for p in review.invitees.all()]
    assert people[0] == ("parent", "Abena Mensah", True)
    assert people[1][0] == "head"
    assert people[2:] == [
        ("la", "Martin Yeo", True),
        ("health", "", True),
        ("social_care", "Joanne Lacey", True),
        ("pupil", "Kofi Mensah", False),
    ]
    assert review.invitees.get(kind="la").email == "la_send@la.invalid"


def test_a_second_open_review_is_refused_unless_early_or_interim(plan, review, sendco):
    for kind in ("annual",):
        with pytest.raises(Refused, match="open already"):
            actions.open_review(plan=plan, kind=kind, by=sendco, on=TODAY)
    early = actions.open_review(plan=plan, kind="early", by=sendco, on=TODAY)
    interim = actions.open_review(plan=plan, kind="interim", by=sendco, on=TODAY, counts_as_annual=True)
    assert (early.counts_as_annual, interim.counts_as_annual) == (False, False)
    assert not early.steps.exists()


def test_a_phase_review_needs_the_year_in_the_plan(plan, sendco):
    with pytest.raises(Refused, match="year of the phase transfer"):
        actions.open_review(plan=plan, kind="phase", by=sendco, on=TODAY)


def test_a_plan_that_has_ceased_is_not_reviewed(plan, sendco):
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, ceased_on=TODAY)
    with pytest.raises(Refused, match="has ceased"):
        actions.open_review(plan=plan, kind="annual", by=sendco, on=TODAY)


def test_booking_sets_every_date_and_is_audited(booked):
    steps = steps_of(booked)
    assert {key: step.due_on for key, step in steps.items()} == {
        "invite_by": date(2027, 1, 12),
        "advice_circulated_by": date(2027, 1, 12),
        "meeting_latest": date(2027, 2, 5),
        "report_by": date(2027, 2, 9),
        "decision_by": date(2027, 2, 23),
        "final_plan_by": date(2027, 4, 20),
    }
    assert steps["decision_by"].binding == "four weeks from the meeting"
    assert steps["invite_by"].source == "SEND Regulations 2014 (SI 2014/1530), regulation 20(3)"
    event = AuditEvent.objects.filter(kind="review.scheduled").get()
    assert event.details == {"meeting_on": [None, "2027-01-26"]}
    assert event.target_label == "KM"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 12, 1), "Invitations had to go by 17 November 2026 for this date."),
        (date(2027, 3, 9), "The review has to be complete by 5 March 2027, before this meeting."),
        (date(2026, 12, 25), "School is closed for the"),
        (date(2026, 11, 16), "is in the past"),
    ],
)
def test_a_date_that_breaks_a_rule_is_booked_only_for_a_reason(review, sendco, day, words):
    with pytest.raises(Refused) as refusal:
        book(review, sendco, day=day)
    assert words in refusal.value.message
    assert Review.objects.get(pk=review.pk).meeting_on is None
    saved = book(review, sendco, day=day, short_notice_reason="The parents asked for it")
    assert (saved.meeting_on, saved.short_notice_reason) == (day, "The parents asked for it")


def test_a_meeting_before_the_anchor_belongs_to_another_review(review, sendco):
    with pytest.raises(Refused, match="Choose a date after 6 March 2026"):
        book(review, sendco, day=date(2026, 3, 5), short_notice_reason="x")


def test_a_stale_booking_is_a_conflict(review, sendco):
    with pytest.raises(Conflict):
        actions.schedule_meeting(
            review=review, version=review.version + 1, meeting_on=date(2027, 1, 26), meeting_at=time(14), place="", by=sendco,
            on=TODAY,
        )  # fmt: skip
    assert Review.objects.get(pk=review.pk).meeting_on is None


def test_moving_a_meeting_recomputes_open_steps_and_leaves_done_ones(invited, sendco):
    moved = book(invited, sendco, day=date(2027, 2, 2))
    steps = steps_of(moved)
    assert steps["invite_by"].done_on == TODAY
    assert steps["invite_by"].due_on == date(2027, 1, 12)
    assert steps["advice_circulated_by"].due_on == date(2027, 1, 19)
    assert steps["report_by"].due_on == date(2027, 2, 16)
    assert moved.sequence == 1


def test_holding_marks_who_came_and_drops_what_was_not_recorded(invited, sendco):
    parent = invited.invitees.get(kind="parent")
    review = actions.hold_meeting(review=invited, on=date(2027, 1, 26), by=sendco, attended=[parent.pk])
    assert review.state == "held"
    assert list(review.invitees.filter(attended=True)) == [parent]
    advice = steps_of(review)["advice_circulated_by"]
    assert (advice.due_on, advice.reason) == (None, "The meeting was held and this was not recorded.")


@pytest.mark.parametrize(
    "act",
    [
        lambda review, by: actions.hold_meeting(review=review, on=TODAY, by=by),
        lambda review, by: actions.send_invitations(review=review, by=by, on=TODAY),
        lambda review, by: actions.circulate_advice(review=review, on=TODAY, by=by),
        lambda review, by: actions.send_report(review=review, on=TODAY, to="all", by=by),
        lambda review, by: actions.record_decision(
            review=review, decision="keep", notice_on=TODAY, reference="A1", by=by
        ),
        lambda review, by: actions.record_final_plan(review=review, on=TODAY, by=by),
    ],
)
def test_steps_out_of_order_are_refused(review, sendco, act):
    with pytest.raises(Refused, match="This review stands at “not scheduled”"):
        act(review, sendco)


def test_a_report_needs_recommendations_an_addressee_and_a_date_after_the_meeting(held, sendco):
    with pytest.raises(Refused, match="headteacher’s recommendations"):
        actions.send_report(review=held, on=date(2027, 2, 1), to="all", by=sendco)
    actions.write_report(
        review=held, version=held.version, by=sendco, summary="", recommendations="Keep", differences=""
    )
    with pytest.raises(Refused, match="to whom"):
        actions.send_report(review=held, on=date(2027, 2, 1), to=" ", by=sendco)
    with pytest.raises(Refused, match="before the meeting of 26 January 2027"):
        actions.send_report(review=held, on=date(2027, 1, 25), to="all", by=sendco)


def test_a_report_that_was_sent_is_not_rewritten(reported, sendco):
    with pytest.raises(Refused, match="change the report"):
        actions.write_report(
            review=reported, version=reported.version, by=sendco, summary="", recommendations="", differences=""
        )


@pytest.mark.parametrize(("notice_on", "reference"), [(None, "A1"), (date(2027, 2, 16), " ")])
def test_a_decision_without_its_letter_is_refused(reported, sendco, notice_on, reference):
    with pytest.raises(Refused, match="Only the letter is a decision"):
        actions.record_decision(review=reported, decision="keep", notice_on=notice_on, reference=reference, by=sendco)
    assert Review.objects.get(pk=reported.pk).decision == ""


def test_a_letter_before_the_meeting_is_refused(reported, sendco):
    with pytest.raises(Refused, match="The notice"):
        actions.record_decision(
            review=reported, decision="keep", notice_on=date(2027, 1, 25), reference="A1", by=sendco
        )


def test_a_decision_moves_the_anchor_and_opens_the_next_review(reported, sendco):
    review = actions.record_decision(
        review=reported, decision="amend", notice_on=date(2027, 2, 16), reference="SEN/77", by=sendco
    )
    assert review.state == "decided"
    plan = EhcPlan.objects.get(pk=review.plan_id)
    assert plan.last_decision_on == date(2027, 2, 16)
    following = Review.objects.exclude(pk=review.pk).get()
    assert (following.anchor_on, following.due_on, following.state) == (date(2027, 2, 16), date(2028, 2, 15), "planned")
    assert following.owner == sendco
    final = steps_of(review)["final_plan_by"]
    assert (final.due_on, final.binding) == (date(2027, 4, 13), "eight weeks from the notice")


def test_a_final_plan_completes_the_review_and_does_not_restart_the_clock(reported, sendco):
    review = actions.record_decision(
        review=reported, decision="amend", notice_on=date(2027, 2, 16), reference="SEN/77", by=sendco
    )
    with pytest.raises(Refused, match="cannot be older than the notice"):
        actions.record_final_plan(review=review, on=date(2027, 2, 15), by=sendco)
    review = actions.record_final_plan(review=review, on=date(2027, 4, 1), by=sendco)
    assert review.state == "complete"
    plan = EhcPlan.objects.get(pk=review.plan_id)
    assert (plan.version_on, plan.last_decision_on) == (date(2027, 4, 1), date(2027, 2, 16))


def test_keeping_the_plan_completes_at_once(reported, sendco):
    review = actions.record_decision(
        review=reported, decision="keep", notice_on=date(2027, 2, 16), reference="SEN/77", by=sendco
    )
    assert review.state == "complete"
    final = steps_of(review)["final_plan_by"]
    assert (final.due_on, final.reason) == (None, "The local authority is not amending the plan.")


def test_ceasing_opens_no_next_review(reported, sendco):
    actions.record_decision(
        review=reported, decision="cease", notice_on=date(2027, 2, 16), reference="SEN/77", by=sendco
    )
    assert Review.objects.count() == 1


def test_a_decision_on_an_early_review_under_section_44_brings_the_open_review_along(plan, review, sendco):
    early = actions.open_review(plan=plan, kind="early", by=sendco, on=TODAY, counts_as_annual=True)
    early = book(early, sendco, day=date(2026, 12, 10))
    actions.hold_meeting(review=early, on=date(2026, 12, 10), by=sendco)
    actions.record_decision(review=early, decision="keep", notice_on=date(2027, 1, 5), reference="SEN/1", by=sendco)
    review.refresh_from_db()
    assert (review.anchor_on, review.due_on) == (date(2027, 1, 5), date(2028, 1, 4))
    assert Review.objects.count() == 2


def test_changing_the_plan_moves_reviews_whose_meeting_was_not_held(plan, review, sendco):
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, last_decision_on=date(2026, 4, 20))
    review.refresh_from_db()
    assert (review.anchor_on, review.due_on) == (date(2026, 4, 20), date(2027, 4, 19))
    actions.change_ehc_plan(plan=plan, version=plan.version, by=sendco, phase_transfer_year=2027)
    review.refresh_from_db()
    assert review.due_on == date(2027, 2, 14)
    assert steps_of(review)["meeting_latest"].due_on == date(2026, 11, 22)


def test_the_next_review_is_a_phase_review_when_the_transfer_falls_into_its_year(plan, reported, sendco):
    EhcPlan.objects.filter(pk=plan.pk).update(phase_transfer_year=2028)
    actions.record_decision(
        review=reported, decision="keep", notice_on=date(2027, 2, 16), reference="SEN/77", by=sendco
    )
    assert Review.objects.exclude(pk=reported.pk).get().kind == "phase"


def test_cancelling_needs_a_reason_and_keeps_history(review, sendco):
    with pytest.raises(Refused, match="reason"):
        actions.cancel_review(review=review, reason=" ", by=sendco, on=TODAY)
    actions.cancel_review(review=review, reason="Moves away", by=sendco, on=TODAY)
    review.refresh_from_db()
    assert (review.state, review.cancelled_reason) == ("cancelled", "Moves away")
    assert not review.steps.exists()


def test_a_review_that_was_held_is_not_cancelled(held, sendco):
    with pytest.raises(Refused, match="cancel it"):
        actions.cancel_review(review=held, reason="x", by=sendco, on=TODAY)


def test_outcomes_are_numbered_judged_and_then_kept(plan, review, sendco):
    first = actions.add_outcome(plan=plan, text="Kofi asks for help", by=sendco)
    second = actions.add_outcome(plan=plan, text="Kofi takes turns", by=sendco)
    assert (first.number, second.number) == (1, 2)
    actions.rate_outcome(review=review, outcome=first, rating=1, by=sendco)
    actions.rate_outcome(review=review, outcome=first, rating=2, by=sendco, evidence="24 sessions")
    assert list(OutcomeProgress.objects.values_list("rating", "evidence")) == [(2, "24 sessions")]
    with pytest.raises(Refused, match="it stays"):
        actions.remove_outcome(outcome=first, by=sendco)
    actions.remove_outcome(outcome=second, by=sendco)
    assert list(plan.outcomes.all()) == [first]


def test_an_outcome_of_another_plan_is_not_judged(school, review, sendco):
    other = actions.open_ehc_plan(
        pupil=factories.PupilFactory(school=school), la_code="330", first_made_on=date(2025, 3, 14), by=sendco
    )
    outcome = actions.add_outcome(plan=other, text="x", by=sendco)
    with pytest.raises(Refused, match="another plan"):
        actions.rate_outcome(review=review, outcome=outcome, rating=1, by=sendco)


def test_an_admin_assistant_arranges_but_does_not_write_outcomes(school, plan, review):
    admin = factories.person(Role.ADMIN, school)
    assert book(review, admin).state == "scheduled"
    with pytest.raises(NotAllowed):
        actions.add_outcome(plan=plan, text="x", by=admin)
    with pytest.raises(NotAllowed):
        actions.write_report(review=review, version=1, by=admin, summary="", recommendations="", differences="")


def test_nobody_of_another_school_may_change_a_review(two_schools, review):
    stranger = factories.person(Role.SENDCO, two_schools[1])
    with pytest.raises(NotAllowed):
        book(review, stranger)


def test_refreshing_twice_changes_nothing_and_costs_two_queries(booked, django_assert_num_queries):
    before = list(booked.steps.values())
    booked = Review.objects.select_related("plan", "pupil").get(pk=booked.pk)
    with django_assert_num_queries(2):
        actions.refresh_steps(booked)
    assert list(booked.steps.values()) == before


def test_a_needs_assessment_runs_from_the_day_of_receipt_to_the_plan(school, on_roll, sendco):
    row = actions.open_needs_assessment(pupil=on_roll, received_on=date(2026, 9, 7), by=sendco)
    with pytest.raises(Refused, match="open already"):
        actions.open_needs_assessment(pupil=on_roll, received_on=TODAY, by=sendco)
    with pytest.raises(Refused, match="both what"):
        actions.change_needs_assessment(assessment=row, version=row.version, by=sendco, decided_on=date(2026, 10, 19))
    row.refresh_from_db()
    row = actions.change_needs_assessment(
        assessment=row, version=row.version, by=sendco, decided_on=date(2026, 10, 19), is_agreed=True,
        advice_requested_on=date(2026, 10, 19), advice_sent_on=date(2026, 11, 20),
    )  # fmt: skip
    assert row.closed_on is None
    row = actions.change_needs_assessment(
        assessment=row, version=row.version, by=sendco, final_plan_on=date(2027, 1, 25)
    )
    assert row.closed_on == date(2027, 1, 25)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"decided_on": date(2026, 9, 1), "is_agreed": True}, "The decision is before"),
        ({"advice_requested_on": date(2026, 9, 1)}, "request for advice"),
        ({"advice_sent_on": date(2026, 10, 1)}, "asked for advice"),
        ({"draft_served_on": date(2026, 9, 1)}, "draft plan"),
        ({"final_plan_on": date(2026, 12, 1), "refused_plan_on": date(2026, 12, 1)}, "not both"),
    ],
)
def test_dates_of_an_assessment_that_cannot_belong_together_are_refused(on_roll, sendco, fields, words):
    row = actions.open_needs_assessment(pupil=on_roll, received_on=date(2026, 9, 7), by=sendco)
    with pytest.raises(Refused, match=words):
        actions.change_needs_assessment(assessment=row, version=row.version, by=sendco, **fields)


def test_a_refusal_to_assess_closes_and_a_withdrawn_request_can_be_closed(on_roll, sendco):
    row = actions.open_needs_assessment(pupil=on_roll, received_on=date(2026, 9, 7), by=sendco)
    row = actions.change_needs_assessment(
        assessment=row, version=row.version, by=sendco, decided_on=date(2026, 10, 1), is_agreed=False
    )
    assert row.closed_on == date(2026, 10, 1)
    with pytest.raises(Refused, match="is closed"):
        actions.close_needs_assessment(assessment=row, version=row.version, on=TODAY, by=sendco)
    again = actions.open_needs_assessment(pupil=on_roll, received_on=date(2026, 11, 2), by=sendco)
    actions.close_needs_assessment(assessment=again, version=again.version, on=TODAY, by=sendco)
    assert not NeedsAssessment.objects.open().exists()


def test_a_pupil_with_a_plan_has_no_needs_assessment(plan, sendco):
    with pytest.raises(Refused, match="re-assessment"):
        actions.open_needs_assessment(pupil=plan.pupil, received_on=TODAY, by=sendco)
