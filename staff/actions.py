"""Every change to contracts and skills that needs the audit trail. Keyword-only; `by=None` is the machine."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise

from django.db import transaction

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.dates import long_date
from sendco.core.exceptions import NotAllowed, Refused

from .models import Contract, Skill, StaffSkill, WorkingTime
from .rules import COMMON_SKILLS, expiry

CANNOT_EDIT = "Your role does not let you change contracts and skills. Ask your SENDCo."
Times = Sequence[tuple[int, time, time]]
"""(weekday, from, to) of each span worked; 0 is Monday."""


def check_can_edit(by: User | None, membership: Membership) -> None:
    if by is not None and not by.access.can(Permission.STAFF_EDIT, membership.school_id):
        raise NotAllowed(CANNOT_EDIT)


@transaction.atomic
def set_contract(
    *,
    membership: Membership,
    starts: date,
    hours_per_week: Decimal,
    weeks_per_year: Decimal,
    times: Times,
    by: User | None,
    version: int | None = None,
    ends: date | None = None,
) -> Contract:
    """Say what somebody is contracted for from a day. The contract before it ends the day before; the same day corrects it.

    version: of the open contract that was read; needed when there is one. Raises NotAllowed, Refused or Conflict.
    """
    check_can_edit(by, membership)
    if ends is not None and ends < starts:
        raise Refused("The last day cannot be before the first day.")
    _check_times(times)
    values = {"hours_per_week": hours_per_week, "weeks_per_year": weeks_per_year, "ends": ends}
    contract = Contract.objects.filter(membership=membership, ends__isnull=True).first()
    if contract is not None and starts < contract.starts:
        raise Refused(f"The contract in force began on {long_date(contract.starts)}. Enter that day or a later one.")
    _check_past(membership, starts, ends, but=contract)
    if contract is not None and starts == contract.starts:
        for name, value in values.items():
            setattr(contract, name, value)
        contract.save_over(expected=version or 0, by=by, fields=values)
        contract.times.all().delete()
    else:
        _end_before(contract, starts, version, by)
        contract = Contract.objects.create(
            membership=membership, starts=starts, changed_by_name=by.get_full_name() if by else "", **values
        )
    WorkingTime.objects.bulk_create(
        [WorkingTime(contract=contract, weekday=day, starts_at=a, ends_at=b) for day, a, b in times]
    )
    _record("contract.changed", contract, by, starts=starts.isoformat(), hours=str(hours_per_week))
    return contract


def _check_past(membership: Membership, starts: date, ends: date | None, *, but: Contract | None) -> None:
    """No two contracts of one membership on one day."""
    others = Contract.objects.filter(membership=membership).during(starts, ends or date.max)
    other = others.exclude(pk=but.pk if but else None).first()
    if other is not None:
        raise Refused(f"Another contract runs until {long_date(other.ends or other.starts)}. Enter a later first day.")


def _end_before(contract: Contract | None, starts: date, version: int | None, by: User | None) -> None:
    if contract is not None:
        contract.ends = starts - timedelta(days=1)
        contract.save_over(expected=version or 0, by=by, fields=["ends"])


def _check_times(times: Times) -> None:
    """Each span ends after it starts, and none of a day runs into another."""
    by_day: dict[int, list[tuple[time, time]]] = {}
    for weekday, starts_at, ends_at in times:
        if ends_at <= starts_at:
            raise Refused("Enter an end that is after the start.")
        by_day.setdefault(weekday, []).append((starts_at, ends_at))
    for spans in by_day.values():
        spans.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise Refused("Two times of one day run into each other. Correct one of them.")


@transaction.atomic
def record_skill(
    *, membership: Membership, name: str, gained_on: date, by: User | None, expires_on: date | None = None
) -> StaffSkill:
    """Record a skill, or renew it. A name that the federation does not have yet is added to its list.

    expires_on: worked out from the skill when left out and the skill lapses. Raises NotAllowed or Refused.
    """
    check_can_edit(by, membership)
    if expires_on is not None and expires_on < gained_on:
        raise Refused("The day it runs out cannot be before the day it was gained.")
    name = " ".join(name.split())
    skill = Skill.objects.filter(federation_id=membership.federation_id, name__iexact=name).first()
    if skill is None:
        skill = Skill.objects.create(
            federation_id=membership.federation_id, name=name, months_valid=COMMON_SKILLS.get(name)
        )
    held, _ = StaffSkill.objects.update_or_create(
        membership=membership,
        skill=skill,
        defaults={"gained_on": gained_on, "expires_on": expires_on or expiry(gained_on, skill.months_valid)},
    )
    _record("skill.recorded", held, by, skill=skill.name)
    return held


@transaction.atomic
def remove_skill(*, held: StaffSkill, by: User | None) -> None:
    """Take a skill from somebody who does not hold it. Raises NotAllowed."""
    check_can_edit(by, held.membership)
    _record("skill.removed", held, by, skill=held.skill.name)
    held.delete()


def _record(kind: str, row: Contract | StaffSkill, by: User | None, **details: str) -> None:
    audit.record(
        kind,
        by=by,
        target=row,
        school_id=row.membership.school_id,
        label=row.membership.user.get_full_name(),
        details={"person": row.membership.user_id, **details},
    )
