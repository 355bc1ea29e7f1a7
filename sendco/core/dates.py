"""Pure date arithmetic: no clock, no time zone, no database.

Everything takes and returns `datetime.date`. A `datetime` is refused: an hour added across the change of the clocks has
moved more than one legal deadline by a day.
"""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAYS_A_WEEK = 7
MONTHS_A_YEAR = 12
SATURDAY = 5
ACADEMIC_YEAR_MONTH = 9
"""The academic year runs from 1 September to 31 August."""
AGE_BEFORE_RECEPTION = 4
"""Age on 31 August of a child who starts Reception, year group 0, the next day."""


def iso_date(text: str) -> date | None:
    """The day that `text` names as YYYY-MM-DD, or None. Stricter than `date.fromisoformat`, which takes weeks as well."""
    if not _ISO_DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def require_date(value: date) -> date:
    """Return `value`, or raise TypeError when it carries a time of day."""
    if isinstance(value, datetime) or not isinstance(value, date):
        raise TypeError(f"a plain date is needed, not {type(value).__name__}")
    return value


def days_after(d: date, n: int) -> date:
    """The day `n` days after `d`; `d` itself is not counted. Negative `n` goes back."""
    return require_date(d) + timedelta(days=n)


def weeks_after(d: date, n: int) -> date:
    """The day `n` whole weeks after `d`, always on the same weekday. Holidays count."""
    return days_after(d, DAYS_A_WEEK * n)


def weeks_before(d: date, n: int) -> date:
    """The last day that still gives `n` weeks' notice of `d`: the day of notice left out, that of the event counted."""
    return weeks_after(d, -n)


def days_beginning_with(d: date, n: int) -> date:
    """Last day of a period of `n` days whose first day is `d` itself. ValueError when `n` is below one."""
    if n < 1:
        raise ValueError("a period has at least one day")
    return days_after(d, n - 1)


def last_day_of_month(year: int, month: int) -> date:
    following = date(year + 1, 1, 1) if month == MONTHS_A_YEAR else date(year, month + 1, 1)
    return following - timedelta(days=1)


def _shift_months(d: date, months: int) -> tuple[int, int]:
    years, month_index = divmod(require_date(d).month - 1 + months, MONTHS_A_YEAR)
    return d.year + years, month_index + 1


def same_day_months_after(d: date, months: int) -> date:
    """The corresponding date: same day-number `months` later, or the last day of a month that has no such day."""
    year, month = _shift_months(d, months)
    return day_in_month(year, month, d.day)


def day_in_month(year: int, month: int, day: int) -> date:
    """That day of the month, pulled back to the month's last day when there is none."""
    return date(year, month, min(day, last_day_of_month(year, month).day))


def same_day_years_after(d: date, years: int) -> date:
    """The anniversary; that of 29 February is 28 February in a common year."""
    return same_day_months_after(d, MONTHS_A_YEAR * years)


def period_end(d: date, months: int) -> date:
    """Last day of the period of `months` months that STARTS WITH `d`.

    It is the day before the corresponding date. When the last month has no such day, it is that month's last day:
    twelve months starting with 29 February 2024 end on 28 February 2025, because the next period would start on
    1 March. Taking a day from the clamped date would lose one.
    """
    year, month = _shift_months(d, months)
    last = last_day_of_month(year, month)
    return last if d.day > last.day else date(year, month, d.day) - timedelta(days=1)


def age_on(born: date, on: date) -> int:
    """Whole years. A child born on 29 February is a year older on 1 March of a common year. Negative before birth."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: date, age: int) -> date:
    """First day on which `age_on` gives `age`."""
    year = born.year + age
    if (born.month, born.day) == (2, 29) and last_day_of_month(year, 2).day < born.day:
        return date(year, 3, 1)
    return date(year, born.month, born.day)


def academic_year_of(d: date) -> int:
    """Calendar year in which the academic year containing `d` began: 2026 for 1 September 2026 to 31 August 2027."""
    return d.year if d.month >= ACADEMIC_YEAR_MONTH else d.year - 1


def academic_year_bounds(academic_year: int) -> tuple[date, date]:
    """First and last day, both included."""
    return date(academic_year, 9, 1), date(academic_year + 1, 8, 31)


def academic_year_label(academic_year: int) -> str:
    """`2026/27`."""
    return f"{academic_year}/{(academic_year + 1) % 100:02d}"


def year_group_for(born: date, academic_year: int) -> int:
    """Year group by age alone: -1 nursery, 0 Reception, 1 to 13. Wrong for a pupil who is taught out of year."""
    return age_on(born, date(academic_year, 8, 31)) - AGE_BEFORE_RECEPTION


def is_weekend(d: date) -> bool:
    return d.weekday() >= SATURDAY


def is_working_day(d: date, bank_holidays: Collection[date]) -> bool:
    return not is_weekend(d) and d not in bank_holidays


def working_day_on_or_after(d: date, bank_holidays: Collection[date]) -> date:
    """`d`, or the next day that is neither a weekend day nor a bank holiday."""
    while not is_working_day(d, bank_holidays):
        d = days_after(d, 1)
    return d


def nth_working_day_after(d: date, n: int, bank_holidays: Collection[date]) -> date:
    """The `n`th working day after `d`; `d` itself is not counted. ValueError when `n` is below one."""
    if n < 1:
        raise ValueError("count at least one working day")
    for _ in range(n):
        d = working_day_on_or_after(days_after(d, 1), bank_holidays)
    return d


def long_date(d: date) -> str:
    """`14 March 2026`, as every page and letter writes it."""
    return f"{d.day} {d:%B} {d.year}"


def weekday_date(d: date) -> str:
    """`Friday 13 March 2026`."""
    return f"{d:%A} {long_date(d)}"
