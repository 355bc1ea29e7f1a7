"""CSV and Excel files of pupils, of needs (one row each) and of SEN history (one row a period), by way of a mapping.

Rows about the same pupil are joined, wherever they stand: by UPN, else admission number, else name and date of birth.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from .codebook import CodeBook
from .csv_pupil import GroupReader, cell_of, key_of
from .duplicates import settle_duplicates
from .mapping import apply, missing_fields, suggest_mapping
from .source import Upload
from .tables import Row, Table, read_table, sample
from .types import (
    Format,
    Limits,
    MappingNeeded,
    Notice,
    Problem,
    PupilRecord,
    ReadResult,
    UnreadableFile,
)
from .values import clean

# Whole phrases only: Page and Count are surnames too.
_FOOTER = re.compile(
    r"^((grand |sub-?)?totals?\b.*|count[:= ]*\d*|number of .*|page \d.*|end of .*|(source|filter|report|note)s?:.*|"
    r"(printed|produced|generated|exported|created|run) (on|by|at|from)\b.*|(©|copyright).*)$",
    re.I,
)
_LIKE_UPN = re.compile(r"^[A-Za-z] ?[0-9]{11}[0-9A-Za-z]$")


def read_csv(
    upload: Upload,
    *,
    codebook: CodeBook,
    today: date,
    mapping: Mapping[str, str] | None = None,
    limits: Limits | None = None,
) -> ReadResult:
    """Read a table of pupils. mapping: heading -> field name, as saved by the school; without one we guess.

    Raises UnreadableFile, and MappingNeeded when the columns do not tell which pupil a row is about.
    """
    limits = limits or Limits()
    table = read_table(upload, mapping=mapping, limits=limits)
    chosen = dict(mapping) if mapping is not None else suggest_mapping(table.headings)
    try:
        columns = apply(chosen, table.headings)
    except ValueError as error:
        raise _needs_mapping(table, str(error)) from error
    if sentence := missing_fields(set(columns)):
        raise _needs_mapping(table, sentence)
    groups, notices = _group(table.rows, columns)
    if len(groups) > limits.pupils:
        raise UnreadableFile(
            f"The file has more than {limits.pupils} pupils. Export one school at a time.", code="too_many_pupils"
        )
    records: list[PupilRecord] = []
    problems: list[Problem] = []
    for rows in groups:
        reader = GroupReader(rows, columns, codebook, today)
        records.append(reader.read())
        problems.extend(reader.check.problems)
        notices.extend(reader.notices)
    source = upload.source(
        encoding=table.encoding,
        mapping=tuple((table.headings[number], name) for name, number in columns.items()),
    )
    if not records:
        notices.append(Notice("no_pupils", "There are no pupils in this file."))
    notices.extend(_left_out(table, columns))
    return settle_duplicates(ReadResult(Format.CSV, source, tuple(records), tuple(problems), tuple(notices)))


def _needs_mapping(table: Table, message: str) -> MappingNeeded:
    return MappingNeeded(
        message,
        headings=table.headings,
        suggestion=suggest_mapping(table.headings),
        sample=sample(table.rows),
        line=table.header_line,
    )


def _left_out(table: Table, columns: Mapping[str, int]) -> list[Notice]:
    unused = [heading for number, heading in enumerate(table.headings) if number not in columns.values()]
    if not unused:
        return []
    return [Notice("columns_left_out", "Columns left out: " + ", ".join(unused[:20]) + ".", table.header_line)]


def _group(rows: Sequence[Row], columns: Mapping[str, int]) -> tuple[list[list[Row]], list[Notice]]:
    """Rows of each pupil in order of first appearance. Totals and remarks are left out with a notice."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    notices = []
    for row in rows:
        if _is_footer(row, columns):
            message = f"Line {row.line} is a total or a remark and was left out."
            notices.append(Notice("footer_left_out", message, row.line))
            continue
        # A row that names nobody stands alone and is refused with its own line.
        groups.setdefault(key_of(row, columns) or ("line", str(row.line)), []).append(row)
    return list(groups.values()), notices


def _is_footer(row: Row, columns: Mapping[str, int]) -> bool:
    first = next((clean(cell) for cell in row.cells if cell.strip()), "")
    filled = sum(bool(cell.strip()) for cell in row.cells)
    names_somebody = cell_of(row, columns, "dob") or any(_LIKE_UPN.match(cell.strip()) for cell in row.cells)
    return bool(_FOOTER.match(first)) and filled <= 3 and not names_somebody
