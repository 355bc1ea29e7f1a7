"""Filters that write a value as people read it: days, money, names. `sendco.core.ui` does the work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.template.defaultfilters import time as django_time

from sendco.core import ui

from .library import register

register.filter("day", ui.day)
register.filter("day_short", ui.day_short)
register.filter("day_month", ui.day_month)
register.filter("weekday", ui.weekday)
register.filter("moment", ui.moment)
register.filter("money", ui.money)
register.filter("minutes", ui.minutes)
register.filter("minutes_words", ui.minutes_words)
register.filter("percent", ui.percent)
register.filter("initials", ui.initials)
register.filter("short_name", ui.short_name)
register.filter("rating_word", ui.rating_word)


@register.filter
def time(value: Any, form: str | None = None) -> str:
    """1:30pm. With a format it is Django's own `time` filter, which this one replaces."""
    return django_time(value, form) if form else ui.clock_time(value)


@register.filter
def iso(value: dt.date | dt.datetime | dt.time | None) -> str:
    """For datetime attributes: 2026-03-14."""
    return value.isoformat() if value else ""


@register.filter
def words(count: int, noun: str) -> str:
    """{{ 4|words:"session" }}: 4 sessions. An uneven plural follows a comma: {{ 2|words:"child,children" }}."""
    one, _, many = noun.partition(",")
    return ui.plural_words(int(count), one, many or None)
