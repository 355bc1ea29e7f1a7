"""Today in words: the greeting, the one sentence, the key figures. Pure: no ORM, no request, no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from reviews.deadlines import Tone
from reviews.feeds import DueItem
from sendco.core import ui
from sendco.core.dates import weekday_date
from sendco.schools.calendar import SchoolCalendar

from .feeds import Gap, NotLogged, Stuck

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NOON, EVENING = 12, 17


def greeting(now: datetime, first_name: str) -> str:
    part = "morning" if now.hour < NOON else "afternoon" if now.hour < EVENING else "evening"
    return f"Good {part}, {first_name}"


def place_in_term(on: date, calendar: SchoolCalendar) -> str:
    """Tuesday 10 March 2026 · Spring term, week 9 of 11; or why school is closed."""
    words = weekday_date(on)
    term = calendar.term_for(on)
    if closed := calendar.why_closed(on):
        return f"{words} · School is closed {closed}"
    if term is None:
        return words
    weeks = calendar.school_weeks(term.starts, term.ends)
    monday = on - timedelta(days=on.weekday())
    if monday not in weeks:
        return f"{words} · {term.name.capitalize()} term"
    return f"{words} · {term.name.capitalize()} term, week {weeks.index(monday) + 1} of {len(weeks)}"


def counted(count: int, one: str, many: str = "") -> str:
    """three cover gaps; 12 cover gaps."""
    number = NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"
    return f"{number} {one if count == 1 else many or one + 's'}"


def joined(parts: Sequence[str]) -> str:
    """a, b and c."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


TITLES = {
    "invite_by": "Invite people to the annual review",
    "advice_circulated_by": "Send advice to everyone invited",
    "report_by": "Send the review report to the local authority",
}


def titled(items: Sequence[DueItem]) -> list[tuple[str, DueItem]]:
    """Each date with what there is to do, as a sentence that begins with a verb where the school has to act."""
    return [(TITLES.get(item.key, item.label), item) for item in items]


def is_urgent(item: DueItem, on: date) -> bool:
    """Its last working day has come, or passed."""
    return item.working <= on


def summary(risky: Sequence[DueItem], gaps: int, items: Sequence[DueItem], on: date, *, acts: bool = True) -> str:
    """Two legal deadlines and three cover gaps need you today. Everything else can wait.

    acts: the reader may do something about them. To who only looks, they wait for the SENDCo.
    """
    urgent = sum(is_urgent(item, on) for item in risky)
    parts = []
    if urgent:
        parts.append(counted(urgent, "legal deadline"))
    if gaps:
        parts.append(counted(gaps, "cover gap"))
    if parts:
        need = _need(urgent + gaps, acts)
        rest = len(risky) - urgent
        more = f"{counted(rest, 'more date comes', 'more dates come').capitalize()} soon."
        after = more if rest else "Everything else can wait."
        return f"{joined(parts).capitalize()} {need} today. {after}"
    if risky:
        return f"{counted(len(risky), 'legal deadline').capitalize()} {_need(len(risky), acts)} soon. Nothing is late."
    return f"Nothing needs {'you' if acts else 'the SENDCo'} today. {next_date(items, on)}".strip()


def _need(count: int, acts: bool) -> str:
    return f"{'needs' if count == 1 else 'need'} {'you' if acts else 'the SENDCo'}"


def next_date(items: Sequence[DueItem], on: date) -> str:
    """The next date is 27 March 2026. Empty without one."""
    following = next((item for item in items if item.is_ours and item.due >= on), None)
    return f"The next date is {ui.day(following.working)}." if following else ""


def deadline_figure(risky: Sequence[DueItem], on: date) -> dict[str, Any]:
    overdue = sum(item.status.tone == Tone.DANGER for item in risky)
    rest = len(risky) - overdue
    words = [f"{overdue} overdue"] if overdue else []
    if rest:
        words.append(f"{rest} soon")
    return {
        "value": len(risky), "label": "Deadlines at risk" if len(risky) != 1 else "Deadline at risk", "url": "#deadlines",
        "meta": ", ".join(words) or "All on time", "status": "danger" if overdue else "warn" if rest else "ok",
    }  # fmt: skip


def invitations_figure(items: Sequence[DueItem], url: str) -> dict[str, Any]:
    """As many as the page behind it lists, late or not."""
    found = [item for item in items if item.row == "invitations"]
    meta = f"The first by {ui.day(min(item.working for item in found))}" if found else "Everyone is invited"
    label = f"Review{'' if len(found) == 1 else 's'} to invite people to"
    return {"value": len(found), "label": label, "url": url, "meta": meta}


def not_logged_figure(found: NotLogged, url: str) -> dict[str, Any]:
    if not found.total:
        meta = "All sessions are logged"
    else:
        meta = f"Since {weekday_date(found.since).rsplit(' ', 1)[0]}" if found.since else ""
    return {
        "value": found.total, "label": f"Session{'' if found.total == 1 else 's'} not logged", "url": url, "meta": meta,
        "status": "" if found.total else "ok",
    }  # fmt: skip


def progress_figure(found: Sequence[Stuck], url: str) -> dict[str, Any]:
    return {
        "value": len(found), "label": f"Pupil{'' if len(found) == 1 else 's'} not making progress", "url": url,
        "meta": "No gain in 6 ratings" if found else "Everyone with 6 ratings is moving", "status": "" if found else "ok",
    }  # fmt: skip


def cover_figure(shown: Sequence[Gap], count: int) -> dict[str, Any]:
    """shown: the first gaps, for the words."""
    if not count:
        meta = "Nobody is missing today"
    else:
        whys = list(dict.fromkeys(gap.why for gap in shown))
        meta = whys[0] if len(whys) == 1 else f"{whys[0]} and {len(whys) - 1} more"
    return {
        "value": count, "label": f"Session{'' if count == 1 else 's'} without cover", "url": "#cover",
        "meta": meta, "status": "danger" if count else "ok",
    }  # fmt: skip
