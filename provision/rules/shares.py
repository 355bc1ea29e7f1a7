"""What each pupil of a group costs when pupils join and leave at different times.

An adult's hour is shared by the pupils who are in the group that week, so a line's cost depends on its neighbours.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from provision.rules.cost import PENNY, Timing, pounds, pupil_share_hours
from sendco.core.dates import DAYS_A_WEEK


@dataclass(frozen=True, slots=True)
class Dose:
    """A group's plan and prices. materials: pounds for the whole group; hour_rate: pounds for an adult's hour."""

    times_per_week: int
    minutes: int
    weeks: int
    hour_rate: Decimal
    materials: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Share:
    """One pupil's part: adult hours, to two places, and pounds."""

    hours: Decimal
    cost: Decimal


def weeks_of(starts: date, ends: date, school_weeks: Sequence[date] = ()) -> tuple[date, ...]:
    """Mondays of the weeks of a run: those with a school day, or every week when the calendar does not know of any."""
    if school_weeks:
        return tuple(school_weeks)
    monday = starts - timedelta(days=starts.weekday())
    return tuple(monday + timedelta(days=n) for n in range(0, (ends - monday).days + 1, DAYS_A_WEEK))


def shares(dose: Dose, *, mondays: Sequence[date], spans: Sequence[tuple[date, date]]) -> list[Share]:
    """The share of each pupil, in the order of `spans` (first and last day of each in the group, both included).

    The dose is spread evenly over the weeks of the run: a group planned for 10 weeks that has 12 school weeks costs ten
    weeks. The hours of a week are divided by the pupils in the group that week. Materials are divided by all who were
    ever in it.
    """
    if not spans:
        return []
    sizes = [sum(_is_in(span, monday) for span in spans) for monday in mondays]
    return [
        _share(
            dose,
            len(spans),
            len(mondays),
            Counter(n for n, day in zip(sizes, mondays, strict=True) if _is_in(span, day)),
        )
        for span in spans
    ]


def _is_in(span: tuple[date, date], monday: date) -> bool:
    return span[0] <= monday + timedelta(days=DAYS_A_WEEK - 1) and span[1] >= monday


def _share(dose: Dose, pupils: int, weeks: int, weeks_by_size: Counter[int]) -> Share:
    hours = Decimal(0)
    for size, count in sorted(weeks_by_size.items()):
        timing = Timing(dose.times_per_week, dose.minutes, Decimal(count * dose.weeks) / weeks)
        hours += pupil_share_hours(timing, group_size=size)
    return Share(
        hours=hours.quantize(PENNY, rounding=ROUND_HALF_UP),
        cost=pounds(hours * dose.hour_rate + dose.materials / pupils),
    )


def end_after_weeks(starts: date, weeks: int, school_weeks: Sequence[date]) -> date:
    """The Friday of the last of `weeks` weeks that have a school day, from the week of `starts`.

    school_weeks: the known ones, in order. Where they run out the remaining weeks are counted without a break, since
    nobody has entered those terms yet.
    """
    known = list(school_weeks[:weeks])
    monday = known[-1] if known else starts - timedelta(days=starts.weekday() + DAYS_A_WEEK)
    return monday + timedelta(days=DAYS_A_WEEK * (weeks - len(known)) + 4)
