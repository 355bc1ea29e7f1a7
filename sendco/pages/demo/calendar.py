"""Terms and closures of a school year in England, near enough to real ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter


@dataclass(frozen=True)
class Year:
    """One school year: terms {name: (first day, last day)} and closures (kind, label, first day, last day)."""

    year: int
    terms: dict[str, tuple[date, date]]
    closures: tuple[tuple[str, str, date, date], ...]


def _on_or_after(day: date, weekday: int) -> date:
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def _on_or_before(day: date, weekday: int) -> date:
    return day - timedelta(days=(day.weekday() - weekday) % 7)


def school_year(year: int) -> Year:
    """The year that begins in September `year`. Autumn ends in the week before Christmas; spring by Easter or 3 April."""
    autumn = (_on_or_after(date(year, 9, 2), 2), _on_or_before(date(year, 12, 20), 4))
    sunday = easter(year + 1)
    spring_end = min(sunday - timedelta(days=3), _on_or_before(date(year + 1, 4, 3), 4))
    spring = (_on_or_after(date(year + 1, 1, 4), 1), spring_end)
    summer = (_on_or_after(spring_end + timedelta(days=14), 0), _on_or_before(date(year + 1, 7, 22), 2))
    half_autumn = _on_or_before(date(year, 10, 28), 0)
    half_spring = _on_or_after(date(year + 1, 2, 12), 0)
    half_summer = _on_or_before(date(year + 1, 5, 31), 0)
    closures = (
        (
            "inset",
            "Staff training day",
            _on_or_after(autumn[0] + timedelta(days=30), 4),
            _on_or_after(autumn[0] + timedelta(days=30), 4),
        ),
        ("half_term", "October half term", half_autumn, half_autumn + timedelta(days=4)),
        ("half_term", "February half term", half_spring, half_spring + timedelta(days=4)),
        ("half_term", "May half term", half_summer, half_summer + timedelta(days=4)),
    )
    return Year(year, {"autumn": autumn, "spring": spring, "summer": summer}, closures)
