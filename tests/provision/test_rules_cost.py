import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.rules import cost
from provision.rules.cost import CostBand, CostLine, CostSettings, Extras, Tariff, Timing

pytestmark = pytest.mark.unit

VECTORS = json.loads((Path(__file__).parents[1] / "data" / "impact_vectors.json").read_text())
NOW = CostSettings(valid_from=date(2025, 9, 1))
RATE = Decimal("20.60")


@pytest.mark.parametrize(
    ("salary", "rate"), [("24413", "19.38"), ("25900", "20.60"), ("27500", "21.92"), ("32061", "25.67")]
)
def test_contact_hour_rate_to_the_penny(salary, rate):
    assert cost.contact_hour_rate(Decimal(salary), weekly_hours=Decimal("27.5"), settings=NOW) == Decimal(rate)


@pytest.mark.parametrize(("salary", "rate"), [("45352", "50.92"), ("51048", "57.39")])
def test_teacher_hour_rate_to_the_penny(salary, rate):
    assert cost.teacher_hour_rate(Decimal(salary), settings=NOW) == Decimal(rate)


def test_contact_hour_rate_pays_no_insurance_below_the_threshold():
    rate = cost.contact_hour_rate(Decimal(20000), weekly_hours=Decimal(5), settings=NOW)
    gross = cost.term_time_gross(Decimal(20000), weekly_hours=Decimal(5), settings=NOW)
    assert gross < NOW.insurance_threshold
    assert rate == cost.pounds(gross * Decimal("1.2") / 190)


def test_contact_hour_rate_refuses_no_hours():
    with pytest.raises(ValueError, match="more than 0"):
        cost.contact_hour_rate(Decimal(25000), weekly_hours=Decimal(0), settings=NOW)


@pytest.mark.parametrize("row", VECTORS["cost"], ids=lambda row: str(row["per_pupil"]))
def test_pupil_cost_vectors(row):
    timing = Timing(row["per_week"], row["min"], row["weeks"])
    rate = Decimal(str(row["rate"]))
    assert cost.pupil_cost(timing, hour_rate=rate, group_size=row["group"]) == cost.pounds(
        Decimal(str(row["per_pupil"]))
    )


MAP = [
    (Timing(5, 120, 38), 1, "7828.00"),
    (Timing(5, 45, 38), 2, "1467.75"),
    (Timing(5, 15, 38), 1, "978.50"),
    (Timing(5, 15, 38), 6, "163.08"),
    (Timing(1, 30, 8), 1, "82.40"),
    (Timing(3, 30, 10), 4, "77.25"),
]


@pytest.mark.parametrize(("timing", "group", "expected"), MAP, ids=[row[2] for row in MAP])
def test_worked_map_lines(timing, group, expected):
    assert cost.pupil_cost(timing, hour_rate=RATE, group_size=group) == Decimal(expected)


def test_worked_map_total_and_gap():
    lines = [CostLine(cost.pupil_cost(timing, hour_rate=RATE, group_size=group)) for timing, group, _ in MAP]
    result = cost.top_up(lines, settings=NOW)
    assert (result.additional, result.gap, result.is_above) == (Decimal("10596.98"), Decimal("4596.98"), True)


def test_ordinary_provision_is_not_additional():
    lines = [CostLine(Decimal("900"), is_ordinary=True), CostLine(Decimal("250.50"))]
    assert cost.additional_total(lines) == Decimal("250.50")


@pytest.mark.parametrize(
    ("days", "threshold"), [(None, "6000.00"), (365, "6000.00"), (366, "6000.00"), (73, "1200.00"), (0, "0.00")]
)
def test_top_up_threshold_is_pro_rata_to_days_on_roll(days, threshold):
    assert cost.top_up([], settings=NOW, days_on_roll=days).threshold == Decimal(threshold)


def test_top_up_refuses_more_days_than_a_year_has():
    with pytest.raises(ValueError, match="days on roll"):
        cost.top_up([], settings=NOW, days_on_roll=400)


