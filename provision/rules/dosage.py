"""Was the support given? Sessions planned, delivered and attended, and what that means for a verdict on impact."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from provision.enums import MissedReason

GREEN_FROM = 80
AMBER_FROM = 60


class Rag(StrEnum):
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One session of one pupil as planned and as it turned out. `attended_minutes` may be fewer than planned."""

    minutes: int
    delivered: bool
    attended: bool = False
    attended_minutes: int | None = None
    missed: MissedReason | None = None

    @property
    def minutes_had(self) -> int:
        if not (self.delivered and self.attended):
            return 0
        return self.minutes if self.attended_minutes is None else self.attended_minutes


@dataclass(frozen=True, slots=True)
class Dosage:
    """Counts for a pupil or a group. Shares are whole percentages rounded down, so a figure never looks better than its
    colour; None where nothing was planned or delivered, which is not the same as 0."""

    planned: int
    delivered: int
    attended: int
    planned_minutes: int
    attended_minutes: int
    missed: tuple[tuple[MissedReason, int], ...] = ()

    @property
    def delivery(self) -> int | None:
        return _percent(self.delivered, self.planned)

    @property
    def attendance(self) -> int | None:
        return _percent(self.attended, self.delivered)

    @property
    def dose(self) -> int | None:
        """Minutes had of minutes planned: the figure that decides whether the provision was tested."""
        return _percent(self.attended_minutes, self.planned_minutes)

    @property
    def rag(self) -> Rag | None:
        return rag(self.dose)

    @property
    def is_tested(self) -> bool:
        """False when the dose is red or unknown: then the outcome is "not tested", never "did not work"."""
        return self.rag in {Rag.GREEN, Rag.AMBER}


def _percent(part: int, whole: int) -> int | None:
    return part * 100 // whole if whole else None


def rag(percent: int | None) -> Rag | None:
    """Green from 80%, amber from 60%, red below."""
    if percent is None:
        return None
    if percent >= GREEN_FROM:
        return Rag.GREEN
    return Rag.AMBER if percent >= AMBER_FROM else Rag.RED


def dosage(sessions: Iterable[PlannedSession]) -> Dosage:
    """Add up sessions. One lost to a school trip leaves the plan, as a closed day does; other losses stay."""
    counted = [s for s in sessions if s.delivered or s.missed is not MissedReason.TRIP]
    missed = Counter(s.missed for s in counted if s.missed is not None and not (s.delivered and s.attended))
    return Dosage(
        planned=len(counted),
        delivered=sum(s.delivered for s in counted),
        attended=sum(s.delivered and s.attended for s in counted),
        planned_minutes=sum(s.minutes for s in counted),
        attended_minutes=sum(s.minutes_had for s in counted),
        missed=tuple(sorted(missed.items(), key=lambda item: (-item[1], item[0].value))),
    )


def planned_dates(
    start: date, end: date, *, weekdays: Collection[int], is_open: Callable[[date], bool], trips: Collection[date] = ()
) -> list[date]:
    """Days on which a session is due, both ends counted.

    weekdays: 0 is Monday. is_open answers for the school (False on holidays, inset days and closures). trips: days this
    class is out.
    """
    days = ((start + timedelta(days=n)) for n in range((end - start).days + 1))
    return [day for day in days if day.weekday() in weekdays and day not in trips and is_open(day)]


def add(first: Dosage, second: Dosage) -> Dosage:
    """Two pupils' or groups' figures together, counts added so that shares are weighted rightly."""
    missed = Counter(dict(first.missed)) + Counter(dict(second.missed))
    return Dosage(
        planned=first.planned + second.planned,
        delivered=first.delivered + second.delivered,
        attended=first.attended + second.attended,
        planned_minutes=first.planned_minutes + second.planned_minutes,
        attended_minutes=first.attended_minutes + second.attended_minutes,
        missed=tuple(sorted(missed.items(), key=lambda item: (-item[1], item[0].value))),
    )
