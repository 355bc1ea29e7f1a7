"""The school calendar as plain values: when a school is open, and why it is not.

A `SchoolCalendar` is built once from rows and then only read; it knows no database and no clock. Legal due dates never
move because of it: it gives the working date beside them, and counts the few periods that the law has in school days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from sendco.core.dates import (
    DAYS_A_WEEK,
    academic_year_bounds,
    academic_year_of,
    days_after,
    is_weekend,
    require_date,
)

LONGEST_BREAK_DAYS = 35
"""Summer apart, a longer gap between terms means that a term has not been entered, not that the school is closed."""
SUMMER_MONTHS = (6, 7, 8)
"""A term that ends in one of these is the year's last: the school is closed from then to 31 August."""
HOLIDAY = "holiday"
WORDS_BY_KIND = {
    "half_term": "for half term",
    "inset": "for a staff training day",
    "bank_holiday": "for the bank holiday",
    "other": "({label})",
}
SINGLE_DAYS = ("inset", "bank_holiday")


@dataclass(frozen=True, slots=True)
class TermDates:
    """One term, both days included. `academic_year` is the calendar year in which the academic year begins."""

    name: str
    starts: date
    ends: date
    academic_year: int

    def __post_init__(self) -> None:
        _check_order(self.starts, self.ends, self.name)


@dataclass(frozen=True, slots=True)
class ClosureDates:
    """Days on which pupils do not come, both included.

    kind: half_term, inset, bank_holiday, other or holiday. The label of a holiday follows "for the": "Easter holiday".
    """

    starts: date
    ends: date
    label: str
    kind: str = HOLIDAY

    def __post_init__(self) -> None:
        _check_order(self.starts, self.ends, self.label)

    @property
    def days(self) -> int:
        """Length in calendar days."""
        return (self.ends - self.starts).days + 1

    @property
    def reopens(self) -> date:
        return days_after(self.ends, 1)


def _check_order(starts: date, ends: date, name: str) -> None:
    if require_date(ends) < require_date(starts):
        raise ValueError(f"{name} ends before it starts")