@pytest.mark.parametrize(("rate", "hours"), [("20.60", "7.66"), ("17.20", "9.18")])
def test_break_even_weekly_hours(rate, hours):
    assert cost.break_even_weekly_hours(hour_rate=Decimal(rate), settings=NOW) == Decimal(hours)


@pytest.mark.parametrize(("price", "rate"), [("653.60", "17.20"), ("655", "17.24")])
def test_tariff_hour_rate(price, rate):
    assert Tariff(Decimal(price)).hour_rate == Decimal(rate)


def test_annualised_weekly_counts_38_weeks():
    assert cost.annualised_weekly(Decimal(10), hour_rate=RATE, settings=NOW) == Decimal("7828.00")


def test_exclusive_to_pupil_overrides_division():
    timing = Timing(3, 30, 10)
    assert cost.pupil_share_hours(timing, group_size=4) == Decimal("3.75")
    assert cost.pupil_share_hours(timing, group_size=4, exclusive_to_pupil=True) == Decimal(15)
    assert cost.pupil_cost(timing, hour_rate=RATE, group_size=4, exclusive_to_pupil=True) == Decimal("309.00")


def test_pupil_cost_adds_resources_licence_and_training():
    extras = Extras(resources=Decimal(40), licence_share=Decimal("12.50"), training_share=Decimal("3.05"))
    assert cost.pupil_cost(Timing(3, 30, 10), hour_rate=RATE, group_size=4, extras=extras) == Decimal("102.80")


@pytest.mark.parametrize(
    "call",
    [cost.pupil_share_hours, lambda t, group_size: cost.delivered_cost(60, hour_rate=RATE, group_size=group_size)],
)
def test_an_empty_group_is_refused(call):
    with pytest.raises(ValueError, match="at least 1 pupil"):
        call(Timing(1, 30, 1), group_size=0)


def test_delivered_cost_counts_minutes_had():
    assert cost.delivered_cost(450, hour_rate=RATE, group_size=4) == Decimal("38.63")


def test_group_cost_counts_every_adult():
    assert cost.group_cost(Timing(3, 30, 10), hour_rate=RATE, adults=2, resources=Decimal(10)) == Decimal("628.00")


def test_timing_weekly_hours():
    assert Timing(5, 45, 38).weekly_hours == Decimal("3.75")


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        ("99.99", "low"),
        ("100", "medium"),
        ("299.99", "medium"),
        ("300", "high"),
        ("999.99", "high"),
        ("1000", "very_high"),
    ],
)
def test_cost_band(amount, band):
    assert cost.cost_band(Decimal(amount)) is CostBand(band)


@pytest.mark.parametrize(("gains", "expected"), [([4.0, 6.0], Decimal("12.50")), ([-3.0, 1.0], None), ([], None)])
def test_cost_per_point_only_when_the_group_gained(gains, expected):
    assert cost.cost_per_point(Decimal(125), gains=gains) == expected


def test_settings_on_picks_the_row_in_force():
    later = CostSettings(valid_from=date(2026, 9, 1), national_insurance=Decimal("0.16"))
    rows = [later, NOW]
    assert cost.settings_on(rows, date(2026, 8, 31)) is NOW
    assert cost.settings_on(rows, date(2026, 9, 1)) is later
    with pytest.raises(LookupError, match="2025-08-31"):
        cost.settings_on(rows, date(2025, 8, 31))


@settings(max_examples=40)
@given(st.integers(1, 10), st.integers(5, 120), st.integers(1, 38), st.integers(1, 30))
def test_shares_of_a_group_add_up_to_the_group(per_week, minutes, weeks, size):
    timing = Timing(per_week, minutes, weeks)
    each = cost.pupil_cost(timing, hour_rate=RATE, group_size=size)
    whole = cost.group_cost(timing, hour_rate=RATE)
    assert abs(each * size - whole) <= Decimal("0.005") * size + Decimal("0.005")
