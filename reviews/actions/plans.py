"""EHC plans with their outcomes and Section F, and the opening and cancelling of reviews."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from pupils.enums import YearGroup
from pupils.models import Pupil
from reviews.deadlines import ClockInputError, PhaseTransfer, annual_review_clock, next_phase_transfer
from reviews.enums import ReviewKind
from reviews.models import EhcOutcome, EhcPlan, Review, SectionFItem
from reviews.permissions import check_edit, check_write
from reviews.rules import BEFORE_MEETING, FORMAL_KINDS, OPEN_STATES
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.dates import academic_year_bounds, academic_year_of, long_date
from sendco.core.exceptions import Refused
from sendco.schools.models import SchoolKind
from sendco.schools.services import calendar_for

from .meetings import end_review
from .people import prefill_invitees
from .steps import clock_of, legal_limit, refresh_steps

PLAN_FIELDS = (
    "la_code", "first_made_on", "last_decision_on", "is_anchor_estimated", "version_on", "phase_transfer_year",
    "is_to_post_16", "ceased_on", "top_up_pounds", "aspirations",
)  # fmt: skip
LAST_YEAR_OF = {
    SchoolKind.INFANT: 2, SchoolKind.FIRST: 4, SchoolKind.PRIMARY: 6, SchoolKind.JUNIOR: 6, SchoolKind.MIDDLE: 8,
    SchoolKind.SECONDARY: 11, SchoolKind.ALL_THROUGH: 11,
}  # fmt: skip
"""The highest year group that a school of a kind usually teaches. A special school has no usual one."""
YEAR_NUMBERS = {YearGroup.N2: -1, YearGroup.R: 0} | {YearGroup(str(n)): n for n in range(1, 15)}
PHASE_REVIEW_YEARS = 2
"""A phase transfer review decided in the two school years before the move was the one for that move."""


@transaction.atomic
def open_ehc_plan(
    *,
    pupil: Pupil,
    la_code: str,
    first_made_on: date,
    by: User | None,
    last_decision_on: date | None = None,
    phase_transfer_year: int | None = None,
    is_to_post_16: bool = False,
    **fields: Any,
) -> EhcPlan:
    """Record that a pupil has an EHC plan. It opens no review: call `open_review`, as the screen does.

    fields: any other of PLAN_FIELDS. Raises Refused for a second plan or dates that cannot belong together, NotAllowed.
    """
    check_edit(by, pupil)
    if EhcPlan.objects.filter(pupil=pupil).exists():
        raise Refused("This pupil has an EHC plan already. Change that one.")
    plan = EhcPlan(
        pupil=pupil,
        la_code=la_code,
        first_made_on=first_made_on,
        last_decision_on=last_decision_on,
        phase_transfer_year=phase_transfer_year,
        is_to_post_16=is_to_post_16,
        **fields,
    )
    _check_dates(plan)
    plan.save(force_insert=True)
    audit.record("ehc_plan.added", by=by, target=plan, school_id=pupil.school_id, label=pupil.initials)
    return plan


@transaction.atomic
def change_ehc_plan(*, plan: EhcPlan, version: int, by: User | None, on: date | None = None, **fields: Any) -> EhcPlan:
    """Change any of PLAN_FIELDS. Reviews whose meeting has not been held follow the new dates. Raises Conflict, Refused.

    on: today. A plan that has ended by then has nothing to review, so such reviews are cancelled and people told.
    """
    check_edit(by, plan)
    before = {name: getattr(plan, name) for name in fields}
    for name, value in fields.items():
        setattr(plan, name, value)
    _check_dates(plan)
    plan.save_over(expected=version, by=by, fields=PLAN_FIELDS)
    has_ended = bool(on and plan.ceased_on and plan.ceased_on <= on)
    for review in Review.objects.filter(plan=plan, state__in=BEFORE_MEETING).select_related("pupil", "school"):
        review.plan = plan
        if has_ended:
            end_review(review=review, reason=f"The plan ended on {long_date(plan.ceased_on)}", by=by, on=on)
        else:
            follow_plan(review)
    changed = audit.changed_fields(before, {name: fields[name] for name in before if name != "aspirations"})
    audit.record(
        "ehc_plan.changed", by=by, target=plan, school_id=plan.pupil.school_id, label=plan.pupil.initials,
        details={"fields": changed},
    )  # fmt: skip
    return plan


def _check_dates(plan: EhcPlan) -> None:
    if plan.last_decision_on and plan.last_decision_on < plan.first_made_on:
        raise Refused("The last decision is before the plan was first made.")
    if plan.ceased_on and plan.ceased_on < plan.first_made_on:
        raise Refused("The plan ends before it was first made.")
    try:
        annual_review_clock(
            plan_made=plan.first_made_on,
            last_decision=plan.last_decision_on,
            phase_transfer=plan.phase_transfer_year,
            to_post_16=plan.is_to_post_16,
            born=plan.pupil.born,
        )
    except ClockInputError as error:
        raise Refused(str(error)) from error


def follow_plan(review: Review) -> None:
    """Bring a review that was not held, and its steps, up to the dates of its plan."""
    if review.kind in FORMAL_KINDS:
        review.kind = next_kind(review.plan)
    _anchor(review)
    review.save(update_fields=["kind", "anchor_on", "due_on"])
    refresh_steps(review)


def _anchor(review: Review) -> None:
    """Set the anchor and the limit from the plan as it is now."""
    review.anchor_on = review.plan.anchor
    review.due_on = legal_limit(clock_of(review, calendar=None))


@transaction.atomic
def open_review(
    *,
    plan: EhcPlan,
    kind: str,
    by: User | None,
    on: date,
    counts_as_annual: bool | None = None,
    owner: User | None = None,
) -> Review:
    """Open the next review of a plan, with its steps and the people who must be invited.

    counts_as_annual: run under section 44, so that the decision starts the next 12 months; by default true of annual and phase
    reviews only. An annual review that has to serve a phase transfer is opened as a phase transfer review. Raises Refused
    when one is open already (early and interim ones are free) or the plan has ceased.
    """
    check_edit(by, plan)
    if plan.ceased_on and plan.ceased_on <= on:
        raise Refused("This plan has ceased, so there is nothing to review.")
    formal = kind in FORMAL_KINDS
    if kind == ReviewKind.PHASE and not plan.phase_transfer_year:
        raise Refused("Enter the year of the phase transfer in the plan first.")
    if formal and Review.objects.filter(plan=plan, kind__in=FORMAL_KINDS, state__in=OPEN_STATES).exists():
        raise Refused("A review of this plan is open already. Open an early review or an interim meeting instead.")
    if kind == ReviewKind.ANNUAL:
        kind = next_kind(plan)
    review = Review(
        plan=plan,
        pupil=plan.pupil,
        school=plan.pupil.school,
        kind=kind,
        counts_as_annual=formal or (kind == ReviewKind.EARLY and bool(counts_as_annual)),
        anchor_on=plan.anchor,
        owner=owner,
    )
    _anchor(review)
    review.save(force_insert=True)
    prefill_invitees(review=review, on=on)
    refresh_steps(review, calendar=calendar_for(review.school_id))
    audit.record("review.opened", by=by, target=review, label=review.pupil.initials, details={"kind": str(kind)})
    return review


def transfer_ahead(pupil: Pupil, *, on: date) -> PhaseTransfer | None:
    """The phase transfer that the pupil's year group and kind of school lead to. Reads the school; no query of its own.

    None where years do not tell: in a special school, for a pupil who is not taught by year, and after Year 11.
    """
    last_year, year = LAST_YEAR_OF.get(pupil.school.kind), YEAR_NUMBERS.get(pupil.year_group)
    if last_year is None or year is None or year > last_year:
        return None
    return next_phase_transfer(year_group=year, last_year_group=last_year, academic_year=academic_year_of(on))


def lacks_transfer_year(plan: EhcPlan, *, on: date) -> PhaseTransfer | None:
    """The transfer at the end of this school year or the next, if the plan does not know of it: its dates are missing then."""
    found = transfer_ahead(plan.pupil, on=on)
    if found is None or found.year > academic_year_of(on) + 2 or plan.ceased_on:
        return None
    return None if plan.phase_transfer_year and plan.phase_transfer_year >= academic_year_of(on) + 1 else found


@transaction.atomic
def cancel_review(*, review: Review, reason: str, by: User | None, on: date) -> Review | None:
    """Cancel a review that has not been held, and open another in its place: the clock of the plan does not stop.

    Returns the new one; None for an early or interim one, and when the plan has ended. People who were invited are told.
    """
    ended = end_review(review=review, reason=reason, by=by, on=on)
    plan = ended.plan
    has_ended = plan.ceased_on is not None and plan.ceased_on <= on
    if ended.kind not in FORMAL_KINDS or has_ended:
        return None
    plan.pupil = ended.pupil
    return open_review(plan=plan, kind=ReviewKind.ANNUAL, by=by, on=on, owner=ended.owner)


def kind_by_dates(plan: EhcPlan) -> str:
    """Phase transfer review when the transfer is still ahead and no later review can serve it, else annual. No query."""
    year = plan.phase_transfer_year
    if year is None:
        return ReviewKind.ANNUAL
    clock = annual_review_clock(
        plan_made=plan.first_made_on,
        last_decision=plan.last_decision_on,
        phase_transfer=year,
        to_post_16=plan.is_to_post_16,
    )
    phase, limit = clock["phase_last_day"].due, clock["review_complete_by"].due
    is_last_chance = limit is not None and limit >= academic_year_bounds(year - 1)[0]
    return ReviewKind.PHASE if phase and is_last_chance else ReviewKind.ANNUAL


def next_kind(plan: EhcPlan) -> str:
    """As `kind_by_dates`, and annual once a phase transfer review of this transfer was decided. One query at most."""
    kind, year = kind_by_dates(plan), plan.phase_transfer_year
    if kind == ReviewKind.ANNUAL or year is None:
        return ReviewKind.ANNUAL
    since = academic_year_bounds(year - PHASE_REVIEW_YEARS)[0]
    decided = Review.objects.filter(plan=plan, kind=ReviewKind.PHASE, notice_on__gte=since)
    return ReviewKind.ANNUAL if decided.exists() else ReviewKind.PHASE


# --- Outcomes (Section E) and provision (Section F) ---------------------------------------------------


def _next_number(queryset: Any) -> int:
    return (queryset.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def add_outcome(*, plan: EhcPlan, text: str, by: User | None) -> EhcOutcome:
    """Add an outcome with the next number."""
    check_write(by, plan)
    outcome = EhcOutcome.objects.create(plan=plan, number=_next_number(plan.outcomes), text=text)
    _record_part("outcome.added", outcome, by)
    return outcome


@transaction.atomic
def change_outcome(*, outcome: EhcOutcome, version: int, text: str, by: User | None) -> EhcOutcome:
    check_write(by, outcome.plan)
    outcome.text = text
    outcome.save_over(expected=version, by=by, fields=["text"])
    _record_part("outcome.changed", outcome, by)
    return outcome


@transaction.atomic
def remove_outcome(*, outcome: EhcOutcome, by: User | None) -> None:
    """Refused once a review has judged it: history needs the words."""
    check_write(by, outcome.plan)
    if outcome.progress.exists():
        raise Refused("A review has judged this outcome, so it stays. Change its words instead.")
    _record_part("outcome.removed", outcome, by)
    outcome.delete()


@transaction.atomic
def add_section_f(
    *, plan: EhcPlan, text: str, by: User | None, minutes_per_week: int | None = None, lines: Iterable[Any] = ()
) -> SectionFItem:
    """Add a line of Section F, and the lines of the Provision Map that meet it. Refused for another pupil's lines."""
    check_write(by, plan)
    item = SectionFItem.objects.create(
        plan=plan, number=_next_number(plan.provision_items), text=text, minutes_per_week=minutes_per_week
    )
    _set_lines(item, lines)
    _record_part("section_f.added", item, by)
    return item


