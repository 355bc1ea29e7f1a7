"""Plans, targets and progress: assess, plan, do, review."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from pupils.enums import Area, PlanKind, PlanState, Rating, ReviewDecision, TargetState
from sendco.core.models import Quiet, Versioned
from sendco.core.paths import path_to

from .pupil import Pupil


class Plan(Versioned):
    """One cycle of assess, plan, do, review for a pupil. Only one is active at a time; the cycle counts up from 1."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="plans")
    kind = models.CharField(max_length=12, choices=PlanKind, default=PlanKind.SEN_SUPPORT)
    state = models.CharField(max_length=8, choices=PlanState, default=PlanState.DRAFT)
    cycle = models.PositiveSmallIntegerField(default=1)
    starts = models.DateField()
    review_on = models.DateField()
    assessed_on = models.DateField(null=True, blank=True)
    agreed_on = models.DateField(null=True, blank=True)
    parents_met_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    assessment = models.TextField(blank=True)
    pupil_views = models.TextField(blank=True)
    parent_views = models.TextField(blank=True)
    review_summary = models.TextField(blank=True)
    decision = models.CharField(max_length=20, choices=ReviewDecision, blank=True)

    class Meta:
        ordering = ["-cycle", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pupil"], condition=Q(state="active"), name="one_active_plan"),
            models.UniqueConstraint(fields=["pupil", "cycle"], name="one_plan_a_cycle"),
        ]
        indexes = [models.Index(fields=["state", "review_on"], name="plans_to_review")]

    def get_absolute_url(self) -> str:
        return path_to("pages:pupil-plan", self.pupil_id)


class Target(Versioned):
    """What the pupil will be able to do, by when and how we shall know."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="targets")
    order = models.PositiveSmallIntegerField(default=1)
    area = models.CharField(max_length=5, choices=Area)
    text = models.CharField(max_length=300)
    baseline = models.CharField(max_length=200, blank=True)
    success = models.CharField("how we shall know", max_length=200, blank=True)
    strategies = models.TextField(blank=True)
    ehc_outcome = models.PositiveSmallIntegerField(null=True, blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=TargetState, default=TargetState.OPEN)
    latest_rating = models.PositiveSmallIntegerField(choices=Rating, null=True, blank=True, editable=False)
    latest_on = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["order", "pk"]


class ProgressRecord(Quiet):
    """One rating of one target on a day. A session's rating is kept with the session, not here."""

    target = models.ForeignKey(Target, models.CASCADE, related_name="progress")
    on = models.DateField()
    rating = models.PositiveSmallIntegerField(choices=Rating)
    note = models.CharField(max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["target", "-on"], name="progress_of_a_target")]
