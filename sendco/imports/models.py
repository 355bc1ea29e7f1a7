"""Uploaded files on their way in: read, previewed, confirmed, and undone while nothing depends on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse

from pupils.models import Pupil
from sendco.accounts.permissions import Permission
from sendco.core.models import Quiet, Stamped

if TYPE_CHECKING:
    from sendco.accounts.models import User


class ColumnMapping(Stamped):
    """Which heading of a school's own export holds which field. columns: {heading: field}."""

    school = models.ForeignKey("schools.School", models.CASCADE, related_name="column_mappings")
    name = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)
    signature = models.CharField(max_length=64)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["school", "signature"], name="one_mapping_a_set_of_headings")]


class BatchState(models.TextChoices):
    READING = "reading", "Being read"
    MAPPING = "mapping", "Columns to match"
    FAILED = "failed", "Could not be read"
    STAGED = "staged", "To be checked"
    APPLYING = "applying", "Being imported"
    UNDOING = "undoing", "Being undone"
    APPLIED = "applied", "Imported"
    UNDONE = "undone", "Undone"
    DISCARDED = "discarded", "Discarded"


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> ImportBatchQuerySet:
        """Imports of the schools in which this person may import. No query of its own."""
        return self.filter(school_id__in=user.access.school_ids(Permission.IMPORT_RUN))

    def for_list(self) -> ImportBatchQuerySet:
        """With the people, newest first. One query."""
        return self.select_related("uploaded_by", "applied_by").order_by("-pk")


class ImportBatch(Stamped):
    """One uploaded file. The upload itself is deleted when the batch is applied or discarded; its hash stays.

    notices: [{"code", "message", "line"}]. columns: {"headings", "suggestion", "sample"} of a table, as long as the upload
    exists. made: {"classes": [ids]}, what the import made beside pupils. problem: why the last step was not taken.
    staged_on: the day from which undated statuses and needs of the file hold. rows_removed_at: when the rows, and with them
    what undo needs, were removed because the import was long over.
    """

    objects = ImportBatchQuerySet.as_manager()

    school = models.ForeignKey("schools.School", models.PROTECT, related_name="imports")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    file_name = models.CharField(max_length=120)
    file = models.FileField(upload_to="imports/%Y/%m", blank=True)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=10)
    source = models.CharField(max_length=160, blank=True)
    notices = models.JSONField(default=list, blank=True)
    mapping = models.ForeignKey(ColumnMapping, models.SET_NULL, null=True, blank=True, related_name="batches")
    columns = models.JSONField(default=dict, blank=True)
    made = models.JSONField(default=dict, blank=True)
    problem = models.CharField(max_length=400, blank=True)
    staged_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=BatchState, default=BatchState.STAGED)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    refused_count = models.PositiveIntegerField(default=0)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    rows_removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def get_absolute_url(self) -> str:
        return reverse("imports:preview", args=[self.pk])

    @property
    def is_busy(self) -> bool:
        return self.state in (BatchState.READING, BatchState.APPLYING, BatchState.UNDOING)

    @property
    def may_undo(self) -> bool:
        return self.state == BatchState.APPLIED and self.rows_removed_at is None

    @property
    def may_discard(self) -> bool:
        return self.state in (BatchState.READING, BatchState.MAPPING, BatchState.FAILED, BatchState.STAGED)


class RowAction(models.TextChoices):
    NEW = "new", "New"
    CHANGED = "changed", "Changed"
    UNCHANGED = "unchanged", "Unchanged"
    REFUSED = "refused", "To put right"
    CHOOSE = "choose", "To match"
    LEAVER = "leaver", "Left the school"


class ImportRow(Quiet):
    """One pupil of a file. record: the fields the file gives. changes: [{"field", "label", "old", "new"}].

    problems: [{"line", "field", "code", "severity", "message"}]. is_chosen: the row is to be applied. candidates: ids of
    pupils for a person to choose from; is_decided: somebody did, and `pupil` is the choice, none for a new pupil.
    before: what undo needs, as `sendco.imports.write` leaves it.
    """

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(default=0)
    action = models.CharField(max_length=9, choices=RowAction)
    pupil = models.ForeignKey(Pupil, models.SET_NULL, null=True, blank=True, related_name="+")
    candidates = models.JSONField(default=list, blank=True)
    is_decided = models.BooleanField(default=False)
    label = models.CharField(max_length=180)
    record = models.JSONField(default=dict)
    changes = models.JSONField(default=list, blank=True)
    problems = models.JSONField(default=list, blank=True)
    before = models.JSONField(default=dict, blank=True)
    is_chosen = models.BooleanField(default=True)

    class Meta:
        ordering = ["line", "pk"]
        indexes = [models.Index(fields=["batch", "action"], name="rows_of_a_batch")]
