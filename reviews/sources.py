"""Reminders of reviews for the morning round: what is due, to whom it is said. Initials only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from pupils.enums import SenStatus
from pupils.models import Plan, SenPeriod
from sendco.accounts.models import Membership
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sendco.core.dates import days_after, long_date
from sendco.core.ui import clock_time, plural_words
from sendco.notifications.sources import Reminder

from . import feeds
from .actions.assessments import DONE_BY, assessment_clock
from .deadlines import status_of
from .enums import ReviewState
from .models import NeedsAssessment, Review, ReviewStep
from .present import deadline_of

AHEAD_DAYS = 7
PLAN_DAYS = 14
LATE_DAYS = 60
FEW = 3
"""Starts of support on one day of which each is told alone."""
ARRANGERS = (Role.SENDCO, Role.ADMIN)
REGISTER_KEEPERS = [role for role, held in ROLE_PERMISSIONS.items() if Permission.REGISTER_EDIT in held]
WORDS = {
    "invite_by": "Invitations for the review of {who} must go by {due}",
    "advice_circulated_by": "Advice for the review of {who} must go to everyone by {due}",
    "meeting_latest": "The review meeting of {who} must be booked for {due} or earlier",
    "report_by": "The review report of {who} must go by {due}",
    "decision_by": "The local authority’s decision on the review of {who} was due by {due}. Ask for it",
    "final_plan_by": "The local authority’s final plan for {who} was due by {due}. Ask for it",
    "review_complete_by": "The review of {who} must be complete by {due}",
    "phase_last_day": "The phase transfer review of {who} must be complete by {due}",
}


def reminders(today: date) -> Iterator[Reminder]:
    """Everything of reviews, assessments, plan reviews and telling parents. Nine queries for any number of schools and pupils."""
    people = people_by_school(today)
    yield from _of_steps(people, today)
    yield from _of_meetings(people, today)
    yield from _of_assessments(people, today)
    yield from _of_plans(today)
    yield from _of_parents(today)


def people_by_school(on: date, *, roles: Iterable[Role] = ARRANGERS) -> dict[int, list[int]]:
    """{school id: ids of its people in those roles, SENDCos and admin assistants if none are given}. One query."""
    found: dict[int, set[int]] = defaultdict(set)
    members = Membership.objects.current(on).filter(role__in=roles, user__is_active=True, school__isnull=False)
    for school_id, user_id in members.values_list("school_id", "user_id"):
        found[school_id].add(user_id)
    return {school_id: sorted(users) for school_id, users in found.items()}


def _to(people: dict[int, list[int]], school_id: int, owner_id: int | None) -> Iterable[int]:
    return sorted({*people.get(school_id, ()), *([owner_id] if owner_id else [])})


def _of_steps(people: dict[int, list[int]], today: date) -> Iterator[Reminder]:
    """Our steps from a week before the working date; the local authority's once they are late."""
    steps = (
        ReviewStep.objects.near(today, days_after(today, AHEAD_DAYS))
        .on_roll(today)
        .filter(due_on__gte=days_after(today, -LATE_DAYS))
        .exclude(key="meeting_latest", review__meeting_on__isnull=False)
        .select_related("review", "pupil")
    )
    for step in steps:
        if not feeds.is_awaited(step):
            continue
        status = status_of(deadline_of(step), on=today)
        if not status.is_ours and step.due_on >= today:
            continue
        if step.key == "review_complete_by" and not step.review.meeting_on and step.due_on >= today:
            continue  # the reminder to book the meeting says it sooner
        text = WORDS[step.key].format(
            who=step.pupil.initials, due=long_date((status.is_ours and step.target_on) or step.due_on)
        )
        for user_id in _to(people, step.school_id, step.review.owner_id):
            yield Reminder(
                recipient_id=user_id,
                kind=f"review_{step.key}",
                subject_key=f"review:{step.review_id}",
                due_on=step.due_on,
                text=text,
                path=step.review.get_absolute_url(),
                school_id=step.school_id,
            )


def _of_meetings(people: dict[int, list[int]], today: date) -> Iterator[Reminder]:
    """The day before a meeting, and on Fridays for Monday; and when a meeting was not recorded."""
    soon = (
        Review.objects.owed(today)
        .filter(
            Q(meeting_on__gt=today, meeting_on__lte=days_after(today, 3 if today.weekday() == 4 else 1))
            | Q(meeting_on__lt=today, meeting_on__gte=days_after(today, -LATE_DAYS)),
            state=ReviewState.SCHEDULED,
        )
        .select_related("pupil")
    )
    for review in soon:
        who, past = review.pupil.initials, review.meeting_on < today
        if past:
            text = f"Record whether the review meeting of {who} on {long_date(review.meeting_on)} took place"
        else:
            at = f" at {clock_time(review.meeting_at)}" if review.meeting_at else ""
            text = f"Review meeting of {who} on {long_date(review.meeting_on)}{at}"
        for user_id in _to(people, review.school_id, review.owner_id):
            yield Reminder(
                recipient_id=user_id,
                kind="review_not_recorded" if past else "review_meeting",
                subject_key=f"review:{review.pk}",
                due_on=review.meeting_on,
                text=text,
                path=review.get_absolute_url(),
                school_id=review.school_id,
            )


