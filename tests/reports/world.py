"""A school whose every count is known: rows written in bulk, so that a test costs milliseconds.

Forty pupils on the register, 14 of them with an EHC plan, of 210. The few girls with a hearing impairment are the small
numbers that must not come out.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from provision.models import Group, Intervention, Line, Session
from pupils.enums import YEAR_ORDER
from pupils.models import Instrument, Need, Note, Plan, Pupil, Score, SenPeriod, Target
from pupils.models.pupil import fold_name
from reviews.models import EhcPlan, NeedsAssessment, Review, ReviewStep
from sendco.schools.models import School
from staff.agencies.models import Agency, Referral

YEARS = ("R", "1", "2", "3", "4", "5", "6")
ON_REGISTER = {"R": 2, "1": 6, "2": 7, "3": 8, "4": 7, "5": 7, "6": 7}
"""44 in all; Reception has a small number."""
NEEDS = ["SLCN"] * 15 + ["SEMH"] * 11 + ["ASD"] * 8 + ["SPLD"] * 6 + ["HI"] * 4
EHC = 14
WORLD_STARTS = date(2025, 9, 1)
TODAY = date(2026, 11, 23)
FORENAMES = (
    "Kofi",
    "Zofia",
    "Amara",
    "Tobias",
    "Meera",
    "Callum",
    "Ines",
    "Rafael",
    "Nadia",
    "Oskar",
    "Bethan",
    "Yusuf",
)
SURNAMES = (
    "Mensah",
    "Wróbel",
    "Diallo",
    "Whitlock",
    "Pillai",
    "Ferreira",
    "Haddad",
    "Lindqvist",
    "Okonkwo",
    "Tremayne",
)


def make_world(school: School, *, sendco=None, per_year: int = 30) -> dict[str, list[Pupil]]:
    """{"register", "others"}: pupils as made. About 20 inserts in bulk."""
    pupils, register = [], []
    for year in YEARS:
        for n in range(per_year):
            number = len(pupils)
            is_on = n < ON_REGISTER[year]
            first, last = FORENAMES[number % 12], SURNAMES[(number // 12) % 10] + ("" if number < 120 else "son")
            pupil = Pupil(
                school=school, forename=first, surname=last, search_name=fold_name(first, last),
                born=date(2021 - YEARS.index(year), 3, 1), sex="M" if n % 3 else "F", year_group=year,
                year_order=YEAR_ORDER[year], joined_on=WORLD_STARTS, is_pupil_premium=n % 4 == 0, is_eal=n % 5 == 0,
                attendance_percent=Decimal("91.5") if is_on else Decimal("95.0"),
            )  # fmt: skip
            pupils.append(pupil)
            if is_on:
                register.append(pupil)
    for n, pupil in enumerate(register):
        pupil.sen_status = "E" if n % 3 == 0 and n // 3 < EHC else "K"
    Pupil.objects.bulk_create(pupils)
    # Three came onto the register this term: 41 were on it before.
    SenPeriod.objects.bulk_create(
        SenPeriod(
            pupil=pupil, status=pupil.sen_status,
            starts=date(2026, 10, 1) if n in (1, 2, 4) else WORLD_STARTS,
        )
        for n, pupil in enumerate(register)
    )  # fmt: skip
    Need.objects.bulk_create(
        Need(pupil=pupil, code=code, area="CI", rank=1, starts=WORLD_STARTS)
        for pupil, code in zip(register, NEEDS, strict=True)
    )
    others = [pupil for pupil in pupils if pupil not in set(register)]
    return {"register": register, "others": others}


def add_provision(school: School, register: list[Pupil]) -> None:
    """Precision teaching for 12 with scores, Lego therapy for 7, and a group of 3 that must be folded away."""
    found = list(Intervention.objects.filter(federation__isnull=True).order_by("pk"))
    by_area = {area: [i for i in found if i.area == area] for area in ("CL", "CI", "SEMH", "SP")}
    chosen = [
        (by_area["CL"][0], register[:12], "12.50"),
        (by_area["CI"][0], register[12:19], "20.00"),
        (by_area["CI"][1], register[19:22], "33.33"),
        (by_area["SEMH"][0], register[22:30], "15.00"),
        (by_area["SP"][0], register[30:34], "40.00"),
    ]
    groups = Group.objects.bulk_create(
        Group(
            school=school, intervention=intervention, name=f"Group {n}", starts=date(2026, 9, 7), ends=date(2026, 12, 11),
            minutes=30, times_per_week=2, weeks=12, grade="ta2", hourly_rate=Decimal("20.60"),
            funding="top_up" if n == 2 else "notional",
        )
        for n, (intervention, _, _) in enumerate(chosen)
    )  # fmt: skip
    test = Instrument.objects.filter(family="standardised", sd=15).first()
    lines = []
    for group, (_, members, cost) in zip(groups, chosen, strict=True):
        for n, pupil in enumerate(members):
            line = Line(
                pupil=pupil,
                group=group,
                school=school,
                starts=group.starts,
                ends=group.ends,
                cost=Decimal(cost),
                hours=12,
            )
            if group is groups[0] and test is not None:
                line.entry = Score.objects.create(pupil=pupil, instrument=test, on=date(2026, 9, 8), value=80 + n)
                line.exit = Score.objects.create(
                    pupil=pupil, instrument=test, on=date(2026, 11, 20), value=86 + n + n % 3
                )
            lines.append(line)
    Line.objects.bulk_create(lines)
    _sessions(school, groups)


def _sessions(school: School, groups: list[Group]) -> None:
    """Ten days for each group until 20 November: 8 took place, one was lost, the last of the first group nobody logged."""
    logged = datetime.fromisoformat("2026-11-20T15:00:00+00:00")
    rows = []
    for group in groups:
        for n in range(10):
            state, reason = ("missed", "staff_absent") if n == 3 else ("delivered", "")
            if n == 5 and group is groups[1]:
                state, reason = "missed", "trip"
            if n == 9:
                state = "planned" if group is groups[0] else "delivered"
            rows.append(
                Session(
                    group=group, school=school, on=date(2026, 9, 14) + timedelta(days=7 * n), starts_at=time(9), minutes=30,
                    state=state, reason=reason, logged_at=None if state == "planned" else logged,
                )
            )  # fmt: skip
    Session.objects.bulk_create(rows)


def add_plans(register: list[Pupil]) -> None:
    """40 of 44 have a plan: 30 reviewed in October and begun again, 6 of the others past their date."""
    with_plan, states = register[:40], ("met", "partly", "met", "not_met")
    old = Plan.objects.bulk_create(
        Plan(
            pupil=pupil, state="reviewed", cycle=1, starts=date(2026, 4, 20), review_on=date(2026, 10, 12),
            reviewed_on=date(2026, 10, 12), parents_met_on=date(2026, 10, 12) if n < 25 else None,
        )
        for n, pupil in enumerate(with_plan[:30])
    )  # fmt: skip
    Plan.objects.bulk_create(
        Plan(pupil=pupil, state="active", cycle=2, starts=date(2026, 10, 12), review_on=date(2027, 2, 1))
        for pupil in with_plan[:30]
    )
    Plan.objects.bulk_create(
        Plan(
            pupil=pupil, state="active", cycle=1, starts=date(2026, 6, 1),
            review_on=date(2026, 11, 2) if n < 6 else date(2026, 12, 14),
        )
        for n, pupil in enumerate(with_plan[30:])
    )  # fmt: skip
    Target.objects.bulk_create(
        Target(plan=plan, area="CL", text="Reads aloud", due_on=date(2026, 10, 12), state=states[n % 4])
        for n, plan in enumerate(old)
    )
    Note.objects.create(pupil=register[35], kind="meeting", on=date(2026, 11, 3), text="Met at the gate")


def add_reviews(school: School, register: list[Pupil]) -> None:
    """Seven of the 14 plans had their meeting this term; one report was a day late."""
    with_plan = [pupil for pupil in register if pupil.sen_status == "E"]
    plans = EhcPlan.objects.bulk_create(
        EhcPlan(pupil=pupil, la_code="330", first_made_on=date(2025, 1, 10)) for pupil in with_plan
    )
    reviews = Review.objects.bulk_create(
        Review(
            plan=plan, pupil=plan.pupil, school=school, anchor_on=plan.first_made_on, due_on=date(2027, 1, 9),
            state="reported", held_on=date(2026, 10, 6), report_sent_on=date(2026, 10, 20),
        )
        for plan in plans[:7]
    )  # fmt: skip
    steps = []
    for n, review in enumerate(reviews):
        for order, (key, owner, due, done) in enumerate((
            ("invite_by", "school", date(2026, 9, 21), date(2026, 9, 18)),
            ("report_by", "headteacher", date(2026, 10, 20), date(2026, 10, 21 if n == 0 else 20)),
            ("decision_by", "local authority", date(2026, 11, 3), date(2026, 11, 3) if n > 2 else None),
        )):  # fmt: skip
            steps.append(
                ReviewStep(
                    review=review, school=school, pupil=review.pupil, key=key, label=key, owner=owner, due_on=due,
                    target_on=due, done_on=done, rule="r", basis="statute", source="s", order=order,
                )
            )  # fmt: skip
    ReviewStep.objects.bulk_create(steps)
    NeedsAssessment.objects.create(pupil=register[1], school=school, received_on=date(2026, 10, 5))
    agency = Agency.objects.create(federation=school.federation, name="Speech team", kind="salt")
    Referral.objects.bulk_create(
        Referral(
            pupil=pupil, school=school, agency=agency, state="waiting" if n < 7 else "seen", reason="r",
            sent_on=date(2026, 9, 20), consent_on=date(2026, 9, 19),
        )
        for n, pupil in enumerate(register[:14])
    )  # fmt: skip


def whole_world(school: School) -> list[Pupil]:
    """Everything; returns the register."""
    register = make_world(school)["register"]
    add_provision(school, register)
    add_plans(register)
    add_reviews(school, register)
    return register
