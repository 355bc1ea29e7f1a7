"""`from sendco.audit import audit`, then `audit.record("plan.changed", by=user, target=plan)`."""

from .record import build, changed_fields, record, record_many

__all__ = ["build", "changed_fields", "record", "record_many"]
