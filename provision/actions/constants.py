"""Set what costs are worked out with, and how exact a test is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from provision.cost_constants import CONSTANTS
from provision.models import CostConstants, InstrumentFacts
from sendco.accounts.models import User
from sendco.accounts.permissions import Permission
from sendco.audit import audit
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from sendco.schools.models import School

FACTS = ("sd", "reliability", "source")


def _check(by: User | None, school: School) -> None:
    if by is not None and not by.access.can(Permission.SETTINGS_EDIT, school.pk):
        raise NotAllowed("Your role does not let you change settings. Ask your SENDCo.")


@transaction.atomic
def add_constants(
    *, school: School, for_federation: bool, valid_from: date, source: str, by: User | None, **values: Decimal
) -> CostConstants:
    """New constants from a day, for one school or all of its federation. Rows that stand are never rewritten.

    values: every one of CONSTANTS, percentages as they are said. Raises NotAllowed, or Refused when the day has a row.
    Writes `costs.added`.
    """
    _check(by, school)
    if set(values) != set(CONSTANTS):
        raise TypeError(f"needs all of {CONSTANTS}")
    try:
        with transaction.atomic():
            row = CostConstants.objects.create(
                federation_id=school.federation_id, school=None if for_federation else school, valid_from=valid_from,
                source=source, added_by_name=by.get_full_name() if by else "", **values,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("There are amounts from that day already. Choose another day.") from error
    details = {"federation": for_federation, "from": valid_from.isoformat()} | {k: str(v) for k, v in values.items()}
    audit.record("costs.added", by=by, target=row, school_id=school.pk, details=details)
    return row


@transaction.atomic
def save_facts(
    *, facts: InstrumentFacts, school: School, version: int, by: User | None, **fields: Any
) -> InstrumentFacts:
    """How exact a test is, for the federation of the school. facts: its row, or an unsaved one.

    fields: any of FACTS; None leaves what the instrument says. Raises NotAllowed or Conflict. Writes `test.changed`.
    """
    _check(by, school)
    if set(fields) - set(FACTS) or facts.federation_id != school.federation_id:
        raise TypeError("facts of this federation only, and only their own fields")
    before = {name: getattr(facts, name) if facts.pk else None for name in fields}
    for name, value in fields.items():
        setattr(facts, name, value)
    if facts.pk is None:
        _add_facts(facts, by, tuple(fields))
    else:
        facts.save_over(expected=version, by=by, fields=tuple(fields))
    changed = audit.changed_fields(before, fields)
    audit.record("test.changed", by=by, target=facts, school_id=school.pk, label=facts.instrument.name,
                 details={"fields": {name: [str(v) for v in pair] for name, pair in changed.items()}})  # fmt: skip
    return facts


def _add_facts(facts: InstrumentFacts, by: User | None, names: tuple[str, ...]) -> None:
    # A later version than the form of a test without a row carries: a second first save is refused, not believed.
    facts.version, facts.changed_by_name = 2, by.get_full_name() if by else ""
    try:
        with transaction.atomic():
            facts.save(force_insert=True)
    except IntegrityError as error:
        theirs = InstrumentFacts.objects.get(federation_id=facts.federation_id, instrument_id=facts.instrument_id)
        raise Conflict(
            f"{theirs.changed_by_name or 'Somebody'} changed this while you were writing. Compare the two versions.",
            current=theirs, field_names=names,
        ) from error  # fmt: skip
