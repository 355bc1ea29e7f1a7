"""Plan, change and finish a group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.db import transaction

from provision.enums import Funding, GroupState, SessionState
from provision.models import Group, Intervention, Line, Session, Slot
from provision.permissions import check_can_plan
from pupils.models import Pupil
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.exceptions import Refused
from sendco.schools.models import School
from sendco.schools.services import calendar_for, rate_for

from .planning import SlotTimes, new_session, price, reprice, times_of
from .scores import Result, record_entry_exit

CHANGEABLE = (
    "name", "starts", "ends", "minutes", "times_per_week", "weeks", "deliverer", "grade", "place", "materials_cost",
    "funding", "is_section_f",
)  # fmt: skip


@transaction.atomic
def plan_group(
    *,
    school: School,
    intervention: Intervention,
    name: str,
    starts: date,
    ends: date,
    minutes: int,
    times_per_week: int,
    weeks: int,
    deliverer: User | None,
    grade: str,
    pupils: Sequence[Pupil],
    slots: SlotTimes,
    by: User | None,
    place: str = "",
    materials_cost: Decimal | int = 0,
    funding: str = Funding.NOTIONAL,
    is_section_f: bool = False,
) -> Group:
    """Start an intervention for pupils: a group, a costed line for each, a session for each slot on open school days.

    slots: (weekday, time) pairs, 0 is Monday; none when times are not settled yet. Nine queries for any number of pupils
    and sessions. Raises NotAllowed, or Refused when the dates, pupils or rate make no sense.
    """
    check_can_plan(by, school.pk)
    _check_dates(starts, ends)
    _check_pupils(pupils, school.pk)
    group = Group.objects.create(
        school=school, intervention=intervention, name=name, starts=starts, ends=ends, minutes=minutes, weeks=weeks,
        times_per_week=times_per_week, deliverer=deliverer, grade=grade, hourly_rate=rate_for(school, grade, starts),
        materials_cost=Decimal(materials_cost), place=place, funding=funding, is_section_f=is_section_f,
    )  # fmt: skip
    calendar = calendar_for(school.pk)
    Slot.objects.bulk_create([Slot(group=group, weekday=day, starts_at=at) for day, at in sorted(set(slots))])
    lines = [Line(pupil=pupil, group=group, school=school, starts=starts, ends=ends) for pupil in pupils]
    lines = Line.objects.bulk_create(price(group, lines, calendar))
    meetings = times_of(slots, starts=starts, ends=ends, calendar=calendar)
    Session.objects.bulk_create([new_session(group, day, at) for day, at in meetings], batch_size=200)
    audit.record_many(
        [
            audit.build(
                "group.planned", by=by, target=group, details={"pupils": len(lines), "sessions": len(meetings)}
            ),
            *(audit.build("line.started", by=by, target=line, details={"group": group.pk}) for line in lines),
        ]
    )
    return group


@transaction.atomic
def change_group(
    *,
    group: Group,
    version: int,
    on: date,
    by: User | None,
    slots: SlotTimes | None = None,
    new_rate: bool = False,
    **fields: Any,
) -> Group:
    """Change dose, dates, adult, place or slots. Past and logged sessions stay; those not logged from `on` follow.

    fields: any of CHANGEABLE. slots: the whole new week, or None to leave it. new_rate: take the rate in force on `on`;
    a changed grade does so anyway. Raises NotAllowed, Refused or Conflict. At most 14 queries.
    """
    check_can_plan(by, group.school_id)
    _check_running(group)
    before = {name: getattr(group, name) for name in fields}
    old_deliverer = group.deliverer_id
    for name in fields:
        if name not in CHANGEABLE:
            raise TypeError(f"{name} of a group cannot be changed")
        setattr(group, name, fields[name])
    _check_dates(group.starts, group.ends)
    if new_rate or before.get("grade", group.grade) != group.grade:
        group.hourly_rate = rate_for(group.school_id, group.grade, max(on, group.starts))
    group.save_over(expected=version, by=by, fields=[*fields, "hourly_rate"])
    if slots is not None:
        Slot.objects.filter(group=group).delete()
        Slot.objects.bulk_create([Slot(group=group, weekday=day, starts_at=at) for day, at in sorted(set(slots))])
    else:
        slots = list(Slot.objects.filter(group=group).values_list("weekday", "starts_at"))
    calendar = calendar_for(group.school_id)
    _move_lines(group, before)
    _follow_slots(group, slots, on=on, calendar=calendar, old_deliverer=old_deliverer)
    reprice(group, calendar)
    audit.record("group.changed", by=by, target=group, details={"fields": audit.changed_fields(before, fields)})
    return group


def _move_lines(group: Group, before: Mapping[str, Any]) -> None:
    """Lines that ran with the group keep running with it; one that began later or ended earlier stays inside it."""
    lines = list(Line.objects.filter(group=group))
    for line in lines:
        if line.left_on is None and line.ends == before.get("ends", group.ends):
            line.ends = group.ends
        if line.starts == before.get("starts", group.starts):
            line.starts = group.starts
        line.starts = min(max(line.starts, group.starts), group.ends)
        line.ends = max(min(line.ends, group.ends), line.starts)
    Line.objects.bulk_update(lines, ["starts", "ends"], batch_size=200)


def _follow_slots(group: Group, slots: SlotTimes, *, on: date, calendar: Any, old_deliverer: int | None) -> None:
    """Make the sessions from `on` match the slots. Those that stay keep their row, and with it the cover asked for."""
    wanted = set(times_of(slots, starts=max(group.starts, on), ends=group.ends, calendar=calendar))
    ahead = list(Session.objects.filter(group=group, on__gte=on))
    open_ones = [session for session in ahead if session.state == SessionState.PLANNED]
    gone = [session.pk for session in open_ones if (session.on, session.starts_at) not in wanted]
    outside = Session.objects.filter(group=group, state=SessionState.PLANNED, on__lt=group.starts)
    Session.objects.filter(pk__in=gone).delete()
    outside.delete()
    for session in open_ones:
        session.minutes = group.minutes
        if session.deliverer_id == old_deliverer:
            session.deliverer_id = group.deliverer_id
    Session.objects.bulk_update(
        [session for session in open_ones if session.pk not in gone], ["minutes", "deliverer"], batch_size=200
    )
    taken = {(session.on, session.starts_at) for session in ahead}
    Session.objects.bulk_create([new_session(group, *when) for when in sorted(wanted - taken)], batch_size=200)


@dataclass(frozen=True, slots=True)
class Exit:
    """How one pupil's line ended: a score, or why there is none."""

    result: Result | None = None
    no_score_because: str = ""
    outcome: str = ""


