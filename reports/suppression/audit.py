"""What a reader could work out, found by other means than the suppressor uses, and from the reader's view alone.

Exact elimination over fractions finds every cell that the sums fix; intervals are then narrowed through the sums and
through the eliminated rows until nothing changes. `protect` refuses to return a report in which this finds anything.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from .table import Relation, View

ROUNDS = 60

Row = dict[str, Fraction]
"""Coefficients by cell; the empty name holds the constant, and the row's sum is 0."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """A guarded cell that can have only one value."""

    name: str
    value: int


def recoverable(view: View) -> list[Recovered]:
    """Guarded cells whose value follows from the view, by name. An empty list is the aim."""
    narrowed = narrow(view)
    return [
        Recovered(name, narrowed[name][0]) for name in sorted(view.guarded) if narrowed[name][0] == narrowed[name][1]
    ]


def narrow(view: View) -> dict[str, tuple[int, int | None]]:
    """The least and greatest value of each cell that this reasoning leaves. Never narrower than the truth."""
    bounds = dict(view.bounds)
    rows = [_row(relation, bounds) for relation in view.relations]
    rows = [row for row in rows if len(row) > 1]
    rows += eliminate(rows)
    for _ in range(ROUNDS):
        if not any([_tighten(row, bounds) for row in rows]):
            break
    return bounds


def determined(relations: Iterable[Relation], unknown: set[str]) -> set[str]:
    """Those of `unknown` that the sums alone fix once everything else is known. For means, which have no small
    range."""
    rows = []
    for relation in relations:
        row = {name: Fraction(factor) for name, factor in relation.terms if name in unknown}
        if row:
            rows.append(row)
    return {next(iter(row)) for row in eliminate(rows) if len(row) == 1}


def _row(relation: Relation, bounds: Mapping[str, tuple[int, int | None]]) -> Row:
    row: Row = {"": Fraction(0)}
    for name, factor in relation.terms:
        low, high = bounds[name]
        if low == high:
            row[""] += factor * low
        else:
            row[name] = row.get(name, Fraction(0)) + factor
    return row


def eliminate(rows: Iterable[Row]) -> list[Row]:
    """Reduced row echelon form of sparse rows."""
    done: dict[str, Row] = {}
    for row in rows:
        current = dict(row)
        for name in [name for name in current if name in done]:
            _subtract(current, done[name], current[name])
        pivot = next((name for name in sorted(current) if name and current[name]), None)
        if pivot is None:
            continue
        scale = current[pivot]
        current = {name: value / scale for name, value in current.items()}
        for other in done.values():
            if pivot in other:
                _subtract(other, current, other[pivot])
        done[pivot] = current
    return list(done.values())


def _subtract(target: Row, row: Row, times: Fraction) -> None:
    for name, value in row.items():
        left = target.get(name, Fraction(0)) - times * value
        if left or not name:
            target[name] = left
        else:
            target.pop(name, None)


def _tighten(row: Row, bounds: dict[str, tuple[int, int | None]]) -> bool:
    """Narrow each cell of a row by what the others leave for it. True when something changed."""
    ends = {name: _span(factor, *bounds[name]) for name, factor in row.items() if name}
    lows, highs = [low for low, _ in ends.values()], [high for _, high in ends.values()]
    constant = row.get("", Fraction(0))
    changed = False
    for name, (own_low, own_high) in ends.items():
        rest_low = _sum_without(lows, own_low, constant)
        rest_high = _sum_without(highs, own_high, constant)
        factor = row[name]
        # factor * x = -(rest), so the least rest gives the greatest product.
        top = None if rest_low is None else -rest_low / factor
        bottom = None if rest_high is None else -rest_high / factor
        if factor < 0:
            top, bottom = bottom, top
        changed |= _apply(name, bottom, top, bounds)
    return changed


def _span(factor: Fraction, low: int, high: int | None) -> tuple[Fraction | None, Fraction | None]:
    near, far = factor * low, None if high is None else factor * high
    return (near, far) if factor > 0 else (far, near)


def _sum_without(ends: list[Fraction | None], own: Fraction | None, constant: Fraction) -> Fraction | None:
    endless = sum(end is None for end in ends)
    if endless > (own is None):
        return None
    return sum((end for end in ends if end is not None), constant) - (own or Fraction(0))


def _apply(name: str, bottom: Fraction | None, top: Fraction | None, bounds: dict[str, tuple[int, int | None]]) -> bool:
    low, high = bounds[name]
    new_low = low if bottom is None else max(low, math.ceil(bottom))
    new_high = high if top is None else (math.floor(top) if high is None else min(high, math.floor(top)))
    if (new_low, new_high) == (low, high):
        return False
    bounds[name] = (new_low, new_high)
    return True
