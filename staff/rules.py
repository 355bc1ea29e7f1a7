"""What holds of contracts and skills. Pure: no database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal

from sendco.core.dates import long_date, same_day_months_after

EXPIRES_SOON = timedelta(days=60)
"""A course has to be found and booked, so a skill that lapses asks for attention this long before."""

COMMON_SKILLS: dict[str, int | None] = {
    "Paediatric first aid": 36,  # early years statutory framework, annex A: renewed every three years
    "ELSA": None,
    "Makaton": None,
    "Moving and handling": None,
    "Positive handling": None,
    "Phonics": None,
    "PECS": None,
}
"""Names offered before a federation has its own list, with the months for which the skill holds where that is settled."""

Span = tuple[int, int]
"""From and to, in minutes after midnight."""


def minutes_of(at: time) -> int:
    return at.hour * 60 + at.minute


def time_of(minutes: int) -> time:
    """The inverse of `minutes_of`, kept within the day."""
    minutes = min(max(minutes, 0), 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)


def pattern_hours(spans: Iterable[Span]) -> Decimal:
    """Hours in a weekly pattern, breaks between spans left out."""
    return (Decimal(sum(ends - starts for starts, ends in spans)) / 60).quantize(Decimal("0.01"))


def overlap(a: Span, b: Span) -> bool:
    """True when both need the same minute; one may begin as the other ends."""
    return a[0] < b[1] and b[0] < a[1]


def contains(outer: Iterable[Span], inner: Span) -> bool:
    """Whether one span of `outer` holds all of `inner`."""
    return any(starts <= inner[0] and inner[1] <= ends for starts, ends in outer)


def expiry(gained_on: date, months_valid: int | None) -> date | None:
    """The last day on which a skill holds; None when it does not lapse."""
    return None if months_valid is None else same_day_months_after(gained_on, months_valid)


def holds(expires_on: date | None, on: date) -> bool:
    return expires_on is None or expires_on >= on


def skill_status(expires_on: date | None, on: date) -> tuple[str, str]:
    """(status, words) for the chip of a skill."""
    if expires_on is None:
        return "ok", "Does not run out"
    if expires_on < on:
        return "warn", f"Ran out on {long_date(expires_on)}"
    if expires_on <= on + EXPIRES_SOON:
        return "warn", f"Runs out on {long_date(expires_on)}"
    return "ok", f"Until {long_date(expires_on)}"


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9@]+", text.lower())


def _within(short: list[str], long: list[str]) -> bool:
    """Whether `short` stands in `long` as a run of whole words."""
    return bool(short) and any(long[n : n + len(short)] == short for n in range(len(long) - len(short) + 1))


def serves(skill: str, intervention: str, training: str) -> bool:
    """Whether a skill is the training that an intervention asks for, by name.

    The catalogue names training in free text: "Makaton" serves "Makaton level 1-2 workshop", and "Numbers Count" serves the
    intervention of that name.
    """
    words = words_of(skill)
    return (
        _within(words, words_of(intervention))
        or _within(words, words_of(training))
        or _within(words_of(intervention), words)
    )


def asks_for_training(training: str) -> bool:
    """False for an empty text and for "none needed"."""
    return bool(training.strip()) and not training.strip().lower().startswith("none")
