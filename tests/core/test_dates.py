from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendco.core import dates

pytestmark = pytest.mark.unit

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
MONTHS = st.integers(1, 60)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 3, 14), 12, date(2026, 3, 13)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 28)),
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2027, 2, 28), 12, date(2028, 2, 27)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
    ],
)
def test_period_end(start: date, months: int, end: date) -> None:
    assert dates.period_end(start, months) == end


@pytest.mark.parametrize(
    ("start", "months", "same"),
    [
        (date(2026, 8, 31), 3, date(2026, 11, 30)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_same_day_months_after(start: date, months: int, same: date) -> None:
    assert dates.same_day_months_after(start, months) == same


@given(DAYS, MONTHS)
@settings(max_examples=60)
def test_consecutive_periods_leave_no_gap_and_do_not_overlap(start: date, months: int) -> None:
    end = dates.period_end(start, months)

    assert dates.same_day_months_after(start, months) - end in (timedelta(0), timedelta(1))
    assert (dates.same_day_months_after(start, months) == end) == (
        start.day > end.day and (end + timedelta(1)).day == 1
    )


@given(DAYS, DAYS, MONTHS)
@settings(max_examples=60)
def test_a_later_start_never_ends_earlier(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))

    assert dates.period_end(first, months) <= dates.period_end(second, months)
    assert dates.same_day_months_after(first, months) <= dates.same_day_months_after(second, months)


@given(DAYS, st.integers(-60, 60))
@settings(max_examples=60)
def test_weeks_keep_the_weekday_and_can_be_taken_back(start: date, weeks: int) -> None:
    later = dates.weeks_after(start, weeks)

    assert later.weekday() == start.weekday()
    assert dates.weeks_before(later, weeks) == start


@given(DAYS, st.integers(0, 40))
@settings(max_examples=60)
def test_a_birthday_is_the_first_day_of_an_age(born: date, age: int) -> None:
    on = dates.birthday(born, age)

    assert dates.age_on(born, on) == age
    assert dates.age_on(born, on - timedelta(1)) == age - 1


def test_a_child_born_on_29_february_is_older_on_1_march() -> None:
    born = date(2020, 2, 29)

    assert [dates.age_on(born, day) for day in (date(2025, 2, 28), date(2025, 3, 1))] == [4, 5]
    assert dates.birthday(born, 4) == date(2024, 2, 29)
    assert dates.same_day_years_after(born, 5) == date(2025, 2, 28)


def test_a_period_begins_with_its_first_day() -> None:
    assert dates.days_beginning_with(date(2026, 12, 18), 15) == date(2027, 1, 1)
    with pytest.raises(ValueError, match="at least one day"):
        dates.days_beginning_with(date(2026, 12, 18), 0)


@pytest.mark.parametrize(
    ("born", "group"),
    [
        (date(2016, 8, 31), 6),
        (date(2016, 9, 1), 5),
        (date(2022, 8, 31), 0),
        (date(2022, 9, 1), -1),
        (date(2010, 9, 1), 11),
    ],
)
def test_year_group(born: date, group: int) -> None:
    assert dates.year_group_for(born, 2026) == group


def test_academic_year() -> None:
    assert [dates.academic_year_of(day) for day in (date(2026, 8, 31), date(2026, 9, 1))] == [2025, 2026]
    assert dates.academic_year_bounds(2026) == (date(2026, 9, 1), date(2027, 8, 31))
    assert (dates.academic_year_label(2026), dates.academic_year_label(2099)) == ("2026/27", "2099/00")


def test_working_days_skip_weekends_and_bank_holidays() -> None:
    holidays = {date(2026, 12, 25), date(2026, 12, 28)}

    assert dates.working_day_on_or_after(date(2026, 12, 25), holidays) == date(2026, 12, 29)
    assert dates.nth_working_day_after(date(2026, 12, 23), 2, holidays) == date(2026, 12, 29)
    with pytest.raises(ValueError, match="at least one"):
        dates.nth_working_day_after(date(2026, 12, 23), 0, holidays)


@pytest.mark.parametrize("value", [datetime(2026, 10, 25, 1, 30), "2026-10-25"])
def test_a_time_of_day_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="a plain date is needed"):
        dates.weeks_after(value, 1)


def test_dates_in_words() -> None:
    assert dates.long_date(date(2026, 3, 4)) == "4 March 2026"
    assert dates.weekday_date(date(2026, 3, 13)) == "Friday 13 March 2026"
