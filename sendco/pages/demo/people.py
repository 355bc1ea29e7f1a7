"""The adults of the demo: one sign-in for each role, and the staff of every school."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from random import Random

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.office import actions as office
from sendco.schools.models import Federation, School, SchoolClass
from staff import actions as staff

from . import words

DEMO_PASSWORD = "thornmere-demo-2026"  # noqa: S105  printed for everybody who tries the demo
DOMAIN = "demo.sendco.invalid"
SKILLS = ("Paediatric first aid", "Makaton", "ELSA", "Team Teach", "Phonics programme")
WEEKS = Decimal("39")


@dataclass(frozen=True)
class SignIn:
    """One demo account. first: the school in which it works, by number."""

    role: Role
    email: str
    name: str
    job_title: str
    grade: str


SIGN_INS = (
    SignIn(Role.SENDCO, f"sendco@{DOMAIN}", "Priya Nair", "SENDCo", "leader"),
    SignIn(Role.TEACHER, f"teacher@{DOMAIN}", "Daniel Benbow", "Class teacher", "teacher"),
    SignIn(Role.SUPPORT, f"support@{DOMAIN}", "Maya Osei", "Teaching assistant", "ta3"),
    SignIn(Role.ADMIN, f"admin@{DOMAIN}", "Dawn Pickering", "SEND admin assistant", "ta2"),
    SignIn(Role.HEAD, f"head@{DOMAIN}", "Helen Ashworth", "Headteacher", "leader"),
    SignIn(Role.SAFEGUARDING, f"safeguarding@{DOMAIN}", "Ruth Calloway", "Deputy head and safeguarding lead", "leader"),
    SignIn(Role.GOVERNOR, f"governor@{DOMAIN}", "George Adeleke", "SEND governor", ""),
    SignIn(Role.FEDERATION_LEAD, f"lead@{DOMAIN}", "Margaret Lowe", "Executive headteacher", "leader"),
    SignIn(Role.SYSTEM_ADMIN, f"system@{DOMAIN}", "Sam Okoro", "Network manager", ""),
)


@dataclass
class Staff:
    """Who works in one school."""

    sendco: User
    admin: User
    head: User
    teachers: dict[int, User] = field(default_factory=dict)  # class id -> teacher
    support: list[User] = field(default_factory=list)


class Hiring:
    """Makes accounts and gives roles, through the office's own actions."""

    def __init__(self, federation: Federation, password_hash: str, starts: date, rng: Random) -> None:
        self.federation, self.password_hash, self.starts, self.rng = federation, password_hash, starts, rng
        self.names = list(words.STAFF_NAMES)
        rng.shuffle(self.names)
        self.count = 0

    def account(self, email: str, name: str) -> User:
        user = User(email=email, name=name, password=self.password_hash)
        user.save(force_insert=True)
        return user

    def role(
        self, user: User, role: Role, school: School | None, grade: str = "", title: str = "", classes=()
    ) -> Membership:
        return office.add_membership(
            user=user, federation=self.federation, school=school, role=role, starts=self.starts, by=None, grade=grade,
            job_title=title, classes=classes,
        )  # fmt: skip

    def person(self, role: Role, school: School, grade: str, title: str, classes=()) -> User:
        name = self.names[self.count % len(self.names)]
        again = self.count // len(self.names)
        self.count += 1
        if again:
            first, _ = name.split(" ", 1)
            name = f"{first} {words.SURNAMES[(self.count * 7) % len(words.SURNAMES)]}"
        user = self.account(f"staff{self.count}@{DOMAIN}", name)
        self.role(user, role, school, grade, title, classes)
        return user

    def contracts(self, support: list[User], school: School, by: User) -> None:
        """Hours and skills of those who support."""
        rows = Membership.objects.filter(school=school, user__in=support).order_by("pk")
        for index, membership in enumerate(rows):
            hours, times = pattern(index)
            staff.set_contract(
                membership=membership,
                starts=self.starts,
                hours_per_week=hours,
                weeks_per_year=WEEKS,
                times=times,
                by=by,
            )
            for name, gained, expires in self.training(index):
                staff.record_skill(membership=membership, name=name, gained_on=gained, expires_on=expires, by=by)

    def training(self, index: int) -> list[tuple[str, date, date | None]]:
        """Two skills: (name, gained on, expires on)."""
        found = []
        for name in self.rng.sample(SKILLS, 2):
            gained = date(self.starts.year + 1, 9, 10 + index % 15)
            found.append((name, gained, gained.replace(year=gained.year + 3) if name == SKILLS[0] else None))
        return found


def pattern(index: int) -> tuple[Decimal, list[tuple[int, time, time]]]:
    """Hours a week and (weekday, from, to): some work mornings, some four days."""
    days = range(5) if index % 3 else range(index % 2, index % 2 + 4)
    times = [(day, time(8, 45), time(15, 30) if index % 2 else time(13, 0)) for day in days]
    minutes = sum((end.hour * 60 + end.minute) - (at.hour * 60 + at.minute) for _, at, end in times)
    return (Decimal(minutes) / 60).quantize(Decimal("0.01")), times


def sign_ins(hiring: Hiring, first: School, beech: SchoolClass | None) -> dict[Role, User]:
    """The accounts that are printed for everybody who tries the demo."""
    users = {}
    for entry in SIGN_INS:
        user = hiring.account(entry.email, entry.name)
        classes = [beech] if entry.role == Role.TEACHER and beech else ()
        hiring.role(user, entry.role, first, entry.grade, entry.job_title, classes)
        users[entry.role] = user
    return users


def staff_of(hiring: Hiring, school: School, classes: list[SchoolClass], named: dict[Role, User] | None) -> Staff:
    """Leaders, a teacher for each class and one teaching assistant for every 50 pupils or so; contracts for those who support."""
    if named:
        sendco, admin, head = named[Role.SENDCO], named[Role.ADMIN], named[Role.HEAD]
    else:
        sendco = hiring.person(Role.SENDCO, school, "leader", "SENDCo")
        admin = hiring.person(Role.ADMIN, school, "ta2", "SEND admin assistant")
        head = hiring.person(Role.HEAD, school, "leader", "Headteacher")
        hiring.person(Role.SAFEGUARDING, school, "leader", "Safeguarding lead")
        hiring.person(Role.GOVERNOR, school, "", "SEND governor")
    found = Staff(sendco, admin, head)
    for row in classes:
        is_named = named and row.name == "Beech"
        found.teachers[row.pk] = (
            named[Role.TEACHER] if is_named else hiring.person(Role.TEACHER, school, "teacher", "Class teacher", [row])
        )
    if named:
        found.support.append(named[Role.SUPPORT])
    for index in range(max(3, len(classes) * 3 // 5) - len(found.support)):
        grade, title = ("hlta", "Higher level teaching assistant") if index % 5 == 4 else ("ta2", "Teaching assistant")
        found.support.append(hiring.person(Role.SUPPORT, school, grade, title))
    hiring.contracts(found.support, school, found.sendco)
    return found