@dataclass(frozen=True)
class SchoolCalendar:
    """When one school is open.

    A school day is a weekday inside a term that is in no closure (half term, INSET and emergency closures are closures)
    and is no bank holiday. Answers that would need terms nobody has entered are None, never a guess: see `covers`.
    """

    terms: tuple[TermDates, ...] = ()
    closures: tuple[ClosureDates, ...] = ()
    bank_holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "terms", tuple(sorted(self.terms, key=lambda term: term.starts)))
        object.__setattr__(self, "closures", tuple(sorted(self.closures, key=lambda c: (c.starts, c.ends, c.label))))
        object.__setattr__(self, "bank_holidays", frozenset(self.bank_holidays))
        for earlier, later in pairwise(self.terms):
            if later.starts <= earlier.ends:
                raise ValueError(f"{earlier.name} and {later.name} overlap")

    @cached_property
    def school_days(self) -> tuple[date, ...]:
        """Every known school day in order, about 190 a year. Worked out once."""
        closed = set(self.bank_holidays)
        for closure in self.closures:
            closed.update(_days(closure.starts, closure.ends))
        in_term = (day for term in self.terms for day in _days(term.starts, term.ends))
        return tuple(day for day in in_term if not is_weekend(day) and day not in closed)

    @cached_property
    def _spans(self) -> tuple[tuple[date, date], ...]:
        """Stretches of the calendar, terms and the breaks between them, about which the terms leave no doubt."""
        spans: list[tuple[date, date]] = []
        for term in self.terms:
            starts, ends = term.starts, term.ends
            if ends.month in SUMMER_MONTHS and academic_year_of(ends) == term.academic_year:
                ends = max(ends, academic_year_bounds(term.academic_year)[1])
            if spans and (starts - spans[-1][1]).days <= LONGEST_BREAK_DAYS:
                starts = spans.pop()[0]
            spans.append((starts, ends))
        return tuple(spans)

    def _span_of(self, d: date) -> tuple[date, date] | None:
        return next((span for span in self._spans if span[0] <= d <= span[1]), None)

    def covers(self, d: date) -> bool:
        """Whether the entered terms say for certain if `d` is a school day."""
        return self._span_of(d) is not None

    def is_school_day(self, d: date) -> bool:
        """False also for a day that the entered terms do not reach; ask `covers` where that matters."""
        index = bisect_left(self.school_days, require_date(d))
        return index < len(self.school_days) and self.school_days[index] == d

    def last_school_day_on_or_before(self, d: date) -> date | None:
        """The working date for something due on `d`; None when the terms around `d` are not known."""
        span = self._span_of(require_date(d))
        index = bisect_right(self.school_days, d) - 1
        if span is None or index < 0 or self.school_days[index] < span[0]:
            return None
        return self.school_days[index]

    def next_school_day_on_or_after(self, d: date) -> date | None:
        """None when no known school day follows without a gap in the entered terms."""
        return self.nth_school_day_after(days_after(d, -1), 1)

    def nth_school_day_after(self, d: date, n: int) -> date | None:
        """The `n`th school day after `d`, which is not counted itself; None when the entered terms run out first."""
        if n < 1:
            raise ValueError("count at least one school day")
        index = bisect_right(self.school_days, require_date(d)) + n - 1
        span = self._span_of(d) or self._span_of(days_after(d, 1))
        if span is None or index >= len(self.school_days) or self.school_days[index] > span[1]:
            return None
        return self.school_days[index]

    def school_days_between(self, starts: date, ends: date) -> int:
        """Number of known school days from `starts` to `ends`, both included."""
        return max(0, bisect_right(self.school_days, ends) - bisect_left(self.school_days, starts))

    def school_weeks(self, starts: date, ends: date) -> tuple[date, ...]:
        """Mondays of the weeks that have at least one school day from `starts` to `ends`, both included."""
        days = self.school_days[bisect_left(self.school_days, starts) : bisect_right(self.school_days, ends)]
        return tuple(sorted({day - timedelta(days=day.weekday()) for day in days}))

    def term_for(self, d: date) -> TermDates | None:
        """The term that `d` lies in, half term included; None between terms."""
        return next((term for term in self.terms if term.starts <= d <= term.ends), None)

    def terms_of(self, academic_year: int) -> tuple[TermDates, ...]:
        return tuple(term for term in self.terms if term.academic_year == academic_year)

    def closure_for(self, d: date) -> ClosureDates | None:
        """The entered closure that `d` lies in; the longest when several do."""
        return max((c for c in self.closures if c.starts <= d <= c.ends), key=lambda c: c.days, default=None)

    def why_closed(self, d: date) -> str | None:
        """What follows "School is closed": "for the Easter holiday", "(Polling day)". None when open or not known."""
        if self.is_school_day(d):
            return None
        if closure := self.closure_for(d):
            return WORDS_BY_KIND.get(closure.kind, "for the {label}").format(label=closure.label)
        if not self.covers(d):
            return None
        if is_weekend(d) and self.term_for(d):
            return "at the weekend"
        if d in self.bank_holidays:
            return "for the bank holiday"
        return f"for the {holiday_name(d)}"

    def breaks(self, *, min_days: int = 1) -> tuple[ClosureDates, ...]:
        """Runs of at least `min_days` calendar days without a school day, between two known school days.

        Weekends are included, so that a summer break starts on the day after the last day of term. The label is that of
        the longest closure entered for the run.
        """
        return tuple(found for found in self._breaks if found.days >= min_days)

    def break_around(self, d: date) -> ClosureDates | None:
        """The run of a week or more without a school day that `d` lies in."""
        return next((b for b in self._long_breaks if b.starts <= d <= b.ends), None)

    def next_break_after(self, d: date) -> ClosureDates | None:
        """The first run of a week or more without a school day that ends after `d`."""
        return next((b for b in self._long_breaks if b.ends > d), None)

    @cached_property
    def _breaks(self) -> tuple[ClosureDates, ...]:
        found = []
        for last, first in pairwise(self.school_days):
            starts, ends = days_after(last, 1), days_after(first, -1)
            if starts <= ends and self._same_span(starts, ends):
                found.append(ClosureDates(starts, ends, self._label(starts, ends), HOLIDAY))
        return tuple(found)

    @cached_property
    def _long_breaks(self) -> tuple[ClosureDates, ...]:
        return self.breaks(min_days=DAYS_A_WEEK)

    def _same_span(self, starts: date, ends: date) -> bool:
        span = self._span_of(starts)
        return span is not None and span[1] >= ends

    def _label(self, starts: date, ends: date) -> str:
        """Of the longest closure inside, unless it only lengthens a holiday by a day for staff or the bank holiday."""
        inside = [c for c in self.closures if c.starts <= ends and c.ends >= starts and c.kind not in SINGLE_DAYS]
        return max(inside, key=lambda c: c.days).label if inside else holiday_name(starts)


_HOLIDAY_BY_MONTH = {12: "Christmas", 1: "Christmas", 3: "Easter", 4: "Easter", 7: "summer", 8: "summer", 9: "summer"}


def holiday_name(d: date) -> str:
    """What schools call the break between terms that contains `d`, by its month."""
    name = _HOLIDAY_BY_MONTH.get(d.month)
    return f"{name} holiday" if name else "school holiday"


def calendar_of(
    terms: Iterable[TermDates], closures: Iterable[ClosureDates] = (), bank_holidays: Iterable[date] = ()
) -> SchoolCalendar:
    """A calendar from any iterables, in any order."""
    return SchoolCalendar(tuple(terms), tuple(closures), frozenset(bank_holidays))


def _days(starts: date, ends: date) -> Iterable[date]:
    return (days_after(starts, n) for n in range((ends - starts).days + 1))
