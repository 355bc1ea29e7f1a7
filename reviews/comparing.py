"""A review beside the one before it: what was decided, how far each outcome came, who said what. No query of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from sendco.core.dates import long_date

from . import rules
from .enums import InviteeKind
from .models import ContributionLink, EhcOutcome, Invitee, OutcomeProgress, Review

FIRST = (InviteeKind.PUPIL, InviteeKind.PARENT)
"""Whose views come first; everybody else's advice follows in the order of the list."""


@dataclass(frozen=True)
class Said:
    """What one person gave to one review: (question, answer) pairs from their link, and advice in one piece."""

    name: str
    answers: tuple[tuple[str, str], ...] = ()
    advice: str = ""


@dataclass(frozen=True)
class Side:
    """One person in both reviews; None where nothing came."""

    who: str
    before: Said | None
    now: Said | None


@dataclass(frozen=True)
class Movement:
    """One outcome in both reviews. change: (status, words) of the chip."""

    outcome: EhcOutcome
    before: OutcomeProgress | None
    now: OutcomeProgress | None
    change: tuple[str, str]


def movements(outcomes: Iterable[EhcOutcome], judged: Iterable[OutcomeProgress], now: Review) -> list[Movement]:
    """Every outcome of the plan with both judgements. `judged`: those of the two reviews."""
    found = {(row.outcome_id, row.review_id == now.pk): row for row in judged if row.rating is not None}
    rows = []
    for outcome in outcomes:
        before, current = found.get((outcome.pk, False)), found.get((outcome.pk, True))
        rows.append(Movement(outcome, before, current, _change(before, current)))
    return rows


def _change(before: OutcomeProgress | None, now: OutcomeProgress | None) -> tuple[str, str]:
    if now is None:
        return "none", "Not rated yet"
    if before is None:
        return "none", "Not rated last time"
    if now.rating > before.rating:
        return "ok", "Further on"
    return ("warn", "Further back") if now.rating < before.rating else ("none", "The same")


def with_answers(people: QuerySet[Invitee]) -> QuerySet[Invitee]:
    """People with `answers`: what they sent by link, or None. No query of its own."""
    sent = ContributionLink.objects.filter(invitee=OuterRef("pk"), submitted_at__isnull=False)
    return people.annotate(answers=Subquery(sent.values("answers")[:1]))


def sides(before: Iterable[Invitee], now: Iterable[Invitee], *, first_name: str) -> list[Side]:
    """People who said something in either review: the child and the parents first. People as `with_answers` reads them.

    A person is the same when kind and name are, or when the kind has one person in both.
    """
    old, new = _said(before, first_name), _said(now, first_name)
    pairs: list[tuple[str, str, Said | None, Said | None]] = []
    for kind in [*FIRST, *(kind for kind in InviteeKind if kind not in FIRST)]:
        then, today = old.get(kind, {}), new.get(kind, {})
        if len(then) == 1 and len(today) == 1:
            [one], [other] = then.values(), today.values()
            pairs.append((kind, other.name, one, other))
            continue
        names = dict.fromkeys([*then, *today])
        pairs += [(kind, (today.get(name) or then[name]).name, then.get(name), today.get(name)) for name in names]
    return [Side(_who(kind, name), one, other) for kind, name, one, other in pairs]


def _who(kind: str, name: str) -> str:
    label = InviteeKind(kind).label
    return f"{name}, {label[0].lower()}{label[1:]}" if name else str(label)


def _said(people: Iterable[Invitee], first_name: str) -> dict[str, dict[str, Said]]:
    """{kind: {name in small letters: what they said}}, without those who said nothing."""
    found: dict[str, dict[str, Said]] = {}
    for person in people:
        pairs = rules.asked_and_answered(person.answers, first_name)
        answers = tuple((question, answer) for question, answer in pairs if answer)
        if answers or person.advice:
            name = person.name.strip().casefold()
            found.setdefault(person.kind, {})[name] = Said(person.name, answers, person.advice)
    return found


def facts(before: Review, now: Review) -> list[dict[str, Any]]:
    """The two reviews as rows of a table: label, then, now. Rows that are empty on both sides are left out."""
    labels: Sequence[tuple[str, Any]] = (
        ("Meeting", lambda item: long_date(item.held_on) if item.held_on else _booked(item)),
        ("What the meeting said", lambda item: item.summary),
        ("Headteacher’s recommendations", lambda item: item.recommendations),
        ("Where others differed", lambda item: item.differences),
        ("Local authority", _decision),
    )
    rows = [{"label": label, "before": read(before), "now": read(now)} for label, read in labels]
    return [row for row in rows if row["before"] or row["now"]]


def _booked(item: Review) -> str:
    return f"Booked for {long_date(item.meeting_on)}" if item.meeting_on else "No date yet"


def _decision(item: Review) -> str:
    return f"{item.get_decision_display()}, {long_date(item.notice_on)}" if item.decision and item.notice_on else ""
