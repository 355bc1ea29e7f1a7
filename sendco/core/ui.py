"""Words and numbers as the interface shows them: pure functions behind the template tags. No ORM, request or clock."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils import timezone

RATINGS: Final = ("Not yet", "With help", "Nearly", "Got it")
AWAY: Final = "Away"
STATUSES: Final = ("danger", "warn", "ok", "wait", "none")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# The four broad areas of need (SEND Code of Practice, 6.28 to 6.35): key of the shape, name in full.
AREAS: Final = {
    "ci": "Communication and interaction",
    "cl": "Cognition and learning",
    "se": "Social, emotional and mental health",
    "sp": "Sensory and physical",
}
SUPPORT: Final = {
    "E": ("ehc", "EHC plan"),
    "K": ("sup", "SEN support"),
    "M": ("", "Monitoring"),
    "N": ("", "No SEN"),
}


def _local_date(value: dt.date | dt.datetime) -> dt.date:
    if isinstance(value, dt.datetime):
        return (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return value


def day(value: dt.date | dt.datetime | None) -> str:
    """14 March 2026."""
    if value is None or value == "":
        return ""
    value = _local_date(value)
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def day_short(value: dt.date | dt.datetime | None) -> str:
    """14 Mar 2026, for narrow charts only."""
    if value is None or value == "":
        return ""
    value = _local_date(value)
    return f"{value.day} {MONTHS[value.month - 1][:3]} {value.year}"


def day_month(value: dt.date | dt.datetime | None) -> str:
    """14 March, where the year is plain from the page."""
    if value is None or value == "":
        return ""
    value = _local_date(value)
    return f"{value.day} {MONTHS[value.month - 1]}"


def weekday(value: dt.date | dt.datetime | None) -> str:
    """Thursday 26 March 2026, where the day of the week matters."""
    if value is None or value == "":
        return ""
    value = _local_date(value)
    return f"{DAYS[value.weekday()]} {day(value)}"


def clock_time(value: dt.time | dt.datetime | None) -> str:
    """9am, 1:30pm."""
    if value is None or value == "":
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    hour = value.hour % 12 or 12
    minute = f":{value.minute:02}" if value.minute else ""
    return f"{hour}{minute}{'am' if value.hour < 12 else 'pm'}"


def moment(value: dt.datetime | None) -> str:
    """14 March 2026 at 1:30pm, in London."""
    return f"{day(value)} at {clock_time(value)}" if value else ""


def money(value: Decimal | float | int | None, places: int = 0) -> str:
    """£9,683 or, with places=2, £12.40. Halves round up, as on an invoice."""
    if value is None or value == "":
        return ""
    amount = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{'−' if amount < 0 else ''}£{abs(amount):,}"


def minutes(value: int | float | Decimal | None) -> str:
    """12h 30m, 45m, 2h. Rounded to whole minutes."""
    if value is None or value == "":
        return ""
    total = int(Decimal(str(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    hours, rest = divmod(abs(total), 60)
    text = f"{hours}h {rest}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"
    return f"−{text}" if total < 0 else text


def minutes_words(value: int | float | Decimal | None) -> str:
    """12 hours 30 minutes, for running text and screen readers."""
    if value is None or value == "":
        return ""
    total = int(Decimal(str(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    hours, rest = divmod(total, 60)
    parts = [plural_words(hours, "hour")] if hours else []
    if rest or not hours:
        parts.append(plural_words(rest, "minute"))
    return " ".join(parts)


def percent(value: Decimal | float | int | None, places: int = 0) -> str:
    """A number out of 100 as 94% or, with places=1, 94.2%."""
    if value is None or value == "":
        return ""
    return f"{Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)}%"


def plural_words(count: int, one: str, many: str | None = None) -> str:
    """1 session, 4 sessions, 1,200 pupils."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def initials(name: str | None) -> str:
    """Priya Nair: PN. First and last word; hyphens do not count."""
    words = (name or "").split()
    if not words:
        return ""
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def short_name(name: str | None) -> str:
    """Amara Diallo: Amara D, for screens others may see."""
    words = (name or "").split()
    return f"{words[0]} {words[-1][0]}" if len(words) > 1 else (words[0] if words else "")


def rating_word(value: int | None) -> str:
    """The word of a rating: 0 to 3, or None for away."""
    return AWAY if value is None else RATINGS[value]


def in_sequence(words: list[str]) -> str:
    """not yet, with help, away: what a screen reader hears instead of a row of circles."""
    return ", ".join(word.lower() for word in words)


def share(done: float | Decimal | int, planned: float | Decimal | int) -> int:
    """Whole per cent of planned that was done, 0 to 100; 0 when nothing was planned."""
    if not planned:
        return 0
    return max(0, min(100, int(Decimal(str(done)) * 100 / Decimal(str(planned)))))


def page_numbers(current: int, last: int, around: int = 1) -> list[int | None]:
    """First, last and the pages around the current one; None stands for a gap of two or more pages."""
    wanted = {1, last, *range(current - around, current + around + 1)}
    shown: list[int | None] = []
    previous = 0
    for number in sorted(n for n in wanted if 1 <= n <= last):
        if number - previous == 2:
            shown.append(number - 1)
        elif number - previous > 2:
            shown.append(None)
        shown.append(number)
        previous = number
    return shown
