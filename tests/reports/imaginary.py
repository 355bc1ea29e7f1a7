"""Schools of any shape as plain counts, without a database: what `reports.gather` would have read."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

from pupils.enums import Area
from reports.counts import Child, Counts, Delivery, Duties, Provision, Roll, Window
from sendco.schools.models import Federation, School

YEARS = ("R", "1", "2", "3", "4", "5", "6")
CODES = ("SLCN", "SEMH", "ASD", "SPLD", "MLD", "HI")
EARLIER = ("2025-summer", "Summer term 2026", date(2026, 7, 21))
AUTUMN, SPRING = date(2026, 11, 23), date(2027, 3, 26)
LONG_AGO = date(2024, 9, 1)


def window(term: str = "autumn", threshold: int = 5) -> Window:
    school = School(name="Nowhere", federation=Federation(name="Nowhere", small_number_threshold=threshold))
    if term == "autumn":
        return Window(school, 2026, term, "Autumn term 2026", date(2026, 9, 2), date(2026, 12, 18), AUTUMN, (EARLIER,))
    return Window(school, 2026, term, "Spring term 2027", date(2027, 1, 4), SPRING, SPRING)


def imaginary(seed: int, roll: int, on: float = 0.2, ehc: float = 0.2, threshold: int = 5) -> Counts:
    """A school of `roll` pupils, a share `on` of them on the register, of those a share `ehc` with an EHC plan."""
    dice = random.Random(seed)
    children, periods = {}, {}
    for pk in range(roll):
        children[pk] = Child(
            pk, dice.choice("MMF"), dice.choice(YEARS), dice.random() < 0.3, dice.random() < 0.2,
            round(dice.uniform(80, 100), 1), LONG_AGO, None,
        )  # fmt: skip
        if dice.random() < on:
            status = "E" if dice.random() < ehc else "K"
            starts = date(2026, 10, 1) if dice.random() < 0.15 else LONG_AGO
            periods[pk] = [(starts, None, status)]
    return _counts(dice, window(threshold=threshold), Roll(children, periods, dict.fromkeys(children, "N")))


def _counts(dice: random.Random, about: Window, roll: Roll) -> Counts:
    register = sorted(roll.register(about.on))
    plans_e = sorted(roll.with_status(about.on, "E"))

    def some(among, share):
        return {pk for pk in among if dice.random() < share}

    with_plan = some(register, 0.9)
    reviewed = some(with_plan, dice.random())
    school, authority, steps = _steps(dice, plans_e)
    held = some(plans_e, 0.5)
    late = some(plans_e, 0.3)
    opened = some(sorted(roll.children), 0.05) | some(register, 0.3)
    targets = Counter(dice.choices(("met", "partly", "not_met", "exceeded"), k=dice.randint(0, 3 * len(register) or 1)))
    return Counts(
        window=about, roll=roll, needs={pk: dice.choice(CODES) for pk in register if dice.random() < 0.95},
        provisions=_provisions(dice, register), funding={}, with_plan=with_plan, plans_reviewed=reviewed,
        plans_late=some(with_plan - reviewed, 0.3), parents_met=some(register, 0.6), targets=targets,
        school_duties=school, authority_duties=authority, duty_steps=steps, reviews_held=held, reviews_late_school=late,
        reviews_late_authority=some(set(plans_e) - late, 0.3), assessments_requested=some(register, 0.05),
        assessments_agreed=some(register, 0.03), referrals_open=opened, referrals_waiting=some(opened, 0.4),
        support_hours=Decimal(100), support_staff=4, training=[], agencies=[],
    )  # fmt: skip


def _steps(dice: random.Random, pupils: list[int]) -> tuple[Duties, Duties, dict[str, Duties]]:
    school, authority, kinds = Duties(), Duties(), {}
    for key in ("invite_by", "advice_circulated_by", "meeting_latest", "report_by", "decision_by", "final_plan_by"):
        kinds[key] = Duties()
        for _ in pupils:
            if dice.random() < 0.5:
                on_time = dice.random() < 0.8
                for duties in (kinds[key], authority if key in ("decision_by", "final_plan_by") else school):
                    duties.due += 1
                    duties.on_time += on_time
    return school, authority, kinds


def _provisions(dice: random.Random, register: list[int]) -> dict[str, Provision]:
    found = {}
    for n in range(dice.randint(0, 7)):
        size = min(len(register), dice.randint(1, 14))
        if size:
            done = Delivery(delivered=9, not_logged=1, planned_minutes=300, delivered_minutes=270)
            who = set(dice.sample(register, size))
            found[f"X{n}"] = Provision(f"Help {n}", dice.choice(Area.values), who, Decimal(40 * size), done)
    return found


def next_term(counts: Counts, seed: int) -> Counts:
    """The same school in spring: some came onto the register, some off it, some left, some changed kind."""
    dice = random.Random(f"spring {seed}")
    children, periods = dict(counts.roll.children), dict(counts.roll.periods)
    for pk, child in list(children.items()):
        luck, rows = dice.random(), periods.get(pk)
        if rows is None and luck < 0.04:
            periods[pk] = [(date(2027, 1, 12), None, "K")]
        elif rows and luck < 0.05:
            children[pk] = replace(child, left_on=date(2027, 2, 1))
        elif rows and luck < 0.12:
            starts, _, status = rows[0]
            then = "E" if status == "K" else "N"
            periods[pk] = [(date(2027, 1, 20), None, then), (starts, date(2027, 1, 19), status)]
    roll = Roll(children, periods, counts.roll.fallback)
    return _counts(dice, window("spring", counts.window.school.federation.small_number_threshold), roll)
