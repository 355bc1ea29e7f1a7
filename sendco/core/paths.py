"""Addresses for lists: `reverse` costs as much as the rest of a row, and a page asks for the same few addresses a hundred times."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse

_STAND_IN = 918273645  # a number that no address has of its own


def path_to(name: str, pk: int | None = None) -> str:
    """What `reverse` gives for an address that takes one whole number, or none: worked out once in a process."""
    head, tail = _around(name, pk is not None, get_script_prefix())
    return f"{head}{pk}{tail}" if pk is not None else head


@cache
def _around(name: str, takes_number: bool, prefix: str) -> tuple[str, str]:
    """The address before and after its number. prefix: where the product is mounted, a part of what was worked out."""
    path = reverse(name, args=[_STAND_IN] if takes_number else [])
    head, _, tail = path.partition(str(_STAND_IN))
    return head, tail
