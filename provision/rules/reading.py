"""What the scores of an intervention say: which test, who gained, how sure, and the word for it.

Built on `impact`, `scores` and `effect`. Results of different tests never meet: an `Impact` is of one test. A pupil who
went through the intervention twice counts once, with the latest run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from provision.rules.dosage import Dosage, add
from provision.rules.effect import Display, Effect, EffectReading, display_for, effect_of
from provision.rules.impact import GroupResult, PairedChange, group_result
from provision.rules.scores import (
    STANDARD_MEAN,
    STANDARD_SD,
    Direction,
    TestScore,
    Verdict,
    expected_next,
    months_between,
    pupil_verdict,
)

STANDARDISED, AGE = "standardised", "age_equivalent"


@dataclass(frozen=True)
class Test:
    """A test or scale in plain values; `low` and `high` bound its scores."""

    __test__ = False  # the name is the domain's word; pytest must not collect it

    slug: str
    name: str
    family: str
    higher: bool
    sd: float | None
    reliability: float | None
    low: float
    high: float

    @property
    def direction(self) -> Direction:
        return Direction.HIGHER if self.higher else Direction.LOWER

    @property
    def is_standardised(self) -> bool:
        return self.family == STANDARDISED

    @property
    def is_age(self) -> bool:
        return self.family == AGE

    @property
    def keeps_pace(self) -> bool:
        """Whether a change of 0 means that a pupil kept pace with children of that age."""
        return self.is_standardised or self.is_age

    @property
    def noun(self) -> str:
        return "month" if self.is_age else "point"

    @property
    def step(self) -> float:
        """What one point of a standardised score is on this test: a fifteenth of its spread, or a hundredth of its range
        where the spread is not known. Only for drawing tests side by side."""
        return self.sd / STANDARD_SD if self.sd else (self.high - self.low) / 100


@dataclass(frozen=True)
class Measured:
    """One pupil's run with a score before and after. code, name: of the intervention; test: of the score after; cost in
    pounds."""

    line: int
    pupil: int
    group: int
    code: str
    name: str
    test: Test
    entry: TestScore
    leaving: TestScore
    ends: date
    cost: Decimal = Decimal(0)

    @cached_property
    def compared(self) -> TestScore:
        """The score after, as it is compared: months of age that only time would have brought are taken off."""
        if not self.test.is_age or self.entry.on is None or self.leaving.on is None:
            return self.leaving
        return replace(self.leaving, value=self.leaving.value - months_between(self.entry.on, self.leaving.on))

    @property
    def gain(self) -> float:
        return (self.compared.value - self.entry.value) * self.test.direction.sign

    @property
    def can_compare(self) -> bool:
        return self.entry.test == self.leaving.test and not (self.entry.is_censored or self.leaving.is_censored)

    @property
    def verdict(self) -> Verdict | None:
        """None where the test's reliability or spread is not known."""
        test = self.test
        if test.reliability is None or test.sd is None:
            return None
        return pupil_verdict(
            self.entry, self.leaving, reliability=test.reliability, sd=test.sd, direction=test.direction,
            is_standardised=test.is_standardised,
        )  # fmt: skip


@dataclass(frozen=True)
class Impact:
    """runs: the pupils measured on `test`, one each. others: (test, pupils) measured with something else."""

    test: Test | None
    runs: tuple[Measured, ...]
    result: GroupResult | None
    dose: Dosage | None
    reading: EffectReading
    others: tuple[tuple[Test, int], ...] = ()

    @property
    def change(self) -> PairedChange | None:
        return self.result.change if self.result else None

    @property
    def n(self) -> int:
        return self.change.n if self.change else 0

    @property
    def display(self) -> Display:
        return display_for(self.n)

    @property
    def shows_average(self) -> bool:
        return self.display is not Display.LIST

    @property
    def left_out(self) -> int:
        """Pupils whose scores cannot be compared: another test before, or off the scale."""
        return self.result.other_test + self.result.censored if self.result else 0

    @property
    def compared(self) -> tuple[Measured, ...]:
        return tuple(run for run in self.runs if run.can_compare)

    @property
    def verdicts(self) -> Counter[Verdict] | None:
        """How many changed by more than the test's own error; None where that is not known."""
        found = [verdict for run in self.compared if (verdict := run.verdict) is not None]
        return Counter(found) if found and len(found) == len(self.compared) else None

    @property
    def expected(self) -> tuple[float, float] | None:
        """(before, after) of the average if these pupils had no help: pupils who start low rise a little anyway."""
        test = self.test
        if test is None or not test.is_standardised or test.reliability is None or not self.result or not self.n:
            return None
        start = sum(self.result.pre) / self.n
        return (start, expected_next(start, reliability=test.reliability)) if start < STANDARD_MEAN else None


def impact_of(measured: Iterable[Measured], dosages: Mapping[int, Dosage], *, test: str = "") -> Impact:
    """Read the scores of one intervention or group.

    dosages: by line, of each run until now. test: the slug of a test, else the one that most pupils took.
    """
    latest: dict[tuple[str, int], Measured] = {}
    for run in sorted(measured, key=lambda run: (run.ends, run.line)):
        latest[run.test.slug, run.pupil] = run
    by_test: dict[str, list[Measured]] = {}
    for (slug, _), run in latest.items():
        by_test.setdefault(slug, []).append(run)
    if not by_test:
        return Impact(None, (), None, None, effect_of(None))
    slug = test if test in by_test else min(by_test, key=lambda name: (-len(by_test[name]), name))
    runs = tuple(by_test[slug])
    about = runs[0].test
    result = group_result(((run.entry, run.compared) for run in runs), direction=about.direction)
    dose = total_dose(dosages.get(run.line) for run in runs)
    others = tuple((rows[0].test, len(rows)) for name, rows in sorted(by_test.items()) if name != slug)
    return Impact(about, runs, result, dose, effect_of(result.change, dose=dose), others)


def total_dose(dosages: Iterable[Dosage | None]) -> Dosage | None:
    """Everything added up; None when nothing was planned."""
    total: Dosage | None = None
    for one in dosages:
        if one is not None:
            total = one if total is None else add(total, one)
    return total if total and total.planned else None


def tally_effects(impacts: Sequence[Impact]) -> Counter[Effect]:
    return Counter(impact.reading.word for impact in impacts)
