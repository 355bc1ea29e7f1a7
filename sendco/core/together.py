"""Several small selects in one trip to the database.

The side bar of every page asks for a handful of counts from different tables. As a union they cost one query.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import CharField, QuerySet, Value
from django.db.models.constants import LOOKUP_SEP
from django.db.models.functions import Cast

Part = tuple[QuerySet, Sequence[str]]
"""Rows and the names of the fields wanted of each: of the model, across foreign keys, or annotated."""
Row = dict[str, Any]


def in_one_query(parts: Mapping[str, Part]) -> dict[str, list[Row]]:
    """{name: the rows of that part, each a dict by field}, unordered. One query; none for no parts.

    Values travel as text, since the columns of a union must be of one type, and come back as the fields' own Python
    values. So a field must be one whose text says all: numbers, text and dates, not times, truth values or files.
    """
    if not parts:
        return {}
    width = max(len(fields) for _, fields in parts.values())
    selects = [_select(name, rows, fields, width) for name, (rows, fields) in parts.items()]
    found: dict[str, list[Row]] = {name: [] for name in parts}
    readers = {name: [_reader(rows, field) for field in fields] for name, (rows, fields) in parts.items()}
    for name, *values in selects[0].union(*selects[1:], all=True) if len(selects) > 1 else selects[0]:
        fields = parts[name][1]
        found[name].append(
            {
                field: None if value is None else read(value)
                for field, value, read in zip(fields, values, readers[name], strict=False)
            }
        )
    return found


def _select(name: str, rows: QuerySet, fields: Sequence[str], width: int) -> QuerySet:
    columns = [Cast(field, CharField()) for field in fields]
    columns += [Cast(Value(None), CharField()) for _ in range(width - len(fields))]
    return rows.order_by().values_list(Value(name, CharField()), *columns)


def _reader(rows: QuerySet, path: str) -> Callable[[str], Any]:
    """What makes the text of a field its Python value."""
    if path in rows.query.annotations:
        return rows.query.annotations[path].output_field.to_python
    options, field = rows.model._meta, None
    for step in path.split(LOOKUP_SEP):
        field = options.pk if step == "pk" else options.get_field(step)
        options = field.related_model._meta if field.is_relation else options
    return (field.target_field if field.is_relation else field).to_python
