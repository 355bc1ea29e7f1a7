"""What an import would do, row by row: pure planning over the matching and the comparison. Nothing is read or written.

The same plan is made for the preview, again before anything is written, and by the command.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sendco.core.dates import long_date

from .compare import ExistingPupil, FieldChange, Match, MatchedBy, compare, contact_name, match, missing_for_new
from .models import RowAction
from .readers.sen import HIGHEST_RANK
from .readers.types import Problem, PupilRecord, Severity

NEW_PUPIL = 0
"""As a choice: the record is about nobody we have."""
CONTACT_NAME_LENGTH = 120
PLAN_CODES = frozenset(
    {"not_found", "left_already", "leaves_before_joining", "needs_share_rank", "pupil_twice", "upn_taken"}
)
"""Codes of the problems that planning itself finds, and finds anew each time."""
TO_WRITE = frozenset({RowAction.NEW, RowAction.CHANGED, RowAction.LEAVER})


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One record and what becomes of it. existing: the pupil it is about, None for a new or an undecided one."""

    record: PupilRecord
    action: RowAction
    existing: ExistingPupil | None = None
    candidates: tuple[int, ...] = ()
    changes: tuple[FieldChange, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    @property
    def is_refused(self) -> bool:
        return self.action is RowAction.REFUSED


def tidy(record: PupilRecord) -> PupilRecord:
    """The record with contacts as we can keep them: with a name, and none longer than a contact's name may be."""
    if record.contacts is None:
        return record
    kept = []
    for contact in record.contacts:
        if len(contact_name(contact)) > CONTACT_NAME_LENGTH:
            room = CONTACT_NAME_LENGTH - 1 - len(contact.surname)
            contact = replace(contact, forename=contact.forename[:room].strip())
        if contact_name(contact):
            kept.append(contact)
    return replace(record, contacts=tuple(kept))


def make_plan(
    records: Iterable[PupilRecord],
    existing: Sequence[ExistingPupil],
    *,
    problems: Iterable[Problem] = (),
    choices: Mapping[int, int] | None = None,
    on: date,
) -> list[PlannedRow]:
    """A planned row for each record, in the order of the file. Linear in records and pupils.

    problems: of the reader; an error refuses its record. choices: line -> id of the pupil a person chose, or NEW_PUPIL.
    on: day of the import, from which an undated status or need holds.
    """
    choices = choices or {}
    by_id = {pupil.id: pupil for pupil in existing}
    faults: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.record is not None:
            faults.setdefault(problem.record, []).append(problem)
    matches = match([tidy(record) for record in records], existing)
    rows = [_plan_row(found, tuple(faults.get(found.record.line, ())), choices, by_id, on) for found in matches]
    return _refuse_shared(rows, existing)


def _plan_row(
    found: Match,
    problems: tuple[Problem, ...],
    choices: Mapping[int, int],
    by_id: Mapping[int, ExistingPupil],
    on: date,
) -> PlannedRow:
    record, candidates = found.record, tuple(pupil.id for pupil in found.candidates)
    if any(problem.is_error for problem in problems):
        return PlannedRow(record, RowAction.REFUSED, found.existing, candidates, problems=problems)
    existing, choice = found.existing, choices.get(record.line)
    if choice is not None and (choice == NEW_PUPIL or choice in by_id):
        existing = by_id.get(choice)
    elif found.by is MatchedBy.A_PERSON_CHOOSES:
        return PlannedRow(record, RowAction.CHOOSE, None, candidates, problems=problems)
    if existing is None:
        if missing := missing_for_new(record):
            return _refused(
                PlannedRow(record, RowAction.REFUSED, None, candidates, problems=problems),
                "upn",
                "not_found",
                f"We have no such pupil, and a new one needs more than this file has ({', '.join(missing).lower()}). "
                "Check the UPN, or import a list of pupils first.",
            )
        changes = tuple(compare(ExistingPupil(id=NEW_PUPIL), record, on=on))
        return _check_values(PlannedRow(record, RowAction.NEW, None, candidates, changes, problems))
    changes = tuple(compare(existing, record, on=on))
    left = any(change.field == "leaving_date" for change in changes)
    action = RowAction.LEAVER if left else RowAction.CHANGED if changes else RowAction.UNCHANGED
    row = PlannedRow(record, action, existing, candidates, changes, problems)
    if existing.leaving_date is not None and existing.leaving_date <= on and record.leaving_date is None:
        row = _warned(
            row,
            "leaving_date",
            "left_already",
            f"This pupil left on {long_date(existing.leaving_date)} and is in this file. "
            "If the pupil is back, open the record and put them back on the roll.",
        )
    return _check_values(row)


def _check_values(row: PlannedRow) -> PlannedRow:
    """Refuse what file and record together would make impossible: leaving before joining, two needs of one rank."""
    joined = row.record.entry_date or (row.existing and row.existing.entry_date)
    left = row.record.leaving_date or (row.existing and row.existing.leaving_date)
    if joined and left and left < joined:
        return _refused(
            row,
            "leaving_date",
            "leaves_before_joining",
            "The pupil leaves before joining. Correct one of the two dates.",
        )
    needs = next((change.new for change in row.changes if change.field == "needs"), ())
    ranks = [need.rank for need in needs if need.ends is None]  # type: ignore[attr-defined]
    if len(ranks) != len(set(ranks)) or any(rank > HIGHEST_RANK for rank in ranks):
        return _refused(
            row,
            "need_rank",
            "needs_share_rank",
            "Two current needs have the same rank. Give each its own rank in the file.",
        )
    return row


def _refuse_shared(rows: Sequence[PlannedRow], existing: Sequence[ExistingPupil]) -> list[PlannedRow]:
    """Refuse rows after which two pupils would have one UPN, or two rows would write to one pupil."""
    writers = Counter(row.existing.id for row in rows if row.existing and not row.is_refused)
    after = {pupil.id: pupil.upn for pupil in existing}
    for row in rows:
        if row.existing and row.record.upn and not row.is_refused:
            after[row.existing.id] = row.record.upn
    owners = Counter(upn for upn in after.values() if upn)
    owners.update(row.record.upn for row in rows if row.action is RowAction.NEW and row.record.upn)
    checked = []
    for row in rows:
        sets_upn = row.action in TO_WRITE and any(change.field == "upn" for change in row.changes)
        if not row.is_refused and row.existing and writers[row.existing.id] > 1:
            row = _refused(
                row,
                "upn",
                "pupil_twice",
                "Two rows of this file were matched to the same pupil. Choose another match for one of them.",
            )
        elif sets_upn and owners[row.record.upn or ""] > 1:
            row = _refused(
                row,
                "upn",
                "upn_taken",
                "Another pupil of this school has this UPN. Search for the pupil, or check the UPN in your system.",
            )
        checked.append(row)
    return checked


def _refused(row: PlannedRow, name: str, code: str, message: str) -> PlannedRow:
    problem = Problem(row.record.line, name, code, Severity.ERROR, message, row.record.line)
    return replace(row, action=RowAction.REFUSED, changes=(), problems=(*row.problems, problem))


def _warned(row: PlannedRow, name: str, code: str, message: str) -> PlannedRow:
    problem = Problem(row.record.line, name, code, Severity.WARNING, message, row.record.line)
    return replace(row, problems=(*row.problems, problem))


def counts_of(rows: Iterable[PlannedRow]) -> dict[str, int]:
    """{"created", "updated", "unchanged", "refused"}. A row for which a person has to choose is in none of them."""
    by_action = Counter(row.action for row in rows)
    return {
        "created": by_action[RowAction.NEW],
        "updated": by_action[RowAction.CHANGED] + by_action[RowAction.LEAVER],
        "unchanged": by_action[RowAction.UNCHANGED],
        "refused": by_action[RowAction.REFUSED],
    }