@transaction.atomic
def change_section_f(
    *,
    item: SectionFItem,
    version: int,
    text: str,
    by: User | None,
    minutes_per_week: int | None = None,
    lines: Iterable[Any] = (),
) -> SectionFItem:
    check_write(by, item.plan)
    item.text, item.minutes_per_week = text, minutes_per_week
    item.save_over(expected=version, by=by, fields=["text", "minutes_per_week"])
    _set_lines(item, lines)
    _record_part("section_f.changed", item, by)
    return item


@transaction.atomic
def remove_section_f(*, item: SectionFItem, by: User | None) -> None:
    check_write(by, item.plan)
    _record_part("section_f.removed", item, by)
    item.delete()


def _set_lines(item: SectionFItem, lines: Iterable[Any]) -> None:
    chosen = list(lines)
    if any(line.pupil_id != item.plan.pupil_id for line in chosen):
        raise Refused("Choose lines of this pupil’s own provision.")
    item.lines.set(chosen)


def _record_part(kind: str, part: EhcOutcome | SectionFItem, by: User | None) -> None:
    pupil = part.plan.pupil
    audit.record(
        kind, by=by, target=part, school_id=pupil.school_id, pupil_id=pupil.pk, label=pupil.initials,
        details={"number": part.number},
    )  # fmt: skip
