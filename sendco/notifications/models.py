"""What people are told, and the outbox of e-mail. The database is the truth: any broker, or none, may lose a task."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sendco.core import clock
from sendco.core.models import Quiet


class Notification(Quiet):
    """Something one person is told: once for each person, kind, subject and due date, whatever crashes or runs twice.

    subject_key: what it is about, as `review:12:report`. text: initials at most, no need, no note. path: where to go.
    is_reminder: it comes from a source that says each morning what is due, and is over once the source is silent.
    """

    recipient = models.ForeignKey("accounts.User", models.CASCADE, related_name="notifications")
    school = models.ForeignKey("schools.School", models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=40)
    subject_key = models.CharField(max_length=80)
    due_on = models.DateField()
    text = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True, blank=True)
    is_reminder = models.BooleanField(default=False)
    email = models.ForeignKey("OutgoingEmail", models.SET_NULL, null=True, blank=True, related_name="notifications")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "kind", "subject_key", "due_on"], name="one_notice_a_person_subject_and_day"
            )
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="notices_of_a_person"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="unread_notices"),
        ]


class EmailState(models.TextChoices):
    QUEUED = "queued", "Waiting to be sent"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Could not be sent"


class OutgoingEmail(Quiet):
    """One e-mail to one address. `dedupe_key` is unique, so the same message is never written twice.

    A worker claims a row with a conditional update, sends it under a fixed Message-ID and marks it sent. A row whose claim is
    older than the lease is taken up again under the same Message-ID, so that a mail system drops a repeat.
    context: what the template needs; ids, initials and links only. attachments: [{"name", "mime", "text"}].
    """

    dedupe_key = models.CharField(max_length=160, unique=True)
    kind = models.CharField(max_length=40)
    to_email = models.EmailField()
    to_user = models.ForeignKey("accounts.User", models.SET_NULL, null=True, blank=True, related_name="+")
    school = models.ForeignKey("schools.School", models.CASCADE, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=150)
    text = models.TextField()
    html = models.TextField(blank=True)
    attachments = models.JSONField(default=list, blank=True)
    reply_to = models.EmailField(blank=True)
    message_id = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=EmailState, default=EmailState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=clock.now)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="emails_to_send")]
