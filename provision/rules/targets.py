"""How targets ended: Goal Attainment Scaling and the share met."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from provision.rules.statistics import mean

GAS_CORRELATION = 0.3


def goal_attainment(
    levels: Sequence[int], weights: Sequence[float] | None = None, *, rho: float = GAS_CORRELATION
) -> float:
    """Goal Attainment Scaling T score; 50 is as expected. For one pupil or strand: never averaged across staff.

    levels: -2 to +2, 0 being the outcome expected before starting. Raises ValueError for none or for another level.
    """
    if not levels or any(level not in range(-2, 3) for level in levels):
        raise ValueError("needs levels from -2 to +2")
    w = [1.0] * len(levels) if weights is None else list(weights)
    top = sum(weight * level for weight, level in zip(w, levels, strict=True))
    bottom = (1 - rho) * sum(weight * weight for weight in w) + rho * sum(w) ** 2
    if bottom <= 0:
        raise ValueError("weights must not all be 0")
    return 50 + 10 * top / math.sqrt(bottom)


class Outcome(StrEnum):
    """How a target ended. `not_assessed` needs a reason and is left out of the mean but not out of the count."""

    EXCEEDED = "exceeded"
    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"
    REGRESSED = "regressed"
    NOT_ASSESSED = "not_assessed"


OUTCOME_POINTS = {Outcome.EXCEEDED: 2, Outcome.MET: 1, Outcome.PARTLY: 0, Outcome.NOT_MET: -1, Outcome.REGRESSED: -2}


@dataclass(frozen=True, slots=True)
class TargetSummary:
    """total counts every target, also those not assessed; mean is over the assessed ones, None when there are none."""

    total: int
    assessed: int
    met: int
    mean: float | None


def summarise_targets(outcomes: Iterable[Outcome]) -> TargetSummary:
    every = [Outcome(outcome) for outcome in outcomes]
    points = [OUTCOME_POINTS[outcome] for outcome in every if outcome is not Outcome.NOT_ASSESSED]
    return TargetSummary(
        total=len(every),
        assessed=len(points),
        met=sum(point >= 1 for point in points),
        mean=mean(points) if points else None,
    )
