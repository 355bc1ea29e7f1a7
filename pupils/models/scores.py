"""Tests and scales, and the scores pupils got. Rules about ranges and direction come from the instrument."""

from django.conf import settings
from django.db import models

from sendco.core.models import Quiet, Stamped

from .pupil import Pupil


class Family(models.TextChoices):
    STANDARDISED = "standardised", "Standardised score"
    SCALED = "scaled", "Scaled score"
    AGE = "age_equivalent", "Age in months"
    RAW = "raw", "Raw score"
    SCALE = "scale", "Scale"
    LEVEL = "level", "Level"


class Instrument(Quiet):
    """A test or scale. minimum and maximum bound what may be entered; sd and reliability serve the error of a score."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    family = models.CharField(max_length=16, choices=Family)
    minimum = models.DecimalField(max_digits=7, decimal_places=2)
    maximum = models.DecimalField(max_digits=7, decimal_places=2)
    higher_is_better = models.BooleanField(default=True)
    sd = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    reliability = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    min_retest_days = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["name"]


class Score(Stamped):
    """One score of one pupil on a day. qualifier `<` or `>` marks the floor or ceiling of a test; these are never averaged."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="scores")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="scores")
    on = models.DateField()
    value = models.DecimalField(max_digits=7, decimal_places=2)
    qualifier = models.CharField(
        max_length=1, default="=", choices=[("=", "="), ("<", "less than"), (">", "more than")]
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["pupil", "instrument", "-on"], name="scores_of_a_pupil")]
