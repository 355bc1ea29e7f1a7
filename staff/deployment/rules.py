"""Who could take a session whose adult is away: pure, on plain values. Times are minutes after midnight.

Sessions written in Section F of an EHC plan come first: the local authority must secure them (Children and Families Act
2014, section 42), so they are never traded for anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sendco.core.ui import clock_time
from staff.rules import Span, asks_for_training, contains, overlap, serves, time_of

CONTRACTED, NOT_KNOWN, OUTSIDE = range(3)
LED_GROUP, TRAINED, LED_BEFORE, NO_MATTER, NOT_TRAINED = range(5)
WORDS_OF_HOURS = {CONTRACTED: "", NOT_KNOWN: "Working hours are not recorded", OUTSIDE: "Outside contracted hours"}


@dataclass(frozen=True, slots=True)
class Gap:
    """A session that needs somebody. training: what the intervention asks for, in the catalogue's words."""

    session_id: int
    on: date
    span: Span
    group_id: int
    intervention_id: int
    intervention: str
    training: str = ""
    is_section_f: bool = False
    deliverer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Busy:
    """Something an adult does already on the day."""

    span: Span
    what: str
    is_section_f: bool = False


@dataclass(frozen=True, slots=True)
class Adult:
    """One member of staff on one day.

    works: spans contracted, () for a day not worked, None when not recorded. skills: names that hold on the day.
    load: minutes of sessions that week. led_groups, led_interventions: ids run before.
    """

    user_id: int
    name: str
    is_support: bool = True
    is_away: bool = False
    works: tuple[Span, ...] | None = None
    busy: tuple[Busy, ...] = ()
    skills: frozenset[str] = frozenset()
    led_groups: frozenset[int] = frozenset()
    led_interventions: frozenset[int] = frozenset()
    load: int = 0
    role: str = ""

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What speaks for and against one adult. obstacle: why it cannot be; empty for those who can."""

    adult: Adult
    obstacle: str = ""
    reasons: tuple[str, ...] = ()
    is_movable: bool = False
    order: tuple = field(default=(), compare=False)

    @property
    def is_free(self) -> bool:
        return not self.obstacle

    @property
    def words(self) -> str:
        """Free until noon. Has run this group before"""
        return ". ".join([self.obstacle] if self.obstacle else self.reasons)


def in_order(gaps: Iterable[Gap]) -> list[Gap]:
    """By day; on a day those of an EHC plan first, then by time."""
    return sorted(gaps, key=lambda gap: (gap.on, not gap.is_section_f, gap.span, gap.session_id))


def judge(gap: Gap, adult: Adult) -> Candidate:
    """Whether one adult could take a session, and why. Away or busy is an obstacle; hours and training only rank."""
    if adult.is_away:
        return Candidate(adult, "Away", order=(2, adult.name.casefold(), adult.user_id))
    clash = next((busy for busy in adult.busy if overlap(busy.span, gap.span)), None)
    if clash is not None:
        is_movable = gap.is_section_f and not clash.is_section_f
        words = f"{clash.what}, until {clock_time(time_of(clash.span[1]))}"
        return Candidate(
            adult, words, is_movable=is_movable, order=(0 if is_movable else 1, adult.name.casefold(), adult.user_id)
        )
    hours, training = _hours(gap, adult), _training(gap, adult)
    reasons = [_free(gap, adult, hours), WORDS_OF_HOURS[hours], _training_words(gap, adult, training)]
    if not adult.is_support:
        reasons.append(adult.role)
    order = (hours, not adult.is_support, training, adult.load, adult.name.casefold(), adult.user_id)
    return Candidate(adult, reasons=tuple(reason for reason in reasons if reason), order=order)


def _hours(gap: Gap, adult: Adult) -> int:
    if adult.works is None:
        return NOT_KNOWN
    return CONTRACTED if contains(adult.works, gap.span) else OUTSIDE


def _training(gap: Gap, adult: Adult) -> int:
    if gap.group_id in adult.led_groups:
        return LED_GROUP
    if _skill(gap, adult):
        return TRAINED
    if gap.intervention_id in adult.led_interventions:
        return LED_BEFORE
    return NOT_TRAINED if asks_for_training(gap.training) else NO_MATTER


def _skill(gap: Gap, adult: Adult) -> str:
    return next((name for name in sorted(adult.skills) if serves(name, gap.intervention, gap.training)), "")


def _training_words(gap: Gap, adult: Adult, training: int) -> str:
    return {
        LED_GROUP: "Has run this group before",
        TRAINED: f"Trained: {_skill(gap, adult)}",
        LED_BEFORE: "Has run it before",
        NO_MATTER: "",
        NOT_TRAINED: "No training recorded",
    }[training]


def _free(gap: Gap, adult: Adult, hours: int) -> str:
    """Free, or until when: the next session, else nothing to say."""
    if hours == OUTSIDE:
        return "Free"
    following = min((busy.span[0] for busy in adult.busy if busy.span[0] >= gap.span[1]), default=None)
    if following is None:
        return "Free"
    at = time_of(following)
    return f"Free until {'noon' if (at.hour, at.minute) == (12, 0) else clock_time(at)}"


def rank(gap: Gap, adults: Iterable[Adult]) -> list[Candidate]:
    """Everybody but the adult of the session: who can first, best first; then those who cannot.

    Best is: contracted at that time, then support staff, then who knows the group or has the training, then who has the
    fewest sessions that week. Of those who are busy, whoever leaves nothing of an EHC plan comes first.
    """
    judged = [judge(gap, adult) for adult in adults if adult.user_id != gap.deliverer_id]
    return sorted(judged, key=lambda candidate: (not candidate.is_free, candidate.order))


def suggest(gaps: Sequence[Gap], adults: dict[date, Sequence[Adult]]) -> dict[int, Candidate | None]:
    """The best adult for each session, EHC plans first, nobody in two places: {session id: candidate or None}.

    Only people contracted then, or whose hours are not recorded, are suggested. adults: by day.
    """
    taken: dict[tuple[date, int], list[Busy]] = {}
    found: dict[int, Candidate | None] = {}
    for gap in in_order(gaps):
        day = [
            replace(adult, busy=adult.busy + tuple(taken.get((gap.on, adult.user_id), ())))
            for adult in adults.get(gap.on, ())
        ]
        best = next((each for each in rank(gap, day) if each.is_free and each.order[0] != OUTSIDE), None)
        found[gap.session_id] = best
        if best is not None:
            taken.setdefault((gap.on, best.adult.user_id), []).append(Busy(gap.span, "Covering", gap.is_section_f))
    return found
