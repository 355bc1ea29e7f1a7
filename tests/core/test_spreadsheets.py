"""Workbooks hold text that no spreadsheet runs."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from sendco.core.spreadsheets import MEDIA_TYPE, download, safe, workbook

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+44 1632", "'+44 1632"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\x00=1", "'=1"),
        ("a=b", "a=b"),
        ("O'Neil", "O'Neil"),
        ("", ""),
        (-2, -2),
        (None, None),
        (date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_safe(value, expected):
    assert safe(value) == expected


def test_workbook_keeps_headings_in_sight_and_types():
    rows = [("=cmd", 3, date(2026, 11, 23)), ("x" * 200, None, None)]
    book = load_workbook(BytesIO(workbook([("Register", ("Name", "Count", "On"), rows), ("About", ("What",), [])])))
    sheet = book["Register"]
    assert book.sheetnames == ["Register", "About"]
    assert [cell.value for cell in sheet[1]] == ["Name", "Count", "On"]
    assert (sheet["A2"].value, sheet["A2"].data_type, sheet["B2"].value) == ("'=cmd", "s", 3)
    assert (sheet["C2"].value.date(), sheet["C2"].number_format) == (date(2026, 11, 23), "DD MMMM YYYY")
    assert (sheet.freeze_panes, sheet.column_dimensions["A"].width) == ("A2", 60)


def test_download_is_an_attachment_that_no_cache_keeps():
    response = download(b"x", "send-register-2026-11-23")
    assert (response["Content-Type"], response["Cache-Control"]) == (MEDIA_TYPE, "no-store, private")
    assert response["Content-Disposition"] == 'attachment; filename="send-register-2026-11-23.xlsx"'
