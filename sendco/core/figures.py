"""A figure as people may see it: shown, left out for a reason, or without data. Charts and reports share it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_THRESHOLD = 5
SMALLEST_THRESHOLD, LARGEST_THRESHOLD = 5, 10
"""What a federation may choose. Never less than 5: governors are promised that counts of 1 to 5 are not shown. More than
10 would leave a primary school without a report."""


class Unit(StrEnum):
    PUPILS = "pupils"
    NUMBER = "number"
    PERCENT = "percent"
    SCORE = "score"


class Why(StrEnum):
    """Why a figure is not there, for the note under a table."""

    SMALL = "small"
    PROTECTS_OTHERS = "protects_others"
    NO_DATA = "no_data"


REASONS = {
    Why.SMALL: "So few pupils that they could be recognised",
    Why.PROTECTS_OTHERS: "Left out because another small number could be worked out from it",
    Why.NO_DATA: "There are no pupils to work it out from",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """value is None exactly when `suppressed` or when there is no data; charts draw nothing then."""

    value: float | None
    display: str
    suppressed: bool = False
    reason: Why | None = None
    unit: Unit = Unit.PUPILS
    threshold: int = DEFAULT_THRESHOLD

    @property
    def explanation(self) -> str:
        return REASONS[self.reason] if self.reason else ""

    def __str__(self) -> str:
        return self.display
