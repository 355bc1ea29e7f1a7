"""Groups of the demo: planned each term, their sessions logged, missed and forgotten, with scores before and after."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from provision.actions import plan_group, record_entry_exit
from provision.actions.groups import Exit, finish_group
from provision.actions.history import Log, log_many
from provision.actions.scores import Result
from provision.enums import SessionState
from provision.models import Group, Intervention, Line, Session
from pupils.enums import Rating, SenStatus
from pupils.rules import RATINGS_LOOKED_AT, is_not_progressing
from sendco.core import clock
from sendco.core.clock import LONDON
from sendco.schools.models import School

from .children import Child
from .people import Staff

PER_TERM = 10
STAYS = (0, 1, 2)
"""Groups of a term that are of the same interventions every term: their scores of some terms together show an effect."""
STANDS_STILL = 0.45
"""Of strengths from 0.3 to 0.85: the weakest quarter may stand still. Some do: about one pupil in eight on the register."""
MISSED = ("staff_absent", "staff_absent", "staff_moved", "trip", "room", "other")
TIMES = (time(9, 0), time(9, 40), time(10, 15), time(11, 10), time(13, 15), time(14, 0))


def _let_gain(logs: list[Log], line_id: int) -> None:
    """Lift the newest rating of a line above the first of its last six, so that the pupil has moved of late."""
    rated = [
        (log, place) for log in logs for place, (pk, away, _) in enumerate(log.entries) if pk == line_id and not away
    ][-RATINGS_LOOKED_AT:]
    if rated and is_not_progressing([log.entries[place][2] for log, place in rated]):
        first, (newest, place) = rated[0], rated[-1]
        newest.entries[place] = (line_id, False, int(min(Rating.GOT_IT, first[0].entries[first[1]][2] + 1)))


class Groups:
    """The provision of one school. What is planned, logged and scored is decided here; `_plan` to `_end` write it."""

    lead, tail = (
        timedelta(days=12),
        timedelta(days=7),
    )  # groups begin after the first days of a term and end before its last

    def __init__(
        self, school: School, staff: Staff, children: list[Child], today: date, rng: Random,
        catalogue: list[Intervention] | None = None,
    ) -> None:  # fmt: skip
        self.school, self.staff, self.today, self.rng = school, staff, today, rng
        self.children = [child for child in children if child.status in (SenStatus.SUPPORT, SenStatus.EHCP)]
        national = Intervention.objects.filter(federation=None, is_archived=False)
        self.catalogue = catalogue or list(national.select_related("instrument").order_by("pk"))
        self.turn = 0

    def run_term(self, starts: date, ends: date, *, is_present: bool) -> None:
        """Ten groups a term, each in the area of its pupils; in the present term also daily support for each EHC plan."""
        used: dict[int, int] = {}
        places: dict[int, set[int]] = {}
        names: set[str] = set()
        count = max(2, round(PER_TERM * len(self.children) / 80))
        for number in range(count):
            area = ("CI", "CL", "CL", "SEMH", "CI", "CL", "SP", "SEMH", "CL", "CI")[number % 10]
            options = [row for row in self.catalogue if row.area == area and row.group_max > 1 and row.minutes <= 60]
            tested = [row for row in options if row.instrument_id]
            if not options:
                continue
            stays = bool(tested) and number % 10 in STAYS
            row = tested[0] if stays else options[(number * 3 + self.turn) % len(options)]
            taken = places.setdefault(row.pk, set())
            chosen = self._pick(area, starts, used, taken)
            if len(chosen) < 2:
                continue
            taken |= {child.pupil.pk for child in chosen}
            name = f"{row.name[:50]}, {chosen[0].klass.name}"
            name = name if name not in names else f"{name} {number + 1}"
            names.add(name)
            self._group(row, name, chosen, starts, ends, is_present)
        if is_present:
            self._daily_support(starts, ends)
        self.turn += 1

    def _pick(self, area: str, starts: date, used: dict[int, int], taken: set[int]) -> list[Child]:
        """Children of one area and of near years, with time left, who are not yet in another group of the same kind."""
        near = [
            child for child in self.children
            if child.area == area and child.since and child.since < starts and used.get(child.pupil.pk, 0) < 2
            and child.pupil.pk not in taken
        ]  # fmt: skip
        if not near:
            return []
        anchor = self.rng.choice(near)
        near = [child for child in near if abs(child.pupil.year_order - anchor.pupil.year_order) <= 1]
        chosen = near if len(near) <= 6 else self.rng.sample(near, self.rng.randrange(3, 7))
        for child in chosen:
            used[child.pupil.pk] = used.get(child.pupil.pk, 0) + 1
        return chosen

    def _group(
        self, row: Intervention, name: str, chosen: list[Child], starts: date, ends: date, is_present: bool
    ) -> None:
        begin, end = starts + self.lead, ends - self.tail
        adult = (
            self.staff.support[self.turn % len(self.staff.support)]
            if self.rng.random() < 0.3
            else self.rng.choice(self.staff.support)
        )
        times = min(3, row.times_per_week)
        days = sorted(self.rng.sample(range(5), times))
        at = self.rng.choice(TIMES)
        weeks = max(1, min(row.weeks, (end - begin).days // 7))
        group, lines = self._plan(
            begin - timedelta(days=5), intervention=row, name=name, starts=begin, ends=end,
            minutes=min(row.minutes, 45), times_per_week=times, weeks=weeks, deliverer=adult, grade=row.grade,
            pupils=[child.pupil for child in chosen], slots=[(day, at) for day in days],
            place=self.rng.choice(("Sunshine room", "Library", "Group room", "Hall corner")),
            materials_cost=self.rng.choice((0, 0, 25, 60)),
        )  # fmt: skip
        entries = self._scores(group, lines, begin)
        self._log(group, lines, forgets=is_present and self.rng.random() < 0.5)
        if not is_present:
            self._finish(group, lines, entries, end)

    def _scores(self, group: Group, lines: list[Line], on: date) -> dict[int, Decimal]:
        instrument = group.intervention.instrument
        entries = {}
        if instrument is None:
            return entries
        low, high = float(instrument.minimum), float(instrument.maximum)
        for line in lines:
            if self.rng.random() < 0.93:
                at = 0.28 if instrument.higher_is_better else 0.62
                value = Decimal(round(low + (high - low) * self.rng.uniform(at - 0.1, at + 0.12)))
                entries[line.pk] = value
                self._enter(line, Result(value, on))
        return entries

    def _log(self, group: Group, lines: list[Line], *, forgets: bool) -> None:
        """Log what lies in the past. Some did not happen, and where staff forget, this week's wait to be logged."""
        strength = {line.pk: self.rng.uniform(0.3, 0.85) for line in lines}
        logs: list[Log] = []
        sessions = self._past_sessions(group)
        for number, session in enumerate(sessions):
            if forgets and session.on > self.today - timedelta(days=7):
                continue
            at = datetime.combine(session.on, session.starts_at, LONDON) + timedelta(minutes=session.minutes + 3)
            if self.rng.random() < 0.13:
                logs.append(Log(session, group.deliverer, at, reason=self.rng.choice(MISSED)))
                continue
            share = number / max(1, len(sessions))
            entries = [
                (
                    line.pk,
                    self.rng.random() < 0.07,
                    min(3, int(self.rng.random() + share * 2 * strength[line.pk] + strength[line.pk])),
                )
                for line in lines
            ]
            logs.append(Log(session, group.deliverer, at, entries=entries))
        for line in lines:
            if strength[line.pk] > STANDS_STILL:
                _let_gain(logs, line.pk)
        self._write(logs, {line.pk: line.pupil_id for line in lines})

    def _finish(self, group: Group, lines: list[Line], entries: dict[int, Decimal], on: date) -> None:
        instrument = group.intervention.instrument
        exits = {}
        for line in lines:
            entry = entries.get(line.pk)
            if instrument is None or entry is None or self.rng.random() < 0.1:
                exits[line.pk] = Exit(no_score_because="Moved to another group" if instrument else "")
                continue
            spread = float(instrument.maximum - instrument.minimum)
            gain = Decimal(round(self.rng.gauss(0.05, 0.05) * spread))
            value = entry + (gain if instrument.higher_is_better else -gain)
            value = max(instrument.minimum, min(instrument.maximum, value))
            exits[line.pk] = Exit(result=Result(value, on))
        self._end(group, lines, on, exits)

    def _daily_support(self, starts: date, ends: date) -> None:
        """1:1 time that Section F asks for: a group of one, every day."""
        support = next((row for row in self.catalogue if row.area == "CI" and row.group_max == 1), self.catalogue[0])
        planned = [child for child in self.children if child.status == SenStatus.EHCP]
        for number, child in enumerate(planned):
            adult = self.staff.support[number % len(self.staff.support)]
            group, lines = self._plan(
                starts, intervention=support, name=f"1:1 support, {child.pupil.short_name}", starts=starts + timedelta(days=2),
                ends=ends, minutes=60, times_per_week=5, weeks=max(1, min(12, (ends - starts).days // 7)), deliverer=adult,
                grade="ta3", pupils=[child.pupil], slots=[(day, time(9 + number % 5, 30)) for day in range(5)],
                place="In class", funding="top_up", is_section_f=True,
            )  # fmt: skip
            self._log(group, lines, forgets=self.rng.random() < 0.2)

    # --- Writing, by the actions of the screens -----------------------------------------------------------

    def _plan(self, on: date, **fields: Any) -> tuple[Group, list[Line]]:
        with clock.moved_to(on):
            group = plan_group(school=self.school, by=self.staff.sendco, **fields)
        return group, list(group.lines.select_related("pupil", "group__intervention__instrument"))

    def _enter(self, line: Line, result: Result) -> None:
        with clock.moved_to(result.on):
            record_entry_exit(line=line, entry=result, by=self.staff.sendco)

    def _past_sessions(self, group: Group) -> list[Session]:
        rows = Session.objects.filter(group=group, on__lt=self.today, state=SessionState.PLANNED)
        return list(rows.order_by("on", "starts_at"))

    def _write(self, logs: list[Log], pupil_of_line: dict[int, int]) -> None:
        log_many(logs=logs, pupil_of_line=pupil_of_line)

    def _end(self, group: Group, lines: list[Line], on: date, exits: dict[int, Exit]) -> None:
        with clock.moved_to(on):
            group.refresh_from_db(fields=["version"])
            finish_group(group=group, version=group.version, on=on, exits=exits, by=self.staff.sendco)
