"""Choices of the provision app."""

from django.db import models


class Funding(models.TextChoices):
    NOTIONAL = "notional", "Notional SEN budget"
    TOP_UP = "top_up", "Top-up from the local authority"
    PUPIL_PREMIUM = "pupil_premium", "Pupil premium"
    IMF = "imf", "Inclusive Mainstream Fund"
    CORE = "core", "Core budget"
    OTHER = "other", "Other"


class GroupState(models.TextChoices):
    PLANNED = "planned", "Planned"
    RUNNING = "running", "Running"
    FINISHED = "finished", "Finished"


class SessionState(models.TextChoices):
    PLANNED = "planned", "Not logged"
    DELIVERED = "delivered", "Happened"
    MISSED = "missed", "Did not happen"


class MissedReason(models.TextChoices):
    STAFF_ABSENT = "staff_absent", "Adult away"
    STAFF_MOVED = "staff_moved", "Adult needed elsewhere"
    PUPIL_ABSENT = "pupil_absent", "Pupils away"
    TRIP = "trip", "Trip or event"
    ROOM = "room", "No room"
    REFUSED = "refused", "Pupils did not want to"
    OTHER = "other", "Other"


class DecisionKind(models.TextChoices):
    KEEP = "keep", "Keep as it is"
    CHANGE = "change", "Keep and change"
    PAUSE = "pause", "Pause"
    STOP = "stop", "Stop"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
