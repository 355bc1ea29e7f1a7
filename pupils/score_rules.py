"""Doubts about a score just entered. Impossible values are refused elsewhere; a doubt never stops anybody. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sendco.core.dates import long_date

BIG_CHANGE = 15
COMPARABLE = frozenset({"standardised", "scaled"})


@dataclass(frozen=True, slots=True)
class Earlier:
    """A score of the same test. qualifier: `<` or `>` marks the floor or ceiling."""

    on: date
    value: Decimal
    qualifier: str = "="


def score_doubts(
    value: Decimal,
    *,
    on: date,
    family: str,
    min_retest_days: int,
    earlier: Sequence[Earlier],
    joined_on: date | None,
    left_on: date | None,
) -> list[str]:
    """Sentences to show after saving, worst first.

    earlier: scores of the same test, in any order; only the nearest before `on` is compared. A change of more than 15
    points counts in families where points compare (mean 100, or scaled).
    """
    doubts = []
    before = max((score for score in earlier if score.on <= on), key=lambda score: score.on, default=None)
    if before is not None:
        change = abs(value - before.value)
        if family in COMPARABLE and change > BIG_CHANGE and before.qualifier == "=":
            doubts.append(f"This is {change.normalize():f} points from the score of {long_date(before.on)}. Check both")
        gap = (on - before.on).days
        if gap < min_retest_days:
            doubts.append(
                f"Only {gap} days since the last time. This test needs {min_retest_days}, or the child may remember it"
            )
    if (joined_on is not None and on < joined_on) or (left_on is not None and on >= left_on):
        doubts.append("The pupil was not on the roll on this day. Check the date")
    return doubts
