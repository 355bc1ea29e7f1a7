"""One pupil's scores: what a result says, how sure it is, and whether two differ by more than error.

Scores are floats in the test's own points.
"""

import math
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from provision.rules.statistics import STANDARD, Z90, Z95

DAYS_IN_MONTH = 30.4375
SHORTEST_GAP_DAYS = 56
STANDARD_SD = 15.0
STANDARD_MEAN = 100.0


class Qualifier(StrEnum):
    """`<` and `>`: the pupil fell off the floor or the ceiling of the test, so the true score is not known."""

    EXACT = "="
    BELOW = "<"
    ABOVE = ">"


class Direction(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"

    @property
    def sign(self) -> int:
        return 1 if self is Direction.HIGHER else -1


class Reading(StrEnum):
    """Bands of ratio gain after Brooks (2007)."""

    VERY_SMALL = "very_small"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    REMARKABLE = "remarkable"


class Verdict(StrEnum):
    """One pupil's change. `maintained`: a standardised score that stayed the same kept pace with age."""

    IMPROVED = "improved"
    FELL = "fell"
    MAINTAINED = "maintained"
    WITHIN_ERROR = "within_error"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class TestScore:
    """A result as entered. `test` names instrument and form together: only equal names may be compared."""

    __test__ = False  # the name is the domain's word; pytest must not collect it

    value: float
    test: str
    on: date | None = None
    qualifier: Qualifier = Qualifier.EXACT

    @property
    def is_censored(self) -> bool:
        return self.qualifier is not Qualifier.EXACT


@dataclass(frozen=True, slots=True)
class RatioGain:
    """Months of age gained for each month between tests. 1.0 is ordinary progress. `margin` is half the 95% range."""

    value: float
    band: Reading
    se: float | None
    is_hidden: bool

    @property
    def margin(self) -> float | None:
        return None if self.se is None else Z95 * self.se


def months_between(first: date, second: date) -> float:
    return (second - first).days / DAYS_IN_MONTH


def ratio_gain(
    *,
    pre_months: float,
    post_months: float,
    months: float,
    sem_months: float | None = None,
    remarkable_from: float | None = None,
) -> RatioGain:
    """Ratio gain of one pupil on one age-equivalent test. Never average it across tests.

    months: between the two tests. Under eight weeks the figure explodes, so `is_hidden` is True. remarkable_from: later
    editions name a band from about 4.0 whose cut-off is not confirmed, so it is off unless set.
    Raises ValueError when the tests are not in order.
    """
    if months <= 0:
        raise ValueError("the second test must be later than the first")
    value = (post_months - pre_months) / months
    return RatioGain(
        value=value,
        band=_ratio_band(value, remarkable_from),
        se=None if sem_months is None else ratio_gain_se(sem_months=sem_months, months=months),
        is_hidden=months * DAYS_IN_MONTH < SHORTEST_GAP_DAYS - 1e-9,
    )


def ratio_gain_se(*, sem_months: float, months: float) -> float:
    return math.sqrt(2) * sem_months / months


def _ratio_band(value: float, remarkable_from: float | None) -> Reading:
    if remarkable_from is not None and value >= remarkable_from:
        return Reading.REMARKABLE
    for floor, band in ((3.0, Reading.LARGE), (2.0, Reading.MEDIUM), (1.4, Reading.SMALL)):
        if value >= floor:
            return band
    return Reading.VERY_SMALL


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """Reliable change index. `rci` keeps the test's sign; `verdict` is turned where lower is better.

    min_change: the smallest change, in points, that is more than measurement error.
    """

    sem: float
    s_diff: float
    rci: float
    min_change: float
    is_reliable: bool
    verdict: Verdict


def standard_error(*, sd: float, reliability: float) -> float:
    """Standard error of measurement. Raises ValueError unless 0 <= reliability < 1."""
    if not 0 <= reliability < 1:
        raise ValueError("reliability is between 0 and 1")
    return sd * math.sqrt(1 - reliability)


def reliable_change(
    first: float,
    second: float,
    *,
    reliability: float,
    sd: float = STANDARD_SD,
    direction: Direction = Direction.HIGHER,
    is_standardised: bool = True,
) -> ReliableChange:
    """Is one pupil's change larger than the test's own error? (Jacobson and Truax 1991.)"""
    sem = standard_error(sd=sd, reliability=reliability)
    s_diff = math.sqrt(2) * sem
    rci = (second - first) / s_diff
    is_reliable = abs(rci) > Z95
    if is_reliable:
        verdict = Verdict.IMPROVED if rci * direction.sign > 0 else Verdict.FELL
    else:
        verdict = Verdict.MAINTAINED if is_standardised and second == first else Verdict.WITHIN_ERROR
    return ReliableChange(sem, s_diff, rci, Z95 * s_diff, is_reliable, verdict)


def pupil_verdict(
    entry: TestScore,
    leaving: TestScore,
    *,
    reliability: float,
    sd: float = STANDARD_SD,
    direction: Direction = Direction.HIGHER,
    is_standardised: bool = True,
) -> Verdict:
    """Verdict for one pupil; not comparable across tests or when either score is off the scale."""
    if entry.test != leaving.test or entry.is_censored or leaving.is_censored:
        return Verdict.NOT_COMPARABLE
    return reliable_change(
        entry.value, leaving.value, reliability=reliability, sd=sd, direction=direction, is_standardised=is_standardised
    ).verdict


def score_band(score: float, *, reliability: float, sd: float = STANDARD_SD, level: int = 90) -> tuple[float, float]:
    """The range to show instead of the point. level: 90 or 95."""
    half = {90: Z90, 95: Z95}[level] * standard_error(sd=sd, reliability=reliability)
    return score - half, score + half


def expected_next(score: float, *, reliability: float, average: float = STANDARD_MEAN) -> float:
    """Where a pupil picked for a low score is expected next time with no help: part of the way back to the average."""
    return average + reliability * (score - average)


def percentile(standard_score: float) -> float:
    """Percentage of the norm group below a standardised score (mean 100, SD 15)."""
    return 100 * STANDARD.cdf(standard_score)


def percentile_rank(standard_score: float) -> int:
    """Percentile as tests print it: a whole number from 1 to 99."""
    return max(1, min(99, math.floor(percentile(standard_score) + 0.5)))


def stanine(standard_score: float) -> int:
    """1 to 9, each half a standard deviation wide, 5 in the middle."""
    z = (standard_score - STANDARD_MEAN) / STANDARD_SD
    return max(1, min(9, math.floor(2 * z + 5.5)))


class ScoreBand(StrEnum):
    """Neutral labels for a standardised score."""

    VERY_LOW = "Very low"
    BELOW = "Below average"
    AVERAGE = "Average"
    ABOVE = "Above average"
    VERY_HIGH = "Very high"


def score_label(standard_score: float) -> ScoreBand:
    """Below 70, 70 to 84, 85 to 115, 116 to 130, above 130. A score between two whole points belongs to the lower band
    below average and to the higher one above it."""
    if standard_score < 70:
        return ScoreBand.VERY_LOW
    if standard_score < 85:
        return ScoreBand.BELOW
    if standard_score <= 115:
        return ScoreBand.AVERAGE
    return ScoreBand.ABOVE if standard_score <= 130 else ScoreBand.VERY_HIGH
