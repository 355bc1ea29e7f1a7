"""The whole-school Provision Map: what is provided, for whom, whether it happened, what it costs and what came of it.

Read in seven queries for a school of any size, then worked out on the plain values of `map_values`. Nothing here holds a
pupil's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from provision.impact_feed import dosage_by_line, lines_between, measured, sessions_by_group, with_scores
from provision.map_values import (
    HEATS,
    NO_CLASS,
    SHORT_YEARS,
    YEARS,
    AreaBlock,
    Cell,
    Column,
    Entry,
    GroupFacts,
    Place,
    Row,
    SchoolMap,
    year_label,
)
from provision.models import Group, Session
from provision.rules.dosage import Dosage
from provision.rules.reading import Measured, impact_of, total_dose
from provision.windows import Window, evidence_from, within_year
from pupils.enums import ON_REGISTER, YEAR_ORDER, Area
from pupils.models import Pupil
from sendco.core import ui
from sendco.core.dates import academic_year_of
from sendco.schools.calendar import SchoolCalendar


def school_map(
    school_id: int,
    *,
    window: Window,
    earlier: Window | None,
    calendar: SchoolCalendar,
    on: date,
    show: str = "pupils",
    by: str = "year",
    with_impact: bool = True,
) -> SchoolMap:
    """Everything on the page. Seven queries: groups, lines, sessions, the register, scores, and two for dosage.

    earlier: the window to compare delivery with. with_impact: False for who may not see it, and costs three queries less.
    """
    groups, entries = _groups(school_id, window)
    places, names = _places(school_id, window, by=by, on=on, calendar=calendar)
    rows: dict[str, Row] = {}
    for place in places:
        group = groups[place.group]
        row = rows.setdefault(group.code, Row(entries[group.code]))
        row.places.append(place)
    for group in groups.values():
        if group.code in rows:
            rows[group.code].groups.append(group)
    given, before = _sessions(school_id, window, earlier, on)
    for row in rows.values():
        row.sessions = total_dose(given.get(group.pk) for group in row.groups)
    shown = {code: row for code, row in rows.items() if row.here}
    elsewhere = sum((row.cost for code, row in rows.items() if code not in shown), Decimal(0))
    if with_impact:
        _add_impact(school_id, shown, on)
    register = _on_register(school_id, on)
    columns = _columns(names, by, register, shown.values())
    for row in shown.values():
        row.cells = [_cell(column, row.places, groups, show) for column in columns]
    everything = [place for row in shown.values() for place in row.places]
    return SchoolMap(
        window=window,
        show=show,
        by=by,
        columns=columns,
        blocks=_blocks(shown.values()),
        totals=[_cell(column, everything, groups, show, in_places=True) for column in columns],
        sessions=total_dose(given.values()),
        earlier=total_dose(before.values()),
        elsewhere=elsewhere,
        on_register=register,
    )


def _groups(school_id: int, window: Window) -> tuple[dict[int, GroupFacts], dict[str, Entry]]:
    """Groups of the academic year and their interventions. One query."""
    starts, ends = window.year
    fields = ("pk", "name", "minutes", "times_per_week")
    named = ("code", "slug", "name", "area", "tier__code")
    groups: dict[int, GroupFacts] = {}
    entries: dict[str, Entry] = {}
    rows = Group.objects.filter(school_id=school_id, starts__lte=ends, ends__gte=starts).order_by()
    for pk, name, minutes, times, code, slug, title, area, tier in rows.values_list(
        *fields, *(f"intervention__{part}" for part in named)
    ):
        groups[pk] = GroupFacts(pk, name, code, minutes, times)
        entries[code] = Entry(code, slug, title, area, tier == "universal")
    return groups, entries


def _places(
    school_id: int, window: Window, *, by: str, on: date, calendar: SchoolCalendar
) -> tuple[list[Place], dict[int, str]]:
    """Lines of the academic year and, by class, the names of the columns. One query."""
    found, names = [], {}
    lines = lines_between(school_id, *window.year).values_list(
        "pk", "pupil_id", "group_id", "starts", "ends", "cost", "pupil__year_group", "pupil__left_on",
        "pupil__school_class_id", "pupil__school_class__name",
    )  # fmt: skip
    for pk, pupil, group, starts, ends, cost, year, left_on, class_id, class_name in lines:
        if by == "year":
            column = year_then(year, left_on, window.academic_year, on)
        else:
            column = class_id or NO_CLASS
            names[column] = class_name or "No class"
        cost = within_year(cost, starts=starts, ends=ends, year=window.year, calendar=calendar)
        found.append(Place(pk, pupil, group, column, cost, starts <= window.ends and ends >= window.starts))
    return found, names


def year_then(year_group: str, left_on: date | None, academic_year: int, on: date) -> int:
    """The place of a pupil's year group in an academic year, from the one held now, or last held by who has left."""
    place = YEAR_ORDER.get(year_group, YEAR_ORDER["X"])
    if place == YEAR_ORDER["X"]:
        return place
    known_in = academic_year_of(min(on, left_on) if left_on else on)
    return min(max(place - (known_in - academic_year), 0), YEAR_ORDER["14"])


