"""The one clock. Views, commands and tasks read it once and pass `on=` down; rules never look.

`SENDCO_TODAY=YYYY-MM-DD` in the environment moves it, for trying the product on the day a demo was made for.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
_moved: ContextVar[datetime | None] = ContextVar("sendco_moved_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in Europe/London."""
    if (standing := _moved.get()) is not None:
        return standing
    moment = timezone.now().astimezone(LONDON)
    if moved := os.environ.get("SENDCO_TODAY"):
        return moment + timedelta(days=(date.fromisoformat(moved) - moment.date()).days)
    return moment


def today() -> date:
    """Today's date in Europe/London."""
    return now().date()


@contextmanager
def moved_to(day: date, at: time = time(9, 0)) -> Iterator[None]:
    """The clock stands at this moment inside the block: how the demo's history gets its dates. Not for requests."""
    token = _moved.set(datetime.combine(day, at, LONDON))
    try:
        yield
    finally:
        _moved.reset(token)
