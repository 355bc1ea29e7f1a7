"""How a deadline stands on a day: computed when asked, never stored."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

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
    """The status of one step.

    Red: ours, and the legal date has passed. Amber: ours, and the working date is 7 days away or fewer, or has
    passed; with a calendar also when the step falls in a school closure and no other closure comes before it.
    Somebody else's step waits, even when late, because it is never our overdue. A step without a date waits for what
    its `reason` says.
    """
    ours = deadline.owner.is_school
    if deadline.due is None:
        state, tone = (State.MET, Tone.OK) if done_on else (State.WAITING, Tone.NONE)
        return ClockStatus(state, tone, "Done" if done_on else deadline.reason, is_ours=ours)
    if done_on:
        return _done(deadline.due, done_on, ours)
    assert deadline.working_date is not None
    left, working_left = (deadline.due - on).days, (deadline.working_date - on).days
    common = {"days_left": left, "working_days_left": working_left, "is_ours": ours}
    if left < 0:
        late = f"Overdue by {_days(-left)}" if ours else f"{_capital(deadline.owner)} is {_days(-left)} late"
        tone = Tone.DANGER if ours else Tone.WAIT
        return ClockStatus(State.OVERDUE, tone, late, overdue_since=days_after(deadline.due, 1), **common)
    if not ours:
        return ClockStatus(State.WAITING, Tone.WAIT, f"Waiting for the {deadline.owner}, {_days(left)} left", **common)
    is_near = working_left <= AMBER_DAYS or _falls_in_next_closure(deadline, on, calendar)
    return ClockStatus(State.DUE, Tone.WARN if is_near else Tone.OK, _due_text(left, is_near), **common)


def _done(due: date, done_on: date, ours: bool) -> ClockStatus:
    spare = (due - done_on).days
    if spare < 0:
        return ClockStatus(State.MET_LATE, Tone.NONE, f"Done {_days(-spare)} late", days_left=spare, is_ours=ours)
    text = f"Done, {_days(spare)} before" if spare else "Done on the last day"
    return ClockStatus(State.MET, Tone.OK, text, days_left=spare, is_ours=ours)


def _falls_in_next_closure(deadline: Deadline, on: date, calendar: SchoolCalendar | None) -> bool:
    if calendar is None or deadline.due is None:
        return False
    around = calendar.break_around(deadline.due)
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
