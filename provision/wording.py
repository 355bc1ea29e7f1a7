"""Findings in words: the title of an impact page, how far to trust it, and what is worth a conversation. No query.

Pages say "gained", never "helped": no school has a comparison group.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from provision.enums import MissedReason
from provision.map_values import SchoolMap, year_label
from provision.rules.dosage import Dosage, Rag
from provision.rules.effect import Display, Effect
from provision.rules.reading import Impact
from provision.rules.scores import Verdict
from sendco.core import ui

FEWEST_SESSIONS = 5
FEWEST_PUPILS_FOR_NO_GAIN = 8
DEAR = Decimal(250)
MOST_HINTS = 3
_REASONS = {
    MissedReason.STAFF_ABSENT: "adult away",
    MissedReason.STAFF_MOVED: "adult needed elsewhere",
    MissedReason.PUPIL_ABSENT: "pupils away",
    MissedReason.TRIP: "trip or event",
    MissedReason.ROOM: "no room",
    MissedReason.REFUSED: "pupils did not want to",
    MissedReason.OTHER: "other",
}

EFFECT_MARKS = {
    Effect.STRONG: "ok",
    Effect.PROMISING: "ok",
    Effect.UNCLEAR: "none",
    Effect.TOO_EARLY: "none",
    Effect.NOT_TESTED: "warn",
    Effect.FELL_BACK: "warn",
}
"""The mark beside each word for an effect."""


def points(value: float, noun: str = "point") -> str:
    """6.2 points, 1 month. One place, without a needless nought."""
    shown = f"{abs(value):.1f}".removesuffix(".0")
    return f"{'−' if round(value, 1) < 0 else ''}{shown} {noun if shown == '1' else noun + 's'}"


def signed_number(value: float) -> str:
    shown = f"{abs(value):.1f}"
    return f"{'−' if round(value, 1) < 0 else '+' if round(value, 1) > 0 else ''}{shown}"


def range_words(impact: Impact) -> str:
    """Likely between 3.9 and 8.5; empty when no range can be worked out."""
    change = impact.change
    if change is None or change.gain_lo is None or change.gain_hi is None or not impact.shows_average:
        return ""
    low, high = (f"{value:.1f}".replace("-", "−") for value in (change.gain_lo, change.gain_hi))
    return f"Likely between {low} and {high}"


def headline(impact: Impact, name: str) -> str:
    """The finding, for the title of the page."""
    word, pace = impact.reading.word, bool(impact.test and impact.test.keeps_pace)
    if word is Effect.TOO_EARLY:
        return f"Too early to say for {name}"
    if word is Effect.NOT_TESTED:
        return f"{name} has had too few sessions to judge"
    if word is Effect.UNCLEAR:
        return f"We cannot tell yet for {name}"
    if word is Effect.FELL_BACK:
        return f"Pupils on {name} fell behind" if pace else f"Pupils on {name} went back"
    gained = "caught up" if pace else "gained"
    most = impact.result is not None and impact.result.gained * 2 > impact.n
    return f"Most pupils on {name} {gained}" if most else f"On average, pupils on {name} {gained}"


def lead(impact: Impact, span: str) -> str:
    """Two or three sentences under the title. span: "Groups from September 2025 to November 2026"."""
    if impact.n == 0:
        return f"No pupil has a score both before and after yet. {span}."
    if not impact.shows_average:
        return (
            f"{ui.plural_words(impact.n, 'pupil')} {'has' if impact.n == 1 else 'have'} both scores, too few for an "
            f"average. {span}."
        )
    change, result, test = impact.change, impact.result, impact.test
    beside = " on children their age" if test.keeps_pace else ""
    told = f"{result.gained} of {impact.n} pupils gained{beside}. The average gain was {points(change.gain, test.noun)}"
    if impact.reading.word in (Effect.STRONG, Effect.PROMISING) and change.gain_lo is not None:
        return f"{told}, and we can be fairly sure it is more than {_floor(change.gain_lo)}. {span}."
    return f"{told}. {span}."


def _floor(value: float) -> str:
    """Rounded down, so that the sentence never claims too much."""
    return f"{int(value)}" if value >= 1 else "0"


def fell_words(impact: Impact) -> str:
    """Who did not gain. On a test in months a pupil may go up and still gain less than time alone brings."""
    fell = impact.result.fell if impact.result else 0
    if impact.test and impact.test.is_age:
        return f"{fell} gained less than the time that passed" if fell else "All gained as much as the time that passed"
    return f"{fell} fell back" if fell else "None fell back"


def why_missed(dose: Dosage | None) -> str:
    """It lost 9 sessions: adult away 6, trip or event 2."""
    if dose is None or not dose.missed:
        return ""
    return ", ".join(f"{_REASONS[reason]} {count}" for reason, count in dose.missed)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to know before trusting a result. status: of the mark beside it."""

    status: str
    text: str


