"""Plans and targets: a cycle begins as a draft, becomes the plan when it is agreed, and ends with a review."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from pupils.enums import PlanState, ReviewDecision, TargetState
from pupils.models import Plan, Pupil, Target
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core.exceptions import Refused

from ._trail import described, note_change, values_of

PLAN_PLAIN = frozenset({"kind", "starts", "review_on", "assessed_on", "parents_met_on", "agreed_on"})
TARGET_PLAIN = frozenset({"area", "due_on", "order", "state", "ehc_outcome"})
COPIED = ("area", "text", "baseline", "success", "strategies", "ehc_outcome")


def _name(by: User | None) -> str:
    return by.get_full_name() if by is not None else ""


def _locked(plan: Plan) -> Plan:
    return Plan.objects.select_for_update().select_related("pupil").get(pk=plan.pk)


def refuse_dates(starts: date, review_on: date) -> None:
    if review_on <= starts:
        raise Refused("The review must be after the day on which the plan starts.")


@transaction.atomic
def start_plan(
    *,
    pupil: Pupil,
    kind: str,
    starts: date,
    review_on: date,
    by: User | None,
    carry: Iterable[int] | None = None,
    **texts: Any,
) -> Plan:
    """Draft the next cycle. Targets still open in the last one are copied forward, due on `review_on`.

    texts: assessment, pupil_views, parent_views, assessed_on. carry: ids of the targets of the last plan to copy instead of
    those still open; an empty list copies none. Raises NotAllowed, or Refused when a draft exists. Writes `plan.started`.
    """
    allow(by, pupil.school_id, Permission.PLAN_EDIT)
    refuse_dates(starts, review_on)
    Pupil.objects.select_for_update().get(pk=pupil.pk)
    last = Plan.objects.filter(pupil=pupil).order_by("-cycle").first()
    if last is not None and last.state == PlanState.DRAFT:
        raise Refused("There is a draft of the next plan already. Open it and go on writing.")
    plan = Plan.objects.create(
        pupil=pupil,
        kind=kind,
        starts=starts,
        review_on=review_on,
        cycle=last.cycle + 1 if last else 1,
        changed_by_name=_name(by),
        **texts,
    )
    copied = _copy_forward(last, plan, carry, by) if last is not None else 0
    note_change("plan.started", pupil=pupil, by=by, target=plan, details={"cycle": plan.cycle, "copied": copied})
    return plan


def _copy_forward(last: Plan, plan: Plan, carry: Iterable[int] | None, by: User | None) -> int:
    targets = Target.objects.filter(plan=last).order_by("order", "pk")
    targets = targets.filter(state=TargetState.OPEN) if carry is None else targets.filter(pk__in=list(carry))
    rows = [
        Target(
            plan=plan,
            order=order,
            due_on=plan.review_on,
            changed_by_name=_name(by),
            **{name: getattr(target, name) for name in COPIED},
        )
        for order, target in enumerate(targets, start=1)
    ]
    return len(Target.objects.bulk_create(rows))


@transaction.atomic
def change_plan(*, plan: Plan, version: int, by: User | None, **fields: Any) -> Plan:
    """Save `fields` of a plan over `version`. Nothing is written when nothing differs.

    Raises NotAllowed, Refused when it has been reviewed or the dates are the wrong way round, Conflict. Writes `plan.changed`.
    """
    allow(by, plan.pupil.school_id, Permission.PLAN_EDIT)
    if plan.state == PlanState.REVIEWED:
        raise Refused("This plan has been reviewed, so it stays as it was. Change the plan that followed it.")
    before = values_of(plan, list(fields))
    for name, value in fields.items():
        setattr(plan, name, value)
    refuse_dates(plan.starts, plan.review_on)
    after = values_of(plan, list(fields))
    if before == after and plan.version == version:
        return plan
    plan.save_over(expected=version, by=by, fields=fields)
    details = described(before, after, plain=PLAN_PLAIN)
    note_change("plan.changed", pupil=plan.pupil, by=by, target=plan, details=details)
    return plan


@transaction.atomic
def agree_plan(*, plan: Plan, on: date, by: User | None, parents_met_on: date | None = None) -> Plan:
    """The draft becomes the plan in force. parents_met_on: when it was agreed in a meeting with the parents.

    Raises NotAllowed, or Refused when it is no draft, has no target or the plan before it has not been reviewed.
    Writes `plan.agreed`.
    """
    allow(by, plan.pupil.school_id, Permission.PLAN_EDIT)
    plan = _locked(plan)
    if plan.state != PlanState.DRAFT:
        raise Refused(
            "This plan is in force already." if plan.state == PlanState.ACTIVE else "This plan has been reviewed."
        )
    if not plan.targets.exists():
        raise Refused("Add a target first: a plan without one cannot be reviewed.")
    if Plan.objects.filter(pupil=plan.pupil, state=PlanState.ACTIVE).exists():
        raise Refused("Review the plan in force first. Then this one can start.")
    plan.state, plan.agreed_on = PlanState.ACTIVE, on
    if parents_met_on is not None:
        plan.parents_met_on = parents_met_on
    plan.save_over(expected=plan.version, by=by, fields=["state", "agreed_on", "parents_met_on"])
    note_change(
        "plan.agreed", pupil=plan.pupil, by=by, target=plan, details={"on": on.isoformat(), "cycle": plan.cycle}
    )
    return plan


@transaction.atomic
def review_plan(
    *,
    plan: Plan,
    on: date,
    decision: str,
    summary: str,
    target_results: Mapping[int, str],
    by: User | None,
    parents_met_on: date | None = None,
    version: int | None = None,
) -> Plan:
    """Close the plan in force: how each target ended, what was decided. A change of support is a step of its own.

    target_results: {target id: TargetState}; targets left out stay open, so that the next plan can take them on.
    version: as read, when a form wrote it. Raises NotAllowed, Refused, Conflict. Writes `plan.reviewed`.
    """
    allow(by, plan.pupil.school_id, Permission.PLAN_EDIT)
    plan = _locked(plan)
    if plan.state != PlanState.ACTIVE:
        raise Refused("Only the plan in force can be reviewed.")
    if on < plan.starts:
        raise Refused("Choose a day on or after the day on which the plan started.")
    targets = {target.pk: target for target in plan.targets.all()}
    if unknown := set(target_results) - set(targets):
        raise Refused(f"{len(unknown)} of these targets are not in this plan.")
    plan.state, plan.reviewed_on, plan.decision, plan.review_summary = (
        PlanState.REVIEWED,
        on,
        ReviewDecision(decision).value,
        summary,
    )
    plan.parents_met_on = parents_met_on or plan.parents_met_on
    fields = ["state", "reviewed_on", "decision", "review_summary", "parents_met_on"]
    plan.save_over(expected=plan.version if version is None else version, by=by, fields=fields)
    for pk, state in target_results.items():
        targets[pk].state = TargetState(state).value
    Target.objects.bulk_update([targets[pk] for pk in target_results], ["state"])
    details = {"on": on.isoformat(), "decision": plan.decision, "cycle": plan.cycle}
    note_change("plan.reviewed", pupil=plan.pupil, by=by, target=plan, details=details)
    return plan


@transaction.atomic
def add_target(*, plan: Plan, area: str, text: str, due_on: date, by: User | None, **extra: Any) -> Target:
    """Add a target at the end. extra: baseline, success, strategies, ehc_outcome, order.

    Raises NotAllowed, or Refused when the plan has been reviewed. Writes `target.added`.
    """
    allow(by, plan.pupil.school_id, Permission.PLAN_EDIT)
    if plan.state == PlanState.REVIEWED:
        raise Refused("This plan has been reviewed. Add the target to the next plan.")
    if not extra.get("order"):
        extra["order"] = (Target.objects.filter(plan=plan).aggregate(last=Max("order"))["last"] or 0) + 1
    target = Target.objects.create(plan=plan, area=area, text=text, due_on=due_on, changed_by_name=_name(by), **extra)
    note_change(
        "target.added", pupil=plan.pupil, by=by, target=target, details={"area": area, "due_on": due_on.isoformat()}
    )
    return target


@transaction.atomic
def change_target(*, target: Target, version: int, by: User | None, **fields: Any) -> Target:
    """Save `fields` of a target over `version`; `state` too, to stop one before the review.

    Raises NotAllowed, Refused when its plan has been reviewed, Conflict. Writes `target.changed`.
    """
    plan = target.plan
    allow(by, plan.pupil.school_id, Permission.PLAN_EDIT)
    if plan.state == PlanState.REVIEWED:
        raise Refused("This plan has been reviewed, so its targets stay as they were.")
    before = values_of(target, list(fields))
    for name, value in fields.items():
        setattr(target, name, value)
    after = values_of(target, list(fields))
    if before == after and target.version == version:
        return target
    target.save_over(expected=version, by=by, fields=fields)
    details = described(before, after, plain=TARGET_PLAIN)
    note_change("target.changed", pupil=plan.pupil, by=by, target=target, details=details)
    return target
