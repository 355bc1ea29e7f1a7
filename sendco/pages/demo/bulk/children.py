"""Pupils with their support, needs, people and plans as rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from pupils.enums import YEAR_ORDER, PlanKind, PlanState, ReviewDecision, SenStatus, TargetState
from pupils.models import (
    Contact,
    Need,
    Note,
    Plan,
    Profile,
    ProgressRecord,
    Pupil,
    SenPeriod,
    Strategy,
    Target,
)
from pupils.models.pupil import fold_name
from sendco.accounts.models import User
from sendco.audit import audit
from sendco.core.clock import LONDON
from sendco.schools.models import SchoolClass

from .. import words
from ..children import Child, Nursery
from ..cycles import PROGRESS_EVERY_DAYS
from .rows import Rows

CYCLES = 2


def at(day: date, hour: int = 9) -> datetime:
    """A moment of a day, in London."""
    return datetime.combine(day, time(hour, 20), LONDON)


class BulkNursery(Nursery):
    """`Nursery` that writes no row by itself. periods: the open period of support of each pupil, by the pupil's id."""

    def __init__(self, rows: Rows, *args) -> None:
        super().__init__(*args)
        self.rows = rows
        self.periods: dict[int, SenPeriod] = {}

    def _child(self, index: int, year_group: str, klass: SchoolClass, status: SenStatus, kofi: bool) -> Child:
        fields = self._fields(index, year_group, klass, status, kofi)
        names = fold_name(fields["surname"], fields["forename"])
        pupil = Pupil(
            school=self.school, search_name=names, year_order=YEAR_ORDER[year_group], sen_status=status, **fields
        )
        child = Child(self.rows.add(pupil), status, None, "", klass)
        self._trail("pupil.added", child, None, fields["joined_on"])
        if status != SenStatus.NONE:
            self._support(child, fields["joined_on"], kofi)
        return child

    def _trail(self, kind: str, child: Child, by: User | None, on: date) -> None:
        event = audit.build(kind, by=by, target=child.pupil, label=child.pupil.initials)
        event.at = at(on)
        self.rows.add(event)

    def _support(self, child: Child, joined: date, kofi: bool) -> None:
        rng, pupil, by = self.rng, child.pupil, self.staff.sendco
        child.since = self._since(child.status, joined)
        self.periods[pupil.pk] = self.rows.add(
            SenPeriod(
                pupil=pupil, status=SenStatus.SUPPORT if child.status == SenStatus.EHCP else child.status,
                starts=child.since, reason="Agreed at the pupil progress meeting", recorded_by=by,
                parents_told_on=child.since if rng.random() < 0.9 else None,
            )
        )  # fmt: skip
        self._needs(child, kofi)
        if child.status == SenStatus.MONITORING:
            return
        self._contacts(child, kofi)
        starts = child.since + timedelta(days=8)
        for text in rng.sample(words.STRATEGIES[child.area], 2):
            self.rows.add(Strategy(pupil=pupil, area=child.area, text=text, starts=starts))
        if kofi or rng.random() < 0.8:
            self.rows.add(Profile(pupil=pupil, written_on=starts, **self._own_words()))
        if kofi or rng.random() < 0.5:
            pupil.key_adult = self.staff.support[0] if kofi else rng.choice(self.staff.support)
        for _ in range(rng.randrange(0, 3) + 2 * kofi):
            kind, text = rng.choice(words.NOTES)
            day = child.since + timedelta(rng.randrange(max(1, (self.today - child.since).days)))
            self.rows.add(
                Note(pupil=pupil, kind=kind, on=day, text=text, written_by=self.staff.teachers[child.klass.pk])
            )
        for reader in (by, self.staff.teachers[child.klass.pk]):
            self._trail("pupil.viewed", child, reader, self.today - timedelta(days=rng.randrange(1, 60)))

    def _needs(self, child: Child, kofi: bool) -> None:
        for rank, (code, area) in enumerate(self._codes(child, kofi), start=1):
            self.rows.add(
                Need(
                    pupil=child.pupil, code=code, area=area, rank=rank, starts=child.since,
                    description=words.NEED_TEXT[code],
                )
            )  # fmt: skip
            if rank == 1:
                child.pupil.main_need, child.pupil.main_area = code, area

    def _contacts(self, child: Child, kofi: bool) -> None:
        for fields in self._adults(child, kofi):
            self.rows.add(Contact(pupil=child.pupil, **fields))

    # --- Plans --------------------------------------------------------------------------------------------

    def plan(self, child: Child, terms: list[tuple[date, date]]) -> None:
        """Last term's plan, reviewed, and this term's, in force; three targets each, rated every two weeks or so."""
        if child.status not in (SenStatus.SUPPORT, SenStatus.EHCP) or child.since is None:
            return
        cycle = 0
        for number, (starts, ends) in enumerate(terms[-CYCLES:], start=1):
            begin = max(starts + timedelta(days=10), child.since + timedelta(days=5))
            if begin < min(self.today, ends - timedelta(days=10)):
                cycle += 1
                self._cycle(child, cycle, begin, ends, is_last=number == len(terms[-CYCLES:]))

    def _cycle(self, child: Child, cycle: int, begin: date, ends: date, *, is_last: bool) -> None:
        rng = self.rng
        review_on = max(ends - timedelta(days=rng.randrange(4, 12)), begin + timedelta(days=7))
        if is_last and rng.random() < 0.08:
            review_on = max(self.today - timedelta(days=rng.randrange(1, 9)), begin + timedelta(days=7))
        agreed = begin + timedelta(days=4)
        is_draft = is_last and (agreed >= self.today or rng.random() < 0.05)
        plan = Plan(
            pupil=child.pupil, kind=PlanKind.EHCP if child.status == SenStatus.EHCP else PlanKind.SEN_SUPPORT, cycle=cycle,
            state=PlanState.DRAFT if is_draft else PlanState.ACTIVE if is_last else PlanState.REVIEWED, starts=begin,
            review_on=review_on, assessed_on=begin - timedelta(days=3), agreed_on=None if is_draft else agreed,
            parents_met_on=agreed if not is_draft and rng.random() < 0.75 else None,
            assessment=words.NEED_TEXT.get(child.pupil.main_need, words.NEED_TEXT["OTH"]), pupil_views=words.PUPIL_VIEWS,
            parent_views=words.PARENT_VIEWS,
        )  # fmt: skip
        if plan.state == PlanState.REVIEWED:
            plan.reviewed_on, plan.review_summary = review_on, rng.choice(words.REVIEW_SUMMARY)
            plan.decision = rng.choice((ReviewDecision.CONTINUE, ReviewDecision.CHANGE_STRATEGY))
        self.rows.add(plan)
        for order, target in enumerate(rng.sample(words.TARGETS[child.area], 3), start=1):
            self._target(child, plan, order, target, agreed)

    def _target(self, child: Child, plan: Plan, order: int, words_of: tuple[str, ...], agreed: date) -> None:
        rng, (text, baseline, success, strategy) = self.rng, words_of
        state = TargetState.OPEN
        if plan.state == PlanState.REVIEWED:
            state = rng.choice((TargetState.MET, TargetState.MET, TargetState.PARTLY, TargetState.NOT_MET))
        target = self.rows.add(
            Target(
                plan=plan, order=order, area=child.area, text=text, baseline=baseline, success=success, strategies=strategy,
                ehc_outcome=order if plan.kind == PlanKind.EHCP else None, due_on=plan.review_on, state=state,
            )
        )  # fmt: skip
        if plan.state == PlanState.DRAFT:
            return
        rating, day, by = rng.choice((0, 0, 1)), agreed + timedelta(days=6), self.staff.teachers[child.klass.pk]
        while day < min(plan.review_on, self.today):
            if day.weekday() < 5:
                self.rows.add(
                    ProgressRecord(target=target, on=day, rating=rating, recorded_by=by, recorded_at=at(day, 15))
                )
                target.latest_rating, target.latest_on = rating, day
                rating = min(3, rating + (rng.random() < 0.5))
            day += timedelta(days=PROGRESS_EVERY_DAYS + rng.randrange(-4, 5))
