from datetime import date, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendco.schools.bank_holidays import bank_holidays_between, bank_holidays_of, easter_sunday
from sendco.schools.calendar import ClosureDates, SchoolCalendar, TermDates, calendar_of, holiday_name

pytestmark = pytest.mark.unit

D = date
AUTUMN = TermDates("autumn", D(2026, 9, 2), D(2026, 12, 18), 2026)
SPRING = TermDates("spring", D(2027, 1, 4), D(2027, 3, 25), 2026)
SUMMER = TermDates("summer", D(2027, 4, 12), D(2027, 7, 22), 2026)
NEXT_AUTUMN = TermDates("autumn", D(2027, 9, 6), D(2027, 12, 17), 2027)
HALF_TERM = ClosureDates(D(2026, 10, 26), D(2026, 10, 30), "half term", "half_term")
INSET = ClosureDates(D(2027, 1, 4), D(2027, 1, 4), "training day", "inset")
SCHOOL = calendar_of([SUMMER, AUTUMN, NEXT_AUTUMN, SPRING], [INSET, HALF_TERM], bank_holidays_between(2026, 2027))


@pytest.mark.parametrize(
    ("day", "is_open", "why"),
    [
        (D(2026, 9, 2), True, None),
        (D(2026, 9, 5), False, "at the weekend"),
        (D(2026, 10, 26), False, "for half term"),
        (D(2026, 12, 18), True, None),
        (D(2026, 12, 24), False, "for the Christmas holiday"),
        (D(2027, 1, 4), False, "for a staff training day"),
        (D(2027, 3, 26), False, "for the bank holiday"),
        (D(2027, 4, 5), False, "for the Easter holiday"),
        (D(2027, 5, 3), False, "for the bank holiday"),
        (D(2027, 8, 10), False, "for the summer holiday"),
        (D(2026, 8, 31), False, None),
        (D(2028, 1, 10), False, None),
    ],
)
def test_open_or_closed_and_why(day: date, is_open: bool, why: str | None) -> None:
    assert (SCHOOL.is_school_day(day), SCHOOL.why_closed(day)) == (is_open, why)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (D(2026, 12, 24), D(2026, 12, 18)),
        (D(2026, 11, 22), D(2026, 11, 20)),
        (D(2026, 11, 20), D(2026, 11, 20)),
        (D(2027, 8, 31), D(2027, 7, 22)),
        (D(2027, 9, 3), D(2027, 7, 22)),
        (D(2026, 9, 1), None),
        (D(2027, 12, 18), None),
    ],
)
def test_last_school_day_on_or_before(day: date, working: date | None) -> None:
    assert SCHOOL.last_school_day_on_or_before(day) == working


def test_summer_is_known_though_the_next_year_is_not() -> None:
    this_year = calendar_of([AUTUMN, SPRING, SUMMER])

    assert this_year.last_school_day_on_or_before(D(2027, 8, 31)) == D(2027, 7, 22)
    assert this_year.last_school_day_on_or_before(D(2027, 9, 1)) is None
    assert this_year.nth_school_day_after(D(2027, 7, 22), 1) is None


def test_a_missing_term_is_unknown_and_no_holiday() -> None:
    gap = calendar_of([AUTUMN, SUMMER])

    assert gap.last_school_day_on_or_before(D(2027, 2, 1)) is None
    assert gap.nth_school_day_after(D(2026, 12, 18), 1) is None
    assert gap.covers(D(2027, 2, 1)) is False


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        (D(2026, 12, 11), 15, D(2027, 1, 18)),
        (D(2026, 10, 12), 15, D(2026, 11, 9)),
        (D(2026, 9, 1), 1, D(2026, 9, 2)),
        (D(2027, 7, 22), 1, D(2027, 9, 6)),
        (D(2027, 12, 16), 2, None),
        (D(2026, 1, 1), 1, None),
    ],
)
def test_nth_school_day_after(start: date, n: int, end: date | None) -> None:
    assert SCHOOL.nth_school_day_after(start, n) == end


def test_counting_needs_a_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        SCHOOL.nth_school_day_after(D(2026, 9, 2), 0)


@given(st.dates(AUTUMN.starts, D(2027, 10, 1)), st.integers(1, 40))
@settings(max_examples=60)
def test_counting_forward_and_counting_between_agree(start: date, n: int) -> None:
    end = SCHOOL.nth_school_day_after(start, n)

    assert end is not None
    assert SCHOOL.school_days_between(start + timedelta(1), end) == n
    assert SCHOOL.is_school_day(end)


