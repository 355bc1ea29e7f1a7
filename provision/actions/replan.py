"""Sessions follow the school's calendar: when terms or closures change, so do the sessions to come."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from provision.enums import GroupState, SessionState
from provision.models import Group, Line, Session, Slot
from sendco.audit import audit
from sendco.schools.services import calendar_for

from .planning import new_session, price, times_of


@transaction.atomic
def replan_school(*, school_id: int, on: date, by: Any) -> tuple[int, int]:
    """Drop planned sessions from `on` on days that are closed now, add those of slots on days that are open now.

    What is logged stays, and so does an extra session on an open day. Lines are costed again, since school weeks count.
    Returns (added, dropped). At most 13 queries for any number of groups, and one more for each 200 rows.
    """
    calendar = calendar_for(school_id)
    running = Group.objects.filter(school_id=school_id, ends__gte=on).exclude(state=GroupState.FINISHED)
    groups = {group.pk: group for group in running.order_by("pk")}
    if not groups:
        return 0, 0
    slots: dict[int, list[tuple[int, Any]]] = {}
    for group_id, weekday, at in Slot.objects.filter(group_id__in=groups).values_list(
        "group_id", "weekday", "starts_at"
    ):
        slots.setdefault(group_id, []).append((weekday, at))
    ahead = list(
        Session.objects.filter(group_id__in=groups, on__gte=on).values_list(
            "pk", "group_id", "on", "starts_at", "state"
        )
    )
    closed = [pk for pk, _, day, _, state in ahead if state == SessionState.PLANNED and not calendar.is_school_day(day)]
    if closed:
        Session.objects.filter(pk__in=closed).delete()
    taken = {(group_id, day, at) for _, group_id, day, at, _ in ahead}
    new = [
        new_session(group, day, at)
        for group in groups.values()
        for day, at in times_of(
            slots.get(group.pk, ()), starts=max(group.starts, on), ends=group.ends, calendar=calendar
        )
        if (group.pk, day, at) not in taken
    ]
    Session.objects.bulk_create(new, batch_size=200)
    _reprice(groups, calendar)
    if new or closed:
        audit.record(
            "sessions.replanned", by=by, school_id=school_id, details={"added": len(new), "dropped": len(closed)}
        )
    return len(new), len(closed)


def _reprice(groups: dict[int, Group], calendar: Any) -> None:
    """Hours and cost of every line of the groups. Two queries."""
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(group_id__in=groups).order_by("pk"):
        lines.setdefault(line.group_id, []).append(line)
    priced = [line for group_id, rows in lines.items() for line in price(groups[group_id], rows, calendar)]
    Line.objects.bulk_update(priced, ["hours", "cost"], batch_size=200)
