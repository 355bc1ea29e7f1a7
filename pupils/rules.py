"""Pure rules about pupils: progress on targets, their wording, meetings with parents, ages and keeping records.

Years and ages in general are in `sendco.core.dates`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pupils.enums import Rating
from sendco.core.dates import academic_year_bounds, age_on, same_day_years_after

RATINGS_LOOKED_AT = 6
LOOKED_BACK_DAYS = 120
"""How far back ratings are read: six are rarely older, an older one says nothing about progress now, and a long record stays
cheap to read."""
MOST_OPEN_TARGETS = 4
MEETINGS_A_YEAR = 3
SUMMER_BORN_FROM = 4


# --- Ratings --------------------------------------------------------------------------------------


def last_ratings(ratings: Sequence[Rating | None], count: int = RATINGS_LOOKED_AT) -> list[Rating | None]:
    """The newest `count` ratings, oldest first, as a page shows them. None: the pupil was away."""
    return list(ratings[-count:]) if count else []


def is_not_progressing(ratings: Sequence[int | None], window: int = RATINGS_LOOKED_AT) -> bool:
    """True when the last six ratings hold no gain.

    ratings: oldest first, None where the pupil was away, which says nothing either way. There is no gain when none of
    the later half is above the first of the six: one good day early on that did not last is not a gain. Fewer than
    six ratings are too few to tell, and a pupil who has just got it has nothing left to gain.
    """
    seen = [rating for rating in ratings if rating is not None][-window:]
    if len(seen) < window:
        return False
    later = seen[-(window // 2) :]
    return max(later) <= seen[0] and max(later) < Rating.GOT_IT


# --- The four triggers of less than expected progress ------------------------------------------------


class Trigger(StrEnum):
    """Signs of inadequate progress (Code of Practice 6.17). Rule out hearing and sight first."""

    SLOWER_THAN_PEERS = "slower_than_peers"
    SLOWER_THAN_BEFORE = "slower_than_before"
    GAP_NOT_CLOSING = "gap_not_closing"
    GAP_WIDENING = "gap_widening"


@dataclass(frozen=True, slots=True)
class ProgressPicture:
    """What is known of one pupil in one subject; None where it is not known.

    rate and earlier_rate: points gained a term, now and before. peers_rate: that of pupils who started from the same
    point. gap_before and gap_now: points below the level expected for age (0 or less: no gap).
    """

    rate: float | None = None
    peers_rate: float | None = None
    earlier_rate: float | None = None
    gap_before: float | None = None
    gap_now: float | None = None


def progress_triggers(picture: ProgressPicture, *, tolerance: float = 0.0) -> list[Trigger]:
    """The triggers that apply, in the Code's order. A widening gap is not closing either, so it gives both.

    tolerance: points within which two figures count as equal, for instance the test's measurement error.
    """
    found = []
    if picture.rate is not None:
        if picture.peers_rate is not None and picture.rate < picture.peers_rate - tolerance:
            found.append(Trigger.SLOWER_THAN_PEERS)
        if picture.earlier_rate is not None and picture.rate < picture.earlier_rate - tolerance:
            found.append(Trigger.SLOWER_THAN_BEFORE)
    if picture.gap_now is not None and picture.gap_before is not None and picture.gap_now > 0:
        if picture.gap_now >= picture.gap_before - tolerance:
            found.append(Trigger.GAP_NOT_CLOSING)
        if picture.gap_now > picture.gap_before + tolerance:
            found.append(Trigger.GAP_WIDENING)
    return found


# --- The wording of a target ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hint:
    """Advice on a target's wording. It never stops anybody from saving."""

    code: str
    message: str


_VAGUE = {
    "improve": r"\bimprov\w*",
    "develop": r"\bdevelop\w*",
    "access to": r"\baccess to\b",
    "as appropriate": r"\bas (?:and when )?appropriate\b",
    "regular": r"\bregular(?:ly)?\b",
}
_PROVISION = re.compile(
    r"\b(?:will|to) (?:be (?:given|offered|provided with|supported by|taught by)|receive|have (?:access to|support|\d)"
    r"|attend|get (?:help|support)|work with an? (?:adult|ta|teaching assistant))\b|\b(?:1:1|one-to-one) support\b",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t|tember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    rf"\b\d{{1,2}} {_MONTH}\b(?: \d{{4}})?|\bby (?:the end of )?{_MONTH}\b(?: \d{{4}})?"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{4}-\d\d-\d\d\b"
    r"|\bby (?:the end of )?(?:the )?(?:autumn|spring|summer)(?: term)?(?: \d{4})?\b"
    r"|\bby (?:the end of )?(?:the |this )?(?:half[- ])?term\b|\b(?:with)?in \d+ (?:weeks|months)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|half|once|twice|every|all)\b",
    re.IGNORECASE,
)


