"""EHC plans and their reviews, in every state, some near or past a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from random import Random

from provision.models import Line
from pupils import actions as pupil_actions
from pupils.enums import Rating, SenStatus
from reviews import actions
from reviews.enums import Decision, ReviewKind
from reviews.models import EhcPlan, Review
from sendco.core import clock
from sendco.schools.calendar import SchoolCalendar
from sendco.schools.models import School, academic_year_of
from sendco.schools.services import calendar_for

from . import words
from .children import Child
from .people import Staff

MEETING_TIME = time(14, 0)
KNOWN_PEOPLE = {
    "la": ("Martin Yeo", "SEND officer"),
    "health": ("Ruth Ferris", "Speech and language therapist"),
    "social_care": ("Joanne Lacey", "Social care officer"),
}


@dataclass(frozen=True)
class Story:
    """Where a review stands. limit: days from today to the end of the 12 months; meeting: days from today, or None."""

    name: str
    limit: int
    meeting: int | None = None
    invited: bool = False
    circulated: bool = False
    reported: bool = False
    decided: int | None = None  # days from today


STORIES = (
    Story("advice due", 60, meeting=16, invited=True),
    Story("report late", 45, meeting=-15, invited=True, circulated=True),
    Story("to invite", 75, meeting=33),
    Story("waiting for the decision", 20, meeting=-20, invited=True, circulated=True, reported=True),
    Story("to be amended", 30, meeting=-40, invited=True, circulated=True, reported=True, decided=-14),
    Story("to schedule soon", 44),
    Story("past the limit", -5, meeting=-36, invited=True, circulated=True, reported=True),
    Story("going well", 50, meeting=22, invited=True, circulated=True),
)


def _weekday(day: date) -> date:
    """The day, or the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - 4))


