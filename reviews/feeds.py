"""What the law asks of a school next: for the deadlines list, the calendar, Today, the register and reminders.

Reviews come from their saved steps, needs assessments from their clock. Two queries for everything of one school.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.http import urlencode

from pupils.register import NextStep
from sendco.accounts.access import Access
from sendco.accounts.permissions import Permission
from sendco.core.dates import days_after
from sendco.core.paths import path_to
from sendco.core.together import Part, Row
from sendco.core.ui import MONTHS, day
from sendco.schools.calendar import SchoolCalendar

from .actions.assessments import DONE_BY, assessment_clock
from .deadlines import ClockStatus, Deadline, Tone, status_of
from .models import NeedsAssessment, Review, ReviewStep
from .present import deadline_of, owner_words, short_rule, short_source, short_status
from .rules import RIPE

WEEKS = 12
AUTHORITY_STEPS = ("decision_by", "final_plan_by")
ACTIONS = {
    "invite_by": ("Invite", "reviews:invite"),
    "advice_circulated_by": ("Send advice", "reviews:advice-circulate"),
    "report_by": ("Write report", "reviews:report-edit"),
    "decision_by": ("Record letter", "reviews:decision"),
    "final_plan_by": ("Record plan", "reviews:final-plan"),
}
READING_ACTIONS = frozenset({"report_by"})
"""Steps whose action shows the review in full, so that arranging reviews is not enough for it."""
ROWS = {
    "meetings": ("Review meetings", ("meeting_latest",)),
    "invitations": ("Invitations to send", ("invite_by",)),
    "advice": ("Advice to send", ("advice_circulated_by",)),
    "reports": ("Reports to send", ("report_by",)),
    "assessments": ("Needs assessments", ()),
    "decisions": ("Decisions awaited", ("decision_by", "final_plan_by", "review_complete_by", "phase_last_day")),
}


@dataclass(frozen=True)
class DueItem:
    """One date that the law asks for. row: of the calendar (key of ROWS). is_ours: the school has to act.

    due: the legal date (of a booked meeting, its day); working: the last school day on or before it.
    """

    key: str
    row: str
    label: str
    due: date
    working: date
    status: ClockStatus
    pupil_id: int
    pupil: str
    initials: str
    year: str
    url: str
    action: str
    action_url: str
    rule: str
    source: str
    binding: str
    owner: str
    is_ours: bool
    subject_key: str
    school_id: int
    owner_id: int | None = None
    is_closed_then: bool = False

    @property
    def work_to(self) -> str:
        """The day to work to, where it is sooner than the legal date and the school has to act; words that follow a comma."""
        if not self.is_ours or self.working == self.due:
            return ""
        return (
            f"school is closed: work to {day(self.working)}" if self.is_closed_then else f"aim for {day(self.working)}"
        )

    @property
    def tone(self) -> str:
        return str(self.status.tone)

    @property
    def words(self) -> str:
        return short_status(self.status)

    @property
    def why(self) -> str:
        """Who acts, the limb that binds and where it stands."""
        parts = (
            "" if self.is_ours else f"{owner_words(self.owner)}.",
            short_rule(self.binding),
            short_source(self.source),
        )
        return " ".join(part for part in parts if part)


def due_items(school_id: int, on: date, *, calendar: SchoolCalendar | None = None) -> list[DueItem]:
    """Every open date of a school, soonest first. Two queries."""
    steps = ReviewStep.objects.open().on_roll(on).filter(school_id=school_id).for_dates(names=True)
    rows = (
        NeedsAssessment.objects.open()
        .on_roll(on)
        .filter(school_id=school_id)
        .select_related("pupil")
        .order_by("received_on", "pk")
    )
    found = [_of_step(step, on, calendar) for step in steps if is_awaited(step)]
    for assessment in rows:
        found += _of_assessment(assessment, on, calendar)
    return sorted(found, key=lambda item: (item.due, item.pupil_id, item.key))


def offered(items: Iterable[DueItem], access: Access, school_id: int) -> list[DueItem]:
    """The same dates with the action this person may take; "Open", where its page would refuse. No query."""
    can_edit, can_read = (access.can(p, school_id) for p in (Permission.REVIEW_EDIT, Permission.REVIEW_VIEW))

    def is_theirs(item: DueItem) -> bool:
        return can_edit and (can_read or item.key not in READING_ACTIONS)

    return [item if is_theirs(item) else replace(item, action="Open", action_url=item.url) for item in items]


def is_awaited(step: ReviewStep) -> bool:
    return step.key not in AUTHORITY_STEPS or step.review.state in RIPE[step.key]


def _deadline(step: ReviewStep) -> Deadline:
    """What the step counts down to: a booked meeting to its own day."""
    deadline, meeting_on = deadline_of(step), step.review.meeting_on
    return booked(deadline, meeting_on) if step.key == "meeting_latest" and meeting_on else deadline


def booked(step: Deadline, meeting_on: date) -> Deadline:
    """A booked meeting counts down to its own day."""
    return replace(step, due=meeting_on, target=meeting_on)


def _of_step(step: ReviewStep, on: date, calendar: SchoolCalendar | None) -> DueItem:
    review, deadline = step.review, _deadline(step)
    label, (action, url_name) = step.label, ACTIONS.get(step.key, ("Open", "reviews:review"))
    action_url = path_to(url_name, review.pk)
    if step.key == "meeting_latest":
        if review.meeting_on:
            label, action = "Review meeting", "Open"
        else:
            label, action = "Book the review meeting", "Schedule"
            action_url = f"{path_to('reviews:schedule')}?{urlencode({'review': review.pk})}"
    if step.key in RIPE and review.state not in RIPE[step.key]:
        action, action_url = "Open", review.get_absolute_url()
    status = status_of(deadline, on=on, calendar=calendar)
    return DueItem(
        key=step.key,
        row=next(row for row, (_, keys) in ROWS.items() if step.key in keys),
        label=label,
        due=deadline.due,
        working=deadline.working_date,
        status=status,
        pupil_id=step.pupil_id,
        pupil=step.pupil.known_as,
        initials=step.pupil.initials,
        year=step.pupil.year_label,
        url=review.get_absolute_url(),
        action=action,
        action_url=action_url,
        rule=step.rule,
        source=step.source,
        binding=step.binding,
        owner=step.owner,
        is_ours=status.is_ours,
        subject_key=f"review:{review.pk}:{step.key}",
        school_id=step.school_id,
        owner_id=review.owner_id,
        is_closed_then=_is_closed(deadline.due, calendar),
    )


def _to_come(assessment: NeedsAssessment, calendar: SchoolCalendar | None) -> Iterator[tuple[str, Deadline]]:
    """Its steps that are still to come: those overtaken by a later letter are over."""
    clock = assessment_clock(assessment, calendar=calendar)
    for key, field in DONE_BY.items():
        is_overtaken = key == "no_plan_by" and assessment.draft_served_on
        if clock[key].due and not getattr(assessment, field) and not is_overtaken:
            yield key, clock[key]


def _of_assessment(assessment: NeedsAssessment, on: date, calendar: SchoolCalendar | None) -> list[DueItem]:
    pupil, found = assessment.pupil, []
    for key, step in _to_come(assessment, calendar):
        status = status_of(step, on=on, calendar=calendar)
        url = assessment.get_absolute_url()
        found.append(
            DueItem(
                key=key,
                row="assessments",
                label=f"Needs assessment: {step.label[0].lower()}{step.label[1:]}",
                due=step.due,
                working=step.working_date,
                status=status,
                pupil_id=pupil.pk,
                pupil=pupil.known_as,
                initials=pupil.initials,
                year=pupil.year_label,
                url=url,
                action="Open",
                action_url=url,
                rule=step.rule,
                source=step.source,
                binding=step.binding_limb,
                owner=str(step.owner),
                is_ours=status.is_ours,
                subject_key=f"assessment:{assessment.pk}:{key}",
                school_id=assessment.school_id,
                is_closed_then=_is_closed(step.due, calendar),
            )
        )
    return found


def _is_closed(on: date, calendar: SchoolCalendar | None) -> bool:
    return calendar is not None and calendar.covers(on) and not calendar.is_school_day(on)


# --- Today and the calendar -------------------------------------------------------------------------------


def _is_risky(status: ClockStatus) -> bool:
    return status.is_ours and status.tone in (Tone.DANGER, Tone.WARN)


def at_risk_of(items: Iterable[DueItem], on: date) -> list[DueItem]:
    """Ours, and overdue or amber; the worst first. No query."""
    risky = [item for item in items if _is_risky(item.status)]
    return sorted(risky, key=lambda item: (item.status.tone != Tone.DANGER, item.working, item.due, item.pupil_id))


def at_risk(school_id: int, on: date, *, calendar: SchoolCalendar | None = None) -> list[DueItem]:
    """For Today: what the school has to do soon, within a week or before it closes next, or is late with. Two queries."""
    return at_risk_of(due_items(school_id, on, calendar=calendar), on)


def horizon(school_id: int, on: date, *, calendar: SchoolCalendar | None = None) -> dict[str, Any]:
    """`months`, `weeks` and `rows` of the `horizon` component. Two queries."""
    return horizon_of(due_items(school_id, on, calendar=calendar), on, calendar=calendar)


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def horizon_of(
    items: Sequence[DueItem], on: date, *, calendar: SchoolCalendar | None = None, weeks: int = WEEKS
) -> dict[str, Any]:
    """Twelve weeks from this one. What is overdue stands in this week. No query."""
    first = monday_of(on)
    mondays = [days_after(first, 7 * n) for n in range(weeks)]
    months: list[dict[str, Any]] = []
    heads = []
    for monday in mondays:
        name = MONTHS[monday.month - 1]
        if not months or months[-1]["name"] != name:
            months.append({"name": name, "weeks": 0})
        months[-1]["weeks"] += 1
        closed = (
            calendar is not None
            and calendar.covers(monday)
            and not calendar.school_days_between(monday, days_after(monday, 6))
        )
        heads.append({"label": str(monday.day), "now": monday == first, "closed": closed})
    rows = []
    for row, (label, _) in ROWS.items():
        cells = []
        for monday in mondays:
            inside = [item for item in items if item.row == row and _week_of(item, first) == monday]
            cells.append([_tally(inside, row, monday)] if inside else [])
        rows.append({"label": label, "cells": cells})
    return {"months": months, "weeks": heads, "rows": rows}


def _week_of(item: DueItem, first: date) -> date:
    return max(first, monday_of(item.due))


def _tally(items: Sequence[DueItem], row: str, monday: date) -> dict[str, Any]:
    order = [Tone.DANGER, Tone.WARN, Tone.WAIT, Tone.OK, Tone.NONE]
    tone = min((item.status.tone for item in items), key=order.index)
    overdue = sum(item.status.tone == Tone.DANGER for item in items)
    near = sum(item.status.tone == Tone.WARN for item in items)
    if overdue:
        words = f"overdue: {overdue}"
    elif near:
        words = f"due soon: {near}"
    else:
        words = "waiting for the local authority" if tone == Tone.WAIT else "on track"
    url = f"{path_to('reviews:deadlines')}?{urlencode({'row': row, 'week': monday.isoformat()})}"
    return {"status": str(tone), "count": len(items), "label": words, "url": url}


# --- The register -----------------------------------------------------------------------------------------


def next_steps(pupil_ids: Sequence[int], on: date) -> Mapping[int, NextStep]:
    """{pupil id: the next step of an open review}, for the register. One query for any number of pupils."""
    found: dict[int, NextStep] = {}
    steps = ReviewStep.objects.open().on_roll(on).filter(pupil_id__in=pupil_ids).for_dates()
    best: dict[int, tuple[tuple[int, date], ReviewStep, ClockStatus]] = {}
    for step in steps:
        if not is_awaited(step):
            continue
        deadline = _deadline(step)
        status = status_of(deadline, on=on)
        rank = (0 if status.is_ours else 1, deadline.working_date)
        if step.pupil_id not in best or rank < best[step.pupil_id][0]:
            best[step.pupil_id] = (rank, step, status)
    for pupil_id, (_, step, status) in best.items():
        label = "Review meeting" if step.key == "meeting_latest" and step.review.meeting_on else step.label
        due = step.review.meeting_on if label == "Review meeting" else step.due_on
        found[pupil_id] = NextStep(str(status.tone), status.text, f"{label}, {day(due)}")
    return found


# --- The side bar -----------------------------------------------------------------------------------------

STEP_FIELDS = ("key", "due_on", "target_on", "owner", "basis", "review__state", "review__meeting_on")
ASSESSMENT_FIELDS = ("received_on", "advice_requested_on", "draft_served_on", *DONE_BY.values())


def risk_parts(school_id: int, on: date) -> dict[str, Part]:
    """What `in_one_query` has to ask, beside the calendar, to know how many dates of a school are at risk."""
    return {
        "steps": (ReviewStep.objects.open().on_roll(on).filter(school_id=school_id), STEP_FIELDS),
        "assessments": (NeedsAssessment.objects.open().on_roll(on).filter(school_id=school_id), ASSESSMENT_FIELDS),
    }


def count_at_risk(rows: Mapping[str, Sequence[Row]], on: date, calendar: SchoolCalendar) -> int:
    """How many `at_risk` would list, of the rows that `risk_parts` gave. No query."""
    judged = []
    for row in rows["steps"]:
        review = Review(state=row["review__state"], meeting_on=row["review__meeting_on"])
        step = ReviewStep(review=review, **{name: row[name] for name in STEP_FIELDS if "__" not in name})
        if is_awaited(step):
            judged.append(_deadline(step))
    for row in rows["assessments"]:
        judged += [step for _, step in _to_come(NeedsAssessment(**row), calendar)]
    return sum(_is_risky(status_of(deadline, on=on, calendar=calendar)) for deadline in judged)


__all__ = [
    "DueItem",
    "at_risk",
    "at_risk_of",
    "count_at_risk",
    "due_items",
    "horizon",
    "horizon_of",
    "next_steps",
    "offered",
    "risk_parts",
]
