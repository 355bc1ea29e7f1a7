"""What other apps ask of a school: when it is open, and what an hour of an adult costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

from sendco.core.dates import long_date
from sendco.core.exceptions import Refused
from sendco.core.together import Part, Row, in_one_query

from .bank_holidays import bank_holidays_between
from .calendar import ClosureDates, SchoolCalendar, TermDates
from .models import Closure, Grade, PayRate, School, Term

TERM_FIELDS = ("starts", "ends", "name", "academic_year")
CLOSURE_FIELDS = ("starts", "ends", "label", "kind")

REFERENCE_RATES = {
    Grade.TA2: Decimal("20.60"),
    Grade.TA3: Decimal("21.92"),
    Grade.HLTA: Decimal("25.67"),
    Grade.TEACHER: Decimal("50.92"),
    Grade.LEADER: Decimal("57.39"),
}
"""Pounds for an hour with pupils in 2025/26 with pension and National Insurance, until a school enters its own: support
staff at £25,900, £27,500 and £32,061 over 38 weeks, teachers at M6 and U3 over 1,265 hours. Nobody can know what an
outside professional costs, so there is no figure for one."""


def calendar_for(school_id: int) -> SchoolCalendar:
    """When a school is open: its terms and closures, and the bank holidays of England in those years.

    One query. The calendar itself is kept for as long as the rows say the same, so it is never out of date, and is
    worked out once in a process. A term's `name` is its key within the year: autumn, spring or summer.
    """
    return calendar_of(in_one_query(calendar_parts(school_id)))


def calendar_parts(school_id: int) -> dict[str, Part]:
    """What `in_one_query` has to ask for a calendar, so that a page can ask more in the same query."""
    return {
        "terms": (Term.objects.filter(school_id=school_id), TERM_FIELDS),
        "closures": (Closure.objects.filter(school_id=school_id), CLOSURE_FIELDS),
    }


def calendar_of(rows: Mapping[str, Sequence[Row]]) -> SchoolCalendar:
    """The calendar of the rows that `calendar_parts` gave. No query."""
    terms = sorted(tuple(row[field] for field in TERM_FIELDS) for row in rows["terms"])
    closures = sorted(tuple(row[field] for field in CLOSURE_FIELDS) for row in rows["closures"])
    return _calendar(tuple(terms), tuple(closures))


@lru_cache(maxsize=512)
def _calendar(
    term_rows: tuple[tuple[date, date, str, int], ...], closure_rows: tuple[tuple[date, date, str, str], ...]
) -> SchoolCalendar:
    terms = tuple(TermDates(name, starts, ends, year) for starts, ends, name, year in term_rows)
    closures = tuple(ClosureDates(*row) for row in closure_rows)
    years = [day.year for term in terms for day in (term.starts, term.ends)]
    holidays = bank_holidays_between(min(years), max(years)) if years else frozenset()
    return SchoolCalendar(terms, closures, holidays)


def rate_for(school: School | int, grade: str, on: date) -> Decimal:
    """Pounds for an hour with pupils of an adult of a grade: the newest rate not after `on`, else the reference rate.

    One query. Raises Refused when neither is known.
    """
    school_id = getattr(school, "pk", school)
    hourly = (
        PayRate.objects.filter(school_id=school_id, grade=grade, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("hourly", flat=True)
        .first()
    )
    if hourly is not None:
        return hourly
    try:
        return REFERENCE_RATES[Grade(grade)]
    except KeyError as error:
        raise Refused(
            f"There is no hourly rate for {Grade(grade).label.lower()} on {long_date(on)}. Add one in Settings, Rates."
        ) from error
