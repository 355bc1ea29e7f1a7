"""What other pages show of deployment: sessions without cover, and what one is asked to take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from provision.models import Session
from sendco.accounts.models import User
from sendco.core.paths import path_to

from .models import Cover, CoverState
from .querysets import needing_cover


@dataclass(frozen=True, slots=True)
class Uncovered:
    """One session that needs somebody. why: "Leanne Briggs is away". asked: names of those asked and not answered yet."""

    session: Session
    why: str
    asked: tuple[str, ...]
    url: str


def why_uncovered(session: Session) -> str:
    """One sentence about a session read `with_need` and with its deliverer."""
    if session.deliverer_id is None:
        return "Nobody runs it yet"
    name = session.deliverer.get_full_name()
    return f"{name} is away" if session.adult_away else f"{name} no longer works here"


def gaps(school_id: int, on: date, until: date | None = None) -> list[Uncovered]:
    """Sessions from `on` to `until` (one day when left out) that need cover, EHC plans first each day. Two queries."""
    rows = list(
        needing_cover(Session.objects.filter(school_id=school_id, on__range=(on, until or on)), on)
        .select_related("group__intervention", "deliverer")
        .order_by("on", "-group__is_section_f", "starts_at", "pk")
    )
    asked: dict[int, list[str]] = {}
    waiting = Cover.objects.filter(session__in=[row.pk for row in rows], state=CoverState.ASKED) if rows else ()
    for session_id, name in waiting.values_list("session_id", "asked__name").order_by("pk") if rows else ():
        asked.setdefault(session_id, []).append(name)
    return [
        Uncovered(row, why_uncovered(row), tuple(asked.get(row.pk, ())), path_to("staff:cover", row.pk)) for row in rows
    ]


def gap_count(school_id: int, on: date) -> int:
    """How many sessions of one day have nobody. One query."""
    return needing_cover(Session.objects.filter(school_id=school_id, on=on), on).count()


def asked_of(user: User, on: date) -> list[Cover]:
    """Sessions from `on` that a person is asked to cover and has not answered, with their group. One query."""
    return list(
        Cover.objects.visible_to(user)
        .filter(asked=user, state=CoverState.ASKED, session__state="planned", session__on__gte=on)
        .select_related("session__group")
        .order_by("session__on", "session__starts_at", "pk")
    )
