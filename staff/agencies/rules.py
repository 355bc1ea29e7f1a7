"""The life of a referral, and when to ask again. Pure: no database, no clock.

No law sets these periods; they are how a school keeps a referral from being forgotten: ask whether it arrived after the time
set for the service (ten school days unless changed), then every four school weeks; put advice into place within four.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sendco.core.dates import days_after
from sendco.schools.calendar import SchoolCalendar

DRAFT, SENT, ACKNOWLEDGED, RETURNED = "draft", "sent", "acknowledged", "returned"
WAITING, DECLINED, SEEN, REPORTED, CLOSED = "waiting", "declined", "seen", "reported", "closed"

TRANSITIONS: dict[str, tuple[str, ...]] = {
    DRAFT: (SENT,),
    SENT: (ACKNOWLEDGED, WAITING, RETURNED, DECLINED, SEEN, CLOSED),
    ACKNOWLEDGED: (WAITING, RETURNED, DECLINED, SEEN, CLOSED),
    RETURNED: (SENT, CLOSED),
    WAITING: (SEEN, RETURNED, DECLINED, REPORTED, CLOSED),
    DECLINED: (SENT, CLOSED),
    SEEN: (REPORTED, WAITING, CLOSED),
    REPORTED: (SEEN, CLOSED),
    CLOSED: (WAITING,),
}
"""Where each state may lead. A draft has no other way out than being sent: one that is not wanted is thrown away."""

WITH_THEM = (SENT, ACKNOWLEDGED, WAITING, SEEN)
"""States in which the service has to act and we ask again."""
OPEN = (DRAFT, SENT, ACKNOWLEDGED, RETURNED, WAITING, DECLINED, SEEN, REPORTED)

FOUR_WEEKS, ONE_WEEK = 20, 5
NEXT_STEPS: dict[str, tuple[str, int | None]] = {
    DRAFT: ("Get consent and send it", ONE_WEEK),
    SENT: ("Ask whether they have it", None),
    ACKNOWLEDGED: ("Ask whether it is accepted", FOUR_WEEKS),
    RETURNED: ("Send what they asked for", ONE_WEEK),
    WAITING: ("Ask how long the wait is now", FOUR_WEEKS),
    DECLINED: ("Decide whether to send it again with more evidence", ONE_WEEK),
    SEEN: ("Ask for the report", FOUR_WEEKS),
    REPORTED: ("Put the advice into place", FOUR_WEEKS),
}
"""What comes next in each state, and after how many school days; None is the service's own time."""

STEP_WORDS: dict[str, str] = {
    SENT: "Send it",
    ACKNOWLEDGED: "They have it",
    WAITING: "Accepted, on their list",
    RETURNED: "Returned for information",
    DECLINED: "Declined",
    SEEN: "They have seen the pupil",
    REPORTED: "Their report came",
    CLOSED: "Close it",
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """What to do and by when; no day when it is not known."""

    text: str
    on: date | None


def may_move(old: str, new: str) -> bool:
    return new in TRANSITIONS[old]


def next_step(state: str, *, on: date, chase_after: int, calendar: SchoolCalendar) -> NextStep:
    """What to propose when a referral comes to `state` on a day. Nothing more to do when it is closed."""
    if state == CLOSED:
        return NextStep("", None)
    text, days = NEXT_STEPS[state]
    return NextStep(text, chase_on(on, chase_after if days is None else days, calendar))


def chase_on(on: date, school_days: int, calendar: SchoolCalendar) -> date:
    """The day after that many school days. Where terms are not entered, five school days count as a week."""
    found = calendar.nth_school_day_after(on, school_days)
    return found or days_after(on, -(-school_days * 7 // 5))


def days_with_them(sent_on: date | None, on: date, calendar: SchoolCalendar) -> int | None:
    """School days since a referral was sent, the day of sending not counted. None before it is sent."""
    return None if sent_on is None else calendar.school_days_between(days_after(sent_on, 1), on)
