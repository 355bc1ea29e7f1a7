"""What stands in a URL's query, read without trust: what makes no sense is None, never an error."""

from __future__ import annotations

from datetime import date

YEARS = range(1900, 2101)
"""Years that a day in a school's records may lie in. Others are slips of the keys, and date arithmetic breaks on them."""
MOST_DIGITS = 18
"""Larger than any id, and within what both databases can compare."""


def number(text: str | None) -> int | None:
    """A whole number written in plain digits. `str.isdigit` alone also takes ², which `int` refuses."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def day(text: str | None) -> date | None:
    """A day as 2026-03-14."""
    try:
        found = date.fromisoformat((text or "").strip())
    except ValueError:
        return None
    return found if found.year in YEARS else None


def words(text: str | None, *, most: int) -> str:
    """What was typed to search for: one space between words, no control characters, at most `most` characters."""
    return " ".join("".join(char for char in text or "" if char.isprintable() or char.isspace()).split())[:most]
