"""Base classes that know none of our nouns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F

from . import clock
from .exceptions import Conflict


class Quiet(models.Model):
    """`repr` and `str` give ids, never names, so that logs and tracebacks hold no personal data."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.pk}>"


class Stamped(Quiet):
    """When the row was made and last saved through `save()`."""

    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Versioned(Stamped):
    """A row that two people may edit at once: a save names the version it was read at.

    Forms carry `version` in a hidden field; actions call `save_over`, which refuses when somebody was faster.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_by_name = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True

    def save_over(self, *, expected: int, by: Any, fields: Iterable[str]) -> None:
        """Save `fields` only if the row is still at version `expected`. One query; one more when refused.

        Raises Conflict, with the newer row, when it is not; nothing is written then.
        """
        names = tuple(fields)
        columns = [self._meta.get_field(name).attname for name in names]
        changed_by_name = by.get_full_name() if by is not None else ""
        matched = (
            type(self)
            ._base_manager.filter(pk=self.pk, version=expected)
            .update(
                **{column: getattr(self, column) for column in columns},
                version=F("version") + 1,
                changed_by_name=changed_by_name,
                updated_at=clock.now(),
            )
        )
        if not matched:
            current = type(self)._base_manager.filter(pk=self.pk).first()
            who = (current and current.changed_by_name) or "Somebody"
            raise Conflict(
                f"{who} changed this while you were writing. Compare the two versions.",
                current=current,
                field_names=names,
            )
        self.version = expected + 1
        self.changed_by_name = changed_by_name
