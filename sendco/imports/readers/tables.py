"""Rows of text from CSV and Excel files, whatever their encoding, delimiter and title rows."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .mapping import missing_fields, recognised, suggest_mapping
from .source import Upload
from .types import Limits, MappingNeeded, UnreadableFile
from .values import clean

DELIMITERS = ",;\t|"
HEADER_WITHIN = 30
SAMPLE_ROWS = 5
FIELD_SIZE = 10_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEP_LINE = re.compile(r"^sep=(.)\r?\n", re.I)


@dataclass(frozen=True, slots=True)
class Row:
    """line: where the row starts in the file, or its number in the sheet."""

    line: int
    cells: tuple[str, ...]

    def is_blank(self) -> bool:
        return not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """headings are unique: a repeated one is numbered, as in "Start date (2)"."""

    headings: tuple[str, ...]
    header_line: int
    rows: tuple[Row, ...]
    encoding: str


def read_table(upload: Upload, *, mapping: Mapping[str, str] | None, limits: Limits) -> Table:
    """The table in a CSV or .xlsx file. Raises UnreadableFile; MappingNeeded when no row looks like headings."""
    if zipfile.is_zipfile(io.BytesIO(upload.data)):
        rows, encoding = list(_excel_rows(upload.data, limits)), "xlsx"
    else:
        text, encoding = decode(upload.data)
        rows = _best_split(text, mapping, limits)
    rows = [row for row in rows if not row.is_blank()]
    if not rows:
        raise UnreadableFile("The file has no rows. Export it again.", code="empty")
    place = _header_place(rows, mapping)
    if place is None:
        raise _no_header(rows)
    return Table(_unique(rows[place].cells), rows[place].line, tuple(rows[place + 1 :]), encoding)


def decode(data: bytes) -> tuple[str, str]:
    """Text and its encoding: by the mark, else UTF-8, else Windows-1252. Raises UnreadableFile for binary data."""
    encoding = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if encoding is None and b"\0" in data[:200]:
        encoding = _utf16_without_mark(data)
    for candidate in [encoding] if encoding else ["utf-8", "cp1252", "latin-1"]:
        try:
            text = data.decode(candidate)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise UnreadableFile(
                f"Line {line} has a character that does not belong in a text file. Export it again as CSV (UTF-8).",
                code="binary",
                line=line,
            )
        return text, candidate
    raise UnreadableFile(
        "The file is not in the encoding it says it has. Save it as CSV (UTF-8) and try again.", code="encoding"
    )


def _utf16_without_mark(data: bytes) -> str | None:
    even, odd = data[:200:2].count(0), data[1:200:2].count(0)
    if odd > 50 > even * 2:
        return "utf-16-le"
    return "utf-16-be" if even > 50 > odd * 2 else None


def _best_split(text: str, mapping: Mapping[str, str] | None, limits: Limits) -> list[Row]:
    """Rows by the delimiter under which most headings are recognised; then the one that gives most columns."""
    if match := _SEP_LINE.match(text):
        return [Row(row.line + 1, row.cells) for row in _csv_rows(text[match.end() :], match[1], limits)]
    start = "\n".join(text.splitlines()[: HEADER_WITHIN * 2])

    def score(delimiter: str) -> tuple[int, int]:
        rows = list(_csv_rows(start, delimiter, limits, is_sample=True))
        return (
            max((recognised(_unique(row.cells), mapping) for row in rows[:HEADER_WITHIN]), default=0),
            max((len(row.cells) for row in rows), default=0),
        )

    return list(_csv_rows(text, max(DELIMITERS, key=score), limits))


def _csv_rows(text: str, delimiter: str, limits: Limits, *, is_sample: bool = False) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if is_sample:
                return
            raise _too_long(before + 1) from error
        if not is_sample:
            _check_row(cells, before + 1, limits)
        yield Row(before + 1, tuple(cells))
        before = reader.line_num


def _check_row(cells: Sequence[str], line: int, limits: Limits) -> None:
    if line > limits.rows:
        raise UnreadableFile(
            f"The file has more than {limits.rows} rows. Export one school at a time.", code="too_many_rows", line=line
        )
    if len(cells) > limits.columns:
        raise UnreadableFile(
            f"Line {line} has more than {limits.columns} columns. Export only the columns you need.",
            code="too_many_columns",
            line=line,
        )
    if any(len(cell) > FIELD_SIZE for cell in cells):
        raise _too_long(line)


def _too_long(line: int) -> UnreadableFile:
    return UnreadableFile(
        f"A field that begins at line {line} is far too long; often a quotation mark is missing. Correct it.",
        code="field_too_long",
        line=line,
    )


def _excel_rows(data: bytes, limits: Limits) -> Iterator[Row]:
    # The library takes long to import and few uploads need it.
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > limits.unpacked_size:
            raise UnreadableFile(
                "The workbook unpacks to more than we read. Copy the pupils’ rows into a new workbook and save it.",
                code="too_large",
            )
    damage = (InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, TypeError)
    try:
        with warnings.catch_warnings():
            # Other programs' workbooks lack styles and the like, which do not matter here.
            warnings.simplefilter("ignore", UserWarning)
            workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = workbook.worksheets[0]
        for line, values in enumerate(sheet.iter_rows(values_only=True, max_col=limits.columns), start=1):
            # A stray format in the last row of the sheet makes a million blank ones: they do not count.
            if not any(value is not None for value in values):
                continue
            cells = [_excel_text(value) for value in values]
            while cells and not cells[-1].strip():
                cells.pop()
            _check_row(cells, line, limits)
            yield Row(line, tuple(cells))
    except (*damage, SyntaxError, EOFError, AttributeError, RuntimeError) as error:
        raise UnreadableFile(
            "The workbook is damaged or protected. Open it in Excel, save it as CSV (UTF-8) and try again.",
            code="malformed",
        ) from error


def _excel_text(value: object) -> str:
    """A cell as text: dates in ISO form, whole numbers without a decimal point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _header_place(rows: Sequence[Row], mapping: Mapping[str, str] | None) -> int | None:
    """The row, near the top, with most headings we know: titles may stand above it."""
    scores = [recognised(_unique(row.cells), mapping) for row in rows[:HEADER_WITHIN]]
    best = max(scores)
    needed = 1 if mapping else 2
    return scores.index(best) if best >= needed else None


def _no_header(rows: Sequence[Row]) -> MappingNeeded:
    place = next((n for n, row in enumerate(rows[:HEADER_WITHIN]) if sum(bool(c.strip()) for c in row.cells) > 1), 0)
    headings = _unique(rows[place].cells)
    return MappingNeeded(
        "We do not recognise the column headings. " + missing_fields(set()),
        headings=headings,
        suggestion=suggest_mapping(headings),
        sample=sample(rows[place + 1 :]),
        line=rows[place].line,
    )


def sample(rows: Sequence[Row]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(clean(cell)[:80] for cell in row.cells) for row in rows[:SAMPLE_ROWS])


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    headings = []
    for number, cell in enumerate(cells, start=1):
        heading = clean(cell)[:80] or f"Column {number}"
        seen[heading] = seen.get(heading, 0) + 1
        headings.append(heading if seen[heading] == 1 else f"{heading} ({seen[heading]})")
    return tuple(headings)
