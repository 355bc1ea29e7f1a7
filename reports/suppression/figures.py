"""Figures as a page, a chart or a PDF may show them. Nothing else of a protected table reaches a template."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sendco.core.figures import REASONS, Figure, Unit, Why

from .audit import determined
from .engine import Protected
from .table import PRIOR, Label

NOT_SHOWN = "not shown"
__all__ = ["REASONS", "Change", "Figure", "Unit", "Why"]


@dataclass(frozen=True, slots=True)
class Change:
    """Term-on-term change. direction: "up", "down", "same", or "" when it is not shown."""

    display: str
    direction: str = ""
    suppressed: bool = False


def figure(protected: Protected, name: str) -> Figure:
    """The count of a cell. Raises KeyError for a cell that no report shows."""
    label = protected.labels[name]
    cell = protected.cells[name]
    if label is Label.PLAIN:
        unit = Unit.PUPILS if cell.is_pupils else Unit.NUMBER
        return Figure(cell.count, f"{cell.count:,}", unit=unit, threshold=cell.threshold)
    if label is Label.SMALL:
        return Figure(None, f"{cell.threshold} or fewer", True, Why.SMALL, threshold=cell.threshold)
    if label is Label.HIDDEN:
        return Figure(None, NOT_SHOWN, True, Why.PROTECTS_OTHERS, threshold=cell.threshold)
    raise KeyError(name)


def percent(protected: Protected, part: str, whole: str) -> Figure:
    """`part` of `whole` as a whole percentage; the share must have been declared with `Table.share`.

    Shown only where both counts are shown and the group is above the threshold, so a percentage never says more than
    the counts do. Raises KeyError for an undeclared share, because nothing would protect the pupils who are left.
    """
    implied = protected.shares[part, whole]
    total, threshold = protected.cells[whole], protected.threshold
    if total.is_pupils and 1 <= total.count <= threshold and not total.is_public:
        return _left_out(Why.SMALL, Unit.PERCENT, threshold)
    if not (protected.is_plain(part) and protected.is_plain(whole)):
        return _left_out(Why.PROTECTS_OTHERS, Unit.PERCENT, threshold)
    if not total.count:
        return Figure(None, "none", reason=Why.NO_DATA, unit=Unit.PERCENT, threshold=threshold)
    return percentage(protected.cells[part].count, total.count, rest=protected.cells[implied].count)


def percentage(part: int, whole: int, *, rest: int | None = None) -> Figure:
    """A whole percentage of things that are not pupils, such as sessions. For pupils use `percent`."""
    if not whole:
        return Figure(None, "none", reason=Why.NO_DATA, unit=Unit.PERCENT)
    value = int((Decimal(100 * part) / whole).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    left = whole - part if rest is None else rest
    if value == 0 and part:
        return Figure(value, "less than 1%", unit=Unit.PERCENT)
    if value == 100 and left:
        return Figure(value, "more than 99%", unit=Unit.PERCENT)
    return Figure(value, f"{value}%", unit=Unit.PERCENT)


def means(protected: Protected, values: Mapping[str, float], *, places: int = 1) -> dict[str, Figure]:
    """Averages over the pupils of cells (attendance, scores), shown only where the cell's count is shown and large
    enough.

    Averages of a total and of all its parts but one give that one away, so further averages are left out until none
    can be worked out. values: cell name -> average.
    """
    cells, threshold = protected.cells, protected.threshold
    shown = {n for n in values if protected.is_plain(n) and cells[n].count > cells[n].threshold}
    relations = [r for r in protected.relations if r.adds_over_pupils]
    guarded = {name for name, cell in cells.items() if 1 <= cell.count <= cell.threshold} | (set(values) - shown)
    while True:
        unknown = {name for name, cell in cells.items() if cell.count and name not in shown}
        leaks = determined(relations, unknown) & guarded
        if not leaks:
            break
        near = {n for r in relations for n, _ in r.terms if leaks & {m for m, _ in r.terms}} & shown
        drop = min(near or shown, key=lambda n: (cells[n].is_total, cells[n].count, n))
        shown.discard(drop)
        guarded.add(drop)
    return {name: _mean(protected, name, value, name in shown, places, threshold) for name, value in values.items()}


def _mean(protected: Protected, name: str, value: float, is_shown: bool, places: int, threshold: int) -> Figure:
    cell = protected.cells[name]
    if is_shown:
        rounded = round(value, places)
        return Figure(rounded, f"{rounded:.{places}f}", unit=Unit.SCORE, threshold=threshold)
    if not cell.count and protected.is_plain(name):
        return Figure(None, "none", reason=Why.NO_DATA, unit=Unit.SCORE, threshold=threshold)
    why = Why.SMALL if protected.labels[name] is Label.SMALL else Why.PROTECTS_OTHERS
    return _left_out(why, Unit.SCORE, threshold)


def _left_out(why: Why, unit: Unit, threshold: int) -> Figure:
    return Figure(None, NOT_SHOWN, True, why, unit=unit, threshold=threshold)


def compare(this: Figure, last: Figure | None) -> Change:
    """How a figure changed. Where either side is suppressed nothing is said, not even the direction: "up" from a
    shown 6 would bound a hidden count. A change of few pupils is given as its direction only."""
    if last is None or this.suppressed or last.suppressed or this.value is None or last.value is None:
        hidden = this.suppressed or (last is not None and last.suppressed)
        return Change(NOT_SHOWN if hidden else "no earlier figure", suppressed=hidden)
    if this.unit is not last.unit:
        raise ValueError("figures of different units cannot be compared")
    difference = this.value - last.value
    if math.isclose(difference, 0, abs_tol=1e-9):
        return Change("the same", "same")
    direction = "up" if difference > 0 else "down"
    size = abs(difference)
    if this.unit is Unit.PERCENT:
        return Change(f"{direction} {size:.0f} percentage point{'' if size == 1 else 's'}", direction)
    if this.unit is Unit.SCORE:
        return Change(f"{direction} {size:.1f}", direction)
    most = max(this.threshold, last.threshold)
    if this.unit is Unit.PUPILS and size <= most:
        return Change(f"{direction} by {most} or fewer", direction)
    return Change(f"{direction} by {size:,.0f}", direction)


def compare_with_prior(protected: Protected, name: str, prefix: str = PRIOR) -> Change:
    """Change of a cell since the report whose snapshot was added with `Table.prior`."""
    last = prefix + name
    known = last in protected.cells and protected.labels[last] is not Label.SILENT
    return compare(figure(protected, name), figure(protected, last) if known else None)