def checks(impact: Impact, *, low_groups: int, groups: int) -> list[Check]:
    """How far to trust the result: same test, dose, and what no school's own figures can show."""
    found = []
    if impact.n:
        same = f"Same test before and after, for {'all ' if not impact.left_out and impact.n > 1 else ''}{_pupils(impact.n)}"
        found.append(Check("ok", same))
    if impact.left_out:
        other = f"{_pupils(impact.left_out)} left out: another test before, or a score off its scale"
        found.append(Check("warn", other))
    if groups and impact.dose is not None:
        words = f"{groups - low_groups} of {groups} groups had enough of the planned sessions"
        if groups == 1:
            words = f"The group {'missed too many' if low_groups else 'had enough'} of the planned sessions"
        found.append(Check("ok" if not low_groups else "warn", words))
        if impact.dose.rag is Rag.RED:
            found.append(Check("warn", f"Pupils had {impact.dose.dose}% of the planned time. It was not really tried"))
    found.append(Check("warn", "No comparison group. Some pupils who start low rise anyway"))
    test = impact.test
    if test is not None and not test.keeps_pace and impact.n:
        found.append(
            Check("warn", "On this test children score differently as they get older, so 0 is not keeping pace")
        )
    if test is not None and test.is_age:
        found.append(Check("ok", "Months that only time would have brought are taken off each gain"))
    if impact.n > 0 and impact.display is not Display.PERCENTAGES:
        found.append(
            Check("warn", f"{_pupils(impact.n)} {'is' if impact.n == 1 else 'are'} few. One child can move the average")
        )
    if groups > 1:
        found.append(Check("warn", "The groups are too small to compare with each other"))
    return found


def _pupils(count: int) -> str:
    return ui.plural_words(count, "pupil")


def verdict_rows(impact: Impact) -> list[tuple[str, str]]:
    """(what, how many) pupils changed by more than the test's own error; with percentages from 10 pupils on."""
    verdicts = impact.verdicts
    if verdicts is None:
        return []
    within = verdicts[Verdict.WITHIN_ERROR] + verdicts[Verdict.MAINTAINED]
    counts = [
        ("Gained for certain", verdicts[Verdict.IMPROVED]),
        ("Within the test’s own error", within),
        ("Fell back for certain", verdicts[Verdict.FELL]),
    ]
    total = sum(count for _, count in counts)
    if impact.display is not Display.PERCENTAGES:
        return [(what, f"{count} of {total}") for what, count in counts]
    return [(what, f"{count} of {total}, {count * 100 // total}%") for what, count in counts]


# --- Worth a conversation --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hint:
    """about: an intervention's slug, or empty; kind: decides where the link leads."""

    kind: str
    title: str
    text: str
    about: str = ""
    column: int = -1


def hints(found: SchoolMap, *, with_cost: bool) -> list[Hint]:
    """At most three, the most pressing first, one for each intervention. Each says what is seen and what to look at."""
    every = [*_low(found), *_no_gain(found), *_dear(found, with_cost), *_fewest(found)]
    first: dict[str, Hint] = {}
    for hint in every:
        first.setdefault(hint.about or hint.kind, hint)
    return list(first.values())[:MOST_HINTS]


def _low(found: SchoolMap) -> list[Hint]:
    rows = [row for row in found.rows if row.is_low and row.sessions.planned >= FEWEST_SESSIONS]
    if not rows:
        return []
    row = min(rows, key=lambda row: (row.delivery, row.entry.name))
    text = f"Only {row.delivery}% of sessions happened, so a gain is hard to judge. Fix delivery before you decide."
    return [Hint("missed", row.entry.name, text, row.entry.slug)]


def _no_gain(found: SchoolMap) -> list[Hint]:
    words = {Effect.UNCLEAR: "we cannot see a gain yet", Effect.FELL_BACK: "scores went down"}
    rows = [
        row
        for row in found.rows
        if row.impact and row.impact.reading.word in words and row.impact.n >= FEWEST_PUPILS_FOR_NO_GAIN
    ]
    if not rows:
        return []
    row = max(rows, key=lambda row: (row.impact.reading.word is Effect.FELL_BACK, row.impact.n, row.entry.name))
    text = f"{_pupils(row.impact.n)} have scores before and after, and {words[row.impact.reading.word]}. Decide what to change."
    return [Hint("impact", row.entry.name, text, row.entry.slug)]


def _dear(found: SchoolMap, with_cost: bool) -> list[Hint]:
    priced = [row for row in found.rows if row.each]
    if not with_cost or len(priced) < 2:
        return []
    rows = [
        row
        for row in priced
        if row.impact
        and row.impact.reading.word is Effect.STRONG
        and row.each >= max(DEAR, 2 * median(other.each for other in priced if other is not row))
    ]
    if not rows:
        return []
    row = max(rows, key=lambda row: (row.each, row.entry.name))
    text = f"Strong gains, and {ui.money(row.each)} a pupil, the dearest of them. Could more pupils share it?"
    return [Hint("impact", row.entry.name, text, row.entry.slug)]


def _fewest(found: SchoolMap) -> list[Hint]:
    """The year group with the fewest places for each pupil on the register, when it has fewer places than pupils."""
    if found.by != "year" or found.show != "pupils":
        return []
    places = {cell.column.key: int(cell.value) for cell in found.totals}
    short = [
        (places.get(year, 0) / pupils, year)
        for year, pupils in found.on_register.items()
        if pupils >= FEWEST_SESSIONS and places.get(year, 0) < pupils
    ]
    if not short:
        return []
    _, year = min(short)
    text = (
        f"{ui.plural_words(places.get(year, 0), 'place')} for {_pupils(found.on_register[year])} on the register, "
        f"the fewest for each pupil. Is that what they need?"
    )
    return [Hint("year", year_label(year), text, column=year)]
