"""EHC plans, annual reviews with their steps and people, contributions by link, and needs assessments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from pupils.enums import Rating
from pupils.models import Pupil
from sendco.core.models import Quiet, Stamped, Versioned
from sendco.core.paths import path_to

from .enums import Decision, InviteeKind, Reply, ReviewKind, ReviewState
from .querysets import NeedsAssessmentQuerySet, ReviewQuerySet, ReviewStepQuerySet


class EhcPlan(Versioned):
    """An education, health and care plan. The anchor of the review clock is `last_decision_on`, else `first_made_on`."""

    pupil = models.OneToOneField(Pupil, models.CASCADE, related_name="ehc_plan")
    la_code = models.CharField(max_length=3)
    first_made_on = models.DateField()
    last_decision_on = models.DateField(null=True, blank=True)
    is_anchor_estimated = models.BooleanField(default=False)
    version_on = models.DateField(null=True, blank=True)
    phase_transfer_year = models.PositiveSmallIntegerField(null=True, blank=True)
    is_to_post_16 = models.BooleanField(default=False)
    ceased_on = models.DateField(null=True, blank=True)
    top_up_pounds = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    aspirations = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_decision_on__isnull=True) | Q(last_decision_on__gte=F("first_made_on")),
                name="plan_decided_after_it_was_made",
            )
        ]

    @property
    def anchor(self):
        return self.last_decision_on or self.first_made_on


class EhcOutcome(Versioned):
    """An outcome of Section E."""

    plan = models.ForeignKey(EhcPlan, models.CASCADE, related_name="outcomes")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_outcome_a_number")]


class SectionFItem(Versioned):
    """A line of provision that Section F of the plan requires by law, and the lines of the map that meet it."""

    plan = models.ForeignKey(EhcPlan, models.CASCADE, related_name="provision_items")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    minutes_per_week = models.PositiveSmallIntegerField(null=True, blank=True)
    lines = models.ManyToManyField("provision.Line", blank=True, related_name="section_f_items")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["plan", "number"], name="one_section_f_item_a_number")]


class Review(Versioned):
    """One review of an EHC plan. It ends with the local authority's letter, not with the meeting.

    anchor_on: the plan's anchor when the review was opened, kept so that history does not move. Dates of what was done are
    facts; what is due is worked out by `reviews.deadlines` and kept in `ReviewStep` so that it can be searched.
    """

    plan = models.ForeignKey(EhcPlan, models.CASCADE, related_name="reviews")
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="reviews")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=8, choices=ReviewKind, default=ReviewKind.ANNUAL)
    counts_as_annual = models.BooleanField(default=True)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.PLANNED)
    anchor_on = models.DateField()
    due_on = models.DateField()
    meeting_on = models.DateField(null=True, blank=True)
    meeting_at = models.TimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(default=75)
    place = models.CharField(max_length=120, blank=True)
    video_link = models.URLField(blank=True)
    adjustments = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    short_notice_reason = models.CharField(max_length=300, blank=True)
    invited_on = models.DateField(null=True, blank=True)
    advice_circulated_on = models.DateField(null=True, blank=True)
    held_on = models.DateField(null=True, blank=True)
    report_sent_on = models.DateField(null=True, blank=True)
    report_sent_to = models.CharField(max_length=300, blank=True)
    notice_on = models.DateField(null=True, blank=True)
    notice_reference = models.CharField(max_length=60, blank=True)
    decision = models.CharField(max_length=5, choices=Decision, blank=True)
    final_plan_on = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True)
    recommendations = models.TextField(blank=True)
    differences = models.TextField(blank=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    cancelled_reason = models.CharField(max_length=200, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(state__in=["planned", "scheduled", "held", "reported"], kind__in=["annual", "phase"]),
                name="one_open_review_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(decision="") | (Q(notice_on__isnull=False) & ~Q(notice_reference="")),
                name="decision_has_its_letter",
            ),
        ]
        indexes = [models.Index(fields=["school", "state", "due_on"], name="reviews_of_a_school")]

    def get_absolute_url(self) -> str:
        return path_to("reviews:review", self.pk)


class ReviewStep(Quiet):
    """One statutory step of a review: what is due, when, by whom and why. Recomputed with the review; done steps keep their date.

    target_on: the last school day on or before `due_on`. source: the law. binding: the limb that binds.
    """

    review = models.ForeignKey(Review, models.CASCADE, related_name="steps")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="+")
    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="+")
    key = models.CharField(max_length=30)
    label = models.CharField(max_length=100)
    owner = models.CharField(max_length=20)
    due_on = models.DateField(null=True, blank=True)
    target_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    rule = models.CharField(max_length=300)
    basis = models.CharField(max_length=10)
    source = models.CharField(max_length=200)
    binding = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    objects = ReviewStepQuerySet.as_manager()

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["review", "key"], name="one_step_a_key")]
        indexes = [
            models.Index(fields=["school", "due_on"], condition=Q(done_on__isnull=True), name="open_steps_of_a_school"),
            models.Index(fields=["pupil", "due_on"], condition=Q(done_on__isnull=True), name="open_steps_of_a_pupil"),
        ]


class Invitee(Versioned):
    """A person invited to a review: asked, replied, came, and the advice they gave."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="invitees")
    kind = models.CharField(max_length=12, choices=InviteeKind)
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_required = models.BooleanField(default=False)
    invited_on = models.DateField(null=True, blank=True)
    method = models.CharField(
        max_length=20, default="email", choices=[("email", "E-mail"), ("post", "Post"), ("hand", "By hand")]
    )
    reply = models.CharField(max_length=10, choices=Reply, blank=True, default="")
    attended = models.BooleanField(null=True, blank=True)
    advice_asked_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    advice_received_on = models.DateField(null=True, blank=True)
    advice = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]


class ContributionLink(Stamped):
    """A one-off link by which one person, without an account, gives views for one review. Only a hash of the token is kept.

    answers: {"liked": text, "working": text, "not_working": text, "next": text}; submitted once.
    """

    invitee = models.ForeignKey(Invitee, models.CASCADE, related_name="links")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]


class OutcomeProgress(Versioned):
    """Progress towards one outcome, as judged at a review."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="outcome_progress")
    outcome = models.ForeignKey(EhcOutcome, models.CASCADE, related_name="progress")
    rating = models.PositiveSmallIntegerField(choices=Rating, null=True, blank=True)
    evidence = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["outcome__number"]
        constraints = [models.UniqueConstraint(fields=["review", "outcome"], name="one_judgement_an_outcome")]


class NeedsAssessment(Versioned):
    """A request for an EHC needs assessment, with its 20-week clock, which starts when the local authority receives it."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="needs_assessments")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="+")
    requested_by = models.CharField(
        max_length=8, choices=[("school", "School"), ("parent", "Parent"), ("other", "Somebody else")], default="school"
    )
    received_on = models.DateField()
    decided_on = models.DateField(null=True, blank=True)
    is_agreed = models.BooleanField(null=True, blank=True)
    advice_requested_on = models.DateField(null=True, blank=True)
    advice_sent_on = models.DateField(null=True, blank=True)
    draft_served_on = models.DateField(null=True, blank=True)
    refused_plan_on = models.DateField(null=True, blank=True)
    final_plan_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = NeedsAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["pupil"], condition=Q(closed_on__isnull=True), name="one_open_needs_assessment"
            )
        ]

    def get_absolute_url(self) -> str:
        return path_to("reviews:assessment", self.pk)
