"""What stands in a URL's query is read without trust."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sendco.core import params

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [("7", 7), (" 7 ", 7), ("007", 7), ("0", 0), ("", None), (None, None), ("-1", None), ("²", None), ("٣", None),
     ("1e3", None), ("9" * 18, int("9" * 18)), ("9" * 19, None), ("9" * 5000, None)],
)  # fmt: skip
def test_number(text, expected):
    assert params.number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2026-03-14", date(2026, 3, 14)), ("1900-01-01", date(1900, 1, 1)), ("2100-12-31", date(2100, 12, 31)),
     ("1899-12-31", None), ("2101-01-01", None), ("9999-12-31", None), ("0001-01-01", None), ("2026-02-30", None),
     ("", None), (None, None), ("tomorrow", None)],
)  # fmt: skip
def test_day(text, expected):
    assert params.day(text) == expected


@given(st.text())
def test_nothing_typed_is_an_error(text):
    params.number(text)
    params.day(text)
    found = params.words(text, most=60)
    assert len(found) <= 60
    assert "\x00" not in found


def test_words_have_one_space_between():
    assert params.words("  Poppy \t\x00 Wood ", most=8) == "Poppy Wo"
