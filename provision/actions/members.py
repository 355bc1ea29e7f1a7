"""Who is in a group."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from provision.enums import GroupState
from provision.models import Group, Line, SessionEntry
from provision.permissions import check_can_plan
from pupils.models import Pupil
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.exceptions import Refused
from sendco.schools.services import calendar_for

from .planning import reprice


@transaction.atomic
def add_member(*, group: Group, pupil: Pupil, starts: date, by: User | None) -> Line:
    """Bring a pupil into a running group, or back into it; every line of it is costed again. Eight queries.

    Raises NotAllowed, or Refused when the group is finished, the day lies after its end, or the pupil is in it already.
    """
    check_can_plan(by, group.school_id)
    if group.state == GroupState.FINISHED:
        raise Refused("This group is finished. Plan a new one to carry on.")
    if pupil.school_id != group.school_id:
        raise Refused("Every pupil of a group must be on roll at the same school.")
    if starts > group.ends:
        raise Refused("The group ends before that day. Choose an earlier day, or make the group longer first.")
    line = Line.objects.filter(group=group, pupil=pupil).first()
    if line is not None and line.left_on is None:
        raise Refused("This pupil is in the group already.")
    if line is None:
        line = Line(group=group, pupil=pupil, school_id=group.school_id, starts=max(starts, group.starts))
    line.ends, line.left_on = group.ends, None
    line.save()
    reprice(group, calendar_for(group.school_id))
    audit.record("line.started", by=by, target=line, details={"group": group.pk})
    return Line.objects.get(pk=line.pk)


@transaction.atomic
def remove_member(*, line: Line, on: date, by: User | None) -> Line | None:
    """End a pupil's part in a group; `on` is their last day. The line stays, unless it never began: then None.

    Raises NotAllowed, or Refused when the pupil left already.
    """
    group = line.group
    check_can_plan(by, group.school_id)
    if line.left_on is not None:
        raise Refused("This pupil has left the group already.")
    audit.record("line.ended", by=by, target=line, details={"group": group.pk, "on": on.isoformat()})
    if on < line.starts and not SessionEntry.objects.filter(line=line).exists():
        line.delete()
        reprice(group, calendar_for(group.school_id))
        return None
    line.left_on = max(on, line.starts)
    line.ends = min(line.ends, line.left_on)
    line.save(update_fields=["left_on", "ends", "updated_at"])
    reprice(group, calendar_for(group.school_id))
    line.refresh_from_db()
    return line
