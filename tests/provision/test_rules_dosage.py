from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.enums import MissedReason
from provision.rules import dosage
from provision.rules.dosage import PlannedSession, Rag

pytestmark = pytest.mark.unit

HAD = PlannedSession(30, delivered=True, attended=True)
AWAY = PlannedSession(30, delivered=True, missed=MissedReason.PUPIL_ABSENT)
NO_ADULT = PlannedSession(30, delivered=False, missed=MissedReason.STAFF_ABSENT)
TRIP = PlannedSession(30, delivered=False, missed=MissedReason.TRIP)
SHORT = PlannedSession(30, delivered=True, attended=True, attended_minutes=15)


def test_dosage_counts_and_shares():
    found = dosage.dosage([HAD] * 6 + [AWAY] * 2 + [NO_ADULT] * 2)
    assert (found.planned, found.delivered, found.attended) == (10, 8, 6)
    assert (found.delivery, found.attendance, found.dose) == (80, 75, 60)
    assert (found.rag, found.is_tested) == (Rag.AMBER, True)
    assert found.missed == ((MissedReason.PUPIL_ABSENT, 2), (MissedReason.STAFF_ABSENT, 2))


def test_dosage_leaves_trips_out_of_the_plan():
    found = dosage.dosage([HAD] * 3 + [TRIP])
    assert (found.planned, found.delivery, found.missed) == (3, 100, ())


def test_dosage_counts_short_sessions_by_the_minute():
    found = dosage.dosage([HAD, SHORT])
    assert (found.attended, found.attended_minutes, found.dose) == (2, 45, 75)


def test_nothing_planned_is_not_known_rather_than_0():
    found = dosage.dosage([])
    assert (found.delivery, found.attendance, found.dose, found.rag, found.is_tested) == (None, None, None, None, False)


def test_a_red_dose_was_not_tested():
    found = dosage.dosage([HAD] * 59 + [NO_ADULT] * 41)
    assert (found.dose, found.rag, found.is_tested) == (59, Rag.RED, False)


@pytest.mark.parametrize(
    ("percent", "colour"),
    [(100, "green"), (80, "green"), (79, "amber"), (60, "amber"), (59, "red"), (0, "red")],
)
def test_rag_at_its_edges(percent, colour):
    assert dosage.rag(percent) is Rag(colour)


def test_a_share_is_rounded_down_so_that_it_never_looks_better_than_its_colour():
    found = dosage.dosage([HAD] * 159 + [NO_ADULT] * 41)
    assert (found.dose, found.rag) == (79, Rag.AMBER)


def test_add_weights_by_counts():
    found = dosage.add(dosage.dosage([HAD] * 9 + [NO_ADULT]), dosage.dosage([NO_ADULT] * 2 + [AWAY]))
    assert (found.planned, found.delivered, found.dose) == (13, 10, 69)
    assert found.missed == ((MissedReason.STAFF_ABSENT, 3), (MissedReason.PUPIL_ABSENT, 1))


def test_planned_dates_leave_out_closed_days_and_trips():
    closed = {date(2026, 11, 9)}
    found = dosage.planned_dates(
        date(2026, 11, 2),
        date(2026, 11, 18),
        weekdays={0, 2},
        is_open=lambda day: day not in closed,
        trips={date(2026, 11, 11)},
    )
    assert found == [date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 16), date(2026, 11, 18)]


@settings(max_examples=40)
@given(st.lists(st.sampled_from([HAD, AWAY, NO_ADULT, TRIP, SHORT]), max_size=30))
def test_dosage_never_exceeds_its_plan(sessions):
    found = dosage.dosage(sessions)
    assert 0 <= found.attended <= found.delivered <= found.planned
    assert found.attended_minutes <= found.planned_minutes
    assert sum(count for _, count in found.missed) == found.planned - found.attended
