"""Judging a meeting date, and the notice given of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reviews.clock_rules import RULES, RuleBook
from sendco.core.dates import long_date, weekday_date
from sendco.schools.calendar import SchoolCalendar

from .values import Builder, Deadline, Flag


@dataclass(frozen=True, slots=True)
class NoticeCheck:
    """Days of notice given, as the law counts them, and whether that is enough."""

    days: int
    is_compliant: bool
    last_day: date

    @property
    def sentence(self) -> str:
        days = "1 day" if self.days == 1 else f"{self.days} days"
        if self.is_compliant:
            return f"{days} before the meeting."
        return f"{days} before the meeting. The last day was {long_date(self.last_day)}."


def notice_given(*, meeting: date, sent: date, anchor: date | None = None, rules: RuleBook = RULES) -> NoticeCheck:
    """Whether invitations `sent` on a day give the notice that regulation 20(3) asks for."""
    last_day = Builder(rules, anchor or meeting).end("invite", meeting)
    return NoticeCheck((meeting - sent).days, sent <= last_day, last_day)


@dataclass(frozen=True, slots=True)
class MeetingProblem:
    """Why a meeting date is doubtful. `is_breach` when the law, not only good planning, would be missed."""

    code: str
    sentence: str
    is_breach: bool


def meeting_problems(
    clock: Mapping[str, Deadline], *, meeting: date, on: date, calendar: SchoolCalendar | None = None
) -> tuple[MeetingProblem, ...]:
    """What to say before a meeting date is saved, worst first. `clock` was made with that meeting; `on` is today."""
    limit, latest, invite = clock["review_complete_by"].due, clock["meeting_latest"], clock["invite_by"].due
    phase = clock["phase_last_day"].due if "phase_last_day" in clock else None
    assert limit is not None
    assert latest.due is not None
    assert invite is not None
    found = []
    if meeting < on:
        found.append(MeetingProblem("past", f"{weekday_date(meeting)} is in the past.", False))
    elif invite < on:
        sentence = (
            f"Invitations had to go by {long_date(invite)} for this date. "
            f"Choose {long_date(on + (meeting - invite))} or later, or give the reason for short notice."
        )
        found.append(MeetingProblem("short_notice", sentence, True))
    if meeting > limit:
        sentence = f"The review has to be complete by {long_date(limit)}, before this meeting."
        found.append(MeetingProblem("after_limit", sentence, True))
    elif phase is not None and meeting > phase:
        sentence = f"The plan has to be reviewed and amended by {long_date(phase)}, before this meeting."
        found.append(MeetingProblem("after_limit", sentence, True))
    elif meeting > latest.due:
        sentence = (
            f"Later than {long_date(latest.due)} ({latest.binding_limb}): "
            "the local authority would not have its full time."
        )
        found.append(MeetingProblem("after_latest", sentence, False))
    if Flag.AFTER_LIMIT in clock["report_by"].flags and meeting <= limit:
        found.append(MeetingProblem("report_after_limit", f"The report would be due after {long_date(limit)}.", False))
    if calendar and calendar.covers(meeting) and not calendar.is_school_day(meeting):
        why = calendar.why_closed(meeting)
        found.append(MeetingProblem("school_closed", f"School is closed {why} on {weekday_date(meeting)}.", False))
    return tuple(sorted(found, key=lambda problem: not problem.is_breach))


def authority_list_by(
    *, term_starts: date, calendar: SchoolCalendar | None = None, rules: RuleBook = RULES
) -> Deadline:
    """When the head should have the authority's list of plans to review in the term."""
    build = Builder(rules, term_starts, calendar)
    return build.single("authority_list_by", "List from the local authority", "authority_list", term_starts)
