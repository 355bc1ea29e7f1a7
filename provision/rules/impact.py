"""What changed for a group, and how far to trust it.

Where a lower score is better, the raw change keeps the test's sign and the `gain_…` figures are turned, so that a gain
is always good. No result here compares with pupils who had no support: pages say "gained", never "helped", and never
turn a gain into months of progress.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from provision.rules.scores import STANDARD_SD, Direction, TestScore
from provision.rules.statistics import Z95, correlation, mean, sample_sd, t_quantile

SMALLEST_FOR_G = 15


class MixedTests(ValueError):
    """Results of different tests were about to be averaged together."""


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Mean change of pupils tested twice, with its 95% t-interval.

    mean, lo and hi keep the test's sign. lo and hi are None for fewer than two pupils, and when every pupil changed by
    exactly the same amount: a spread of 0 would claim certainty that so few scores cannot give.
    """

    n: int
    mean: float
    sd: float | None
    lo: float | None
    hi: float | None
    direction: Direction = Direction.HIGHER

    @property
    def gain(self) -> float:
        return self.mean * self.direction.sign

    @property
    def gain_lo(self) -> float | None:
        return self.lo if self.direction is Direction.HIGHER else _negated(self.hi)

    @property
    def gain_hi(self) -> float | None:
        return self.hi if self.direction is Direction.HIGHER else _negated(self.lo)

    def standardised(self, sd: float = STANDARD_SD) -> float:
        """Gain in units of the test's own national spread. Only for standardised scores."""
        return self.gain / sd


def _negated(value: float | None) -> float | None:
    return None if value is None else -value


def paired_change(
    pre: Sequence[float], post: Sequence[float], *, direction: Direction = Direction.HIGHER
) -> PairedChange:
    """The main statistic for a group. Raises ValueError for no pupils or sides of unequal length."""
    changes = [after - before for before, after in zip(pre, post, strict=True)]
    if not changes:
        raise ValueError("needs at least 1 pupil with both scores")
    average, sd, n = mean(changes), sample_sd(changes), len(changes)
    half = None if not sd else t_quantile(0.975, n - 1) * sd / math.sqrt(n)
    return PairedChange(
        n=n,
        mean=average,
        sd=sd,
        lo=None if half is None else average - half,
        hi=None if half is None else average + half,
        direction=direction,
    )


@dataclass(frozen=True, slots=True)
class Hedges:
    """Hedges' g for pupils measured twice, always called approximate. `is_shown` only from 15 pupils: below that its
    interval is too narrow."""

    n: int
    r: float
    s_within: float
    d: float
    j: float
    g: float
    se: float

    @property
    def lo(self) -> float:
        return self.g - Z95 * self.se

    @property
    def hi(self) -> float:
        return self.g + Z95 * self.se

    @property
    def is_shown(self) -> bool:
        return self.n >= SMALLEST_FOR_G


def hedges_g(pre: Sequence[float], post: Sequence[float]) -> Hedges | None:
    """None when it is undefined: fewer than 3 pupils, scores that do not vary, or changes that are all alike.

    Formulas: Borenstein, Hedges, Higgins and Rothstein (2009), chapter 4.
    """
    changes = [after - before for before, after in zip(pre, post, strict=True)]
    n, sd = len(changes), sample_sd(changes)
    r = correlation(pre, post) if n >= 3 else None
    if not sd or r is None or 1 - r < 1e-12:
        return None
    s_within = sd / math.sqrt(2 * (1 - r))
    d = mean(changes) / s_within
    j = 1 - 3 / (4 * (n - 1) - 1)
    variance = (1 / n + d * d / (2 * n)) * 2 * (1 - r)
    return Hedges(n=n, r=r, s_within=s_within, d=d, j=j, g=j * d, se=j * math.sqrt(variance))


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A group's change, and the pupils left out of it by reason: pages count them, never drop them silently."""

    change: PairedChange | None
    pre: tuple[float, ...]
    post: tuple[float, ...]
    censored: int
    missing: int
    other_test: int

    @property
    def gained(self) -> int:
        return sum(self._gain(a, b) > 0 for a, b in zip(self.pre, self.post, strict=True))

    @property
    def fell(self) -> int:
        return sum(self._gain(a, b) < 0 for a, b in zip(self.pre, self.post, strict=True))

    def _gain(self, before: float, after: float) -> float:
        sign = self.change.direction.sign if self.change else 1
        return (after - before) * sign


def group_result(
    pairs: Iterable[tuple[TestScore | None, TestScore | None]], *, direction: Direction = Direction.HIGHER
) -> GroupResult:
    """Change of a group from entry and exit scores.

    Left out and counted: a score missing, entry and exit on different tests, a score off its test's floor or ceiling.
    Raises MixedTests when the pupils who remain did not all take the same test.
    """
    pre: list[float] = []
    post: list[float] = []
    tests: set[str] = set()
    censored = missing = other_test = 0
    for entry, leaving in pairs:
        if entry is None or leaving is None:
            missing += 1
        elif entry.test != leaving.test:
            other_test += 1
        elif entry.is_censored or leaving.is_censored:
            censored += 1
        else:
            tests.add(entry.test)
            pre.append(entry.value)
            post.append(leaving.value)
    if len(tests) > 1:
        raise MixedTests("change on different tests cannot be averaged; show each test apart")
    change = paired_change(pre, post, direction=direction) if pre else None
    return GroupResult(change, tuple(pre), tuple(post), censored, missing, other_test)
