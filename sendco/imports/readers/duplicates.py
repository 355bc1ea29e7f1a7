"""The same pupil more than once in one file."""

from collections import defaultdict
from dataclasses import replace

from .codebook import fold
from .types import Notice, Problem, PupilRecord, ReadResult, Severity


def settle_duplicates(result: ReadResult) -> ReadResult:
    """Merge exact copies with a notice, refuse contradicting ones, and warn of the same name and birth date.

    Two records contradict each other when they share a UPN and differ in anything else: a person has to choose, so
    both are refused. Two UPNs for one name and date of birth are only pointed out: namesakes and twins exist.
    """
    kept, problems, notices = _by_upn(result)
    problems += _same_name(kept)
    merged = {record.line for record in result.records} - {record.line for record in kept}
    all_problems = [p for p in result.problems if p.record not in merged] + problems
    return replace(
        result,
        records=tuple(kept),
        problems=tuple(sorted(all_problems, key=lambda problem: problem.line or 0)),
        notices=(*result.notices, *notices),
    )


def _by_upn(result: ReadResult) -> tuple[list[PupilRecord], list[Problem], list[Notice]]:
    first: dict[str, PupilRecord] = {}
    kept: list[PupilRecord] = []
    clashing: dict[str, list[PupilRecord]] = defaultdict(list)
    notices: list[Notice] = []
    for record in result.records:
        original = first.setdefault(record.upn, record) if record.upn else record
        if original is record:
            kept.append(record)
        elif replace(record, line=original.line) == original:
            notices.append(
                Notice(
                    "duplicate_merged",
                    f"The record at line {record.line} is an exact copy of the one at line {original.line}. "
                    "It was taken once.",
                    record.line,
                )
            )
        else:
            kept.append(record)
            clashing[original.upn or ""].append(record)
    problems = [
        _conflict(record, others)
        for upn, records in clashing.items()
        for record, others in _each_with_others([first[upn], *records])
    ]
    return kept, problems, notices


def _each_with_others(records: list[PupilRecord]) -> list[tuple[PupilRecord, list[PupilRecord]]]:
    return [(record, [other for other in records if other is not record]) for record in records]


def _conflict(record: PupilRecord, others: list[PupilRecord]) -> Problem:
    lines = ", ".join(str(other.line) for other in others)
    return Problem(
        record.line,
        "upn",
        "duplicate_conflict",
        Severity.ERROR,
        f"This UPN is also at line {lines} with other details. "
        "Keep the right record in the file and take out the other.",
        record.line,
    )


def _same_name(records: list[PupilRecord]) -> list[Problem]:
    people: dict[tuple, list[PupilRecord]] = defaultdict(list)
    for record in records:
        if record.dob and record.legal_surname and record.legal_forename:
            people[record.dob, fold(record.legal_surname), fold(record.legal_forename)].append(record)
    problems = []
    for group in people.values():
        for record, others in _each_with_others(group):
            lines = ", ".join(str(other.line) for other in others if not record.upn or other.upn != record.upn)
            if lines:
                problems.append(_possible(record, lines))
    return problems


def _possible(record: PupilRecord, lines: str) -> Problem:
    return Problem(
        record.line,
        "upn",
        "possible_duplicate",
        Severity.WARNING,
        f"The pupil at line {lines} has the same name and date of birth and another UPN. They were not merged; "
        "check whether they are one child.",
        record.line,
    )