@transaction.atomic
def finish_group(
    *, group: Group, version: int, on: date, exits: Mapping[int, Exit], by: User | None, note: str = ""
) -> Group:
    """End a group on a day. Sessions after it that are not logged go; lines end with it and are costed again.

    exits: by the id of each line still running; every one needs a score or a reason when the intervention is measured.
    Raises NotAllowed, Refused or Conflict.
    """
    check_can_plan(by, group.school_id)
    _check_running(group)
    if on < group.starts:
        raise Refused("The last day cannot be before the group started.")
    running = Line.objects.filter(group=group, left_on__isnull=True)
    lines = list(running.select_related("pupil", "group__intervention__instrument"))
    if group.intervention.instrument_id:
        for line in lines:
            given = exits.get(line.pk, Exit())
            if given.result is None and not given.no_score_because.strip() and line.exit_id is None:
                raise Refused("Give each pupil a score at the end, or say why there is none.")
    group.state, group.ends, group.closing_note = GroupState.FINISHED, min(group.ends, on), note.strip()
    group.save_over(expected=version, by=by, fields=["state", "ends", "closing_note"])
    for line in lines:
        given = exits.get(line.pk, Exit())
        if given.result is not None:
            record_entry_exit(line=line, exit=given.result, by=by)
        line.no_exit_reason = "" if given.result is not None else given.no_score_because.strip()
        line.outcome = given.outcome.strip() or line.outcome
        line.ends = max(min(line.ends, group.ends), line.starts)
    Line.objects.bulk_update(lines, ["no_exit_reason", "outcome", "ends"], batch_size=200)
    Session.objects.filter(group=group, state=SessionState.PLANNED, on__gt=on).delete()
    reprice(group, calendar_for(group.school_id))
    audit.record_many(
        [
            audit.build("group.finished", by=by, target=group, details={"on": on.isoformat()}),
            *(audit.build("line.ended", by=by, target=line, details={"group": group.pk}) for line in lines),
        ]
    )
    return group


def _check_dates(starts: date, ends: date) -> None:
    if ends < starts:
        raise Refused("The last day cannot be before the first day.")


def _check_running(group: Group) -> None:
    if group.state == GroupState.FINISHED:
        raise Refused("This group is finished. Plan a new one to carry on.")


def _check_pupils(pupils: Sequence[Pupil], school_id: int) -> None:
    if not pupils:
        raise Refused("Choose at least one pupil.")
    if len({pupil.pk for pupil in pupils}) != len(pupils):
        raise Refused("Choose each pupil once.")
    if any(pupil.school_id != school_id for pupil in pupils):
        raise Refused("Every pupil of a group must be on roll at the same school.")


def end_time(at: time, minutes: int) -> time:
    """When a session that starts at `at` is over, within the day."""
    total = min(at.hour * 60 + at.minute + minutes, 24 * 60 - 1)
    return time(total // 60, total % 60)