class Reviews:
    """The EHC plans of one school."""

    def __init__(
        self, school: School, staff: Staff, today: date, rng: Random, calendar: SchoolCalendar | None = None
    ) -> None:
        self.school, self.staff, self.today, self.rng = school, staff, today, rng
        self.calendar = calendar or calendar_for(school.pk)

    def write(self, children: list[Child]) -> None:
        planned = sorted((c for c in children if c.status == SenStatus.EHCP), key=lambda c: c.pupil.forename != "Kofi")
        for index, child in enumerate(planned):
            story = STORIES[index] if index < len(STORIES) else Story("later", 75 + (index - len(STORIES)) * 29 % 270)
            self._plan(child, story)

    def _school_day(self, day: date) -> date:
        """Nobody meets or sends papers on a Sunday."""
        return self.calendar.last_school_day_on_or_before(day) or day

    def _current_dates(self, story: Story) -> tuple[date | None, date | None, date | None]:
        """(the meeting, the report, the letter) of the review that stands now. The authority also writes in the holidays."""
        if story.meeting is None:
            return None, None, None
        meeting = self._school_day(self.today + timedelta(days=story.meeting))
        reported = self._school_day(meeting + timedelta(days=12)) if story.reported else None
        decided = _weekday(self.today + timedelta(days=story.decided)) if story.decided else None
        return meeting, reported, decided

    def _dates(self, child: Child, story: Story) -> tuple[date, date, date]:
        """(the anchor of the 12 months that end as the story says, when the plan was made, since when the school knows)."""
        anchor = self.today + timedelta(days=story.limit + 1)
        anchor = (
            anchor.replace(year=anchor.year - 1)
            if (anchor.month, anchor.day) != (2, 29)
            else anchor - timedelta(days=366)
        )
        made = min(anchor - timedelta(days=self.rng.randrange(330, 364)), self.today - timedelta(days=380))
        known = max(made, (child.since or made) + timedelta(days=1))  # a plan may be older than the child's place here
        return anchor, made, known

    def _transfer(self, child: Child) -> int | None:
        return academic_year_of(self.today) + 1 if child.pupil.year_group == "6" else None

    def _plan(self, child: Child, story: Story) -> None:
        """The plan was made when support had run for a while; one review has ended, the next stands where its story says."""
        anchor, made, known = self._dates(child, story)
        by = self.staff.sendco
        transfer = self._transfer(child)
        with clock.moved_to(known):
            pupil_actions.change_support(
                pupil=child.pupil, status=SenStatus.EHCP, on=known, reason="EHC plan made by the local authority", by=by,
                parents_told_on=known,
            )  # fmt: skip
        with clock.moved_to(made):
            plan = actions.open_ehc_plan(
                pupil=child.pupil, la_code=self.school.la_code, first_made_on=made, by=by, aspirations="To have good friends.",
                top_up_pounds=self.rng.choice((4500, 6200, 8100, 10400)), phase_transfer_year=transfer,
            )  # fmt: skip
            for text in words.OUTCOMES[: self.rng.randrange(3, 5)]:
                actions.add_outcome(plan=plan, text=text.format(name=child.pupil.first_name), by=by)
            lines = list(Line.objects.filter(pupil=child.pupil, group__is_section_f=True))
            for number, (text, minutes) in enumerate(words.SECTION_F[: self.rng.randrange(1, 4)]):
                actions.add_section_f(
                    plan=plan, text=text, minutes_per_week=minutes, by=by, lines=lines if not number else ()
                )
        current = self._past_review(plan, anchor) if anchor > made + timedelta(days=60) else self._open(plan, made)
        self._current(current, story)

    def _open(self, plan: EhcPlan, on: date) -> Review:
        with clock.moved_to(on):
            return actions.open_review(
                plan=plan, kind=ReviewKind.ANNUAL, by=self.staff.admin, on=on, owner=self.staff.sendco
            )

    def _past_review(self, plan: EhcPlan, decided: date) -> Review:
        """Last year's review, from invitation to letter; recording the letter opens the one that stands now."""
        meeting = self._school_day(decided - timedelta(days=24))
        review = self._open(plan, meeting - timedelta(days=70))
        self._to_meeting(review, meeting)
        self._after(review, meeting, reported=self._school_day(meeting + timedelta(days=10)), decided=decided)
        return Review.objects.select_related("plan", "pupil", "school").filter(plan=plan).latest("pk")

    def _to_meeting(self, review: Review, meeting: date, *, invited: bool = True, circulated: bool = True) -> None:
        by = self.staff.admin
        booked = min(meeting - timedelta(days=35), self.today - timedelta(days=2))
        with clock.moved_to(booked):
            review = Review.objects.select_related("plan", "pupil", "school").get(pk=review.pk)
            actions.schedule_meeting(
                review=review, version=review.version, meeting_on=meeting, meeting_at=MEETING_TIME, place="Sunshine room",
                by=by, on=booked, short_notice_reason="Agreed with the family and the local authority",
            )  # fmt: skip
        if not invited:
            return
        sent = self._school_day(min(meeting - timedelta(days=30), self.today - timedelta(days=1)))
        with clock.moved_to(sent):
            self._fill_places(review)
            actions.send_invitations(review=review, by=by, on=sent)
            actions.record_invited(review=review, on=sent, by=by)
        self._replies(review, sent)
        if circulated:
            on = self._school_day(min(meeting - timedelta(days=16), self.today - timedelta(days=1)))
            with clock.moved_to(on):
                actions.circulate_advice(review=Review.objects.get(pk=review.pk), on=on, by=by)

    def _fill_places(self, review: Review) -> None:
        """Names for the places of the law that nobody is known for yet."""
        known = {**KNOWN_PEOPLE, "parent": ("Parent or carer", "")}
        for invitee in review.invitees.filter(name=""):
            name, title = known.get(invitee.kind, ("", ""))
            if name:
                actions.change_invitee(
                    invitee=invitee, version=invitee.version, by=self.staff.admin, name=name, job_title=title,
                    email=f"{name.split()[0].lower()}@council.invalid",
                )  # fmt: skip

    def _replies(self, review: Review, sent: date) -> None:
        texts = (
            "Enjoys coming to school. More help with friends at lunch would be good.",
            "Progress in class is steady.",
            "The programme goes well.",
        )
        for number, invitee in enumerate(review.invitees.exclude(name="")):
            if number % 4 == 3:
                continue
            day = self._school_day(min(sent + timedelta(days=5 + number), self.today - timedelta(days=1)))
            with clock.moved_to(day):
                reply = ("coming", "coming", "video", "not_coming")[number % 4]
                invitee = (
                    actions.record_reply(invitee=invitee, version=invitee.version, reply=reply, by=self.staff.admin)
                    or invitee
                )
                invitee.refresh_from_db()
                actions.record_advice(
                    invitee=invitee, version=invitee.version, text=texts[number % 3], on=day, by=self.staff.sendco
                )  # fmt: skip

    def _after(
        self, review: Review, meeting: date, *, reported: date | None, decided: date | None, amended: bool = False
    ) -> None:
        by = self.staff.sendco
        with clock.moved_to(meeting):
            here = list(review.invitees.filter(reply__in=("coming", "video")).values_list("pk", flat=True))
            review = actions.hold_meeting(review=Review.objects.get(pk=review.pk), on=meeting, by=by, attended=here)
            for outcome in review.plan.outcomes.all():
                actions.rate_outcome(
                    review=review,
                    outcome=outcome,
                    rating=self.rng.choice(Rating.values),
                    by=by,
                    evidence="Sessions and class work",
                )
        if reported is None:
            return
        with clock.moved_to(reported):
            review.refresh_from_db()
            review = actions.write_report(
                review=review, version=review.version, by=by, summary=self.rng.choice(words.REVIEW_SUMMARY),
                recommendations="Keep the plan. Change the outcome about reading, which has been met.", differences="None",
            )  # fmt: skip
            review = actions.send_report(
                review=review, on=reported, to="Everyone invited and the local authority", by=by
            )
        if decided is not None:
            with clock.moved_to(decided):
                actions.record_decision(
                    review=review, decision=Decision.AMEND if amended else Decision.KEEP, notice_on=decided,
                    reference=f"SEND/{review.pk}", by=self.staff.admin,
                )  # fmt: skip

    def _current(self, review: Review, story: Story) -> None:
        meeting, reported, decided = self._current_dates(story)
        if meeting is None:
            return
        self._to_meeting(review, meeting, invited=story.invited, circulated=story.circulated)
        if story.meeting < 0:
            self._after(review, meeting, reported=reported, decided=decided, amended=decided is not None)
