"""Bank holidays in England, worked out for any year.

The dates are those on which work stops: when 25 or 26 December or 1 January falls at a weekend the substitute day is
given and the weekend day itself is not. A change by proclamation is one more row in the two tables below.
"""

from datetime import date, timedelta
from functools import lru_cache

from sendco.core.dates import is_weekend

ADDED = (
    date(2011, 4, 29),  # royal wedding
    date(2012, 6, 5),  # diamond jubilee
    date(2022, 6, 3),  # platinum jubilee
    date(2022, 9, 19),  # state funeral
    date(2023, 5, 8),  # coronation
)
MOVED = {
    date(2012, 5, 28): date(2012, 6, 4),
    date(2020, 5, 4): date(2020, 5, 8),  # 75 years of VE day
    date(2022, 5, 30): date(2022, 6, 2),
}


def easter_sunday(year: int) -> date:
    """Gregorian Easter by the full-moon tables: golden number, century corrections, then the Sunday that follows."""
    century = year // 100 + 1
    golden = year % 19 + 1
    dropped_leap_days = 3 * century // 4 - 12
    moon_correction = (8 * century + 5) // 25 - 5
    epact = (11 * golden + 20 + moon_correction - dropped_leap_days) % 30
    if epact == 24 or (epact == 25 and golden > 11):
        epact += 1
    full_moon = date(year, 3, 1) + timedelta(days=43 - epact if epact <= 23 else 73 - epact)
    return full_moon + timedelta(days=6 - full_moon.weekday() or 7)


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _fixed_holidays(*days: date) -> list[date]:
    """The days that are weekdays, and for each of the others the next weekday that is still free."""
    taken = [day for day in days if not is_weekend(day)]
    for day in days:
        if is_weekend(day):
            while is_weekend(day) or day in taken:
                day += timedelta(days=1)
            taken.append(day)
    return taken


@lru_cache(maxsize=256)
def bank_holidays_of(year: int) -> frozenset[date]:
    """All bank holidays in England of one calendar year (since 1978, when the early May holiday began)."""
    easter = easter_sunday(year)
    usual = [
        *_fixed_holidays(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
        *_fixed_holidays(date(year, 12, 25), date(year, 12, 26)),
    ]
    return frozenset([MOVED.get(day, day) for day in usual] + [day for day in ADDED if day.year == year])


def bank_holidays_between(first_year: int, last_year: int) -> frozenset[date]:
    """Those of every calendar year from the first to the last, both included."""
    return frozenset().union(*(bank_holidays_of(year) for year in range(first_year, last_year + 1)))
