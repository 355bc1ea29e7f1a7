"""Plans in cycles of assess, plan, do, review, with progress towards their targets."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from pupils import actions
from pupils.actions.progress import record_many
from pupils.enums import PlanKind, ReviewDecision, SenStatus, TargetState
from pupils.models import Plan, Target
from sendco.core import clock

from . import words
from .children import Child
from .people import Staff

MOST_CYCLES = 4
PROGRESS_EVERY_DAYS = 16


class Cycles:
    """The plans of one school. terms: (first day, last day) of every term so far, oldest first, the present one last."""

    def __init__(self, staff: Staff, terms: list[tuple[date, date]], today: date, rng: Random) -> None:
        self.staff, self.terms, self.today, self.rng = staff, terms, today, rng

    def write(self, child: Child) -> None:
        """One plan a term from the start of support; the last is in force, or a draft, or due for review."""
        if child.status not in (SenStatus.SUPPORT, SenStatus.EHCP) or child.since is None:
            return
        usable = [term for term in self.terms if term[1] > child.since + timedelta(days=20)][-MOST_CYCLES:]
        kind = PlanKind.EHCP if child.status == SenStatus.EHCP else PlanKind.SEN_SUPPORT
        gains = self.rng.random() < 0.8
        for index, (starts, ends) in enumerate(usable):
            begin = max(starts + timedelta(days=10), child.since + timedelta(days=5))
            if begin >= self.today or begin >= ends - timedelta(days=10):
                continue
            self._cycle(child, kind, begin, ends, is_last=index == len(usable) - 1, gains=gains)

    def _cycle(self, child: Child, kind: str, begin: date, ends: date, *, is_last: bool, gains: bool) -> None:
        rng, teacher = self.rng, self.staff.teachers[child.klass.pk]
        review_on = min(ends - timedelta(days=rng.randrange(4, 12)), ends)
        if is_last and rng.random() < 0.08:
            review_on = self.today - timedelta(days=rng.randrange(1, 9))
        review_on = max(review_on, begin + timedelta(days=7))
        with clock.moved_to(begin):
            plan = actions.start_plan(
                pupil=child.pupil, kind=kind, starts=begin, review_on=review_on, by=teacher, assessed_on=begin - timedelta(days=3),
                assessment=words.NEED_TEXT.get(child.pupil.main_need, words.NEED_TEXT["OTH"]), pupil_views=words.PUPIL_VIEWS,
                parent_views=words.PARENT_VIEWS,
            )  # fmt: skip
            standing = plan.targets.count()
            for text, baseline, success, strategy in rng.sample(words.TARGETS[child.area], 3):
                if standing >= 3 or (standing == 2 and rng.random() < 0.5):
                    break
                standing += 1
                actions.add_target(
                    plan=plan, area=child.area, text=text, due_on=review_on, by=teacher, baseline=baseline, success=success,
                    strategies=strategy, ehc_outcome=standing if kind == PlanKind.EHCP else None,
                )  # fmt: skip
        if is_last and rng.random() < 0.05:
            return
        agreed = begin + timedelta(days=4)
        with clock.moved_to(agreed):
            met = agreed if rng.random() < 0.75 else None
            plan = actions.agree_plan(plan=plan, on=agreed, by=self.staff.sendco, parents_met_on=met)
        targets = list(plan.targets.all())
        for target in targets:
            target.plan = plan
            plan.pupil = child.pupil
            self._progress(target, agreed, min(review_on, self.today), teacher, gains)
        if not is_last:
            self._review(child, plan, targets, review_on, gains)

    def _progress(self, target: Target, begin: date, until: date, teacher, gains: bool) -> None:
        rating = self.rng.choice((0, 0, 1))
        day, ratings = begin + timedelta(days=6), []
        while day < until:
            if day.weekday() < 5:
                ratings.append((day, rating))
                if gains and self.rng.random() < 0.55:
                    rating = min(3, rating + 1)
                elif self.rng.random() < 0.15:
                    rating = max(0, rating - 1)
            day += timedelta(days=PROGRESS_EVERY_DAYS + self.rng.randrange(-4, 5))
        record_many(target=target, ratings=ratings, by=teacher)

    def _review(self, child: Child, plan: Plan, targets: list[Target], on: date, gains: bool) -> None:
        rng = self.rng
        good = (TargetState.MET, TargetState.MET, TargetState.PARTLY, TargetState.EXCEEDED)
        poor = (TargetState.NOT_MET, TargetState.PARTLY, TargetState.PARTLY)
        results = {target.pk: rng.choice(good if gains else poor) for target in targets}
        decision = rng.choice(
            (ReviewDecision.CONTINUE, ReviewDecision.CHANGE_STRATEGY, ReviewDecision.CHANGE_PROVISION)
            if gains
            else (ReviewDecision.CHANGE_PROVISION, ReviewDecision.SPECIALIST, ReviewDecision.CONTINUE)
        )
        with clock.moved_to(on):
            actions.review_plan(
                plan=plan, on=on, decision=decision, summary=rng.choice(words.REVIEW_SUMMARY), target_results=results,
                by=self.staff.sendco, parents_met_on=on if rng.random() < 0.7 else None,
            )  # fmt: skip
