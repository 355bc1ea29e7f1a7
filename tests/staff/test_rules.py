"""Skills and working patterns, on plain values."""

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staff.rules import (
    asks_for_training,
    contains,
    expiry,
    minutes_of,
    overlap,
    pattern_hours,
    serves,
    skill_status,
    time_of,
)

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 23)
SPANS = st.tuples(st.integers(0, 1400), st.integers(1, 39)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@pytest.mark.parametrize(
    ("expires_on", "expected"),
    [
        (None, ("ok", "Does not run out")),
        (date(2026, 11, 22), ("warn", "Ran out on 22 November 2026")),
        (date(2026, 11, 23), ("warn", "Runs out on 23 November 2026")),
        (date(2027, 1, 22), ("warn", "Runs out on 22 January 2027")),
        (date(2027, 1, 23), ("ok", "Until 23 January 2027")),
    ],
)
def test_skill_status(expires_on, expected):
    assert skill_status(expires_on, TODAY) == expected


@pytest.mark.parametrize(
    ("gained_on", "months", "expected"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)),
        (date(2025, 1, 5), 12, date(2026, 1, 5)),
        (date(2025, 1, 5), None, None),
    ],
)
def test_expiry(gained_on, months, expected):
    assert expiry(gained_on, months) == expected


@pytest.mark.parametrize(
    ("skill", "intervention", "training", "expected"),
    [
        ("Makaton", "Makaton key-word signing", "Makaton level 1-2 workshop", True),
        ("ELSA", "ELSA (emotional literacy support)", "EP-led course", True),
        ("Phonics", "Phonics keep-up / catch-up 1:1 (school SSP)", "SSP provider", True),
        ("Catch Up Numeracy, accredited", "Catch Up Numeracy", "4 half-days", True),
        ("Paediatric first aid", "Sensory circuits", "half day", False),
        ("Mak", "Makaton key-word signing", "", False),
        ("", "Toe by Toe", "none needed", False),
    ],
)
def test_a_skill_serves_an_intervention_by_name(skill, intervention, training, expected):
    assert serves(skill, intervention, training) is expected


@pytest.mark.parametrize(("training", "expected"), [("", False), ("none needed", False), ("1 day", True)])
def test_asks_for_training(training, expected):
    assert asks_for_training(training) is expected


def test_pattern_hours_leaves_breaks_out():
    assert pattern_hours([(510, 720), (765, 915)]) == Decimal("6.00")


@given(st.times())
@settings(max_examples=30)
def test_time_of_turns_minutes_back(at):
    assert time_of(minutes_of(at)) == time(at.hour, at.minute)


@given(SPANS, SPANS)
@settings(max_examples=60)
def test_overlap_is_the_same_both_ways_and_follows_from_containing(a, b):
    assert overlap(a, b) == overlap(b, a)
    assert overlap(a, a)
    if contains([a], b):
        assert overlap(a, b)


def test_one_may_begin_as_the_other_ends():
    assert overlap((540, 600), (600, 630)) is False
