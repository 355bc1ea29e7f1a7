"""Governor reports and the national figures they compare with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from sendco.core.models import Quiet, Versioned
from sendco.schools.models import TermName

from .querysets import GovernorReportQuerySet


class ReportState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"


class GovernorReport(Versioned):
    """The termly report of a school. Figures are frozen, already suppressed, when it is published; the PDF is locked then.

    figures: what the page shows, after suppression only (see `reports.frozen`). narrative: her own words (see
    `reports.narrative`). snapshot: true counts, kept to protect the next report; never shown, never serialised.
    publishing_at: when publishing was asked for, until it is done; publishing_fault: why it was refused then.
    """

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="governor_reports")
    academic_year = models.PositiveSmallIntegerField()
    term = models.CharField(max_length=6, choices=TermName)
    state = models.CharField(max_length=9, choices=ReportState, default=ReportState.DRAFT)
    figures = models.JSONField(default=dict, blank=True)
    snapshot = models.JSONField(default=dict, blank=True, editable=False)
    narrative = models.JSONField(default=dict, blank=True)
    meeting_on = models.DateField(null=True, blank=True)
    pdf = models.FileField(upload_to="reports/%Y", blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    written_by = models.CharField(max_length=120, blank=True)
    publishing_at = models.DateTimeField(null=True, blank=True, editable=False)
    publishing_fault = models.CharField(max_length=300, blank=True, editable=False)

    objects = GovernorReportQuerySet.as_manager()

    class Meta:
        ordering = ["-academic_year", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["school", "academic_year", "term"], name="one_report_a_term"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | Q(state="published", published_at__isnull=False),
                name="published_with_a_time",
            ),
        ]

    @property
    def key(self) -> str:
        """As in URLs and commands: `2026-autumn`."""
        return f"{self.academic_year}-{self.term}"

    @property
    def is_published(self) -> bool:
        return self.state == ReportState.PUBLISHED

    def get_absolute_url(self) -> str:
        return reverse("reports:governors", args=[self.academic_year, self.term])


class NationalFigure(Quiet):
    """A published national figure to compare with. Loaded from `reports/data/national-send-statistics.csv`."""

    year = models.CharField(max_length=20)
    measure = models.CharField(max_length=60)
    breakdown = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=12, decimal_places=3)
    unit = models.CharField(max_length=40)
    source_url = models.CharField(max_length=300)
    status = models.CharField(max_length=12)

    class Meta:
        ordering = ["measure", "breakdown", "-year"]
        constraints = [
            models.UniqueConstraint(fields=["year", "measure", "breakdown", "unit"], name="one_national_figure")
        ]
