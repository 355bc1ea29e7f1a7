"""EHC plans and their reviews as rows, with the steps worked out by the same rules as on the screens."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from provision.models import Line
from pupils.enums import Rating, SenStatus
from pupils.models import SenPeriod
from reviews.actions.plans import kind_by_dates
from reviews.actions.steps import build_steps, clock_of, legal_limit
from reviews.enums import REQUIRED_INVITEES, Decision, InviteeKind, ReviewKind, ReviewState
from reviews.models import EhcOutcome, EhcPlan, Invitee, OutcomeProgress, Review, SectionFItem
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.models import School

from .. import words
from ..children import Child
from ..people import Staff
from ..reviews import KNOWN_PEOPLE, MEETING_TIME, STORIES, Reviews, Story
from .rows import Rows

PRESSING = 0.25
"""Share of plans whose review stands near or past a date; the others have time."""


class BulkReviews(Reviews):
    """`Reviews` that writes no row by itself."""

    def __init__(
        self, rows: Rows, calendar: SchoolCalendar, school: School, staff: Staff, today: date, rng: Random,
        periods: dict[int, SenPeriod], lines: dict[int, Line],
    ) -> None:  # fmt: skip
        super().__init__(school, staff, today, rng, calendar=calendar)
        self.rows, self.periods, self.lines = rows, periods, lines

    def write(self, children: list[Child]) -> None:
        for child in children:
            if child.status == SenStatus.EHCP:
                is_pressing = self.rng.random() < PRESSING
                later = Story("later", 75 + self.rng.randrange(270))
                self._plan(child, self.rng.choice(STORIES) if is_pressing else later)

    def _plan(self, child: Child, story: Story) -> None:
        anchor, made, known = self._dates(child, story)
        pupil, rng = child.pupil, self.rng
        period = self.periods[pupil.pk]
        period.ends = known - timedelta(days=1)
        self.rows.add(
            SenPeriod(
                pupil=pupil, status=SenStatus.EHCP, starts=known, reason="EHC plan made by the local authority",
                parents_told_on=known, recorded_by=self.staff.sendco,
            )
        )  # fmt: skip
        has_past = anchor > made + timedelta(days=60)
        plan = self.rows.add(
            EhcPlan(
                pupil=pupil, la_code=self.school.la_code, first_made_on=made, last_decision_on=anchor if has_past else None,
                phase_transfer_year=self._transfer(child), top_up_pounds=rng.choice((4500, 6200, 8100, 10400)),
                aspirations="To have good friends.",
            )
        )  # fmt: skip
        outcomes = [
            self.rows.add(EhcOutcome(plan=plan, number=number, text=text.format(name=pupil.first_name)))
            for number, text in enumerate(words.OUTCOMES[: rng.randrange(3, 5)], start=1)
        ]
        for number, (text, minutes) in enumerate(words.SECTION_F[: rng.randrange(1, 4)], start=1):
            item = self.rows.add(SectionFItem(plan=plan, number=number, text=text, minutes_per_week=minutes))
            if number == 1 and pupil.pk in self.lines:
                self.rows.link(SectionFItem.lines.through, sectionfitem_id=item.pk, line_id=self.lines[pupil.pk].pk)
        if has_past:
            past = Story("last year", 0, meeting=0, invited=True, circulated=True, reported=True, decided=0)
            meeting = self._school_day(anchor - timedelta(days=24))
            self._review(
                child, plan, made, past, meeting, self._school_day(meeting + timedelta(days=10)), anchor, outcomes
            )
        meeting, reported, decided = self._current_dates(story)
        self._review(child, plan, plan.anchor, story, meeting, reported, decided, outcomes)

    def _review(
        self, child: Child, plan: EhcPlan, anchor: date, story: Story, meeting: date | None, reported: date | None,
        decided: date | None, outcomes: list[EhcOutcome],
    ) -> None:  # fmt: skip
        """One review, as far as its dates say, with its people, judgements and steps."""
        kind = kind_by_dates(plan) if anchor == plan.anchor else ReviewKind.ANNUAL
        review = Review(
            plan=plan, pupil=child.pupil, school=self.school, kind=kind, anchor_on=anchor,
            meeting_on=meeting, owner=self.staff.sendco,
        )  # fmt: skip
        held = meeting is not None and meeting <= self.today
        if meeting is not None:
            review.meeting_at, review.place, review.state = MEETING_TIME, "Sunshine room", ReviewState.SCHEDULED
            if story.invited:
                review.invited_on = self._school_day(min(meeting - timedelta(days=30), self.today - timedelta(days=1)))
            if story.circulated:
                review.advice_circulated_on = self._school_day(
                    min(meeting - timedelta(days=15), self.today - timedelta(days=1))
                )
        if held:
            review.held_on, review.state = meeting, ReviewState.HELD
        if reported is not None:
            review.report_sent_on, review.state = reported, ReviewState.REPORTED
            review.report_sent_to = "Everyone invited and the local authority"
            review.summary, review.differences = self.rng.choice(words.REVIEW_SUMMARY), "None"
            review.recommendations = "Keep the plan. Change the outcome about reading, which has been met."
        if decided is not None:
            is_past = decided == plan.last_decision_on
            review.notice_on, review.notice_reference = decided, f"SEND/{child.pupil.pk}"
            review.decision = Decision.KEEP if is_past else Decision.AMEND
            review.state = ReviewState.COMPLETE if is_past else ReviewState.DECIDED
        review.due_on = legal_limit(clock_of(review))
        self.rows.add(review)
        self._people(review, child)
        if held:
            for outcome in outcomes:
                self.rows.add(
                    OutcomeProgress(
                        review=review, outcome=outcome, rating=self.rng.choice(Rating.values),
                        evidence="Sessions and class work",
                    )
                )  # fmt: skip
        for step in build_steps(review, calendar=self.calendar):
            self.rows.add(step)

    def _people(self, review: Review, child: Child) -> None:
        head, teacher = self.staff.head, self.staff.teachers[child.klass.pk]
        family = (f"{self.rng.choice(words.GIRLS)} {child.pupil.surname}", "Mother", "", None)
        places = {
            InviteeKind.PARENT: family,
            InviteeKind.HEAD: (head.name, "Headteacher", head.email, head),
            **{kind: (name, title, f"{name.split()[0].lower()}@council.invalid", None)
               for kind, (name, title) in KNOWN_PEOPLE.items()},
            InviteeKind.SCHOOL: (teacher.name, "Class teacher", teacher.email, teacher),
            InviteeKind.PUPIL: (child.pupil.known_as, "", "", None),
        }  # fmt: skip
        for number, (kind, (name, title, email, user)) in enumerate(places.items()):
            has_replied = review.invited_on is not None and number % 4 != 3
            self.rows.add(
                Invitee(
                    review=review, kind=kind, name=name, job_title=title, email=email, user=user,
                    method="email" if email else "hand", is_required=kind in REQUIRED_INVITEES, invited_on=review.invited_on,
                    reply=("coming", "coming", "video")[number % 3] if has_replied else "",
                    attended=has_replied if review.held_on else None,
                    advice="Progress in class is steady." if has_replied else "",
                    advice_asked_on=review.invited_on,
                    advice_received_on=review.advice_circulated_on if has_replied else None,
                )
            )  # fmt: skip
