"""Which column of a school's own export holds what: headings, their signature, and the mapping saved for them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from .models import ColumnMapping
from .readers import Format, Limits, MappingNeeded, ReadResult, default_codebook, read_file, suggest_mapping
from .readers.codebook import fold
from .readers.detect import AUTO, detect
from .readers.source import Upload, load
from .readers.tables import read_table, sample

MOST_PUPILS = 20_000


@dataclass(frozen=True)
class Columns:
    """The headings of a table with the first rows below them, and which field we guess for which heading."""

    headings: tuple[str, ...]
    suggestion: dict[str, str]
    sample: tuple[tuple[str, ...], ...]

    def as_json(self) -> dict:
        return {
            "headings": list(self.headings),
            "suggestion": self.suggestion,
            "sample": [list(row) for row in self.sample],
        }


@dataclass(frozen=True)
class Reading:
    """A file that was read. columns and mapping: for tables only; mapping is None where we guessed."""

    result: ReadResult
    columns: Columns | None = None
    mapping: ColumnMapping | None = None


class ColumnsNeeded(MappingNeeded):
    """The columns have to be matched by a person. columns: what the screen for it shows."""

    def __init__(self, error: MappingNeeded, columns: Columns) -> None:
        super().__init__(
            error.message, headings=error.headings, suggestion=error.suggestion, sample=error.sample, line=error.line
        )
        self.columns = columns


def limits() -> Limits:
    return Limits(file_size=settings.IMPORT_MAX_BYTES, pupils=MOST_PUPILS)


def signature(headings: Sequence[str]) -> str:
    """The same for the same headings in any order, whatever their case and spaces."""
    return hashlib.sha256("\n".join(sorted(fold(heading) for heading in headings)).encode()).hexdigest()


def columns_of(upload: Upload) -> Columns:
    """The headings of a table. Raises UnreadableFile."""
    try:
        table = read_table(upload, mapping=None, limits=limits())
    except MappingNeeded as error:
        return Columns(error.headings, error.suggestion, error.sample)
    return Columns(table.headings, suggest_mapping(table.headings), sample(table.rows))


def read_for(school_id: int, file: str | Path | bytes, *, name: str = "", format: str = AUTO, on: date) -> Reading:
    """Read a file with the columns as the school saved them, else as we guess them. One query for a table, else none.

    file: a path, a folder of OneRoster files, or the content. Raises UnreadableFile with a sentence to show, and
    ColumnsNeeded when a person has to say what the columns are.
    """
    codebook = default_codebook()
    if not isinstance(file, bytes) and (Path(file).is_dir() or Path(file).name.lower() == "users.csv"):
        return Reading(read_file(file, format=format, codebook=codebook, today=on, limits=limits()))
    source = io.BytesIO(file) if isinstance(file, bytes) else file
    upload = load(source, name=name or None, limits=limits())
    chosen = detect(upload) if format == AUTO else Format(format)
    columns = columns_of(upload) if chosen is Format.CSV else None
    saved = None
    if columns is not None:
        saved = ColumnMapping.objects.filter(school_id=school_id, signature=signature(columns.headings)).first()
    try:
        result = read_file(
            io.BytesIO(upload.data),
            format=chosen,
            mapping=saved.columns if saved else None,
            codebook=codebook,
            today=on,
            name=upload.name,
            limits=limits(),
        )
    except MappingNeeded as error:
        raise ColumnsNeeded(error, columns or Columns(error.headings, error.suggestion, error.sample)) from error
    return Reading(result, columns, saved)
