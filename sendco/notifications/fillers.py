"""Secrets that may not stand in the outbox. A stored text holds a mark, `[[name:value]]`; the words come while it is sent."""

from __future__ import annotations

import re
from collections.abc import Callable

_MARK = re.compile(r"\[\[(\w+):(\w+)\]\]")
_fillers: dict[str, Callable[[str], str]] = {}


def register_filler(name: str, filler: Callable[[str], str]) -> None:
    """Called in `AppConfig.ready`. `filler(value)` gives the words for `[[name:value]]`, the same at every attempt."""
    _fillers[name] = filler


def fill(text: str) -> str:
    """The text with its marks filled in. A mark that nobody registered stays as it is."""
    return _MARK.sub(lambda found: _fillers[found[1]](found[2]) if found[1] in _fillers else found[0], text)
