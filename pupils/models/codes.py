"""Code lists of the school census, as dated rows: the lists change, so they are never choices in code."""

from django.db import models

from sendco.core.models import Quiet


class ReferenceCode(Quiet):
    """A code of one list, with the days on which it may be used. Loaded from `pupils/data/codes/*.csv`.

    code_set: the file's name, as `sen_type`, `ethnicity`, `la`. group: a heading, and for
    `sen_type` the broad area of need.
    """

    code_set = models.CharField(max_length=40)
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=300)
    short = models.CharField(max_length=300, blank=True)
    group = models.CharField(max_length=40, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    aliases = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["code_set", "order", "code"]
        constraints = [models.UniqueConstraint(fields=["code_set", "code"], name="one_row_a_code")]