def _sessions(
    school_id: int, window: Window, earlier: Window | None, on: date
) -> tuple[dict[int, Dosage], dict[int, Dosage]]:
    """Sessions of each group in the window, and in the one before. One query."""
    starts = earlier.starts if earlier else window.starts
    sessions = Session.objects.filter(school_id=school_id, on__gte=starts, on__lte=min(window.ends, on))
    return sessions_by_group(sessions, on, since=window.starts)


def _add_impact(school_id: int, rows: dict[str, Row], on: date) -> None:
    """Impact of the last two years for each row. Three queries."""
    lines = lines_between(school_id, evidence_from(on), on)
    found: dict[str, list[Measured]] = {}
    for run in measured(lines):
        found.setdefault(run.code, []).append(run)
    dosages = dosage_by_line(with_scores(lines), on) if found else {}
    for code, row in rows.items():
        row.impact = impact_of(found.get(code, ()), dosages)


def _on_register(school_id: int, on: date) -> dict[int, int]:
    """{place of the year group: pupils on the register}. One query."""
    counts: dict[int, int] = {}
    pupils = Pupil.objects.filter(school_id=school_id, sen_status__in=ON_REGISTER).on_roll(on).order_by()
    for year in pupils.values_list("year_group", flat=True):
        place = YEAR_ORDER.get(year, YEAR_ORDER["X"])
        counts[place] = counts.get(place, 0) + 1
    return counts


def _columns(names: dict[int, str], by: str, register: dict[int, int], rows: Iterable[Row]) -> list[Column]:
    """Years from the lowest to the highest that has a place or a pupil on the register; or the classes, by name."""
    used = {place.column for row in rows for place in row.places}
    if by == "class":
        order = sorted(used, key=lambda key: (key == NO_CLASS, names[key].casefold()))
        return [Column(key, names[key], names[key]) for key in order]
    used |= set(register)
    in_order = {key for key in used if key != YEAR_ORDER["X"]}
    keys = list(range(min(in_order), max(in_order) + 1)) if in_order else []
    keys += [YEAR_ORDER["X"]] if YEAR_ORDER["X"] in used else []
    return [Column(key, year_label(key), SHORT_YEARS.get(YEARS[key], year_label(key))) for key in keys]


def _cell(
    column: Column, places: Sequence[Place], groups: dict[int, GroupFacts], show: str, *, in_places: bool = False
) -> Cell:
    """in_places: count lines, for the row of totals; else pupils."""
    mine = [place for place in places if place.column == column.key and (place.in_window or show == "cost")]
    value: Decimal | int
    if show == "cost":
        value = sum((place.cost for place in mine), Decimal(0))
        words = ui.money(value)
    elif show == "minutes":
        value = sum(groups[place.group].weekly for place in mine)
        words = ui.minutes(value)
    else:
        value = len(mine) if in_places else len({place.pupil for place in mine})
        words = str(value)
    return Cell(column, value, words, sum(value >= step for step in HEATS[show]))


def _blocks(rows: Iterable[Row]) -> list[AreaBlock]:
    by_area: dict[str, list[Row]] = {}
    for row in rows:
        by_area.setdefault(row.entry.area, []).append(row)
    return [
        AreaBlock(area.value, str(area.label), sorted(by_area[area.value], key=lambda row: row.entry.name.casefold()))
        for area in Area
        if area.value in by_area
    ]
