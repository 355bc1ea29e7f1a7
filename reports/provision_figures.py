"""Provision in a report: small groups are put together before anything is counted, and effects rest on enough pupils.

Costs are amounts, not counts, so the suppression of counts does not guard them. What guards them is the folding: every
amount shown, and every difference between amounts shown, is of more pupils than the threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from provision.rules.impact import PairedChange
from provision.rules.reading import impact_of
from provision.rules.scores import STANDARD_SD
from pupils.enums import Area

from .counts import Delivery, Provision

AREA_LABELS = dict(Area.choices)
TOO_FEW = "Too few scores"
"""The same words for no score at all and for as many as the threshold: which of them it is would be a count."""


@dataclass
class Block:
    """An area of need, or several that are too small alone: its rows, and what is folded together below them."""

    label: str
    rows: list[Provision] = field(default_factory=list)
    rest: list[Provision] = field(default_factory=list)

    @property
    def everything(self) -> list[Provision]:
        return self.rows + self.rest


def distinct(items: Iterable[Provision]) -> int:
    return len(set().union(*(item.pupils for item in items)))


def places(items: Iterable[Provision]) -> int:
    return sum(len(item.pupils) for item in items)


def cost_of(items: Iterable[Provision]) -> Decimal:
    return sum((item.cost for item in items), Decimal(0))


def delivery_of(items: Iterable[Provision]) -> Delivery:
    return sum((item.delivery for item in items), Delivery())


def fold(provisions: Iterable[Provision], threshold: int) -> list[Block]:
    """Blocks in which every row, and every rest, has more than `threshold` pupils. Empty when all have fewer together.

    An intervention with few pupils goes to the rest of its area; a rest still too small takes in the next smallest row;
    an area too small as a whole joins the next smallest area.
    """
    areas: dict[str, list[Provision]] = {}
    for item in provisions:
        areas.setdefault(AREA_LABELS[item.area], []).append(item)
    blocks = [_block(label, items, threshold) for label, items in areas.items()]
    while small := [block for block in blocks if not block.rows and distinct(block.rest) <= threshold]:
        if len(blocks) == 1:
            return []
        block = min(small, key=lambda b: (distinct(b.everything), b.label))
        other = min((b for b in blocks if b is not block), key=lambda b: (distinct(b.everything), b.label))
        blocks = [b for b in blocks if b is not block and b is not other]
        label = "; ".join(sorted((block.label, other.label)))
        blocks.append(_block(label, block.everything + other.everything, threshold))
    order = list(AREA_LABELS.values())
    return sorted(blocks, key=lambda block: order.index(block.label.split("; ")[0]))


def _block(label: str, items: Sequence[Provision], threshold: int) -> Block:
    rows = sorted((i for i in items if len(i.pupils) > threshold), key=lambda i: (-len(i.pupils), i.name))
    rest = [i for i in items if len(i.pupils) <= threshold]
    while rest and rows and distinct(rest) <= threshold:
        rest.append(rows.pop())
    return Block(label, rows, rest)


def fold_funding(
    funding: dict[str, tuple[set[int], Decimal]], labels: dict[str, str], threshold: int
) -> list[tuple[str, Decimal]]:
    """(who pays, amount), largest first; those with few pupils are put together. Empty when nothing else can be done."""
    rows = [([labels[payer]], set(who), amount) for payer, (who, amount) in funding.items()]
    while small := [row for row in rows if len(row[1]) <= threshold]:
        if len(rows) == 1:
            return []
        first = min(small, key=lambda row: (len(row[1]), row[0]))
        second = min((row for row in rows if row is not first), key=lambda row: (len(row[1]), row[0]))
        rows = [row for row in rows if row is not first and row is not second]
        rows.append((sorted(first[0] + second[0]), first[1] | second[1], first[2] + second[2]))
    return [("; ".join(names), amount) for names, _, amount in sorted(rows, key=lambda row: (-row[2], row[0]))]


@dataclass(frozen=True, slots=True)
class Effectiveness:
    """What a row may say of its effect. change: None when too few pupils have both scores."""

    word: str
    reason: str
    change: PairedChange | None
    test: str
    is_standard: bool


def effectiveness(item: Provision, threshold: int) -> Effectiveness:
    """What the impact page says of it, when more than `threshold` pupils have both scores on the test that most took."""
    found = impact_of(item.runs, item.dosages)
    if found.test is None or found.n <= threshold:
        return Effectiveness(TOO_FEW, f"Fewer than {threshold + 1} pupils have both scores", None, "", False)
    is_standard = found.test.is_standardised and found.test.sd == STANDARD_SD
    return Effectiveness(found.reading.word, found.reading.reason, found.change, found.test.name, is_standard)


def effect_json(found: Effectiveness) -> dict[str, Any]:
    """{"word", "reason", "test", "standard", "gain", "lo", "hi"}; the last three in the test's points, or None."""
    change = found.change
    return {
        "word": str(found.word),
        "reason": found.reason,
        "test": found.test,
        "standard": found.is_standard,
        "gain": None if change is None else round(change.gain, 1),
        "lo": None if change is None or change.gain_lo is None else round(change.gain_lo, 1),
        "hi": None if change is None or change.gain_hi is None else round(change.gain_hi, 1),
    }
