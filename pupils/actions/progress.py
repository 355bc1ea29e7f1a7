"""Progress towards a target: a rating on a day, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction

from pupils.enums import PlanState, Rating, TargetState
from pupils.models import ProgressRecord, Target
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core import clock
from sendco.core.exceptions import NotAllowed, Refused

from ._trail import note_change


def _follow_latest(target: Target) -> None:
    """Repeat the newest rating on the target. Not a new version: whoever is rewording the target has no conflict with it."""
    newest = ProgressRecord.objects.filter(target=target).order_by("-on", "-pk").first()
    target.latest_rating, target.latest_on = (newest.rating, newest.on) if newest else (None, None)
    Target.objects.filter(pk=target.pk).update(latest_rating=target.latest_rating, latest_on=target.latest_on)


@transaction.atomic
def record_progress(*, target: Target, on: date, rating: int, by: User | None, note: str = "") -> ProgressRecord:
    """Rate a target on a day. `target.latest_rating` follows the newest day. Four queries and one for the trail.

    Raises NotAllowed, or Refused when the target or its plan is closed. Writes `target.progress`, without the note.
    """
    plan = target.plan
    allow(by, plan.pupil.school_id, Permission.PROGRESS_RECORD)
    if plan.state == PlanState.REVIEWED or target.state != TargetState.OPEN:
        raise Refused("This target is closed. Record progress on a target of the plan in force.")
    record = ProgressRecord.objects.create(
        target=target, on=on, rating=Rating(rating), note=note, recorded_by=by, recorded_at=clock.now()
    )
    _follow_latest(target)
    note_change(
        "target.progress",
        pupil=plan.pupil,
        by=by,
        target=target,
        details={"rating": record.rating, "on": on.isoformat()},
    )
    return record


@transaction.atomic
def record_many(*, target: Target, ratings: Sequence[tuple[date, int]], by: User | None) -> list[ProgressRecord]:
    """Rate a target on several days of the past, oldest first, as history that is brought in. Four queries for any number.

    Writes the rows and events that `record_progress` would have written on each of the days, at noon. Raises the same.
    """
    plan = target.plan
    allow(by, plan.pupil.school_id, Permission.PROGRESS_RECORD)
    if plan.state == PlanState.REVIEWED or target.state != TargetState.OPEN:
        raise Refused("This target is closed. Record progress on a target of the plan in force.")
    records, events = [], []
    for on, rating in ratings:
        moment = datetime.combine(on, time(12), clock.LONDON)
        records.append(ProgressRecord(target=target, on=on, rating=Rating(rating), recorded_by=by, recorded_at=moment))
        details = {"rating": int(rating), "on": on.isoformat()}
        event = audit.build(
            "target.progress", by=by, target=target, school_id=plan.pupil.school_id, pupil_id=plan.pupil_id,
            label=plan.pupil.initials, details=details,
        )  # fmt: skip
        event.at = moment
        events.append(event)
    records = ProgressRecord.objects.bulk_create(records)
    audit.record_many(events)
    _follow_latest(target)
    return records


def check_can_undo(by: User | None, record: ProgressRecord) -> None:
    """One's own rating, or anybody's for who writes plans. Raises NotAllowed."""
    school_id = record.target.plan.pupil.school_id
    allow(by, school_id, Permission.PROGRESS_RECORD)
    if by is not None and record.recorded_by_id != by.pk and not by.access.can(Permission.PLAN_EDIT, school_id):
        raise NotAllowed("A colleague recorded this. Ask them or your SENDCo to take it back.")


@transaction.atomic
def undo_progress(*, record: ProgressRecord, by: User | None) -> Target:
    """Take a rating back; the target shows the one before it. Raises NotAllowed. Writes `target.progress_undone`."""
    check_can_undo(by, record)
    target = record.target
    details = {"rating": record.rating, "on": record.on.isoformat()}
    note_change("target.progress_undone", pupil=target.plan.pupil, by=by, target=target, details=details)
    record.delete()
    _follow_latest(target)
    return target
