"""Targets as pages show them: the newest rating, the last six, a few words about them, and advice on the wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import FilteredRelation, Q, QuerySet

from pupils import rules
from pupils.enums import Rating, TargetState
from pupils.models import Plan, ProgressRecord, Target


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target on a page. trail: the last six days' ratings, oldest first."""

    target: Target
    trail: Sequence[int]
    words: str
    hints: Sequence[rules.Hint] = field(default=())
    is_stuck: bool = False

    @property
    def is_open(self) -> bool:
        return self.target.state == TargetState.OPEN

    @property
    def prefix(self) -> str:
        """Of the ids of its radio buttons."""
        return f"rating-{self.target.pk}"


def rows_of(plan: Plan, *, on: date, target_id: int | None = None, with_hints: bool = False) -> list[TargetRow]:
    """The targets of a plan in order, or the one asked for. One query for targets and ratings together."""
    found = joined_targets(on).filter(plan=plan)
    if target_id is not None:
        found = found.filter(pk=target_id)
    return rows_from(plan, found, with_hints=with_hints)


def rows_by_plan(plans: Sequence[Plan], *, on: date, with_hints: bool = False) -> dict[int, list[TargetRow]]:
    """{plan id: its targets in order}, for every plan given. One query for any number of plans."""
    found: dict[int, list[Target]] = {plan.pk: [] for plan in plans}
    for target in joined_targets(on).filter(plan__in=plans):
        found[target.plan_id].append(target)
    return {plan.pk: rows_from(plan, found[plan.pk], with_hints=with_hints) for plan in plans}


def joined_targets(on: date) -> QuerySet[Target]:
    """Targets with one of their ratings of the last months as `record`: a row a rating, oldest first, or one without."""
    near = Q(progress__on__gte=on - timedelta(days=rules.LOOKED_BACK_DAYS), progress__on__lte=on)
    return (
        Target.objects.annotate(record=FilteredRelation("progress", condition=near))
        .select_related("record")
        .order_by("plan", "order", "pk", "record__on", "record__pk")
    )


def rows_from(plan: Plan, found: Iterable[Target], *, with_hints: bool = False) -> list[TargetRow]:
    """From targets joined with their records, a row a record, oldest first. No query."""
    targets: dict[int, Target] = {}
    records: dict[int, list[ProgressRecord]] = {}
    for joined in found:
        targets.setdefault(joined.pk, joined)
        # Without a match the join sets no attribute at all.
        if (record := getattr(joined, "record", None)) is not None:
            records.setdefault(joined.pk, []).append(record)
    still_open = sum(target.state == TargetState.OPEN for target in targets.values())
    rows = []
    for target in targets.values():
        target.plan = plan
        days = by_day(records.get(target.pk, ()))
        trail = [record.rating for record in days][-rules.RATINGS_LOOKED_AT :]
        hints = hints_of(target, still_open) if with_hints and target.state == TargetState.OPEN else []
        rows.append(TargetRow(target, trail, _words(target, trail), hints, rules.is_not_progressing(trail)))
    return rows


def by_day(records: Iterable[ProgressRecord]) -> list[ProgressRecord]:
    """The last record of each day, oldest day first: a correction on the same day is not a second rating."""
    days: dict[date, ProgressRecord] = {}
    for record in sorted(records, key=lambda each: (each.on, each.pk)):
        days[record.on] = record
    return list(days.values())


def hints_of(target: Target, still_open: int) -> list[rules.Hint]:
    """Advice on the wording of one target. still_open: open targets of the plan, this one counted."""
    return rules.check_target(
        target.text, baseline=target.baseline, has_due_date=True, open_targets=max(0, still_open - 1)
    )


def _words(target: Target, trail: Sequence[int]) -> str:
    parts = [f"Outcome {target.ehc_outcome} in the EHC plan"] if target.ehc_outcome else []
    if len(trail) == 1:
        parts.append("Rated once")
    elif trail:
        reached = sum(rating >= Rating.NEARLY for rating in trail)
        parts.append(f"Nearly or got it on {reached} of the last {len(trail)} days")
    else:
        parts.append("Not rated yet")
    return ". ".join(parts)
