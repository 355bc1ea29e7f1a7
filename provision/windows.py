"""The stretch of time a page of provision is about: a term, or an academic year. Pure over a `SchoolCalendar`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from provision.rules.cost import pounds
from provision.rules.shares import weeks_of
from sendco.core.dates import DAYS_A_WEEK, academic_year_bounds, academic_year_of, days_after
from sendco.schools.calendar import SchoolCalendar, TermDates

YEARS_OF_EVIDENCE = 2
"""Impact rests on this academic year and the one before: one term's groups alone are nearly always too small."""


@dataclass(frozen=True, slots=True)
class Window:
    """key: as in URLs, `2026-autumn`, or `2026` for the whole year. Both days included."""

    key: str
    label: str
    starts: date
    ends: date
    academic_year: int

    @property
    def year(self) -> tuple[date, date]:
        return academic_year_bounds(self.academic_year)

    @property
    def year_label(self) -> str:
        return year_words(self.academic_year)

    @property
    def is_year(self) -> bool:
        return (self.starts, self.ends) == self.year


def term_window(term: TermDates) -> Window:
    label = f"{term.name.capitalize()} term {term.starts.year}"
    return Window(f"{term.academic_year}-{term.name}", label, term.starts, term.ends, term.academic_year)


def year_words(academic_year: int) -> str:
    """2026 to 2027."""
    return f"{academic_year} to {academic_year + 1}"


def year_window(academic_year: int) -> Window:
    starts, ends = academic_year_bounds(academic_year)
    return Window(str(academic_year), year_words(academic_year), starts, ends, academic_year)


def windows_of(calendar: SchoolCalendar, on: date) -> list[Window]:
    """Terms of this academic year and the two before, then those years whole, in order of time."""
    this_year = academic_year_of(on)
    terms = [term_window(t) for t in calendar.terms if this_year - 2 <= t.academic_year <= this_year]
    years = sorted({window.academic_year for window in terms} | {this_year})
    return [*terms, *map(year_window, years)]


def choose(windows: Sequence[Window], key: str, on: date) -> Window:
    """The window of a URL; else the term of `on`, the last one before it, or the year when no term is entered."""
    wanted = next((window for window in windows if window.key == key), None)
    if wanted is not None:
        return wanted
    begun = [window for window in windows if not window.is_year and window.starts <= on]
    return begun[-1] if begun else year_window(academic_year_of(on))


def before(windows: Sequence[Window], window: Window) -> Window | None:
    """The window of the same kind before this one."""
    same = [other for other in windows if other.is_year == window.is_year and other.ends < window.starts]
    return same[-1] if same else None


def evidence_from(on: date) -> date:
    """The first day of the years that impact looks at."""
    return academic_year_bounds(academic_year_of(on) - YEARS_OF_EVIDENCE + 1)[0]


def within_year(
    amount: Decimal, *, starts: date, ends: date, year: tuple[date, date], calendar: SchoolCalendar
) -> Decimal:
    """The part of a line's cost or hours that falls in an academic year, by its school weeks; to two places."""
    if starts >= year[0] and ends <= year[1]:
        return amount
    mondays = weeks_of(starts, ends, calendar.school_weeks(starts, ends))
    inside = sum(monday <= year[1] and days_after(monday, DAYS_A_WEEK - 1) >= year[0] for monday in mondays)
    return pounds(amount * inside / len(mondays)) if mondays else Decimal(0)
