"""The steps of a review as rows, kept in step with its facts so that lists can search them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reviews.deadlines import ClockInputError, Deadline, annual_review_clock
from reviews.enums import Decision, ReviewKind, ReviewState
from reviews.models import Review, ReviewStep
from sendco.core.exceptions import Refused
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

STEP_KEYS = (
    "invite_by", "advice_circulated_by", "meeting_latest", "report_by", "decision_by", "final_plan_by",
    "review_complete_by", "phase_last_day",
)  # fmt: skip
NOT_RECORDED = "The meeting was held and this was not recorded."
NO_REPORT = "The local authority decided and no report was recorded."
NOT_AMENDED = "The local authority is not amending the plan."
FIELDS = ("label", "owner", "due_on", "target_on", "done_on", "rule", "basis", "source", "binding", "reason", "order")


def clock_of(review: Review, *, calendar: SchoolCalendar | None = None) -> dict[str, Deadline]:
    """Every date of a review, from its facts. Reads its plan and pupil. Refused when the dates cannot belong together.

    The phase transfer binds the phase transfer review alone: the annual review after it has its own 12 months.
    """
    plan = review.plan
    try:
        return annual_review_clock(
            plan_made=plan.first_made_on,
            last_decision=review.anchor_on if review.anchor_on > plan.first_made_on else None,
            meeting=review.held_on or review.meeting_on,
            notice=review.notice_on,
            phase_transfer=plan.phase_transfer_year if review.kind == ReviewKind.PHASE else None,
            to_post_16=plan.is_to_post_16,
            born=review.pupil.born,
            calendar=calendar,
        )
    except ClockInputError as error:
        raise Refused(str(error)) from error


def legal_limit(clock: dict[str, Deadline]) -> date:
    """The day on which the whole review must be over: the 12 months, or the phase transfer if that is sooner."""
    dates = [clock[key].due for key in ("review_complete_by", "phase_last_day") if key in clock]
    return min(day for day in dates if day is not None)


def done_dates(review: Review) -> dict[str, date | None]:
    return {
        "invite_by": review.invited_on,
        "advice_circulated_by": review.advice_circulated_on,
        "meeting_latest": review.held_on,
        "report_by": review.report_sent_on,
        "decision_by": review.notice_on,
        "final_plan_by": review.final_plan_on,
        "review_complete_by": review.notice_on,
        "phase_last_day": review.final_plan_on,
    }


def build_steps(review: Review, *, calendar: SchoolCalendar | None = None) -> list[ReviewStep]:
    """The steps as they should be, unsaved. None for a cancelled review or one that is no review under section 44.

    The 12-month limit and the phase date are steps of their own only while no meeting date carries them.
    """
    if review.state == ReviewState.CANCELLED or not review.counts_as_annual:
        return []
    clock, done = clock_of(review, calendar=calendar), done_dates(review)
    limits = {"review_complete_by", "phase_last_day"}
    keys = [
        key for key in STEP_KEYS if key in clock and (key not in limits or not (review.meeting_on or review.held_on))
    ]
    return [_row(review, order, _adjusted(review, clock[key]), done[key]) for order, key in enumerate(keys)]


def _adjusted(review: Review, step: Deadline) -> Deadline:
    """A step that can no longer be asked for loses its date and says why."""
    if review.held_on and step.key in ("invite_by", "advice_circulated_by") and not done_dates(review)[step.key]:
        return replace(step, due=None, target=None, reason=NOT_RECORDED)
    if step.key == "report_by" and review.decision and not review.report_sent_on:
        return replace(step, due=None, target=None, reason=NO_REPORT)
    if step.key == "final_plan_by" and review.decision and review.decision != Decision.AMEND:
        return replace(step, due=None, target=None, reason=NOT_AMENDED)
    return step


def _row(review: Review, order: int, step: Deadline, done_on: date | None) -> ReviewStep:
    return ReviewStep(
        review=review,
        school_id=review.school_id,
        pupil_id=review.pupil_id,
        key=step.key,
        label="Meeting" if step.key == "meeting_latest" else step.label,
        owner=str(step.owner),
        due_on=step.due,
        target_on=step.target,
        done_on=done_on,
        rule=step.rule[:300],
        basis=str(step.basis),
        source=step.source[:200],
        binding=step.binding_limb[:120],
        reason=step.reason[:200],
        order=order,
    )


def refresh_steps(review: Review, *, calendar: SchoolCalendar | None = None) -> None:
    """Bring the saved steps up to the facts. A step that was done keeps the date that was due then. 2 to 5 queries."""
    wanted = {step.key: step for step in build_steps(review, calendar=calendar or calendar_for(review.school_id))}
    saved = {step.key: step for step in ReviewStep.objects.filter(review=review)}
    changed = []
    for key, step in wanted.items():
        old = saved.get(key)
        if old is None or _is_settled(old, step):
            continue
        if any(getattr(old, name) != getattr(step, name) for name in FIELDS):
            step.pk = old.pk
            changed.append(step)
    stale = [old.pk for key, old in saved.items() if key not in wanted and old.done_on is None]
    if stale:
        ReviewStep.objects.filter(pk__in=stale).delete()
    ReviewStep.objects.bulk_create([step for key, step in wanted.items() if key not in saved])
    if changed:
        ReviewStep.objects.bulk_update(changed, FIELDS)


def _is_settled(old: ReviewStep, new: ReviewStep) -> bool:
    return old.done_on is not None and old.done_on == new.done_on
