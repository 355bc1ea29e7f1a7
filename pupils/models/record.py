"""The rest of a pupil's record: one-page profile, strategies, adjustments, notes, documents, and people's saved views."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from pupils.enums import Area, NoteKind
from sendco.core.models import Stamped, Versioned

from .pupil import Pupil


class Profile(Versioned):
    """The one-page profile, in the child's words. Each field holds one point a line. Every version is kept; the newest shows."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="profiles")
    liked_about_me = models.TextField(blank=True)
    important_to_me = models.TextField(blank=True)
    how_to_help_me = models.TextField(blank=True)
    written_with = models.CharField(max_length=120, blank=True)
    written_on = models.DateField()
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-written_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["pupil"], condition=Q(is_current=True), name="one_current_profile")
        ]


class Strategy(Versioned):
    """Something every adult who teaches the child does."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="strategies")
    area = models.CharField(max_length=5, choices=Area)
    text = models.CharField(max_length=300)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["area", "pk"]
        verbose_name_plural = "strategies"


class Adjustment(Versioned):
    """A reasonable adjustment agreed for a disabled pupil (Equality Act 2010)."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="adjustments")
    barrier = models.CharField(max_length=200)
    adjustment = models.CharField(max_length=300)
    starts = models.DateField()
    review_on = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-starts", "-pk"]


class Note(Versioned):
    """A dated note about a pupil. Confidential ones show only to those who may read such notes."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=8, choices=NoteKind, default=NoteKind.NOTE)
    on = models.DateField()
    text = models.TextField()
    is_confidential = models.BooleanField(default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["pupil", "-on"], name="notes_of_a_pupil")]


class Document(Stamped):
    """A file about a pupil. The file's own name is not used on disk."""

    pupil = models.ForeignKey(Pupil, models.CASCADE, related_name="documents")
    title = models.CharField(max_length=120)
    on = models.DateField()
    file = models.FileField(upload_to="documents/%Y/%m")
    size = models.PositiveIntegerField(default=0)
    media_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    is_confidential = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on", "-pk"]


class SavedView(Stamped):
    """A named filter of the register, a person's own or shared with the school. query: as in the URL, without `page`."""

    school = models.ForeignKey("schools.School", models.CASCADE, related_name="saved_views")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    slug = models.SlugField(max_length=70)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["school", "slug"], name="one_saved_view_a_slug")]


__all__ = ["Adjustment", "Document", "Note", "Profile", "SavedView", "Strategy"]
