"""An import in one go, without a preview: what the command does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from sendco.accounts.models import User
from sendco.schools.models import School

from ..columns import Reading
from ..existing import existing_pupils
from ..models import BatchState, ImportBatch, RowAction
from ..plan import counts_of, make_plan
from ..readers.types import Problem, Severity
from .applying import apply_import
from .staging import notices_for, stage


@dataclass(frozen=True)
class Outcome:
    """What an import did, or on a dry run would do. counts: created, updated, unchanged, refused, in rows of the file.

    is_held_back: good rows were not written because others were refused; then nothing was created or updated.
    """

    counts: dict[str, int]
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]
    is_held_back: bool = False
    batch_id: int | None = None

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.is_error)


def run_import(
    *,
    school: School,
    reading: Reading,
    by: User | None,
    on: date,
    now: datetime,
    accept_good: bool = False,
    dry_run: bool = False,
) -> Outcome:
    """Plan the import and, unless rows are refused or it is a dry run, apply it. It can be undone like any other.

    A row for which a person would have to choose counts as refused. Raises as `apply_import`.
    """
    result = reading.result
    planned = make_plan(result.records, existing_pupils(school.pk, on=on), problems=result.problems, on=on)
    undecided = [row for row in planned if row.action is RowAction.CHOOSE]
    counts = counts_of(planned)
    counts["refused"] += len(undecided)
    file_faults = [problem for problem in result.problems if problem.record is None]
    problems = [*file_faults, *(problem for row in planned for problem in row.problems)]
    problems += [
        Problem(
            row.record.line,
            "upn",
            "match_needed",
            Severity.ERROR,
            "A pupil with the same name and date of birth is here already. Import the file on screen and choose who "
            "it is, or add the UPN to the file.",
            row.record.line,
        )
        for row in undecided
    ]
    problems.sort(key=lambda problem: problem.line or 0)
    batch = ImportBatch(
        school=school, uploaded_by=by, file_name=result.source.name[-120:], format=str(result.format), staged_on=on,
        sha256=result.source.sha256 or hashlib.sha256(repr(result.source).encode()).hexdigest(),
        state=BatchState.STAGED,
    )  # fmt: skip
    notices = tuple(notice["message"] for notice in notices_for(batch, result, planned, on=on))
    if dry_run:
        return Outcome(counts, tuple(problems), notices)
    if counts["refused"] and not accept_good:
        held = {**counts, "created": 0, "updated": 0}
        return Outcome(held, tuple(problems), notices, is_held_back=counts["created"] + counts["updated"] > 0)
    with transaction.atomic():
        batch.save()
        stage(batch=batch, reading=reading, by=by, on=on)
        apply_import(batch=batch, by=by, now=now)
    return Outcome(counts, tuple(problems), notices, batch_id=batch.pk)
