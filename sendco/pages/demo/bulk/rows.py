"""Rows that wait to be written together. Each gets its id at once, so that rows can point at one another before any is written."""

from __future__ import annotations

from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

Row = TypeVar("Row", bound=models.Model)
BATCH = 1000


class Rows:
    """Collects unsaved rows and writes them model by model.

    Ids follow the highest one in the table, so nobody else may add rows to the same tables meanwhile; `finish` brings the
    database's own counters up to them. Foreign keys are checked at the end of the transaction on both databases, so models
    may be written in any order.
    """

    def __init__(self) -> None:
        self._last: dict[type[models.Model], int] = {}
        self._waiting: dict[type[models.Model], list[models.Model]] = {}
        self.written = 0

    def add(self, row: Row) -> Row:
        """Give the row its id and keep it for the next `flush`."""
        model = type(row)
        if model not in self._last:
            self._last[model] = model._base_manager.aggregate(last=Max("pk"))["last"] or 0
            self._waiting[model] = []
        self._last[model] += 1
        row.pk = self._last[model]
        self._waiting[model].append(row)
        return row

    def link(self, through: Any, **ids: int) -> None:
        """A row of a many-to-many table, as in `link(Membership.classes.through, membership_id=1, schoolclass_id=2)`."""
        self.add(through(**ids))

    def flush(self) -> None:
        """Write what waits. One query for each thousand rows, or fewer where the database takes fewer values at once."""
        for model, rows in self._waiting.items():
            model._base_manager.bulk_create(rows, batch_size=BATCH)
            self.written += len(rows)
            rows.clear()

    def finish(self) -> None:
        """Write the rest, and let the next row that is made by hand follow the last id."""
        self.flush()
        statements = connection.ops.sequence_reset_sql(no_style(), list(self._last))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
