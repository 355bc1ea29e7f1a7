"""The one clock. Views, commands and tasks read it once and pass `on=` down; rules never look.

`SENDCO_TODAY=YYYY-MM-DD` in the environment moves it, for trying the product on the day a demo was made for.
"""

import os
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")


def now() -> datetime:
    """The present moment, aware, in Europe/London."""
    moment = timezone.now().astimezone(LONDON)
    if moved := os.environ.get("SENDCO_TODAY"):
        return moment + timedelta(days=(date.fromisoformat(moved) - moment.date()).days)
    return moment


def today() -> date:
    """Today's date in Europe/London."""
    return now().date()
