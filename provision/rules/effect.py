"""The word for an effect, and what may be shown for a group of a given size."""

from dataclasses import dataclass
from enum import StrEnum

from provision.rules.dosage import Dosage
from provision.rules.impact import PairedChange

FEWEST_FOR_WORD = 5
FEWEST_FOR_PERCENT = 10
STRONG_FROM = 2.0


class Effect(StrEnum):
    """Words shown to staff and governors. `NOT_TESTED` and `FELL_BACK` keep the other four honest: a provision that was
    not given was not tried, and a range wholly below 0 is not promising."""

    STRONG = "Strong"
    PROMISING = "Promising"
    UNCLEAR = "Unclear"
    TOO_EARLY = "Too early"
    FELL_BACK = "Fell back"
    NOT_TESTED = "Not tested"


class Display(StrEnum):
    """What a group may be summarised by: under 5 a list, 5 to 9 an average with its range, from 10 percentages too."""

    LIST = "list"
    AVERAGE = "average"
    PERCENTAGES = "percentages"


@dataclass(frozen=True, slots=True)
class EffectReading:
    word: Effect
    reason: str


def display_for(n: int) -> Display:
    if n < FEWEST_FOR_WORD:
        return Display.LIST
    return Display.AVERAGE if n < FEWEST_FOR_PERCENT else Display.PERCENTAGES


def effect_of(
    change: PairedChange | None, *, dose: Dosage | None = None, strong_from: float = STRONG_FROM
) -> EffectReading:
    """Read a group's change.

    change: None when nobody has an exit score. dose: None when sessions are not logged; red means "Not tested".
    strong_from: lowest gain, in the test's own points, that the range must clear to be strong.
    """
    if change is None or change.n < FEWEST_FOR_WORD:
        return EffectReading(Effect.TOO_EARLY, f"We need exit scores for {FEWEST_FOR_WORD} or more pupils")
    if dose is not None and dose.planned and not dose.is_tested:
        return EffectReading(Effect.NOT_TESTED, f"Pupils had {dose.dose}% of the planned time, too little to judge")
    if change.gain_lo is None or change.gain_hi is None:
        return EffectReading(Effect.UNCLEAR, "Every pupil changed by the same amount, so no range can be worked out")
    if change.gain_hi < 0:
        return EffectReading(Effect.FELL_BACK, "The whole range is below 0")
    if change.gain_lo <= 0:
        return EffectReading(Effect.UNCLEAR, "The range crosses 0, so we cannot tell yet")
    if change.gain_lo >= strong_from:
        return EffectReading(
            Effect.STRONG, f"Even the low end of the range is a gain of {strong_from:g} points or more"
        )
    return EffectReading(Effect.PROMISING, "The whole range is above 0")
