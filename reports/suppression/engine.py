"""Choosing what to hide: small counts first, then as few others as keep them from being worked out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .audit import recoverable
from .search import Search
from .table import Cell, Label, Relation, Snapshot, Table, View, bounds_of

VALUES_WANTED = 3
TRIED_ONE_BY_ONE = 12


class CannotProtect(Exception):
    """No choice of suppressions protects a count, because everything around it is public or was published before."""


@dataclass(frozen=True)
class Protected:
    """A table with a label for every cell. Read it through `figures`; it still holds the true counts."""

    cells: dict[str, Cell]
    relations: tuple[Relation, ...]
    labels: dict[str, Label]
    widened: frozenset[str]
    shares: dict[tuple[str, str], str]
    threshold: int

    def is_plain(self, name: str) -> bool:
        return self.labels[name] is Label.PLAIN

    def view(self) -> View:
        """What a careful reader has. Safe to hand to the auditor: no count of a suppressed cell is in it."""
        bounds = {
            name: bounds_of(cell, self.labels[name], widened=name in self.widened) for name, cell in self.cells.items()
        }
        return View(bounds, self.relations, frozenset(name for name in self.cells if self.is_guarded(name)))

    def is_guarded(self, name: str) -> bool:
        """Suppressed, or few pupils that a careless pair of figures would imply."""
        label = self.labels[name]
        return label in {Label.SMALL, Label.HIDDEN} or (label is Label.SILENT and self.cells[name].is_small)

    def snapshot(self) -> Snapshot:
        """To keep with the published report, for the next one's protection. Earlier reports' cells are left out."""
        own = {name: cell for name, cell in self.cells.items() if cell.published is None}
        return Snapshot(
            cells={
                name: {
                    "count": cell.count,
                    "label": self.labels[name].value,
                    "threshold": cell.threshold,
                    "pupils": cell.is_pupils,
                    "public": cell.is_public,
                    "widened": name in self.widened,
                }
                for name, cell in own.items()
            },
            relations=[
                (relation.terms, relation.adds_over_pupils)
                for relation in self.relations
                if all(name in own for name, _ in relation.terms)
            ],
        )


def protect(table: Table) -> Protected:
    """Label every cell of a table so that no suppressed count can be worked out.

    Raises CannotProtect when that is impossible; then the report must not be published as it stands.
    """
    work = _Work(table)
    work.hide_small()
    work.hide_telling_zeros()
    work.hide_others()
    work.show_again()
    result = Protected(
        cells=dict(table.cells),
        relations=tuple(table.relations),
        labels=work.labels,
        widened=frozenset(work.widened),
        shares=dict(table.shares),
        threshold=table.threshold,
    )
    found = recoverable(result.view())
    if found:
        raise CannotProtect(f"{len(found)} suppressed figures could be worked out, the first being {found[0].name}")
    return result


@dataclass
class _Work:
    table: Table
    labels: dict[str, Label] = field(init=False)
    widened: set[str] = field(init=False)
    required: set[str] = field(default_factory=set)
    witnesses: dict[str, list[dict[str, int]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cells = self.table.cells
        self.labels = {name: _first_label(cell) for name, cell in cells.items()}
        self.widened = {name for name, cell in cells.items() if cell.was_widened}
        self.bounds = {name: self._bounds(name) for name in cells}
        self.search = Search({name: cell.count for name, cell in cells.items()}, self.bounds, self.table.relations)

    def _bounds(self, name: str) -> tuple[int, int | None]:
        return bounds_of(self.table.cells[name], self.labels[name], widened=name in self.widened)

    def _label(self, name: str, label: Label) -> None:
        self.labels[name] = label
        self.bounds[name] = self._bounds(name)

    def _hide(self, name: str) -> None:
        cell = self.table.cells[name]
        self._label(name, Label.SMALL if cell.count <= self.table.threshold else Label.HIDDEN)

    # --- what is hidden for its own sake

    def hide_small(self) -> None:
        for name, cell in self.table.cells.items():
            if cell.is_small and cell.can_be_hidden:
                self._hide(name)
                self.required.add(name)

    def hide_telling_zeros(self) -> None:
        """In a small group whose pupils all fall in one part, the zeros say what every one of them is."""
        most = 2 * self.table.threshold
        for relation in self.table.relations:
            total, parts = relation.terms[0][0], [name for name, _ in relation.terms[1:]]
            filled = [name for name in parts if self.table.cells[name].count]
            if relation.is_breakdown and len(parts) > 1 and len(filled) == 1 and self.table.cells[total].count <= most:
                zeros = [name for name in parts if name not in filled and self.table.cells[name].can_be_hidden]
                self._require(filled[0], *zeros[:1])
        for (part, whole), implied in self.table.shares.items():
            cells = self.table.cells
            if cells[part].is_pupils and cells[implied].count == 0 and 0 < cells[whole].count <= most:
                self._require(part)

    def _require(self, *names: str) -> None:
        for name in names:
            if self.table.cells[name].can_be_hidden:
                self._hide(name)
                self.required.add(name)

    # --- what is hidden to protect the rest

    def hide_others(self) -> None:
        while (name := self._first_unsafe()) is not None:
            choice = self._choose(name)
            if choice is not None:
                self._hide(choice)
            elif not self._widen(name):
                raise CannotProtect(f"{name} could be worked out whatever else is hidden")

    def _first_unsafe(self) -> str | None:
        """The smallest cell not yet proved safe. Once proved a cell stays so: hiding more only adds witnesses."""
        cells = self.table.cells
        for name in sorted(cells, key=lambda name: (cells[name].count, name)):
            if self._wanted(name) > 1 and not self._is_safe(name):
                return name
        return None

    def _wanted(self, name: str) -> int:
        """How many values the cell must be able to have in a reader's eyes; 1 where nothing is at stake."""
        cell, label = self.table.cells[name], self.labels[name]
        if label is Label.PLAIN:
            return 1
        if cell.is_small:
            return VALUES_WANTED
        return 1 if label is Label.SILENT else 2

    def _is_safe(self, name: str) -> bool:
        found = self.witnesses.setdefault(name, [])
        wanted = self._wanted(name) - 1
        if len(found) >= wanted:
            return True
        seen = {changes[name] for changes in found}
        for step in _steps(self.table.threshold):
            if step not in seen and (changes := self.search.shift(name, step)) is not None:
                found.append(changes)
                if len(found) >= wanted:
                    return True
        return False

    def _choose(self, name: str) -> str | None:
        """The shown cell to hide next for the sake of `name`: one that settles it alone, else the likeliest."""
        ranked = self._candidates(name)
        for candidate in ranked[:TRIED_ONE_BY_ONE]:
            saved = list(self.witnesses[name])
            self._hide(candidate)
            is_settled = self._is_safe(name)
            self._label(candidate, Label.PLAIN)
            self.witnesses[name] = saved  # what was found with the candidate hidden does not hold while it is shown
            if is_settled:
                return candidate
        return ranked[0] if ranked else None

    def _candidates(self, name: str) -> list[str]:
        """Shown cells that could be hidden, those in a sum with nothing else to give way first, then the cheapest."""
        near, far = self._stuck_relations(name)
        cells = self.table.cells
        costs: dict[str, tuple] = {}
        for rank, indexes in ((0, near), (1, far)):
            for index in indexes:
                for other, _ in self.table.relations[index].terms:
                    if self.labels[other] is Label.PLAIN and cells[other].can_be_hidden and other not in costs:
                        cell = cells[other]
                        helped = sum(i in near for i, _ in self.search.where[other])
                        costs[other] = (rank, -helped, cell.is_total, cell.count == 0, cell.count, other)
        return sorted(costs, key=costs.__getitem__)

    def _stuck_relations(self, name: str) -> tuple[set[int], set[int]]:
        """Relations that reach `name` through free cells: those with only one free cell, and the others."""
        near: set[int] = set()
        far: set[int] = set()
        queue, seen = [name], {name}
        while queue:
            for index, _ in self.search.where[queue.pop()]:
                free = [other for other, _ in self.table.relations[index].terms if self.search.is_free(other)]
                (near if len(free) <= 1 else far).add(index)
                fresh = [other for other in free if other not in seen]
                seen.update(fresh)
                queue.extend(fresh)
        return near, far

    def _widen(self, name: str) -> bool:
        """Last resort: put "5 or fewer" cells under "not shown", nearest first, so that even the label tells less."""
        queue, seen = [name], {name}
        while queue:
            current = queue.pop(0)
            cell = self.table.cells[current]
            if current not in self.widened and cell.can_be_hidden and self.search.is_free(current):
                self.widened.add(current)
                self._label(current, Label.HIDDEN)
                return True
            for index, _ in self.search.where[current]:
                fresh = [other for other, _ in self.table.relations[index].terms if other not in seen]
                seen.update(other for other in fresh if self.search.is_free(other))
                queue.extend(other for other in fresh if self.search.is_free(other))
        return False

    # --- what turned out not to be needed

    def show_again(self) -> None:
        """Show each cell that the others' safety does not need after all, totals and large counts first."""
        cells = self.table.cells
        extra = [n for n in cells if self.labels[n] in {Label.SMALL, Label.HIDDEN} and self._is_extra(n)]
        for name in sorted(extra, key=lambda n: (not cells[n].is_total, cells[n].count == 0, -cells[n].count, n)):
            label, saved = self.labels[name], {n: list(found) for n, found in self.witnesses.items()}
            self._label(name, Label.PLAIN)
            for found in self.witnesses.values():
                found[:] = [changes for changes in found if name not in changes]
            if any(self._wanted(other) > 1 and not self._is_safe(other) for other in cells):
                self._label(name, label)
                self.witnesses = saved

    def _is_extra(self, name: str) -> bool:
        return self.table.cells[name].can_be_hidden and name not in self.required and name not in self.widened


def _first_label(cell: Cell) -> Label:
    if cell.published is not None:
        return cell.published
    return Label.SILENT if cell.is_silent else Label.PLAIN


def _steps(threshold: int) -> Iterator[int]:
    for size in range(1, threshold + 1):
        yield from (size, -size)
