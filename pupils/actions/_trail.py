"""What the actions of this app write to the audit trail: ids, initials and values of plain fields, never a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from sendco.audit import audit

if TYPE_CHECKING:
    from pupils.models import Pupil
    from sendco.accounts.models import User


def note_change(
    kind: str,
    *,
    pupil: Pupil,
    by: User | None,
    target: models.Model | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """One event about `target` (the pupil when left out). One query."""
    audit.record(
        kind, by=by, target=target or pupil, school_id=pupil.school_id, pupil_id=pupil.pk, label=pupil.initials,
        details=details or {},
    )  # fmt: skip


def values_of(row: models.Model, names: list[str]) -> dict[str, Any]:
    """{field: value as stored}, a foreign key as its id. No query."""
    return {name: getattr(row, row._meta.get_field(name).attname) for name in names}


def described(before: dict[str, Any], after: dict[str, Any], *, plain: frozenset[str]) -> dict[str, Any]:
    """`details` of a change: old and new of plain fields, and only the names of the others."""
    changed = audit.changed_fields(before, after)
    details: dict[str, Any] = {"fields": {name: pair for name, pair in changed.items() if name in plain}}
    if hidden := sorted(name for name in changed if name not in plain):
        details["also"] = hidden
    return details
