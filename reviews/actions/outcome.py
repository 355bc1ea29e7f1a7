"""What comes of a review: ratings, the report, the local authority's letter and the final plan."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from reviews import rules
from reviews.deadlines import ClockInputError, annual_review_clock
from reviews.enums import Decision, ReviewState
from reviews.models import EhcOutcome, EhcPlan, OutcomeProgress, Review
from reviews.permissions import check_edit, check_write
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused

from .meetings import _locked
from .plans import follow_plan, next_kind, open_review
from .steps import clock_of, refresh_steps

REPORT_FIELDS = ("summary", "recommendations", "differences")


@transaction.atomic
def rate_outcome(
    *, review: Review, outcome: EhcOutcome, rating: int | None, by: User | None, evidence: str = ""
) -> OutcomeProgress:
    """Judge progress towards one outcome at this review. The last judgement stands."""
    check_write(by, review)
    if outcome.plan_id != review.plan_id:
        raise Refused("That outcome belongs to another plan.")
    if review.state in (ReviewState.COMPLETE, ReviewState.CANCELLED):
        raise Refused("This review is over.")
    progress, _ = OutcomeProgress.objects.update_or_create(
        review=review, outcome=outcome, defaults={"rating": rating, "evidence": evidence[:300]}
    )
    audit.record(
        "review.outcome_rated", by=by, target=review, label=review.pupil.initials,
        details={"outcome": outcome.number, "rating": rating},
    )  # fmt: skip
    return progress


@transaction.atomic
def write_report(
    *, review: Review, version: int, by: User | None, summary: str, recommendations: str, differences: str
) -> Review:
    """Write the report: the head's recommendations, and where others differed. Can be changed until it is sent."""
    check_write(by, review)
    rules.check_state(review.state, (*rules.BEFORE_MEETING, ReviewState.HELD), "change the report")
    review.summary, review.recommendations, review.differences = summary, recommendations, differences
    review.save_over(expected=version, by=by, fields=REPORT_FIELDS)
    audit.record("review.report_written", by=by, target=review, label=review.pupil.initials)
    return review


@transaction.atomic
def send_report(*, review: Review, on: date, to: str, by: User | None) -> Review:
    """Record that the written report went to everyone invited and to the local authority. `to`: to whom, in words."""
    review = _locked(review)
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.HELD,), "record the report as sent")
    if not review.recommendations.strip():
        raise Refused("Write the headteacher’s recommendations first. The law asks for them in the report.")
    if not to.strip():
        raise Refused("Say to whom the report went.")
    if review.held_on and on < review.held_on:
        raise Refused(f"The report cannot go before the meeting of {long_date(review.held_on)}.")
    review.report_sent_on, review.report_sent_to = on, to.strip()[:300]
    review.state = ReviewState.REPORTED
    review.save(update_fields=["report_sent_on", "report_sent_to", "state"])
    refresh_steps(review)
    audit.record(
        "review.report_sent", by=by, target=review, label=review.pupil.initials, details={"on": on.isoformat()}
    )
    return review


@transaction.atomic
def record_decision(
    *, review: Review, decision: str, notice_on: date | None, reference: str, by: User | None
) -> Review:
    """Record the local authority's letter. It ends the review, starts the next 12 months and opens the next review.

    With "cease" no review is opened; the plan itself ends on a day that is entered in the plan. Raises Refused without the
    date and reference of the letter, or before the meeting.
    """
    review = _locked(review)
    check_edit(by, review)
    rules.check_state(review.state, rules.AFTER_MEETING, "record a decision")
    rules.check_decision(decision, notice_on, reference)
    review.decision, review.notice_on, review.notice_reference = decision, notice_on, reference.strip()[:60]
    review.state = ReviewState.DECIDED if decision == Decision.AMEND else ReviewState.COMPLETE
    clock_of(review)
    review.save(update_fields=["decision", "notice_on", "notice_reference", "state"])
    refresh_steps(review)
    audit.record(
        "review.decided", by=by, target=review, label=review.pupil.initials,
        details={"decision": str(decision), "notice_on": notice_on.isoformat() if notice_on else None},
    )  # fmt: skip
    if review.counts_as_annual and notice_on:
        _start_next(review, notice_on, by)
    return review


def _start_next(review: Review, notice_on: date, by: User | None) -> None:
    """Move the plan's anchor to the letter, and open the next review or bring the open one along."""
    plan = EhcPlan.objects.select_for_update().get(pk=review.plan_id)
    plan.pupil = review.pupil
    if plan.last_decision_on is None or notice_on > plan.last_decision_on:
        plan.last_decision_on, plan.is_anchor_estimated = notice_on, False
        plan.save(update_fields=["last_decision_on", "is_anchor_estimated", "updated_at"])
    following = list(
        Review.objects.filter(plan=plan, kind__in=rules.FORMAL_KINDS, state__in=rules.OPEN_STATES)
        .exclude(pk=review.pk)
        .select_related("pupil", "school")
    )
    for other in following:
        if other.state not in rules.BEFORE_MEETING or not _is_possible(other, plan):
            continue
        other.plan = plan
        follow_plan(other)
    if not following and review.decision != Decision.CEASE and not plan.ceased_on:
        open_review(plan=plan, kind=next_kind(plan), by=by, on=notice_on, owner=review.owner)


def _is_possible(review: Review, plan: EhcPlan) -> bool:
    """Whether the dates that were set for it can stand under the new anchor."""
    try:
        annual_review_clock(plan_made=plan.first_made_on, last_decision=plan.anchor, meeting=review.meeting_on)
    except ClockInputError:
        return False
    return True


@transaction.atomic
def record_final_plan(*, review: Review, on: date, by: User | None) -> Review:
    """Record the final amended plan. The review is complete; the 12 months run on from the decision, not from this."""
    review = _locked(review)
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.DECIDED,), "record a final plan")
    if review.notice_on and on < review.notice_on:
        raise Refused(f"The final plan cannot be older than the notice of {long_date(review.notice_on)}.")
    review.final_plan_on, review.state = on, ReviewState.COMPLETE
    review.save(update_fields=["final_plan_on", "state"])
    EhcPlan.objects.filter(pk=review.plan_id).update(version_on=on)
    refresh_steps(review)
    audit.record("review.final_plan", by=by, target=review, label=review.pupil.initials, details={"on": on.isoformat()})
    return review
