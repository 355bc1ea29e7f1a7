"""Records as JSON and back, so that what was previewed is what is written. Pure.

Only what an import can change is kept: the rest of a file (medical flags, care authority, benefits) is never stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from typing import Any

from .compare import LABELS, FieldChange, in_words
from .readers.codebook import CodeBook
from .readers.types import ContactRecord, NeedRecord, Problem, PupilRecord, SenPeriod, Severity

_PARTS = {"sen_periods": SenPeriod, "needs": NeedRecord, "contacts": ContactRecord}
_DAYS = ("dob", "entry_date", "leaving_date")


def record_to_json(record: PupilRecord) -> dict[str, Any]:
    """{"line": n, field: value} of the fields the file gives; days in ISO form, parts as lists of objects."""
    given = {name: getattr(record, name) for name in LABELS if getattr(record, name) is not None}
    return {"line": record.line, **{name: _plain(value) for name, value in given.items()}}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, SenPeriod | NeedRecord | ContactRecord):
        return {name: _plain(part) for name, part in asdict(value).items()}
    return value


def record_from_json(data: Mapping[str, Any]) -> PupilRecord:
    """The record that `record_to_json` was given, as far as an import uses it."""
    values = dict(data)
    for name in _DAYS:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    for name, kind in _PARTS.items():
        if name in values:
            values[name] = tuple(_part(kind, part) for part in values[name])
    return PupilRecord(**values)


def _part(kind: type, data: Mapping[str, Any]) -> Any:
    values = {field.name: data[field.name] for field in fields(kind) if field.name in data}
    for name in ("starts", "ends"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    if "phones" in values:
        values["phones"] = tuple(values["phones"])
    return kind(**values)


def change_to_json(change: FieldChange, codebook: CodeBook) -> dict[str, str]:
    """What the preview shows of a change: {"field", "label", "old", "new"} in words."""
    old, new = in_words(change, codebook)
    return {"field": change.field, "label": change.label, "old": old, "new": new}


def problem_to_json(problem: Problem) -> dict[str, Any]:
    return {
        "line": problem.line or 0,
        "field": problem.field,
        "code": problem.code,
        "severity": str(problem.severity),
        "message": problem.message,
    }


def problem_from_json(data: Mapping[str, Any], *, record: int) -> Problem:
    return Problem(
        data["line"], data["field"], data["code"], Severity(data["severity"]), data["message"], record=record
    )
