"""The audit trail. Use `from sendco.audit import audit` and `audit.record(...)`."""
