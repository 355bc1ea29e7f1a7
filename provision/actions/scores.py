"""Scores before and after a provision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from provision.models import Line
from provision.permissions import check_can_plan
from pupils.actions import add_score
from pupils.models import Score
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.exceptions import Refused


@dataclass(frozen=True, slots=True)
class Result:
    """A score as entered, in the instrument's own points. qualifier: `=`, or `<` and `>` off the scale."""

    value: Decimal
    on: date
    qualifier: str = "="


@transaction.atomic
def record_entry_exit(
    *, line: Line, entry: Score | Result | None = None, exit: Score | Result | None = None, by: User | None
) -> Line:
    """Set the score before, after, or both. A `Result` becomes a score of the pupil on the intervention's instrument.

    line: best with `group__intervention__instrument` and `pupil` loaded. None leaves what is there. Raises NotAllowed,
    or Refused when the intervention names no instrument or the score is off its range.
    """
    check_can_plan(by, line.school_id)
    changed: list[str] = []
    for name, given in (("entry", entry), ("exit", exit)):
        if given is None:
            continue
        setattr(line, name, given if isinstance(given, Score) else _score(line, given, by))
        changed.append(name)
    if not changed:
        return line
    if "exit" in changed:
        line.no_exit_reason = ""
    line.save(update_fields=[*changed, "no_exit_reason", "updated_at"])
    audit.record("line.scored", by=by, target=line, details={"scores": changed})
    return line


def _score(line: Line, result: Result, by: User | None) -> Score:
    instrument = line.group.intervention.instrument
    if instrument is None:
        raise Refused("The catalogue names no test for this intervention, so there is no score to record.")
    return add_score(
        pupil=line.pupil, instrument=instrument, on=result.on, value=result.value, qualifier=result.qualifier, by=by
    )
