"""The figures of a report and how they add up: what the suppressor protects and what a reader could work with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sendco.core.figures import DEFAULT_THRESHOLD

FEWEST_VALUES = 3
PRIOR = "last:"


class Inconsistent(ValueError):
    """Figures that should add up do not: a mistake in the caller, and a clue for a reader."""


class Label(StrEnum):
    """How a cell stands in the report.

    plain: its number. small: "5 or fewer". hidden: "not shown". silent: not in the report at all, but implied by what
    is, such as the pupils of a group who do not have something.
    """

    PLAIN = "plain"
    SMALL = "small"
    HIDDEN = "hidden"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Cell:
    """A count. is_pupils: it counts children, so 1 to the threshold is protected. is_public: everybody can look it
    up, so hiding it would protect nothing. published: the label it has in an earlier report, which cannot be taken
    back. threshold: the one in force when it was published."""

    name: str
    count: int
    threshold: int
    is_pupils: bool = True
    is_public: bool = False
    is_silent: bool = False
    is_total: bool = False
    published: Label | None = None
    was_widened: bool = False

    @property
    def is_small(self) -> bool:
        return self.is_pupils and not self.is_public and 1 <= self.count <= self.threshold

    @property
    def can_be_hidden(self) -> bool:
        return not (self.is_public or self.is_silent or self.published)


@dataclass(frozen=True, slots=True)
class Relation:
    """Sum of coefficient times count is 0. is_breakdown: one total split by an attribute of pupils, where a single part
    that holds everybody would tell what all of them are."""

    terms: tuple[tuple[str, int], ...]
    is_breakdown: bool = False
    adds_over_pupils: bool = True


class Table:
    """Cells and relations of one report, with what earlier reports said.

    Every figure of pupils that a report prints or draws belongs in one table, under one name for one quantity: the
    protection reaches as far as the table does.
    """

    def __init__(self, threshold: int = DEFAULT_THRESHOLD) -> None:
        if threshold < FEWEST_VALUES:
            raise ValueError(f"the threshold is at least {FEWEST_VALUES}: fewer values tell too much")
        self.threshold = threshold
        self.cells: dict[str, Cell] = {}
        self.relations: list[Relation] = []
        self.shares: dict[tuple[str, str], str] = {}

    def cell(self, name: str, count: int, *, pupils: bool = True, public: bool = False) -> str:
        """Add a count and return its name. The same name may be added again with the same count."""
        if count < 0:
            raise ValueError(f"{name}: a count is never negative")
        known = self.cells.get(name)
        if known is None:
            self.cells[name] = Cell(name, count, self.threshold, is_pupils=pupils, is_public=public)
        elif known.count != count:
            raise Inconsistent(f"{name} is {known.count} in one place and {count} in another")
        return name

    def cells_of(self, counts: Mapping[str, int]) -> list[str]:
        return [self.cell(name, count) for name, count in counts.items()]

    def total(self, name: str, parts: Iterable[str], *, breakdown: bool = True) -> str:
        """`name` is the sum of `parts`. The total may be added before, or is made here.

        breakdown: False for a sum over schools or over terms, where a single part that holds everybody tells nothing
        about the pupils. Raises Inconsistent when the counts do not add up, KeyError for an unknown part.
        """
        names = list(parts)
        if len(set(names)) != len(names) or not names:
            raise ValueError(f"{name}: a total has parts, each named once")
        self.cell(name, sum(self.cells[part].count for part in names))
        self.cells[name] = replace(self.cells[name], is_total=True)
        self.relations.append(Relation(((name, -1), *((part, 1) for part in names)), is_breakdown=breakdown))
        return name

    def grid(self, name: str, counts: Mapping[str, Mapping[str, int]]) -> str:
        """Rows by columns with both margins and the grand total `name`.

        Cells are `row/column`; margins are the row and column names themselves, so that two grids over the same rows
        share their margins. Every row has every column. Returns the name of the grand total.
        """
        rows, columns = list(counts), list(next(iter(counts.values()), {}))
        for row in rows:
            if list(counts[row]) != columns:
                raise ValueError(f"{row}: every row has the same columns in the same order")
            self.cells_of({f"{row}/{column}": counts[row][column] for column in columns})
            self.total(row, [f"{row}/{column}" for column in columns])
        for column in columns:
            self.total(column, [f"{row}/{column}" for row in rows])
        self.total(name, rows)
        self.total(name, columns)
        return name

    def share(self, part: str, whole: str) -> None:
        """`part` will be shown beside, or as a percentage of, `whole`: the pupils who are left then count as a cell
        too."""
        if (part, whole) in self.shares:
            return
        rest = self.cells[whole].count - self.cells[part].count
        if rest < 0:
            raise Inconsistent(f"{part} is larger than {whole}")
        implied = f"{whole} without {part}"
        pupils = self.cells[part].is_pupils
        self.cells[implied] = Cell(implied, rest, self.threshold, is_pupils=pupils, is_silent=True)
        self.relations.append(Relation(((whole, -1), (part, 1), (implied, 1))))
        self.shares[part, whole] = implied

    def within(self, part: str, whole: str) -> None:
        """`part` is not larger than `whole`, as a reader knows. The rest is not shown, and nobody's secret."""
        rest = self.cells[whole].count - self.cells[part].count
        if rest < 0:
            raise Inconsistent(f"{part} is larger than {whole}")
        beyond = f"{whole} beyond {part}"
        self.cells[beyond] = Cell(beyond, rest, self.threshold, is_pupils=False, is_silent=True)
        self.relations.append(Relation(((whole, -1), (part, 1), (beyond, 1)), adds_over_pupils=False))

    def flow(self, this: str, *, last: str, joined: str, left: str) -> None:
        """`this` is `last` and those who joined less those who left. All four are cells; `last` usually a prior one."""
        terms = ((this, -1), (last, 1), (joined, 1), (left, -1))
        if sum(self.cells[name].count * coefficient for name, coefficient in terms):
            raise Inconsistent(f"{this} is not {last} plus {joined} less {left}")
        self.relations.append(Relation(terms, adds_over_pupils=False))

    def prior(self, snapshot: "Snapshot", prefix: str = PRIOR) -> None:
        """Add what an earlier report published, names prefixed, with the relations it had."""
        for name, entry in snapshot.cells.items():
            label = Label(entry["label"])
            self.cells[prefix + name] = Cell(
                prefix + name,
                entry["count"],
                entry["threshold"],
                is_pupils=entry["pupils"],
                is_public=entry["public"],
                is_silent=label is Label.SILENT,
                published=label,
                was_widened=entry["widened"],
            )
        self.relations.extend(
            Relation(tuple((prefix + name, factor) for name, factor in terms), adds_over_pupils=adds)
            for terms, adds in snapshot.relations
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a report published, with the true counts: kept inside, never shown, so that the next report can protect it.

    cells: name -> {"count", "label", "threshold", "pupils", "public", "widened"}. relations: ((name, factor), …),
    whether it holds between the pupils themselves.
    """

    cells: dict[str, dict]
    relations: Sequence[tuple[tuple[tuple[str, int], ...], bool]]

    def to_json(self) -> dict:
        return {
            "cells": self.cells,
            "relations": [{"terms": [list(term) for term in terms], "adds": adds} for terms, adds in self.relations],
        }

    @classmethod
    def from_json(cls, data: dict) -> "Snapshot":
        relations = [(tuple((name, factor) for name, factor in row["terms"]), row["adds"]) for row in data["relations"]]
        return cls(data["cells"], relations)


@dataclass(frozen=True, slots=True)
class View:
    """What a careful reader has: for each cell the least and greatest value it may have (None: no greatest), and how
    the cells add up. Holds no true count of a suppressed cell. guarded: those whose value must not follow from all
    this."""

    bounds: dict[str, tuple[int, int | None]]
    relations: tuple[Relation, ...]
    guarded: frozenset[str]


def bounds_of(cell: Cell, label: Label, *, widened: bool = False) -> tuple[int, int | None]:
    """What a reader may conclude from a label alone.

    Taken narrowly, as the cleverest reader would: "5 or fewer" over a count that is not 0 gives 1 to 5, although a
    hidden 0 has the same words; "not shown" gives more than the threshold, unless a small count had to be put under
    those words too.
    """
    if label is Label.PLAIN:
        return cell.count, cell.count
    if label is Label.SILENT or widened:
        return 0, None
    if label is Label.SMALL:
        return (1 if cell.count else 0), cell.threshold
    return cell.threshold + 1, None
