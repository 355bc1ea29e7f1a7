"""What the Provision Map is made of: rows, columns, cells and their sums, on plain values. No query."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from provision.rules.dosage import Dosage
from provision.rules.effect import Effect
from provision.rules.reading import Impact, tally_effects
from provision.windows import Window
from pupils.enums import YearGroup

SHOWS = {"pupils": "Pupils", "minutes": "Minutes", "cost": "Cost"}
BYS = {"year": "Years", "class": "Classes"}
LOW_DELIVERY = 75
HEATS: dict[str, tuple[Decimal | int, ...]] = {
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


def year_label(place: int) -> str:
    return str(YearGroup(YEARS[place]).label)
