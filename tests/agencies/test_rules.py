"""The life of a referral and the chase clock, on plain values."""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendco.schools.calendar import ClosureDates, SchoolCalendar, TermDates
from staff.agencies.models import ReferralState
from staff.agencies.rules import (
    NEXT_STEPS,
    OPEN,
    STEP_WORDS,
    TRANSITIONS,
    NextStep,
    chase_on,
    days_with_them,
    may_move,
    next_step,
)

pytestmark = pytest.mark.unit

AUTUMN = TermDates("autumn", date(2026, 9, 2), date(2026, 12, 18), 2026)
SPRING = TermDates("spring", date(2027, 1, 4), date(2027, 3, 25), 2026)
HALF_TERM = ClosureDates(date(2026, 10, 26), date(2026, 10, 30), "October half term", "half_term")
CALENDAR = SchoolCalendar((AUTUMN, SPRING), (HALF_TERM,))
ALLOWED = {
    ("draft", "sent"),
    ("sent", "acknowledged"), ("sent", "waiting"), ("sent", "returned"), ("sent", "declined"), ("sent", "seen"),
    ("sent", "closed"),
    ("acknowledged", "waiting"), ("acknowledged", "returned"), ("acknowledged", "declined"), ("acknowledged", "seen"),
    ("acknowledged", "closed"),
    ("returned", "sent"), ("returned", "closed"),
    ("waiting", "seen"), ("waiting", "returned"), ("waiting", "declined"), ("waiting", "reported"), ("waiting", "closed"),
    ("declined", "sent"), ("declined", "closed"),
    ("seen", "reported"), ("seen", "waiting"), ("seen", "closed"),
    ("reported", "seen"), ("reported", "closed"),
    ("closed", "waiting"),
}  # fmt: skip


def test_every_pair_of_states():
    states = ReferralState.values
    assert {(old, new) for old, new in product(states, states) if may_move(old, new)} == ALLOWED


def test_every_state_has_words_and_a_way_on():
    assert set(TRANSITIONS) == set(ReferralState.values)
    assert set(NEXT_STEPS) == set(OPEN) == set(ReferralState.values) - {"closed"}
    assert set(STEP_WORDS) == set(ReferralState.values) - {"draft"}


@pytest.mark.parametrize(
    ("state", "on", "expected"),
    [
        ("sent", date(2026, 11, 2), NextStep("Ask whether they have it", date(2026, 11, 16))),
        ("sent", date(2026, 10, 16), NextStep("Ask whether they have it", date(2026, 11, 6))),
        ("acknowledged", date(2026, 11, 2), NextStep("Ask whether it is accepted", date(2026, 11, 30))),
        ("returned", date(2026, 12, 16), NextStep("Send what they asked for", date(2027, 1, 6))),
        ("waiting", date(2027, 3, 22), NextStep("Ask how long the wait is now", date(2027, 4, 19))),
        ("closed", date(2026, 11, 2), NextStep("", None)),
    ],
)
def test_next_step(state, on, expected):
    assert next_step(state, on=on, chase_after=10, calendar=CALENDAR) == expected


def test_a_service_with_a_time_of_its_own():
    assert next_step("sent", on=date(2026, 11, 2), chase_after=3, calendar=CALENDAR).on == date(2026, 11, 5)


@given(st.dates(date(2026, 9, 2), date(2027, 8, 31)), st.integers(1, 60))
@settings(max_examples=60)
def test_the_clock_gives_a_later_day_and_never_an_earlier_one_for_more_days(on, days):
    first, second = chase_on(on, days, CALENDAR), chase_on(on, days, SchoolCalendar())
    assert first > on
    assert second >= on + timedelta(days=days)
    assert chase_on(on, days + 1, SchoolCalendar()) >= second


def test_days_with_them_are_school_days():
    assert days_with_them(date(2026, 10, 23), date(2026, 11, 2), CALENDAR) == 1
    assert days_with_them(None, date(2026, 11, 2), CALENDAR) is None
