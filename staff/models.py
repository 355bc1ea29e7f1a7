"""The people who support: contracts, working patterns, skills and absences. Who someone is, is a membership on the floor."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from sendco.accounts.models import Membership
from sendco.core.models import Quiet, Stamped, Versioned

from .querysets import SkillQuerySet, StaffQuerySet


class Contract(Versioned):
    """Contracted hours of a membership, with its weekly pattern."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="contracts")
    hours_per_week = models.DecimalField(max_digits=4, decimal_places=2)
    weeks_per_year = models.DecimalField(max_digits=4, decimal_places=1, default=39)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["-starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="contract_ends_after_start"
            ),
            models.UniqueConstraint(fields=["membership"], condition=Q(ends__isnull=True), name="one_open_contract"),
        ]


class WorkingTime(Quiet):
    """Hours worked on a weekday under a contract."""

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="times")
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        ordering = ["weekday", "starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "weekday", "starts_at"], name="one_working_time_a_start"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="working_time_ends_after_start"),
        ]


class Skill(Quiet):
    """Something a person must be trained for, such as first aid or Makaton. months_valid: empty when it does not lapse."""

    federation = models.ForeignKey("schools.Federation", models.CASCADE, related_name="skills")
    name = models.CharField(max_length=80)
    months_valid = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = SkillQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["federation", "name"], name="one_skill_of_a_name")]


class StaffSkill(Stamped):
    """That a member of staff holds a skill, until a day."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="holders")
    gained_on = models.DateField()
    expires_on = models.DateField(null=True, blank=True)

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["skill__name"]
        constraints = [models.UniqueConstraint(fields=["membership", "skill"], name="one_row_a_skill_held")]


class Absence(Versioned):
    """Days on which a member of staff is away. No medical reason is kept."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="absences")
    starts = models.DateField()
    ends = models.DateField()
    kind = models.CharField(
        max_length=8, choices=[("away", "Away"), ("training", "Training"), ("trip", "School trip")], default="away"
    )

    objects = StaffQuerySet.as_manager()

    class Meta:
        ordering = ["-starts"]
        constraints = [models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="absence_ends_after_start")]
        indexes = [models.Index(fields=["starts", "ends"], name="absences_by_day")]

    def get_absolute_url(self) -> str:
        return reverse("staff:absence", args=[self.pk])
