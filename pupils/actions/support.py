"""Support over time: one period follows another, and parents are told."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from pupils.enums import SenStatus
from pupils.models import Pupil, SenPeriod
from pupils.permissions import allow
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.core import clock
from sendco.core.dates import long_date
from sendco.core.exceptions import Refused

from ._trail import note_change


@transaction.atomic
def change_support(
    *,
    pupil: Pupil,
    status: str,
    on: date,
    reason: str,
    by: User | None,
    parents_told_on: date | None = None,
    today: date | None = None,
) -> SenPeriod:
    """End the open period on the day before `on` and open one of `status`; returns it and brings `pupil` up to date.

    today: the day on which this is recorded. A change that begins later waits in the history: the pupil keeps the status
    until `take_up_support` runs on its first day. Without it the change holds at once.
    A period that began on `on` itself is changed in place. Parents must be told when SEN support starts (Children and
    Families Act 2014, section 68): `parents_told_on` may follow later by `record_parents_told`.
    Raises NotAllowed, or Refused when the status is the same, a change is planned already, or the open period began
    after `on`. Writes `support.changed`, or `support.planned` for a change to come.
    """
    allow(by, pupil.school_id, Permission.REGISTER_EDIT, Permission.IMPORT_RUN)
    locked = Pupil.objects.select_for_update().get(pk=pupil.pk)
    was, status = locked.sen_status, SenStatus(status)
    if was == status:
        raise Refused(f"Support is {status.label} already.")
    period = SenPeriod.objects.filter(pupil=locked, ends__isnull=True).first()
    _check_follows(period, on=on, today=today)
    values = {"status": status, "reason": reason, "parents_told_on": parents_told_on, "recorded_by": by}
    if period is not None and period.starts == on:
        for name, value in values.items():
            setattr(period, name, value)
        period.save(update_fields=[*values, "updated_at"])
    else:
        if period is not None:
            period.ends = on - timedelta(days=1)
            period.save(update_fields=["ends", "updated_at"])
        period = SenPeriod.objects.create(pupil=locked, starts=on, **values)
    details = {"fields": {"sen_status": [was, status.value]}, "on": on.isoformat()}
    if today is not None and on > today:
        note_change("support.planned", pupil=pupil, by=by, target=period, details=details)
        return period
    _set_status(locked, status)
    pupil.sen_status = status
    note_change("support.changed", pupil=pupil, by=by, target=period, details=details)
    return period


def _check_follows(period: SenPeriod | None, *, on: date, today: date | None) -> None:
    """Refuse a change that would begin before what is recorded. period: the open one."""
    if period is None:
        return
    if today is not None and period.starts > today:
        what = f"{SenStatus(period.status).label} from {long_date(period.starts)}"
        raise Refused(f"A change is planned already: {what}. Take it back first, under Needs.")
    if period.starts > on:
        raise Refused(f"The support recorded now began on {long_date(period.starts)}. Choose that day or a later one.")


def _set_status(pupil: Pupil, status: str) -> None:
    """Not a new version: whoever is writing to the rest of the record at this moment has no conflict with this."""
    Pupil.objects.filter(pk=pupil.pk).update(sen_status=status, updated_at=clock.now())


@transaction.atomic
def withdraw_planned_support(*, pupil: Pupil, by: User | None, today: date) -> None:
    """Take back a change of support that has not begun; the period before it goes on.

    Raises NotAllowed, or Refused when nothing is planned. Writes `support.plan_withdrawn`.
    """
    allow(by, pupil.school_id, Permission.REGISTER_EDIT)
    locked = Pupil.objects.select_for_update().get(pk=pupil.pk)
    planned = SenPeriod.objects.filter(pupil=locked, starts__gt=today, ends__isnull=True).first()
    if planned is None:
        raise Refused("No change of support is planned.")
    details = {"fields": {"sen_status": [planned.status, locked.sen_status]}, "on": planned.starts.isoformat()}
    last_day = planned.starts - timedelta(days=1)
    planned.delete()
    for before in SenPeriod.objects.filter(pupil=locked, ends=last_day, starts__lte=today):
        before.ends = None
        before.save(update_fields=["ends", "updated_at"])
    note_change("support.plan_withdrawn", pupil=pupil, by=by, details=details)


def take_up_support(*, on: date) -> int:
    """Give each pupil the status of the period in force on a day; returns how many it changed.

    For the night: support that was recorded ahead begins. Safe to run twice, and after a night that was missed. Each
    pupil in a transaction of their own, locked and looked at again. Writes `support.changed` without a person.
    """
    ids = Pupil.objects.out_of_step(on).order_by("pk").values_list("pk", flat=True)
    return sum(_take_up(pk, on) for pk in list(ids))


@transaction.atomic
def _take_up(pk: int, on: date) -> bool:
    # Locked first and read after: the annotation of a row read before the lock could be old.
    if Pupil.objects.select_for_update().filter(pk=pk).first() is None:
        return False
    pupil = Pupil.objects.out_of_step(on).filter(pk=pk).first()
    if pupil is None:
        return False
    status = pupil.status_now if pupil.status_now in SenStatus.values else SenStatus.NONE.value
    if pupil.sen_status == status:
        return False
    _set_status(pupil, status)
    details = {"fields": {"sen_status": [pupil.sen_status, status]}, "on": on.isoformat(), "as_planned": True}
    note_change("support.changed", pupil=pupil, by=None, details=details)
    return True


@transaction.atomic
def record_parents_told(*, period: SenPeriod, on: date, by: User | None) -> SenPeriod:
    """Record the day on which parents were told of a period. Raises NotAllowed. Writes `support.parents_told`."""
    allow(by, period.pupil.school_id, Permission.REGISTER_EDIT)
    period.parents_told_on = on
    period.save(update_fields=["parents_told_on", "updated_at"])
    note_change("support.parents_told", pupil=period.pupil, by=by, target=period, details={"on": on.isoformat()})
    return period
