"""Accounts, roles, hours and skills as rows."""

from __future__ import annotations

from datetime import date
from random import Random

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import FEDERATION_ROLES, Role
from sendco.schools.models import Federation, School
from staff.models import Contract, Skill, StaffSkill, WorkingTime

from ..people import SKILLS, WEEKS, Hiring, pattern
from .rows import Rows


class BulkHiring(Hiring):
    """`Hiring` that writes no row by itself."""

    def __init__(self, rows: Rows, federation: Federation, password_hash: str, starts: date, rng: Random) -> None:
        super().__init__(federation, password_hash, starts, rng)
        self.rows = rows
        self.skills = {name: rows.add(Skill(federation=federation, name=name)) for name in SKILLS}
        self.memberships: dict[tuple[int, int | None], Membership] = {}  # (user, school)

    def account(self, email: str, name: str) -> User:
        return self.rows.add(User(email=email, name=name, password=self.password_hash))

    def role(
        self, user: User, role: Role, school: School | None, grade: str = "", title: str = "", classes=()
    ) -> Membership:
        school = None if role in FEDERATION_ROLES else school
        found = self.rows.add(
            Membership(
                user=user, federation=self.federation, school=school, role=role, grade=grade, job_title=title,
                starts=self.starts,
            )
        )  # fmt: skip
        self.memberships[user.pk, school.pk if school else None] = found
        for row in classes:
            self.rows.link(Membership.classes.through, membership_id=found.pk, schoolclass_id=row.pk)
        return found

    def contracts(self, support: list[User], school: School, by: User) -> None:
        for index, user in enumerate(support):
            membership = self.memberships[user.pk, school.pk]
            hours, times = pattern(index)
            contract = self.rows.add(
                Contract(membership=membership, hours_per_week=hours, weeks_per_year=WEEKS, starts=self.starts)
            )
            for weekday, starts_at, ends_at in times:
                self.rows.add(WorkingTime(contract=contract, weekday=weekday, starts_at=starts_at, ends_at=ends_at))
            for name, gained, expires in self.training(index):
                self.rows.add(
                    StaffSkill(membership=membership, skill=self.skills[name], gained_on=gained, expires_on=expires)
                )
