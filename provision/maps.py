"""The whole-school Provision Map: what is provided, for whom, whether it happened, what it costs and what came of it.

Read in seven queries for a school of any size, then worked out on plain values. Nothing here holds a pupil's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from provision.impact_feed import dosage_by_line, lines_between, measured, sessions_by_group, with_scores
from provision.models import Group, Session
from provision.rules.dosage import Dosage
from provision.rules.effect import Effect
from provision.rules.reading import Impact, Measured, impact_of, tally_effects, total_dose
from provision.windows import Window, evidence_from, within_year
from pupils.enums import ON_REGISTER, YEAR_ORDER, Area, YearGroup
from pupils.models import Pupil
from sendco.core import ui
from sendco.core.dates import academic_year_of
from sendco.schools.calendar import SchoolCalendar

SHOWS = {"pupils": "Pupils", "minutes": "Minutes", "cost": "Cost"}
BYS = {"year": "Years", "class": "Classes"}
LOW_DELIVERY = 75
HEATS = {
    "pupils": (1, 3, 5, 10),
    "minutes": (1, 120, 300, 600),
    "cost": (Decimal("0.01"), 250, 750, 1500),
}
HEAT_WORDS = {
    "pupils": ("1 or 2 pupils", "3 or 4", "5 to 9", "10 or more"),
    "minutes": ("Under 2 hours a week", "Under 5 hours", "Under 10 hours", "10 hours or more"),
    "cost": ("Under £250", "Under £750", "Under £1,500", "£1,500 or more"),
}
YEARS = YearGroup.values
SHORT_YEARS = {"R": "Rec", "N1": "Nur 1", "N2": "Nur 2", "E1": "EY 1", "E2": "EY 2"}
NO_CLASS = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the academic year. column: the year group or class it counts under; cost: of that academic year."""

    line: int
    pupil: int
    group: int
    column: int
    cost: Decimal
    in_window: bool


@dataclass(frozen=True, slots=True)
class GroupFacts:
    pk: int
    name: str
    code: str
    minutes: int
    times: int

    @property
    def weekly(self) -> int:
        return self.minutes * self.times


@dataclass(frozen=True, slots=True)
class Entry:
    """An intervention as the map names it."""

    code: str
    slug: str
    name: str
    area: str
    is_ordinary: bool


@dataclass(frozen=True, slots=True)
class Column:
    key: int
    label: str
    short: str


@dataclass(frozen=True, slots=True)
class Cell:
    """value: pupils, minutes a week or pounds, by what the map shows; words: as shown."""

    column: Column
    value: Decimal | int
    words: str
    heat: int


@dataclass
class Row:
    """One intervention. pupils, places and cells are of the window; cost and year_pupils of the academic year."""

    entry: Entry
    places: list[Place] = field(default_factory=list)
    groups: list[GroupFacts] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    sessions: Dosage | None = None
    impact: Impact | None = None

    @property
    def here(self) -> list[Place]:
        return [place for place in self.places if place.in_window]

    @property
    def pupils(self) -> int:
        return len({place.pupil for place in self.here})

    @property
    def cost(self) -> Decimal:
        return sum((place.cost for place in self.places), Decimal(0))

    @property
    def each(self) -> Decimal | None:
        """Pounds for each pupil who has it this year; None when nothing is paid for it."""
        pupils = len({place.pupil for place in self.places})
        return self.cost / pupils if pupils and self.cost else None

    @property
    def delivery(self) -> int | None:
        return self.sessions.delivery if self.sessions else None

    @property
    def is_low(self) -> bool:
        return self.delivery is not None and self.delivery < LOW_DELIVERY

    @property
    def dose_words(self) -> str:
        """Group of 6, 120 minutes a week; a range where groups differ; what most of them get where times do."""
        sizes: dict[int, set[int]] = {}
        for place in self.here:
            sizes.setdefault(place.group, set()).add(place.pupil)
        counts = sorted({len(pupils) for pupils in sizes.values()})
        weekly = [group.weekly for group in self.groups if group.pk in sizes]
        if not counts or not weekly:
            return ""
        usual = max(sorted(set(weekly)), key=weekly.count)
        time = f"{usual} minutes a week" if len(set(weekly)) == 1 else f"mostly {usual} minutes a week"
        if counts == [1]:
            return f"1:1, {time}"
        size = f"Group of {counts[0]}" if len(counts) == 1 else f"Groups of {counts[0]} to {counts[-1]}"
        return f"{size}, {time}"


@dataclass
class AreaBlock:
    area: str
    label: str
    rows: list[Row]

    @property
    def cost(self) -> Decimal:
        return sum((row.cost for row in self.rows), Decimal(0))


@dataclass
class SchoolMap:
    """blocks: by area, with the rows that have a place in the window. year_cost: of everything in the academic year.

    on_register: {place of the year group: pupils on the register now}. elsewhere: pounds of interventions that run in the
    year but not in the window.
    """

    window: Window
    show: str
    by: str
    columns: list[Column]
    blocks: list[AreaBlock]
    totals: list[Cell]
    sessions: Dosage | None
    earlier: Dosage | None
    elsewhere: Decimal
    on_register: dict[int, int]

    @property
    def rows(self) -> list[Row]:
        return [row for block in self.blocks for row in block.rows]

    @property
    def places(self) -> int:
        return sum(len(row.here) for row in self.rows)

    @property
    def pupils(self) -> int:
        return len({place.pupil for row in self.rows for place in row.here})

    @property
    def cost(self) -> Decimal:
        return sum((block.cost for block in self.blocks), Decimal(0))

    @property
    def each(self) -> Decimal | None:
        pupils = len({place.pupil for row in self.rows for place in row.places})
        return self.cost / pupils if pupils and self.cost else None

    @property
    def effects(self) -> dict[Effect, int]:
        return tally_effects([row.impact for row in self.rows if row.impact is not None])


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
    places, columns = _places(school_id, window, by=by, on=on, calendar=calendar)
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
    columns = _columns(columns, by, register, shown.values())
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


def year_label(place: int) -> str:
    return YearGroup(YEARS[place]).label


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
        AreaBlock(area.value, area.label, sorted(by_area[area.value], key=lambda row: row.entry.name.casefold()))
        for area in Area
        if area.value in by_area
    ]
