"""Needs assessments: the 20 weeks, whose clock starts when the local authority receives the request."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from pupils.models import Pupil
from reviews.deadlines import ClockInputError, Deadline, needs_assessment_clock
from reviews.models import EhcPlan, NeedsAssessment
from reviews.permissions import check_edit
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.exceptions import Refused
from sendco.schools.calendar import SchoolCalendar

DATE_FIELDS = (
    "requested_by", "received_on", "decided_on", "is_agreed", "advice_requested_on", "advice_sent_on", "draft_served_on",
    "refused_plan_on", "final_plan_on", "closed_on",
)  # fmt: skip
DONE_BY = {
    "decision_by": "decided_on",
    "advice_by": "advice_sent_on",
    "no_plan_by": "refused_plan_on",
    "final_plan_by": "final_plan_on",
}


def assessment_clock(assessment: NeedsAssessment, *, calendar: SchoolCalendar | None = None) -> dict[str, Deadline]:
    """Every date of an assessment, from its facts. No query. Refused when the dates cannot belong together."""
    try:
        return needs_assessment_clock(
            received=assessment.received_on,
            advice_requested=assessment.advice_requested_on,
            draft_served=assessment.draft_served_on,
            closures=calendar.breaks(min_days=7) if calendar else (),
            calendar=calendar,
        )
    except ClockInputError as error:
        raise Refused(str(error)) from error


@transaction.atomic
def open_needs_assessment(
    *, pupil: Pupil, received_on: date, by: User | None, requested_by: str = "school", **dates: Any
) -> NeedsAssessment:
    """Start the 20 weeks. Refused when one is open, or the pupil has a plan."""
    check_edit(by, pupil)
    if NeedsAssessment.objects.filter(pupil=pupil).open().exists():
        raise Refused("A needs assessment of this pupil is open already.")
    if EhcPlan.objects.filter(pupil=pupil, ceased_on__isnull=True).exists():
        raise Refused("This pupil has an EHC plan. A new assessment of such a pupil is a re-assessment of the plan.")
    assessment = NeedsAssessment(
        pupil=pupil, school_id=pupil.school_id, received_on=received_on, requested_by=requested_by, **dates
    )
    _check(assessment)
    assessment.save(force_insert=True)
    audit.record("assessment.opened", by=by, target=assessment, label=pupil.initials)
    return assessment


@transaction.atomic
def change_needs_assessment(
    *, assessment: NeedsAssessment, version: int, by: User | None, **fields: Any
) -> NeedsAssessment:
    """Record dates as letters come in; it closes with a refusal or the final plan. Raises Conflict, Refused."""
    check_edit(by, assessment)
    before = {name: getattr(assessment, name) for name in fields}
    for name, value in fields.items():
        setattr(assessment, name, value)
    _check(assessment)
    if assessment.is_agreed is False:
        assessment.closed_on = assessment.decided_on
    else:
        assessment.closed_on = assessment.refused_plan_on or assessment.final_plan_on
    assessment.save_over(expected=version, by=by, fields=DATE_FIELDS)
    audit.record(
        "assessment.changed", by=by, target=assessment, label=assessment.pupil.initials,
        details={"fields": audit.changed_fields(before, fields)},
    )  # fmt: skip
    return assessment


@transaction.atomic
def close_needs_assessment(*, assessment: NeedsAssessment, version: int, on: date, by: User | None) -> NeedsAssessment:
    """Close one that was withdrawn or whose pupil has left."""
    check_edit(by, assessment)
    if assessment.closed_on:
        raise Refused("This needs assessment is closed.")
    assessment.closed_on = on
    assessment.save_over(expected=version, by=by, fields=["closed_on"])
    audit.record("assessment.closed", by=by, target=assessment, label=assessment.pupil.initials)
    return assessment


def _check(assessment: NeedsAssessment) -> None:
    assessment_clock(assessment)
    if (assessment.decided_on is None) != (assessment.is_agreed is None):
        raise Refused("Enter both what the local authority decided and the date of its letter.")
    later = {
        "decision": assessment.decided_on,
        "advice": assessment.advice_sent_on,
        "letter that there is no plan": assessment.refused_plan_on,
        "final plan": assessment.final_plan_on,
    }
    for what, day in later.items():
        if day and day < assessment.received_on:
            raise Refused(f"The {what} is before the day the request was received.")
    if assessment.refused_plan_on and assessment.final_plan_on:
        raise Refused("Enter either a final plan or a letter that there is none, not both.")
    if assessment.advice_sent_on and (
        not assessment.advice_requested_on or assessment.advice_sent_on < assessment.advice_requested_on
    ):
        raise Refused("Enter the day on which the school was asked for advice, before the day it was sent.")
