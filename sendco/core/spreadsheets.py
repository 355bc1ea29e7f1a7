"""Workbooks for people to open: nothing in them can run, and a cap on their size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from django.http import HttpResponse

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")
_WIDEST = 60


def safe(value: Any) -> Any:
    """A cell value that no spreadsheet takes for a formula: text that begins like one gets an apostrophe in front."""
    if isinstance(value, str):
        text = "".join(char for char in value if char >= " " or char in "\t\r\n")
        return f"'{text}" if text.startswith(_DANGEROUS) else text
    return value


def workbook(sheets: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """An XLSX file. sheets: (title, headings, rows); the headings are frozen and columns are as wide as their text."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for title, headings, rows in sheets:
        sheet = book.create_sheet(title[:31])
        sheet.append([safe(heading) for heading in headings])
        widths = [len(heading) for heading in headings]
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for row in rows:
            values = [safe(value) for value in row]
            sheet.append(values)
            for index, value in enumerate(values):
                widths[index] = max(widths[index], len(str(value)) if value is not None else 0)
        for index, width in enumerate(widths, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = min(width + 2, _WIDEST)
        for row_cells in sheet.iter_rows(min_row=2):
            for cell in row_cells:
                if cell.is_date:
                    cell.number_format = "DD MMMM YYYY"
        sheet.freeze_panes = "A2"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def download(content: bytes, name: str) -> HttpResponse:
    """The file as an attachment that no cache keeps. name: without personal data."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "no-store, private"
    return response
