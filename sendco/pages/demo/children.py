"""The children of the demo: names, needs and support in the proportions of the national figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from pupils import actions
from pupils.enums import SenStatus
from pupils.identifiers import upn_check_letter
from pupils.models import Pupil
from pupils.reference import need_codes
from sendco.core import clock
from sendco.schools.models import School, SchoolClass, academic_year_of

from . import words
from .people import Staff

YEARS = ("R", "1", "2", "3", "4", "5", "6")
#: Share of a year group on SEN support; it rises to Year 5 (January 2025, peak at age 9). EHC plans: 3 to 4.5%.
SUPPORT_SHARE = {"R": 0.10, "1": 0.13, "2": 0.15, "3": 0.16, "4": 0.17, "5": 0.18, "6": 0.16}
PLAN_SHARE = {"R": 0.03, "1": 0.035, "2": 0.035, "3": 0.04, "4": 0.04, "5": 0.045, "6": 0.045}
MONITORED_SHARE = 0.03
NEEDS_YOUNG = {"SLCN": 50, "SEMH": 13, "ASD": 10, "MLD": 9, "NSA": 4, "SPLD": 4, "PD": 3, "OTH": 3, "HI": 2, "VI": 1}
NEEDS_OLDER = {"SLCN": 26, "SEMH": 21, "SPLD": 20, "MLD": 16, "ASD": 9, "OTH": 4, "PD": 2, "HI": 2, "NSA": 2, "VI": 1}
NEEDS_PLAN = {"ASD": 34, "SLCN": 21, "SEMH": 18, "MLD": 9, "PD": 5, "SLD": 5, "DS": 3, "HI": 2, "SPLD": 2, "VI": 1}


@dataclass
class Child:
    """A pupil with what later parts of the demo need to know."""

    pupil: Pupil
    status: SenStatus
    since: date | None
    area: str
    klass: SchoolClass


class Nursery:
    """Makes the pupils of one school."""

    def __init__(
        self, school: School, classes: dict[str, list[SchoolClass]], staff: Staff, today: date, rng: Random
    ) -> None:
        self.school, self.classes, self.staff, self.today, self.rng = school, classes, staff, today, rng
        self.year = academic_year_of(today)
        self.serial = 0
        self.used: set[str] = set()

    def fill(self, count: int, *, with_kofi: bool) -> list[Child]:
        """`count` pupils over seven year groups; the first school has the child of the guides, Kofi Mensah."""
        children: list[Child] = []
        for index, year_group in enumerate(YEARS):
            size = count // 7 + (index < count % 7)
            statuses = self._statuses(year_group, size)
            for place in range(size):
                klass = self.classes[year_group][place % len(self.classes[year_group])]
                kofi = with_kofi and year_group == "4" and place == 0
                status = SenStatus.EHCP if kofi else statuses[place]
                children.append(self._child(index, year_group, klass, status, kofi))
        return children

    def _statuses(self, year_group: str, size: int) -> list[SenStatus]:
        plans = round(PLAN_SHARE[year_group] * size)
        support = round(SUPPORT_SHARE[year_group] * size)
        watched = round(MONITORED_SHARE * size)
        statuses = [SenStatus.EHCP] * plans + [SenStatus.SUPPORT] * support + [SenStatus.MONITORING] * watched
        statuses += [SenStatus.NONE] * (size - len(statuses))
        self.rng.shuffle(statuses)
        return statuses

    def _child(self, index: int, year_group: str, klass: SchoolClass, status: SenStatus, kofi: bool) -> Child:
        fields = self._fields(index, year_group, klass, status, kofi)
        joined = fields["joined_on"]
        with clock.moved_to(joined):
            pupil = actions.add_pupil(school=self.school, by=None, on=joined, **fields)
        child = Child(pupil, status, None, "", klass)
        if status != SenStatus.NONE:
            self._support(child, joined, kofi)
        return child

    def _fields(self, index: int, year_group: str, klass: SchoolClass, status: SenStatus, kofi: bool) -> dict[str, Any]:
        """A child's own fields of `Pupil`."""
        rng = self.rng
        boys_share = {SenStatus.EHCP: 0.71, SenStatus.SUPPORT: 0.61}.get(status, 0.47)
        sex = "M" if kofi or rng.random() < boys_share else "F"
        forename, surname = ("Kofi", "Mensah") if kofi else self._name(sex)
        born = (
            date(2017, 5, 3)
            if kofi and self.year == 2026
            else date(self.year - 5 - index, 9, 1) + timedelta(rng.randrange(365))
        )
        born = min(born, date(self.year - 4 - index, 8, 31))
        joined = (
            date(self.year - index, 9, 4)
            if rng.random() < 0.85 or kofi
            else self.today - timedelta(rng.randrange(200, 700))
        )
        joined = max(joined, date(self.year - index, 9, 4))
        fsm = rng.random() < {SenStatus.EHCP: 0.44, SenStatus.SUPPORT: 0.39}.get(status, 0.22)
        language = rng.choice(words.LANGUAGES) if kofi or rng.random() < 0.22 else None
        return {
            "forename": forename, "surname": surname, "born": born, "sex": sex, "upn": self._upn(index),
            "year_group": year_group, "school_class": klass, "joined_on": joined,
            "admission_number": f"{1000 + self.serial:06d}", "is_fsm": fsm,
            "is_pupil_premium": fsm or rng.random() < 0.04, "is_eal": bool(language),
            "first_language": "AKA" if kofi else language[0] if language else "ENG",
            "home_languages": "Twi and English" if kofi else language[1] if language else "",
            "is_looked_after": status != SenStatus.NONE and rng.random() < 0.02, "ethnicity": "REFU",
            "attendance_percent": round(rng.uniform(88 if status != SenStatus.NONE else 91, 99.5), 1),
            "medical_summary": (
                "Inhaler in class" if kofi else rng.choice(words.MEDICAL) if rng.random() < 0.12 else ""
            ),
        }  # fmt: skip

    def _name(self, sex: str) -> tuple[str, str]:
        for _ in range(60):
            forename = self.rng.choice(words.GIRLS if sex == "F" else words.BOYS)
            surname = self.rng.choice(words.SURNAMES)
            if f"{forename} {surname}" not in self.used:
                break
        self.used.add(f"{forename} {surname}")
        return forename, surname

    def _upn(self, index: int) -> str:
        self.serial += 1
        body = f"{self.school.la_code}{self.school.establishment_number}{(self.year - index) % 100:02d}{self.serial % 1000:03d}"
        return upn_check_letter(body) + body

    def _support(self, child: Child, joined: date, kofi: bool) -> None:
        """When support began, the needs, strategies, profile and contacts."""
        rng, pupil, staff = self.rng, child.pupil, self.staff
        child.since = self._since(child.status, joined)
        first = SenStatus.SUPPORT if child.status == SenStatus.EHCP else child.status
        with clock.moved_to(child.since):
            told = child.since if rng.random() < 0.9 else None
            actions.change_support(
                pupil=pupil, status=first, on=child.since, reason="Agreed at the pupil progress meeting", by=staff.sendco,
                parents_told_on=told,
            )  # fmt: skip
            self._needs(child, kofi)
        if child.status == SenStatus.MONITORING:
            return
        self._contacts(child, kofi)
        with clock.moved_to(child.since + timedelta(days=8)):
            for text in rng.sample(words.STRATEGIES[child.area], 2):
                actions.add_strategy(pupil=pupil, area=child.area, text=text, starts=clock.today(), by=staff.sendco)
            if kofi or rng.random() < 0.8:
                self._profile(child)
        if kofi or rng.random() < 0.5:
            adult = staff.support[0] if kofi else rng.choice(staff.support)
            pupil.refresh_from_db(fields=["version"])
            actions.change_pupil(pupil=pupil, version=pupil.version, by=staff.sendco, key_adult=adult)
        for _ in range(rng.randrange(0, 3) + 2 * kofi):
            kind, text = rng.choice(words.NOTES)
            day = child.since + timedelta(rng.randrange(max(1, (self.today - child.since).days)))
            with clock.moved_to(day):
                actions.add_note(pupil=pupil, kind=kind, on=day, text=text, by=staff.teachers[child.klass.pk])

    def _since(self, status: SenStatus, joined: date) -> date:
        """The day support began: after joining, a year ago or longer for who has a plan by now."""
        earliest = max(joined + timedelta(30), self.today - timedelta(days=820))
        latest = self.today - timedelta(days=400 if status == SenStatus.EHCP else 25)
        span = max(1, (latest - earliest).days)
        since = earliest + timedelta(self.rng.randrange(span)) if latest > earliest else earliest
        return min(since, self.today - timedelta(days=10))

    def _codes(self, child: Child, kofi: bool) -> list[tuple[str, str]]:
        """(code, area) of each need, the first two of Kofi set; the child's area follows the first."""
        older = child.pupil.year_order >= 7
        shares = NEEDS_PLAN if child.status == SenStatus.EHCP else NEEDS_OLDER if older else NEEDS_YOUNG
        codes = ["ASD", "SLCN"] if kofi else []
        while len(codes) < 1 + (self.rng.random() < 0.35):
            code = self.rng.choices(list(shares), list(shares.values()))[0]
            if code not in codes:
                codes.append(code)
        found = [(code, need_codes()[code][2] or "CL") for code in codes]
        child.area = child.area or found[0][1]
        return found

    def _needs(self, child: Child, kofi: bool) -> None:
        for code, area in self._codes(child, kofi):
            actions.add_need(
                pupil=child.pupil, code=code, starts=child.since, by=self.staff.sendco, area=area,
                description=words.NEED_TEXT[code],
            )  # fmt: skip

    def _profile(self, child: Child) -> None:
        actions.write_profile(pupil=child.pupil, on=clock.today(), by=self.staff.sendco, **self._own_words())

    def _own_words(self) -> dict[str, str]:
        """The fields of a profile."""
        pick = self.rng.sample
        return {
            "written_with": self.rng.choice(self.staff.support).name,
            "liked_about_me": "\n".join(pick(words.LIKED, 3)),
            "important_to_me": "\n".join(pick(words.IMPORTANT, 3)),
            "how_to_help_me": "\n".join(pick(words.HELP, 3)),
        }

    def _contacts(self, child: Child, kofi: bool) -> None:
        for fields in self._adults(child, kofi):
            actions.add_contact(pupil=child.pupil, by=self.staff.admin, **fields)

    def _adults(self, child: Child, kofi: bool) -> list[dict[str, Any]]:
        """The fields of one or two contacts."""
        rng = self.rng
        surname = child.pupil.surname
        adults = [("Abena" if kofi else rng.choice(words.GIRLS), "Mother")]
        if rng.random() < 0.6:
            adults.append((rng.choice(words.BOYS), "Father"))
        return [
            {
                "name": f"{forename} {surname}", "relationship": relationship, "order": order,
                "has_parental_responsibility": True, "telephone": "01632 960" + f"{rng.randrange(100, 999)}",
                "email": f"family{child.pupil.pk}.{order}@example.invalid",
            }
            for order, (forename, relationship) in enumerate(adults, start=1)
        ]  # fmt: skip
