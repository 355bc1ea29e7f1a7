"""What other apps ask of a school: when it is open, and what an hour of an adult costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from django.db.models import CharField, IntegerField, Value

from sendco.core.dates import long_date
from sendco.core.exceptions import Refused

from .bank_holidays import bank_holidays_between
from .calendar import ClosureDates, SchoolCalendar, TermDates
from .models import Closure, Grade, PayRate, School, Term

_TERM, _CLOSURE = 0, 1

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
    terms = Term.objects.filter(school_id=school_id).annotate(
        row=Value(_TERM, IntegerField()), what=Value("", CharField())
    )
    closures = Closure.objects.filter(school_id=school_id).annotate(
        row=Value(_CLOSURE, IntegerField()), year=Value(0, IntegerField())
    )
    rows = (
        terms.order_by()
        .values_list("row", "name", "what", "starts", "ends", "academic_year")
        .union(closures.order_by().values_list("row", "kind", "label", "starts", "ends", "year"), all=True)
    )
    return _calendar(tuple(sorted(rows, key=lambda row: (row[0], row[3], row[4], row[2]))))


@lru_cache(maxsize=512)
def _calendar(rows: tuple[tuple[int, str, str, date, date, int], ...]) -> SchoolCalendar:
    terms = tuple(TermDates(name, starts, ends, year) for row, name, _, starts, ends, year in rows if row == _TERM)
    closures = tuple(
        ClosureDates(starts, ends, label, kind) for row, kind, label, starts, ends, _ in rows if row == _CLOSURE
    )
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
