"""What impact is read from: scores before and after, and sessions planned and had. School-scoped, on indexes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from provision.enums import GroupState, MissedReason, SessionState
from provision.models import InstrumentFacts, Line, Session, SessionEntry
from provision.rules.dosage import Dosage
from provision.rules.reading import Measured, Test
from provision.rules.scores import Qualifier, TestScore
from sendco.core.together import in_one_query

_INSTRUMENT = ("slug", "name", "family", "higher_is_better")
_BOUNDS = ("minimum", "maximum")
_MEASURED = (
    "pk", "pupil_id", "group_id", "group__intervention__code", "group__intervention__name", "ends", "cost",
    "entry__value", "entry__on", "entry__qualifier", "entry__instrument__slug",
    "exit__value", "exit__on", "exit__qualifier",
    *(f"exit__instrument__{name}" for name in _INSTRUMENT), "sd", "reliability",
    *(f"exit__instrument__{name}" for name in _BOUNDS),
)  # fmt: skip


def lines_between(school_id: int, starts: date, ends: date) -> QuerySet[Line]:
    """Lines of a school that ran on any day from `starts` to `ends`, both included."""
    return Line.objects.filter(school_id=school_id, starts__lte=ends, ends__gte=starts).order_by()


def with_scores(lines: QuerySet[Line]) -> QuerySet[Line]:
    return lines.filter(entry__isnull=False, exit__isnull=False)


def measured(lines: QuerySet[Line]) -> list[Measured]:
    """Lines with a score before and after, in plain values, oldest line first. One query.

    How exact a test is comes from what the federation entered, else from the instrument.
    """
    facts = InstrumentFacts.objects.filter(
        federation=OuterRef("school__federation"), instrument=OuterRef("exit__instrument")
    )
    exact = {
        name: Coalesce(Subquery(facts.values(name)[:1]), f"exit__instrument__{name}") for name in ("sd", "reliability")
    }
    tests: dict[str, Test] = {}
    found = []
    for row in with_scores(lines).annotate(**exact).order_by("pk").values_list(*_MEASURED):
        pk, pupil, group, code, name, ends, cost = row[:7]
        first, first_on, first_sign, first_slug, last, last_on, last_sign, slug = row[7:15]
        if slug not in tests:
            tests[slug] = _test(*row[14:])
        entry = TestScore(float(first), first_slug, first_on, Qualifier(first_sign))
        leaving = TestScore(float(last), slug, last_on, Qualifier(last_sign))
        found.append(Measured(pk, pupil, group, code, name, tests[slug], entry, leaving, ends, cost))
    return found


def _test(slug: str, name: str, family: str, higher: bool, sd: Any, reliability: Any, low: Any, high: Any) -> Test:
    return Test(
        slug, name, family, higher, float(sd) if sd else None, float(reliability) if reliability else None,
        float(low), float(high),
    )  # fmt: skip


@dataclass(slots=True)
class Counts:
    """Adds up rows of sessions; a `Dosage` at the end. Numbers are of sessions, or of one pupil's sessions."""

    planned: int = 0
    delivered: int = 0
    away: int = 0
    planned_minutes: int = 0
    delivered_minutes: int = 0
    away_minutes: int = 0
    missed: dict[MissedReason, int] | None = None

    def take(self, state: str, reason: str, count: int, minutes: int) -> None:
        """Sessions of one state and reason. A trip leaves the plan; other losses stay in it."""
        if state == SessionState.MISSED and reason == MissedReason.TRIP:
            return
        self.planned += count
        self.planned_minutes += minutes
        if state == SessionState.DELIVERED:
            self.delivered += count
            self.delivered_minutes += minutes
        elif reason:
            self.missed = self.missed or {}
            self.missed[MissedReason(reason)] = self.missed.get(MissedReason(reason), 0) + count

    def dosage(self) -> Dosage:
        missed = dict(self.missed or {})
        if self.away:
            missed[MissedReason.PUPIL_ABSENT] = missed.get(MissedReason.PUPIL_ABSENT, 0) + self.away
        return Dosage(
            planned=self.planned,
            delivered=self.delivered,
            attended=self.delivered - self.away,
            planned_minutes=self.planned_minutes,
            attended_minutes=self.delivered_minutes - self.away_minutes,
            missed=tuple(sorted(missed.items(), key=lambda item: (-item[1], item[0].value))),
        )


def due(on: date, prefix: str = "") -> Q:
    """Sessions that count until now: before `on`, and those of `on` that are logged."""
    today = Q(**{f"{prefix}on": on}) & ~Q(**{f"{prefix}state": SessionState.PLANNED})
    return Q(**{f"{prefix}on__lt": on}) | today


def dosage_by_line(lines: QuerySet[Line], on: date) -> dict[int, Dosage]:
    """What each pupil had of what was planned for that pupil, until `on`. One query for any number of lines.

    lines: narrowed by columns of the line alone, since it stands as a subquery.
    """
    inside = Q(group__sessions__on__gte=F("starts"), group__sessions__on__lte=F("ends"))
    by_state = ("pk", "group__sessions__state", "group__sessions__reason")
    sessions = (
        Line.objects.filter(pk__in=lines.values("pk"))
        .filter(inside & due(on, "group__sessions__"))
        .order_by()
        .values(*by_state)
        .annotate(n=Count("pk"), minutes=Sum("group__sessions__minutes"))
    )
    away = (
        SessionEntry.objects.filter(line__in=lines.values("pk"), was_away=True, session__state=SessionState.DELIVERED)
        .order_by()
        .values("line")
        .annotate(n=Count("pk"), minutes=Sum("session__minutes"))
    )
    found = in_one_query(
        {"sessions": (sessions, (*by_state, "n", "minutes")), "away": (away, ("line", "n", "minutes"))}
    )
    counts: dict[int, Counts] = {}
    for row in found["sessions"]:
        pk, state, reason = (row[name] for name in by_state)
        counts.setdefault(pk, Counts()).take(state, reason, row["n"], row["minutes"])
    for row in found["away"]:
        if row["line"] in counts:
            counts[row["line"]].away, counts[row["line"]].away_minutes = row["n"], row["minutes"]
    return {pk: count.dosage() for pk, count in counts.items()}


def sessions_by_group(
    sessions: QuerySet[Session], on: date, *, since: date
) -> tuple[dict[int, Dosage], dict[int, Dosage]]:
    """Sessions of each group until `on`, whoever was there: from `since`, and before it. One query."""
    is_now = Case(When(on__gte=since, then=1), default=0, output_field=IntegerField())
    rows = (
        sessions.filter(due(on))
        .order_by()
        .annotate(is_now=is_now)
        .values_list("is_now", "group_id", "state", "reason")
        .annotate(n=Count("pk"), m=Sum("minutes"))
    )
    counts: tuple[dict[int, Counts], dict[int, Counts]] = ({}, {})
    for is_now, group, state, reason, count, minutes in rows:
        counts[0 if is_now else 1].setdefault(group, Counts()).take(state, reason, count, minutes)
    now, earlier = ({group: count.dosage() for group, count in part.items()} for part in counts)
    return now, earlier


def missing_scores(lines: QuerySet[Line], on: date) -> QuerySet[Line]:
    """Lines that lack a score where the intervention names a test: before, once begun; after, once ended with no reason."""
    over = Q(ends__lt=on) | Q(group__state=GroupState.FINISHED)
    no_exit = over & Q(exit__isnull=True, no_exit_reason="")
    return lines.filter(group__intervention__instrument__isnull=False, starts__lte=on).filter(
        Q(entry__isnull=True, no_exit_reason="") | no_exit
    )
