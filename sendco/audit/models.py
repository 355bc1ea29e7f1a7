"""Who saw, changed, exported and printed what, and when. Append-only: the database itself refuses change and removal."""

from __future__ import annotations

from django.db import models

from sendco.core import clock


class AuditEvent(models.Model):
    """One thing that somebody did. Holds ids and labels, no foreign key to what it is about, so that history outlives deletion.

    kind: `<noun>.<verb>`, one of `sendco.audit.kinds`. actor_label: name and role as they were. target_label: initials or a
    neutral label, never a pupil's full name. details: {"fields": {"name": [old, new]}, ...}; values only of plain fields.
    """

    at = models.DateTimeField(default=clock.now, db_index=True)
    kind = models.CharField(max_length=40)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=160, blank=True)
    school_id = models.BigIntegerField(null=True)
    pupil_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.BigIntegerField(null=True)
    target_label = models.CharField(max_length=160, blank=True)
    details = models.JSONField(default=dict)
    request_id = models.CharField(max_length=36, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["pupil_id", "-at"], name="audit_of_a_pupil"),
            models.Index(fields=["school_id", "-at"], name="audit_of_a_school"),
            models.Index(fields=["actor_id", "-at"], name="audit_of_an_actor"),
        ]

    def __str__(self) -> str:
        return f"audit event {self.pk}"


class PurgeWindow(models.Model):
    """While a row stands here, audit events may be removed (never changed). No command opens one: it is for removal by age."""

    opened_at = models.DateTimeField(default=clock.now)
    reason = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"purge window {self.pk}"