def _of_assessments(people: dict[int, list[int]], today: date) -> Iterator[Reminder]:
    for assessment in NeedsAssessment.objects.open().on_roll(today).select_related("pupil"):
        clock = assessment_clock(assessment)
        for key, field in DONE_BY.items():
            step = clock[key]
            if step.due is None or getattr(assessment, field) or (key == "no_plan_by" and assessment.draft_served_on):
                continue
            ours = step.owner.is_school
            near = today >= days_after(step.working_date, -AHEAD_DAYS) if ours else step.due < today
            if not near or step.due < days_after(today, -LATE_DAYS):
                continue
            words = "must go" if ours else "was due from the local authority"
            text = f"Needs assessment of {assessment.pupil.initials}: {step.label.lower()} {words} by {long_date(step.due)}"
            for user_id in people.get(assessment.school_id, ()):
                yield Reminder(
                    recipient_id=user_id,
                    kind=f"assessment_{key}",
                    subject_key=f"assessment:{assessment.pk}",
                    due_on=step.due,
                    text=text,
                    path=assessment.get_absolute_url(),
                    school_id=assessment.school_id,
                )


def _of_plans(today: date) -> Iterator[Reminder]:
    """Plan reviews, to the key adult, else the class teachers, else the SENDCos. Three queries more at most."""
    plans = list(
        Plan.objects.filter(
            state="active",
            review_on__lte=days_after(today, PLAN_DAYS),
            review_on__gte=days_after(today, -LATE_DAYS),
            pupil__left_on__isnull=True,
        ).select_related("pupil")
    )
    if not plans:
        return
    teachers: dict[int, set[int]] = defaultdict(set)
    classes = {plan.pupil.school_class_id for plan in plans if plan.pupil.school_class_id}
    teaching = Membership.objects.current(today).filter(role=Role.TEACHER, user__is_active=True, classes__in=classes)
    for class_id, user_id in teaching.values_list("classes", "user_id"):
        teachers[class_id].add(user_id)
    sendcos = people_by_school(today, roles=[Role.SENDCO])
    for plan in plans:
        pupil = plan.pupil
        recipients = {pupil.key_adult_id} if pupil.key_adult_id else teachers.get(pupil.school_class_id)
        for user_id in sorted(recipients or sendcos.get(pupil.school_id, ())):
            yield Reminder(
                recipient_id=user_id,
                kind="plan_review",
                subject_key=f"plan:{plan.pk}",
                due_on=plan.review_on,
                text=f"The plan of {pupil.initials} is due for review on {long_date(plan.review_on)}",
                path=plan.get_absolute_url(),
                school_id=pupil.school_id,
            )


def _of_parents(today: date) -> Iterator[Reminder]:
    """SEN support that began without a day on which parents were told: the school must tell them (section 68). Two queries.

    From the day after the start, so that who enters both on one day is left in peace. Where support of many pupils began on
    one day, as after a first import, they come as one.
    """
    untold = (
        SenPeriod.objects.filter(
            Q(pupil__left_on__isnull=True) | Q(pupil__left_on__gt=today),
            status=SenStatus.SUPPORT, ends__isnull=True, parents_told_on__isnull=True,
            starts__lt=today, starts__gte=days_after(today, -LATE_DAYS),
        )
        .select_related("pupil")
        .order_by("pk")
    )  # fmt: skip
    groups: dict[tuple[int, date], list[SenPeriod]] = defaultdict(list)
    for period in untold:
        groups[period.pupil.school_id, period.starts].append(period)
    people = people_by_school(today, roles=REGISTER_KEEPERS) if groups else {}
    for (school_id, starts), periods in groups.items():
        for user_id in people.get(school_id, ()):
            for subject, who, path in _untold_words(school_id, periods):
                yield Reminder(
                    recipient_id=user_id,
                    kind="parents_not_told",
                    subject_key=f"support:{subject}",
                    due_on=starts,
                    text=f"Tell the parents of {who} about SEN support, which began on {long_date(starts)}",
                    path=path,
                    school_id=school_id,
                )


def _untold_words(school_id: int, periods: list[SenPeriod]) -> list[tuple[str, str, str]]:
    """(subject, who, where to go) of one reminder a pupil, or of one for many."""
    if len(periods) > FEW:
        return [(f"school:{school_id}", plural_words(len(periods), "pupil"), f"{reverse('pupils:register')}?told=no")]
    return [
        (str(period.pk), period.pupil.initials, reverse("pupils:support-told", args=[period.pupil_id]))
        for period in periods
    ]
