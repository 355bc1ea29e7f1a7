"""Cover: who takes a session whose adult is away."""

from django.conf import settings
from django.db import models

from provision.models import Session
from sendco.core.models import Versioned

from .querysets import CoverQuerySet


class CoverState(models.TextChoices):
    ASKED = "asked", "Asked"
    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"


class Cover(Versioned):
    """One person asked to take one session. When they agree, the session is theirs to deliver and log."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="covers")
    asked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="covers")
    instead_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=CoverState, default=CoverState.ASKED)

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["session", "asked"], name="asked_once_to_cover_a_session")]
