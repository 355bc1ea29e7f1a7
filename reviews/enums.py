"""Choices of the reviews app."""

from django.db import models


class ReviewKind(models.TextChoices):
    ANNUAL = "annual", "Annual review"
    PHASE = "phase", "Phase transfer review"
    EARLY = "early", "Early review"
    INTERIM = "interim", "Interim meeting"


class ReviewState(models.TextChoices):
    PLANNED = "planned", "Not scheduled"
    SCHEDULED = "scheduled", "Scheduled"
    HELD = "held", "Meeting held"
    REPORTED = "reported", "Report sent"
    DECIDED = "decided", "Local authority decided"
    COMPLETE = "complete", "Complete"
    CANCELLED = "cancelled", "Cancelled"


class Decision(models.TextChoices):
    KEEP = "keep", "Keep the plan as it is"
    AMEND = "amend", "Amend the plan"
    CEASE = "cease", "Cease the plan"


class InviteeKind(models.TextChoices):
    """Who is invited. The first five are required by regulation 20(2)."""

    PARENT = "parent", "Parent"
    HEAD = "head", "Headteacher"
    LA = "la", "Local authority SEND officer"
    HEALTH = "health", "Health professional"
    SOCIAL_CARE = "social_care", "Social care officer"
    PUPIL = "pupil", "Pupil"
    SCHOOL = "school", "School staff"
    OTHER = "other", "Other"


REQUIRED_INVITEES = (InviteeKind.PARENT, InviteeKind.HEAD, InviteeKind.LA, InviteeKind.HEALTH, InviteeKind.SOCIAL_CARE)


class Reply(models.TextChoices):
    NONE = "", "No reply"
    COMING = "coming", "Coming"
    VIDEO = "video", "By video"
    SENDS = "sends", "Sends somebody"
    NOT_COMING = "not_coming", "Not coming"
