"""Groups, lines of the Provision Map and sessions as rows."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from provision.actions.groups import Exit
from provision.actions.history import Log
from provision.actions.planning import new_session, price, times_of
from provision.actions.scores import Result
from provision.enums import GroupState, SessionState
from provision.models import Group, Line, Session, SessionEntry, Slot
from pupils.models import Score
from sendco.schools.calendar import SchoolCalendar

from ..build import HOURLY
from ..groups import Groups
from .rows import Rows


class BulkGroups(Groups):
    """`Groups` that writes no row by itself. lines: those that Section F asks for, by the pupil's id."""

    lead, tail = timedelta(days=1), timedelta(0)  # a half term is short

    def __init__(self, rows: Rows, calendar: SchoolCalendar, catalogue: list, *args) -> None:
        super().__init__(*args, catalogue=catalogue)
        self.rows, self.calendar = rows, calendar
        self.sessions: dict[int, list[Session]] = defaultdict(list)
        self.section_f: dict[int, Line] = {}

    def _plan(self, on: date, *, pupils: list, slots: list, **fields: Any) -> tuple[Group, list[Line]]:
        fields["materials_cost"] = Decimal(fields.get("materials_cost", 0))
        group = self.rows.add(Group(school=self.school, hourly_rate=HOURLY[fields["grade"]], **fields))
        for weekday, starts_at in sorted(set(slots)):
            self.rows.add(Slot(group=group, weekday=weekday, starts_at=starts_at))
        span = {"starts": group.starts, "ends": group.ends}
        lines = [self.rows.add(Line(pupil=pupil, group=group, school=self.school, **span)) for pupil in pupils]
        price(group, lines, self.calendar)
        if group.is_section_f:
            self.section_f[pupils[0].pk] = lines[0]
        for day, at in times_of(slots, starts=group.starts, ends=group.ends, calendar=self.calendar):
            self.sessions[group.pk].append(self.rows.add(new_session(group, day, at)))
        return group, lines

    def _past_sessions(self, group: Group) -> list[Session]:
        return [session for session in self.sessions.pop(group.pk, []) if session.on < self.today]

    def _score(self, line: Line, result: Result) -> Score:
        return self.rows.add(
            Score(
                pupil=line.pupil, instrument=line.group.intervention.instrument, on=result.on, value=result.value,
                recorded_by=self.staff.sendco,
            )
        )  # fmt: skip

    def _enter(self, line: Line, result: Result) -> None:
        line.entry = self._score(line, result)

    def _write(self, logs: list[Log], pupil_of_line: dict[int, int]) -> None:
        for log in logs:
            session = log.session
            here = any(not away for _, away, _ in log.entries)
            session.state = SessionState.DELIVERED if here else SessionState.MISSED
            session.reason = "" if here else log.reason or "pupil_absent"
            session.logged_by, session.logged_at, session.version = log.by, log.at, 2
            for line, away, rating in log.entries if here else ():
                self.rows.add(
                    SessionEntry(
                        session=session, line_id=line, pupil_id=pupil_of_line[line], on=session.on, was_away=away,
                        rating=None if away else rating,
                    )
                )  # fmt: skip

    def _end(self, group: Group, lines: list[Line], on: date, exits: dict[int, Exit]) -> None:
        group.state = GroupState.FINISHED
        for line in lines:
            given = exits[line.pk]
            line.no_exit_reason = given.no_score_because
            if given.result is not None:
                line.exit = self._score(line, given.result)
