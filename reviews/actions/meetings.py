"""Booking, moving, holding and cancelling the meeting of a review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from django.db import transaction

from reviews import rules
from reviews.deadlines import MeetingProblem, meeting_problems
from reviews.enums import ReviewState
from reviews.models import ContributionLink, Invitee, Review
from reviews.permissions import check_edit
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core import clock as core_clock
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.services import calendar_for

from . import mail
from .steps import clock_of, legal_limit, refresh_steps

MEETING_FIELDS = (
    "state", "meeting_on", "meeting_at", "minutes", "place", "video_link", "adjustments", "short_notice_reason", "sequence",
    "due_on",
)  # fmt: skip


def problems_of(
    review: Review, meeting_on: date, *, on: date, calendar: SchoolCalendar | None = None
) -> tuple[MeetingProblem, ...]:
    """What is wrong with a meeting on that day, worst first. The review itself is left as it is."""
    if not review.counts_as_annual:
        return ()
    before, review.meeting_on = review.meeting_on, meeting_on
    try:
        return meeting_problems(clock_of(review, calendar=calendar), meeting=meeting_on, on=on, calendar=calendar)
    finally:
        review.meeting_on = before


def reasons_asked(problems: Iterable[MeetingProblem]) -> list[str]:
    """The sentences of those problems with which a date is booked only for a reason."""
    return [problem.sentence for problem in problems if problem.is_breach or problem.code in rules.NEEDS_REASON]


@transaction.atomic
def schedule_meeting(
    *,
    review: Review,
    version: int,
    meeting_on: date,
    meeting_at: time,
    place: str,
    by: User | None,
    on: date,
    short_notice_reason: str = "",
    minutes: int | None = None,
    video_link: str | None = None,
    adjustments: str | None = None,
) -> Review:
    """Book the meeting, or move it. People who were invited already get the new date at once, with the same calendar entry.

    A date that misses the law, or on which the school is closed, needs `short_notice_reason`. Raises Refused with the reasons,
    Conflict when somebody changed the review first, NotAllowed.
    """
    check_edit(by, review)
    rules.check_state(review.state, rules.BEFORE_MEETING, "set a meeting date")
    if meeting_on < review.anchor_on:
        raise Refused(f"Choose a date after {long_date(review.anchor_on)}, when this review’s 12 months began.")
    calendar = calendar_for(review.school_id)
    asked = reasons_asked(problems_of(review, meeting_on, on=on, calendar=calendar))
    if asked and not short_notice_reason.strip():
        raise Refused(" ".join([*asked, "Choose another date, or give the reason for this one."]))
    old = (review.meeting_on, review.meeting_at, review.place, review.video_link)
    review.meeting_on, review.meeting_at, review.place = meeting_on, meeting_at, place
    review.short_notice_reason = short_notice_reason.strip() if asked else ""
    for name, value in (("minutes", minutes), ("video_link", video_link), ("adjustments", adjustments)):
        if value is not None:
            setattr(review, name, value)
    moved = review.state == ReviewState.SCHEDULED and old != (meeting_on, meeting_at, place, review.video_link)
    review.sequence += int(moved)
    review.state = ReviewState.SCHEDULED
    review.due_on = legal_limit(clock_of(review, calendar=calendar))
    review.save_over(expected=version, by=by, fields=MEETING_FIELDS)
    refresh_steps(review, calendar=calendar)
    if moved:
        ContributionLink.objects.filter(invitee__review=review, revoked_at__isnull=True).update(expires_on=meeting_on)
        mail.tell_of_change(review)
    _record_booking(review, by, moved=moved, before=old[0])
    return review


def _record_booking(review: Review, by: User | None, *, moved: bool, before: date | None) -> None:
    details: dict[str, object] = {"meeting_on": [before and before.isoformat(), review.meeting_on.isoformat()]}
    if review.short_notice_reason:
        details["reason"] = "given"
    kind = "review.rescheduled" if moved else "review.scheduled"
    audit.record(kind, by=by, target=review, label=review.pupil.initials, details=details)


@transaction.atomic
def hold_meeting(*, review: Review, on: date, by: User | None, attended: Iterable[int] = ()) -> Review:
    """Record that the meeting took place `on`. attended: ids of the invitees who came; the others are marked as not there."""
    review = _locked(review)
    check_edit(by, review)
    rules.check_state(review.state, (ReviewState.SCHEDULED,), "record the meeting")
    review.held_on = on
    review.state = ReviewState.HELD
    clock_of(review)
    review.save(update_fields=["held_on", "state"])
    came = set(attended)
    Invitee.objects.filter(review=review).update(attended=False)
    Invitee.objects.filter(review=review, pk__in=came).update(attended=True)
    refresh_steps(review)
    audit.record("review.held", by=by, target=review, label=review.pupil.initials, details={"on": on.isoformat()})
    return review


@transaction.atomic
def end_review(*, review: Review, reason: str, by: User | None, on: date) -> Review:
    """End a review that has not been held: people who were invited are told, links stop working. Opens no other."""
    review = _locked(review)
    check_edit(by, review)
    rules.check_state(review.state, rules.BEFORE_MEETING, "cancel it")
    if not reason.strip():
        raise Refused("Give the reason for cancelling.")
    was_invited = review.state == ReviewState.SCHEDULED
    review.state, review.cancelled_reason = ReviewState.CANCELLED, reason.strip()[:200]
    review.sequence += 1
    review.save(update_fields=["state", "cancelled_reason", "sequence"])
    ContributionLink.objects.filter(invitee__review=review, revoked_at__isnull=True).update(revoked_at=core_clock.now())
    refresh_steps(review)
    if was_invited:
        mail.tell_of_cancelling(review)
    audit.record("review.cancelled", by=by, target=review, label=review.pupil.initials, details={"on": on.isoformat()})
    return review


def _locked(review: Review) -> Review:
    """The row as it is now, locked where the database can. Two people cannot both pass the check of its state."""
    return Review.objects.select_for_update(of=("self",)).select_related("plan", "pupil", "school").get(pk=review.pk)
