"""The one way to write the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .models import AuditEvent


def build(
    kind: str,
    *,
    by: Any = None,
    target: Any = None,
    school_id: int | None = None,
    pupil_id: int | None = None,
    label: str = "",
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """An unsaved event, for bulk paths. See `record`."""
    if target is not None:
        school_id = school_id if school_id is not None else getattr(target, "school_id", None)
        pupil_id = pupil_id if pupil_id is not None else getattr(target, "pupil_id", None)
        if pupil_id is None and target._meta.label_lower == "pupils.pupil":
            pupil_id = target.pk
    return AuditEvent(
        kind=kind,
        actor_id=getattr(by, "pk", None),
        actor_label=(
            by.get_full_name() if by is not None and hasattr(by, "get_full_name") else str(by or "SENDCo itself")
        )[:160],
        school_id=school_id,
        pupil_id=pupil_id,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=target.pk if target is not None else None,
        target_label=label[:160],
        details=details or {},
    )


def record(kind: str, **kwargs: Any) -> AuditEvent:
    """Write one event. One query.

    kind: `<noun>.<verb>`; by: the user, or None for the machine (a string names a person without an account);
    target: the model instance acted on, from which school and pupil are taken when it has them.
    """
    event = build(kind, **kwargs)
    event.save(force_insert=True)
    return event


def record_many(events: Iterable[AuditEvent]) -> None:
    """Write events made by `build`, in batches of 1,000."""
    AuditEvent.objects.bulk_create(list(events), batch_size=1000)


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """{"field": [old, new]} of what differs, as text, for `details`."""
    return {
        name: [None if before.get(name) is None else str(before[name]), None if value is None else str(value)]
        for name, value in after.items()
        if before.get(name) != value
    }
