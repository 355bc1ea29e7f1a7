"""The few pieces of statistics that the impact rules need, on plain floats and the standard library alone."""

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist, fmean, stdev

Z90 = 1.645
Z95 = 1.96
STANDARD = NormalDist(100, 15)


@lru_cache(maxsize=512)
def t_quantile(probability: float, df: int) -> float:
    """Student's t quantile for whole degrees of freedom, right to about ten figures.

    For whole degrees of freedom the distribution is a finite sum of powers of a cosine (Abramowitz and Stegun 26.7.3
    and 26.7.4), so bisection on the angle needs no tables. Raises ValueError outside 0 < probability < 1 or df < 1.
    """
    if not 0 < probability < 1 or df < 1:
        raise ValueError("needs a probability between 0 and 1 and at least 1 degree of freedom")
    if probability < 0.5:
        return -t_quantile(1 - probability, df)
    within = 2 * probability - 1
    low, high = 0.0, math.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        if _within(middle, df) < within:
            low = middle
        else:
            high = middle
    return math.sqrt(df) * math.tan((low + high) / 2)


def _within(angle: float, df: int) -> float:
    """P(|T| < sqrt(df) * tan(angle))."""
    sine, cosine = math.sin(angle), math.cos(angle)
    term, total = (cosine, 0.0) if df % 2 else (1.0, 0.0)
    first = 3 if df % 2 else 2
    for k in range(first, df + 1, 2):
        total += term
        term *= cosine * cosine * (k - 1) / k
    return 2 / math.pi * (angle + sine * total) if df % 2 else sine * total


def mean(values: Sequence[float]) -> float:
    return fmean(values)


def sample_sd(values: Sequence[float]) -> float | None:
    """Standard deviation with n - 1; None for fewer than two values. Values that are all equal give exactly 0."""
    if len(values) < 2:
        return None
    return 0.0 if min(values) == max(values) else stdev(values)


def correlation(first: Sequence[float], second: Sequence[float]) -> float | None:
    """Pearson's r, or None when either side does not vary."""
    if len(first) != len(second):
        raise ValueError("both sides need the same number of values")
    if len(first) < 2 or min(first) == max(first) or min(second) == max(second):
        return None
    mean1, mean2 = fmean(first), fmean(second)
    top = math.fsum((a - mean1) * (b - mean2) for a, b in zip(first, second, strict=True))
    spread1 = math.fsum((a - mean1) ** 2 for a in first)
    spread2 = math.fsum((b - mean2) ** 2 for b in second)
    bottom = math.sqrt(spread1) * math.sqrt(spread2)
    return max(-1.0, min(1.0, top / bottom)) if bottom else None
