"""The timetable of a week as its page shows it: a row for each adult, a cell for each day, a block for each session."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from provision.actions.groups import end_time
from provision.enums import SessionState
from provision.models import Session
from sendco.core import ui
from sendco.core.dates import is_weekend
from sendco.core.paths import path_to
from sendco.schools.calendar import SchoolCalendar
from staff.people import Person

from .models import Cover
from .querysets import needs_cover
from .rules import Candidate, in_order, suggest
from .week import Experience, Week, adults_on, gap_of

SHORT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


@dataclass(slots=True)
class Day:
    """One column. is_shown: the day that a phone shows. closed: "for the half term", empty when open."""

    on: date
    label: str
    short: str
    is_today: bool
    is_shown: bool
    closed: str


@dataclass(slots=True)
class Block:
    """One session in a cell. kind: one (in an EHC plan) or grp; state: gap, cover, missed or empty."""

    session: Session
    name: str
    kind: str
    state: str = ""
    note: str = ""
    url: str = ""


@dataclass(slots=True)
class Cell:
    day: Day
    blocks: list[Block] = field(default_factory=list)
    off: str = ""
    is_away: bool = False


@dataclass(slots=True)
class Row:
    """person is None for sessions that nobody runs."""

    person: Person | None
    cells: list[Cell]
    hours: Decimal = Decimal(0)
    contracted: Decimal | None = None

    @property
    def hours_words(self) -> str:
        return hours_words(self.hours, self.contracted)


@dataclass(slots=True)
class GapRow:
    """One session that needs cover. best: who is suggested; asked: covers waiting for an answer."""

    session: Session
    pupils: int
    ends_at: time
    best: Candidate | None
    asked: list[Cover]


def plain(hours: Decimal) -> str:
    """6, 6.5: to one place, without trailing noughts."""
    return f"{hours:.1f}".removesuffix(".0")


def hours_words(hours: Decimal, contracted: Decimal | None) -> str:
    if contracted is None:
        return f"{plain(hours)} hours of sessions"
    return f"{plain(hours)} of {plain(contracted)} hours"


def hours_of(minutes: int) -> Decimal:
    return Decimal(minutes) / 60


def days_of(week: Week, calendar: SchoolCalendar, *, today: date, shown: date) -> list[Day]:
    """Monday to Friday, and a weekend day that has a session."""
    used = {session.on for session in week.sessions}
    days = []
    for n in range(7):
        on = week.monday + timedelta(days=n)
        if is_weekend(on) and on not in used:
            continue
        label = f"{SHORT_DAYS[n]} {on.day}"
        days.append(Day(on, label, SHORT_DAYS[n], on == today, on == shown, calendar.why_closed(on) or ""))
    if not any(day.is_shown for day in days):
        days[0].is_shown = True
    return days


class Board:
    """Puts a `Week` into rows. names: whether the reader may see which pupil a session of one is for. No query."""

    def __init__(self, week: Week, days: list[Day], *, on: date, names: bool, groups: bool) -> None:
        self.week, self.days, self.on, self.names, self.groups = week, days, on, names, groups
        self._sessions_of: dict[tuple[date, int | None], list[Session]] = defaultdict(list)
        for session in week.sessions:
            for user_id in self._rows_of(session):
                self._sessions_of[session.on, user_id].append(session)

    def _rows_of(self, session: Session) -> set[int | None]:
        """In whose rows a session stands: of its adult, of whom that adult covers for, else in the one of nobody."""
        cover = self.week.agreed(session)
        found = {session.deliverer_id, cover.instead_of_id if cover else None} & self.week.people.keys()
        if session.school_id == self.week.school_id and session.deliverer_id not in self.week.people:
            found.add(None)
        return found

    def rows(self) -> list[Row]:
        """Support staff first, then others who run sessions this week; what nobody runs comes at the top."""
        rows = []
        if any(session.deliverer_id not in self.week.people for session in self.week.own_sessions()):
            rows.append(Row(None, [self._cell(None, day) for day in self.days]))
        people = sorted(self.week.people.values(), key=lambda person: (not person.is_support, person.name.casefold()))
        for person in people:
            row = Row(
                person,
                [self._cell(person, day) for day in self.days],
                hours_of(self.week.minutes_of(person.user_id)),
                person.hours_on(self.days[-1].on),
            )
            if person.is_support or any(cell.blocks for cell in row.cells):
                rows.append(row)
        return rows

    def _cell(self, person: Person | None, day: Day) -> Cell:
        user_id = person.user_id if person else None
        blocks = [self.block(session, user_id) for session in self._sessions_of.get((day.on, user_id), ())]
        cell = Cell(day, blocks)
        if person is None:
            return cell
        absence = self.week.absence_of(person.user_id, day.on)
        if absence is not None:
            cell.is_away, cell.off = True, absence.get_kind_display()
        elif not day.closed and person.spans_on(day.on) == () and not blocks:
            cell.off = f"Does not work {DAYS[day.on.weekday()]}"
        return cell

    def block(self, session: Session, user_id: int | None) -> Block:
        """The session as it stands in the row of one person, or of nobody."""
        cover = self.week.agreed(session)
        if session.school_id != self.week.school_id:
            return Block(session, "At another school", "grp")
        block = Block(
            session, self.name_of(session), "one" if session.group.is_section_f else "grp", url=self._url(session)
        )
        if needs_cover(session, self.on):
            waiting = self.week.asked(session)
            block.state = "gap"
            block.note = f"Asked: {waiting[0].asked.get_full_name()}" if waiting else "Needs cover"
            block.url = path_to("staff:cover", session.pk)
        elif session.state == SessionState.MISSED:
            block.state, block.note = "missed", "Did not happen"
        elif cover is not None:
            block.state = "cover"
            if session.deliverer_id == user_id:
                block.note = f"For {cover.instead_of.get_short_name()}" if cover.instead_of else "Cover"
            else:
                block.note = cover.asked.get_full_name()
        return block

    def _url(self, session: Session) -> str:
        return session.group.get_absolute_url() if self.groups else ""

    def name_of(self, session: Session) -> str:
        """The child of a session of one in an EHC plan, as first name and initial; else the group."""
        lines = self.week.pupils_of(session)
        if self.names and session.group.is_section_f and len(lines) == 1:
            return lines[0].pupil.short_name
        return session.group.name

    def gap_rows(self, experience: Experience) -> list[GapRow]:
        """What needs cover from today on, EHC plans first each day, with whom we suggest."""
        sessions = {session.pk: session for session in self.week.gaps(self.on)}
        gaps = in_order(gap_of(session) for session in sessions.values())
        adults = {on: adults_on(self.week, on, experience) for on in {gap.on for gap in gaps}}
        best = suggest(gaps, adults)
        return [
            GapRow(
                session,
                len(self.week.pupils_of(session)),
                end_of(session),
                best[session.pk],
                self.week.asked(session),
            )
            for session in (sessions[gap.session_id] for gap in gaps)
        ]

    def as_list(self) -> list[dict[str, Any]]:
        """Every session of the school in order: the same as the grid, for reading line by line."""
        rows = []
        for session in self.week.own_sessions():
            person = self.week.people.get(session.deliverer_id or 0)
            block = self.block(session, person.user_id if person else None)
            rows.append({"session": session, "block": block, "person": person, "ends_at": end_of(session)})
        return rows


def end_of(session: Session) -> time:
    return end_time(session.starts_at, session.minutes)


def lead_of(week: Week, *, today: date, gaps: int, closed: str) -> str:
    """Week of 9 March 2026. Leanne Briggs is off today: 3 sessions still need cover."""
    words = f"Week of {ui.day(week.monday)}."
    if closed:
        return f"{words} School is closed {closed}."
    away = [person.name for user_id, person in week.people.items() if week.absence_of(user_id, today) is not None]
    need = f"{ui.plural_words(gaps, 'session')} {'needs' if gaps == 1 else 'need'} cover" if gaps else ""
    if away:
        names = away[0] if len(away) == 1 else f"{len(away)} people"
        verb = "is" if len(away) == 1 else "are"
        rest = f": {need}" if need else ", and every session has somebody"
        return f"{words} {names} {verb} off today{rest}."
    return f"{words} {need}." if need else words
