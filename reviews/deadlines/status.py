"""How a deadline stands on a day: computed when asked, never stored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from reviews.clock_rules import Owner
from sendco.core.dates import days_after
from sendco.schools.calendar import SchoolCalendar

from .values import Deadline

AMBER_DAYS = 7


class State(StrEnum):
    MET = "met"
    MET_LATE = "met_late"
    DUE = "due"
    OVERDUE = "overdue"
    WAITING = "waiting"


class Tone(StrEnum):
    """Names of the design's chips."""

    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    WAIT = "wait"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ClockStatus:
    """How one step stands, in numbers, in a word and in a tone.

    days_left: to the legal date, negative after it. working_days_left: the same to the working date, in calendar days.

    overdue_since: the first day after the legal date. is_ours: the school owns the step.
    """

    state: State
    tone: Tone
    text: str
    days_left: int | None = None
    working_days_left: int | None = None
    overdue_since: date | None = None
    is_ours: bool = True


def status_of(
    deadline: Deadline, *, on: date, done_on: date | None = None, calendar: SchoolCalendar | None = None
) -> ClockStatus:
    """The status of one step of a clock: see `status_on`."""
    return status_on(
        due=deadline.due,
        target=deadline.target,
        owner=deadline.owner,
        reason=deadline.reason,
        on=on,
        done_on=done_on,
        calendar=calendar,
    )


def status_on(
    *,
    due: date | None,
    on: date,
    owner: Owner = Owner.SCHOOL,
    target: date | None = None,
    reason: str = "",
    done_on: date | None = None,
    calendar: SchoolCalendar | None = None,
) -> ClockStatus:
    """The status of a step that is stored as a row; `Owner(row.owner)` gives the owner.

    Red: ours, and the legal date has passed. Amber: ours, and the working date is 7 days away or fewer, or has passed;
    with a calendar also when the step falls in a school closure and no other closure comes before it. Somebody else's
    step waits, even when late, because it is never our overdue. A step without a date waits for what `reason` says.
    """
    ours = owner.is_school
    if due is None:
        state, tone = (State.MET, Tone.OK) if done_on else (State.WAITING, Tone.NONE)
        return ClockStatus(state, tone, "Done" if done_on else reason, is_ours=ours)
    if done_on:
        return _done(due, done_on, ours)
    left, working_left = (due - on).days, ((target or due) - on).days
    state, tone, since = State.DUE, Tone.OK, None
    if owner == Owner.NOBODY:
        state, tone, text = State.WAITING, Tone.NONE, "For information"
    elif left < 0:
        state, tone, since = State.OVERDUE, Tone.DANGER if ours else Tone.WAIT, days_after(due, 1)
        text = f"Overdue by {_days(-left)}" if ours else f"{_capital(owner)} is {_days(-left)} late"
    elif not ours:
        state, tone, text = State.WAITING, Tone.WAIT, f"Waiting for the {owner}, {_days(left)} left"
    else:
        is_near = working_left <= AMBER_DAYS or _falls_in_next_closure(due, on, calendar)
        tone, text = Tone.WARN if is_near else Tone.OK, _due_text(left, is_near)
    return ClockStatus(state, tone, text, left, working_left, since, ours)


def _done(due: date, done_on: date, ours: bool) -> ClockStatus:
    spare = (due - done_on).days
    if spare < 0:
        return ClockStatus(State.MET_LATE, Tone.NONE, f"Done {_days(-spare)} late", days_left=spare, is_ours=ours)
    text = f"Done, {_days(spare)} before" if spare else "Done on the last day"
    return ClockStatus(State.MET, Tone.OK, text, days_left=spare, is_ours=ours)


def _falls_in_next_closure(due: date, on: date, calendar: SchoolCalendar | None) -> bool:
    if calendar is None:
        return False
    around = calendar.break_around(due)
    following = calendar.next_break_after(on)
    return around is not None and around == following


def _due_text(left: int, is_near: bool) -> str:
    if left == 0:
        return "Due today"
    return f"Due in {_days(left)}" if is_near else f"On track, {_days(left)}"


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"


def _capital(owner: str) -> str:
    return f"{owner[0].upper()}{owner[1:]}"