def check_target(text: str, *, baseline: str, has_due_date: bool, open_targets: int = 0) -> list[Hint]:
    """Advice on a target, in the order of the form.

    has_due_date: the form's own date field is filled, so the sentence needs none. open_targets: how many the plan has
    open already, this one not counted.
    """
    hints = [
        Hint("vague", f"“{word}” is hard to measure. Say what we will see or hear")
        for word, pattern in _VAGUE.items()
        if re.search(pattern, text, re.IGNORECASE)
    ]
    if _PROVISION.search(text):
        hints.append(Hint("provision", "This says what adults will give. Say what the child will be able to do"))
    if not _NUMBER.search(_DATE.sub(" ", text)):
        hints.append(Hint("no_number", "Add a number: how many, how often or how long"))
    if not has_due_date and not _DATE.search(text):
        hints.append(Hint("no_date", "Add the date by which the child will do this"))
    if not baseline.strip():
        hints.append(Hint("no_baseline", "Add where the child is now, so that progress can be seen"))
    if open_targets >= MOST_OPEN_TARGETS:
        hints.append(
            Hint("too_many", f"This plan has {open_targets} open targets. 4 or fewer are easier to keep in mind")
        )
    return hints


# --- Meetings with parents --------------------------------------------------------------------------


class MeetingState(StrEnum):
    MET = "met"
    ON_COURSE = "on_course"
    TOO_FEW_TERMS = "too_few_terms"
    BELOW_GUIDANCE = "below_guidance"


@dataclass(frozen=True, slots=True)
class Meetings:
    """held of needed in the academic year. Guidance, not law: pages say "below guidance", never "unlawful"."""

    held: int
    needed: int
    terms_left: int
    is_pro_rata: bool
    state: MeetingState

    @property
    def still_needed(self) -> int:
        return max(0, self.needed - self.held)


def meetings_needed(
    *,
    held_on: Sequence[date],
    academic_year: int,
    terms: Sequence[tuple[date, date]],
    on: date,
    on_support_from: date | None = None,
) -> Meetings:
    """Meetings with the parents of a pupil on SEN support, as of the end of day `on`.

    academic_year: the calendar year in which it begins. terms: first and last day of each. on_support_from: when the
    pupil joined or SEN support began, if during the year; then only the terms not over by that day count, and the
    page says so. A term not over yet still counts as left.
    Source: Code of Practice 6.65 (at least three times a year; "should").
    """
    first, last = academic_year_bounds(academic_year)
    start = max(first, on_support_from or first)
    counted = [ends for _, ends in terms if ends >= start]
    is_pro_rata = len(counted) < len(terms)
    needed = min(MEETINGS_A_YEAR, len(counted)) if is_pro_rata else MEETINGS_A_YEAR
    held = len({day for day in held_on if first <= day <= min(on, last)})
    left = sum(ends >= on for ends in counted)
    if held >= needed:
        state = MeetingState.MET
    elif on > last:
        state = MeetingState.BELOW_GUIDANCE
    else:
        state = MeetingState.ON_COURSE if left >= needed - held else MeetingState.TOO_FEW_TERMS
    return Meetings(held=held, needed=needed, terms_left=left, is_pro_rata=is_pro_rata, state=state)


# --- Ages and years -----------------------------------------------------------------------------------


def age_in_months(born: date, on: date) -> int:
    """Whole months; the day of the month must have been reached."""
    return (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)


def age_words(born: date, on: date) -> str:
    """`8 years`, `8 years 1 month`, `8 years 3 months`."""
    years = age_on(born, on)
    months = age_in_months(born, on) - 12 * years
    words = f"{years} year{'' if years == 1 else 's'}"
    return f"{words} {months} month{'' if months == 1 else 's'}" if months > 0 else words


def is_summer_born(born: date) -> bool:
    """Born from 1 April to 31 August: the youngest of the year group."""
    return SUMMER_BORN_FROM <= born.month <= 8


_AGE_SCORE = re.compile(r"(\d{1,2})\s*(?::|y(?:ears?|rs?)?\s*)\s*(\d{1,2})\s*(?:m(?:onths?|ths?)?)?", re.IGNORECASE)


def parse_age_score(text: str) -> int:
    """Months from an age equivalent written `7:03` or `7y 3m`.

    Raises ValueError for `7.3`, which some read as 7 years 3 months and some as 7.3 years.
    """
    match = _AGE_SCORE.fullmatch(text.strip())
    if match is None or int(match[2]) > 11:
        raise ValueError("Enter an age as years and months, like 7:03 or 7y 3m")
    return int(match[1]) * 12 + int(match[2])


def age_score_words(months: int) -> str:
    """`7:03`, as tests print an age equivalent."""
    return f"{months // 12}:{months % 12:02d}"


# --- Keeping records ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Retention:
    """Years after birth for which a file is kept. Local policy, so every school may set its own."""

    sen_file_years: int = 25
    ehc_file_years: int = 31


def keep_until(born: date, *, had_ehc_plan: bool, policy: Retention = Retention()) -> date:
    """Day until which the pupil's file is kept; 29 February becomes 28 February in a common year."""
    return same_day_years_after(born, policy.ehc_file_years if had_ehc_plan else policy.sen_file_years)
