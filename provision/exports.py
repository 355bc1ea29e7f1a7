"""The Provision Map, a pupil's costed map and an intervention's scores as workbooks. Whoever may not see costs gets none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from provision.costs_feed import CostedMap, CostRow, delivered_cost
from provision.map_values import Row, SchoolMap
from provision.rules.reading import Impact, Measured
from pupils.models import Pupil
from sendco.core.dates import long_date
from sendco.core.spreadsheets import workbook

ABOUT = ("What", "Value")
PERSONAL = ("Note", "Contains personal data. Delete it when you no longer need it.")


def _hours(minutes: int | Decimal) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


# --- The whole school ------------------------------------------------------------------------------------------


def map_workbook(found: SchoolMap, *, school: str, by: str, on: date, with_cost: bool, with_impact: bool) -> bytes:
    """One row for each intervention, without a name of a child."""
    headings = ["Area of need", "Intervention", "Usual group", *(column.label for column in found.columns), "Pupils"]
    headings += ["Sessions planned", "Sessions happened", "Delivered %"]
    headings += ["Cost of the year", "Cost a pupil"] if with_cost else []
    headings += (
        ["Effect", "Pupils with both scores", "Average gain", "Range from", "Range to", "Test"] if with_impact else []
    )
    rows = [
        (block.label, *_map_row(row, with_cost, with_impact)) for block in found.blocks for row in block.rows
    ]  # fmt: skip
    about = [
        ("School", school),
        ("Term", found.window.label),
        ("Cells show", {"pupils": "Pupils", "minutes": "Minutes a week", "cost": "Pounds of the year"}[found.show]),
        ("Made by", by),
        ("Made on", long_date(on)),
    ]
    if with_impact:
        about.append(("Impact", "Scores of this academic year and the one before. No comparison group."))
    return workbook([("Provision map", headings, rows), ("About", ABOUT, about)])


def _map_row(row: Row, with_cost: bool, with_impact: bool) -> list[Any]:
    cells = [cell.value for cell in row.cells]
    sessions = row.sessions
    given = (sessions.planned, sessions.delivered, sessions.delivery) if sessions else (None, None, None)
    values = [row.entry.name, row.dose_words, *cells, row.pupils, *given]
    if with_cost:
        values += [row.cost, row.each.quantize(Decimal("0.01")) if row.each is not None else None]
    if with_impact and row.impact is not None:
        values += _impact_cells(row.impact)
    return values


def _impact_cells(impact: Impact) -> list[Any]:
    change = impact.change if impact.shows_average else None
    figures = (change.gain, change.gain_lo, change.gain_hi) if change else (None, None, None)
    shown = [round(figure, 1) if figure is not None else None for figure in figures]
    return [str(impact.reading.word), impact.n, *shown, impact.test.name if impact.test else ""]


# --- One pupil -------------------------------------------------------------------------------------------------


def pupil_workbook(pupil: Pupil, found: CostedMap, *, school: str, by: str, on: date, with_cost: bool) -> bytes:
    """A pupil's provision of an academic year, as evidence for the local authority."""
    headings = ["Provision", "Group", "Who and how", "In Section F", "From", "To", "Times a week", "Minutes each time"]
    headings += ["Weeks", "Hours planned until now", "Hours had", "Had %"]
    headings += (
        ["Rate an hour", "Adult hours for this pupil", "Cost of the year", "Cost of what was had", "Paid from"]
        if with_cost
        else []
    )
    rows = [_pupil_row(row, with_cost) for row in found.rows]
    about: list[tuple[str, Any]] = [
        ("Pupil", pupil.known_as),
        ("Date of birth", long_date(pupil.born)),
        ("Support", pupil.get_sen_status_display()),
        ("School", school),
        ("Academic year", found.window.label),
    ]
    if with_cost:
        about += [
            ("Additional cost", found.reckoning.additional),
            ("School pays first", found.reckoning.threshold),
            ("Above what the school pays first", max(found.reckoning.gap, Decimal(0))),
            ("In Section F", found.section_f),
        ]
    about += [("Made by", by), ("Made on", long_date(on)), PERSONAL]
    return workbook([("Costed provision", headings, rows), ("About", ABOUT, about)])


def _pupil_row(row: CostRow, with_cost: bool) -> list[Any]:
    line, group, dose = row.line, row.line.group, row.dose
    values: list[Any] = [
        group.intervention.name, group.name, row.who, "Yes" if group.is_section_f else "No", line.starts, line.ends,
        group.times_per_week, group.minutes, group.weeks,
    ]  # fmt: skip
    values += [_hours(dose.planned_minutes), _hours(dose.attended_minutes), dose.dose] if dose else [None, None, None]
    if with_cost:
        values += [group.hourly_rate, row.hours, row.cost, delivered_cost(row), group.get_funding_display()]
    return values


# --- Scores of an intervention ---------------------------------------------------------------------------------


def scores_workbook(
    name: str, runs: Sequence[Measured], who: dict[int, tuple[str, str]], *, school: str, by: str, on: date
) -> bytes:
    """Scores before and after of each run. who: {line: (pupil's name, group's name)}, of those within reach."""
    headings = ("Pupil", "Group", "Test", "Before", "Before, on", "After", "After, on", "Gain", "Result")
    rows: Iterable[Sequence[Any]] = [_score_row(run, *who[run.line]) for run in runs if run.line in who]
    about = [("Intervention", name), ("School", school), ("Made by", by), ("Made on", long_date(on)), PERSONAL]
    about.append(("Gain", "More is better. Months that only time would have brought are taken off."))
    return workbook([("Scores", headings, rows), ("About", ABOUT, about)])


def _score_row(run: Measured, pupil: str, group: str) -> Sequence[Any]:
    gain = round(run.gain, 1) if run.can_compare else None
    verdict = run.verdict.replace("_", " ").capitalize() if run.verdict else ""
    signs = [("" if score.qualifier == "=" else f"{score.qualifier} ") for score in (run.entry, run.leaving)]
    before, after = (
        f"{sign}{score.value:g}" if sign else score.value
        for sign, score in zip(signs, (run.entry, run.leaving), strict=True)
    )
    return pupil, group, run.test.name, before, run.entry.on, after, run.leaving.on, gain, verdict
