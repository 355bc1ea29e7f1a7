"""Clocks of the school itself: its SENDCo's qualification, meetings about SEN support, its inclusion strategy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reviews.clock_rules import RULES, RuleBook
from sendco.core.dates import academic_year_bounds, academic_year_label, days_after, long_date
from sendco.schools.calendar import SchoolCalendar, TermDates

from .values import Builder, Deadline, fixed_day

DUTY_SINCE = date(2009, 9, 1)
ENOUGH_EARLIER_MONTHS = 12
QUALIFICATION = "SENDCo qualification"


def senco_qualification_by(*, became: date, earlier_months: int = 0, rules: RuleBook = RULES) -> Deadline:
    """The last day without the qualification: whoever is still SENDCo the day after needs it.

    earlier_months: whole months of service as SENDCo before this appointment. Kept per school and person.
    """
    build = Builder(rules, max(became, days_after(DUTY_SINCE, 1)))
    if became <= DUTY_SINCE:
        reason = f"SENDCo since {long_date(became)}, before the duty began."
        return build.missing("senco_qualification_by", QUALIFICATION, "senco_qualification", reason)
    if earlier_months > ENOUGH_EARLIER_MONTHS:
        reason = "More than 12 months’ service as SENDCo before this appointment."
        return build.missing("senco_qualification_by", QUALIFICATION, "senco_qualification", reason)
    needed = days_after(build.end("senco_qualification", became), 1)
    return build.single(
        "senco_qualification_by",
        QUALIFICATION,
        "senco_qualification",
        became,
        note=f"Needed from {long_date(needed)}.",
        has_target=False,
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    ok: bool
    reason: str = ""


def national_award_counts(*, began: date, completed: date, rules: RuleBook = RULES) -> Verdict:
    """Whether a National Award is the qualification: it was begun, and completed, in time."""
    for key, day in (("award_began", began), ("award_completed", completed)):
        rule = rules.pick(key, day)
        if day > fixed_day(rule):
            return Verdict(False, f"{rule.text} {long_date(day)} is too late: the NPQ for SENCOs is needed.")
    return Verdict(True)


class MeetingsState(StrEnum):
    """Guidance, so nothing here is ever called unlawful."""

    MET = "met"
    ON_TRACK = "on track"
    AT_RISK = "at risk"
    BELOW = "below guidance"


@dataclass(frozen=True, slots=True)
class SupportMeetings:
    """Meetings with the parents of one pupil on SEN support in one academic year."""

    needed: int
    held: int
    state: MeetingsState
    is_pro_rata: bool
    sentence: str

    @property
    def still_needed(self) -> int:
        return max(0, self.needed - self.held)


def support_meetings(
    *,
    academic_year: int,
    meetings: Iterable[date],
    on: date,
    terms: Iterable[TermDates] = (),
    joined: date | None = None,
    rules: RuleBook = RULES,
) -> SupportMeetings:
    """Count of the year's meetings so far against the three that guidance asks for.

    joined: the day the child joined or SEN support began, if during the year: the number is then pro-rated by term.
    Without `terms` of that year, terms are taken to begin in September, January and April.
    """
    first, last = academic_year_bounds(academic_year)
    rule = rules.pick("support_meetings", first)
    ends = sorted(term.ends for term in terms if term.academic_year == academic_year) or _usual_term_ends(academic_year)
    is_pro_rata = joined is not None and joined > first
    left_when_joined = sum(end >= joined for end in ends) if joined else len(ends)
    needed = -(-rule.period * left_when_joined // len(ends))
    held = sum(first <= day <= min(on, last) for day in meetings)
    terms_left = sum(end >= on for end in ends)
    missing = max(0, needed - held)
    if not missing:
        state = MeetingsState.MET
    elif on > last:
        state = MeetingsState.BELOW
    else:
        state = MeetingsState.AT_RISK if terms_left < missing else MeetingsState.ON_TRACK
    share = ", pro rata" if is_pro_rata and needed < rule.period else ""
    sentence = f"{held} of {needed} meetings in {academic_year_label(academic_year)}{share}: {state}."
    return SupportMeetings(needed, held, state, is_pro_rata, sentence)


def _usual_term_ends(academic_year: int) -> list[date]:
    return [date(academic_year, 12, 31), date(academic_year + 1, 3, 31), date(academic_year + 1, 7, 31)]


def inclusion_strategy_clock(
    *,
    on: date,
    published: date | None = None,
    last_review: date | None = None,
    calendar: SchoolCalendar | None = None,
    rules: RuleBook = RULES,
) -> dict[str, Deadline]:
    """publish_by and review_by of the strategy the grant asks for. `on` chooses the rule while none is published."""
    build = Builder(rules, published or on, calendar)
    rule = build.rule("strategy_publish")
    due = fixed_day(rule)
    clock = {
        "publish_by": Deadline(
            key="publish_by",
            label="Inclusion strategy published",
            due=due,
            target=calendar.last_school_day_on_or_before(due) if calendar else None,
            owner=rule.owner,
            rule=rule.text,
            basis=rule.basis,
            source=rule.source,
            binding_limb=rule.limb,
        )
    }
    label = "Inclusion strategy reviewed"
    if start := last_review or published:
        clock["review_by"] = build.single("review_by", label, "strategy_review", start)
    else:
        clock["review_by"] = build.missing("review_by", label, "strategy_review", "The strategy is not published yet.")
    return clock
