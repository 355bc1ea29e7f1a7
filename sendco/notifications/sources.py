"""Where reminders come from. Apps above register a source; this app never looks up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Reminder:
    """One thing one person should be told. The first four fields make it unique for ever.

    text: what is due, with initials at most; path: where to go, without host.
    """

    recipient_id: int
    kind: str
    subject_key: str
    due_on: date
    text: str
    path: str
    school_id: int | None = None


Source = Callable[[date], Iterable[Reminder]]
_sources: dict[str, Source] = {}


def register_source(name: str, source: Source) -> None:
    """Called in `AppConfig.ready`. `source(today)` yields what is due, every day anew; what it no longer yields is over."""
    _sources[name] = source


def due(today: date) -> list[Reminder]:
    """Every reminder of every source, in the order of their names. Costs what the sources cost."""
    return [reminder for name in sorted(_sources) for reminder in _sources[name](today)]