@given(st.dates(AUTUMN.starts, NEXT_AUTUMN.ends))
@settings(max_examples=60)
def test_no_school_day_lies_between_a_day_and_its_working_date(day: date) -> None:
    working = SCHOOL.last_school_day_on_or_before(day)

    assert working is not None
    assert working <= day
    assert SCHOOL.school_days_between(working, day) == 1


def test_weeks_terms_and_next_day() -> None:
    weeks = SCHOOL.school_weeks(D(2026, 10, 19), D(2026, 11, 6))

    assert weeks == (D(2026, 10, 19), D(2026, 11, 2))
    assert SCHOOL.term_for(D(2026, 10, 28)) == AUTUMN
    assert SCHOOL.term_for(D(2026, 12, 25)) is None
    assert SCHOOL.terms_of(2026) == (AUTUMN, SPRING, SUMMER)
    assert SCHOOL.next_school_day_on_or_after(D(2026, 12, 19)) == D(2027, 1, 5)


def test_breaks_run_from_the_day_after_to_the_day_before() -> None:
    long = SCHOOL.breaks(min_days=14)

    assert [(b.starts, b.ends, b.label) for b in long] == [
        (D(2026, 12, 19), D(2027, 1, 4), "Christmas holiday"),
        (D(2027, 3, 26), D(2027, 4, 11), "Easter holiday"),
        (D(2027, 7, 23), D(2027, 9, 5), "summer holiday"),
    ]
    assert SCHOOL.break_around(D(2026, 10, 28)).days == 9
    assert SCHOOL.break_around(D(2026, 11, 28)) is None
    assert SCHOOL.next_break_after(D(2026, 11, 10)).starts == D(2026, 12, 19)


def test_closures_of_other_kinds_are_named_by_their_label() -> None:
    school = calendar_of(
        [AUTUMN],
        [
            ClosureDates(D(2026, 11, 5), D(2026, 11, 5), "Polling day", "other"),
            ClosureDates(D(2026, 11, 6), D(2026, 11, 6), "local holiday"),
        ],
    )

    assert school.why_closed(D(2026, 11, 5)) == "(Polling day)"
    assert school.why_closed(D(2026, 11, 6)) == "for the local holiday"


def test_nothing_entered_means_nothing_known() -> None:
    empty = SchoolCalendar()

    assert empty.last_school_day_on_or_before(D(2026, 12, 1)) is None
    assert empty.breaks() == ()
    assert empty.covers(D(2026, 12, 1)) is False


def test_faulty_dates_are_refused() -> None:
    with pytest.raises(ValueError, match="autumn and spring overlap"):
        calendar_of([AUTUMN, TermDates("spring", D(2026, 12, 18), D(2027, 3, 1), 2026)])
    with pytest.raises(ValueError, match="ends before it starts"):
        ClosureDates(D(2026, 12, 18), D(2026, 12, 17), "holiday")


def test_a_calendar_cannot_be_changed_and_equals_one_built_in_another_order() -> None:
    other = calendar_of([AUTUMN, SPRING, SUMMER, NEXT_AUTUMN], [HALF_TERM, INSET], bank_holidays_between(2026, 2027))

    assert other == SCHOOL
    with pytest.raises(AttributeError):
        SCHOOL.terms = ()


@pytest.mark.parametrize(("month", "name"), [(12, "Christmas holiday"), (8, "summer holiday"), (2, "school holiday")])
def test_holiday_name(month: int, name: str) -> None:
    assert holiday_name(D(2026, month, 1)) == name


@pytest.mark.parametrize("year", range(2010, 2041))
def test_bank_holidays_agree_with_an_independent_list(year: int) -> None:
    listed = {day for day in holidays.country_holidays("GB", subdiv="ENG", years=year) if day.weekday() < 5}

    assert bank_holidays_of(year) == listed
    assert easter_sunday(year).weekday() == 6


def test_substitute_days() -> None:
    assert {day for day in bank_holidays_of(2026) if day.month == 12} == {D(2026, 12, 25), D(2026, 12, 28)}
    assert {day for day in bank_holidays_of(2027) if day.month == 12} == {D(2027, 12, 27), D(2027, 12, 28)}
    assert {day for day in bank_holidays_of(2022) if day.month == 1} == {D(2022, 1, 3)}
