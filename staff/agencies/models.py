"""Outside services, the people in them, and referrals with a status and a next step."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from pupils.models import Pupil
from sendco.core.models import Quiet, Versioned

from .querysets import AgencyQuerySet, ProfessionalQuerySet, ReferralQuerySet


class AgencyKind(models.TextChoices):
    EP = "ep", "Educational psychology"
    SALT = "salt", "Speech and language therapy"
    OT = "ot", "Occupational therapy"
    PHYSIO = "physio", "Physiotherapy"
    CAMHS = "camhs", "Child mental health"
    PAEDIATRICS = "paediatrics", "Community paediatrics"
    SENSORY = "sensory", "Hearing and vision team"
    AUTISM = "autism", "Autism or behaviour outreach"
    SOCIAL = "social", "Social care or early help"
    NURSE = "nurse", "School nurse or health visitor"
    LA_SEND = "la_send", "Local authority SEND team"
    OTHER = "other", "Other"


class Agency(Versioned):
    """An outside service a federation works with. chase_after: school days without an answer before we ask again."""

    federation = models.ForeignKey("schools.Federation", models.CASCADE, related_name="agencies")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=AgencyKind)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    website = models.URLField(blank=True)
    chase_after = models.PositiveSmallIntegerField(default=10)
    is_archived = models.BooleanField(default=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "agencies"
        constraints = [models.UniqueConstraint(fields=["federation", "name"], name="one_agency_of_a_name")]

    def get_absolute_url(self) -> str:
        return reverse("agencies:agency", args=[self.pk])


class Professional(Versioned):
    """A person in an agency."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="professionals")
    name = models.CharField(max_length=120)
    job_title = models.CharField(max_length=80, blank=True)
    email = models.EmailField(blank=True)
    telephone = models.CharField(max_length=30, blank=True)

    objects = ProfessionalQuerySet.as_manager()

    class Meta:
        ordering = ["name"]


class ConsentMethod(models.TextChoices):
    FORM = "form", "Signed form"
    LETTER = "letter", "Letter or e-mail"
    MEETING = "meeting", "In a meeting, and noted"
    TELEPHONE = "telephone", "By telephone, and noted"


class ReferralState(models.TextChoices):
    DRAFT = "draft", "Draft"
    SENT = "sent", "Sent"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    RETURNED = "returned", "Returned for information"
    WAITING = "waiting", "Accepted, waiting"
    DECLINED = "declined", "Declined"
    SEEN = "seen", "Seen"
    REPORTED = "reported", "Report received"
    CLOSED = "closed", "Closed"


class Referral(Versioned):
    """A request to an agency about one pupil. Sending needs a consent: whose, when and how."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="referrals")
    school = models.ForeignKey("schools.School", models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="referrals")
    professional = models.ForeignKey(Professional, models.SET_NULL, null=True, blank=True, related_name="referrals")
    state = models.CharField(max_length=12, choices=ReferralState, default=ReferralState.DRAFT)
    reason = models.TextField()
    consent_by = models.CharField(max_length=120, blank=True)
    consent_on = models.DateField(null=True, blank=True)
    consent_how = models.CharField(max_length=10, choices=ConsentMethod, blank=True)
    sent_on = models.DateField(null=True, blank=True)
    next_step = models.CharField(max_length=200, blank=True)
    next_step_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="referrals"
    )
    closed_on = models.DateField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="draft") | (Q(sent_on__isnull=False) & Q(consent_on__isnull=False)),
                name="sent_with_consent",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & Q(closed_on__isnull=False))
                | (~Q(state="closed") & Q(closed_on__isnull=True)),
                name="referral_closed_with_a_date",
            ),
        ]
        indexes = [models.Index(fields=["school", "state", "next_step_on"], name="referrals_of_a_school")]

    def get_absolute_url(self) -> str:
        return reverse("agencies:referral", args=[self.pk])


class ReferralEvent(Quiet):
    """One dated thing in the life of a referral."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="events")
    on = models.DateField()
    state = models.CharField(max_length=12, choices=ReferralState)
    text = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
