"""How a group's cost is shared by the pupils who are in it, week by week."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.rules.shares import Dose, end_after_weeks, shares, weeks_of

pytestmark = pytest.mark.unit

START = date(2026, 9, 7)
DOSE = Dose(times_per_week=3, minutes=30, weeks=10, hour_rate=Decimal("20.60"))
TEN_WEEKS = weeks_of(START, date(2026, 11, 13))


def weeks(first, last):
    """From the Monday of one week to the Friday of another, counted from 0."""
    return START + timedelta(weeks=first), START + timedelta(weeks=last, days=4)


@pytest.mark.parametrize(
    ("spans", "costs"),
    [
        ([weeks(0, 9)], ["309.00"]),
        ([weeks(0, 9)] * 4, ["77.25"] * 4),
        ([weeks(0, 9), weeks(5, 9)], ["231.75", "77.25"]),
        ([weeks(0, 9), weeks(0, 4)], ["231.75", "77.25"]),
        ([weeks(0, 4), weeks(5, 9)], ["154.50", "154.50"]),
        ([], []),
    ],
)
def test_shares_follow_who_is_there_each_week(spans, costs):
    assert [share.cost for share in shares(DOSE, mondays=TEN_WEEKS, spans=spans)] == [Decimal(cost) for cost in costs]


def test_shares_spread_the_dose_over_more_school_weeks_than_planned():
    mondays = weeks_of(START, date(2026, 11, 27))  # twelve of them
    (half,) = shares(DOSE, mondays=mondays, spans=[(START, date(2026, 10, 16))])
    assert (half.hours, half.cost) == (Decimal("7.50"), Decimal("154.50"))


def test_shares_divide_materials_by_everybody_who_was_ever_in_it():
    dose = Dose(3, 30, 10, Decimal("20.60"), materials=Decimal("30"))
    assert [s.cost for s in shares(dose, mondays=TEN_WEEKS, spans=[weeks(0, 4), weeks(5, 9)])] == [
        Decimal("169.50")
    ] * 2


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=8), st.integers(1, 14))
def test_shares_add_up_to_the_hours_of_the_weeks_in_which_anybody_came(pairs, planned):
    spans = [weeks(min(pair), max(pair)) for pair in pairs]
    dose = Dose(3, 30, planned, Decimal("20.60"))
    covered = {week for pair in pairs for week in range(min(pair), max(pair) + 1)}
    whole = Decimal("1.5") * planned * len(covered) / 10
    parts = shares(dose, mondays=TEN_WEEKS, spans=spans)
    assert abs(sum(part.hours for part in parts) - whole) <= Decimal("0.005") * len(parts)
    assert all(part.cost >= 0 for part in parts)


@pytest.mark.parametrize(
    ("starts", "count", "known", "ends"),
    [
        (date(2026, 10, 21), 2, (date(2026, 10, 19), date(2026, 11, 2)), date(2026, 11, 6)),
        (date(2026, 10, 21), 4, (date(2026, 10, 19), date(2026, 11, 2)), date(2026, 11, 20)),
        (date(2026, 10, 21), 1, (), date(2026, 10, 23)),
        (date(2026, 10, 19), 3, (), date(2026, 11, 6)),
    ],
)
def test_end_after_weeks_leaves_out_weeks_without_school(starts, count, known, ends):
    assert end_after_weeks(starts, count, known) == ends
