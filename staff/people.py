"""The staff of a school as plain values: who they are and when they work."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, FilteredRelation, Q

from sendco.accounts.models import Membership
from sendco.accounts.permissions import ROLE_PERMISSIONS, Permission, Role
from sendco.schools.models import Grade

from .rules import Span, minutes_of

NOT_STAFF = (Role.GOVERNOR, Role.SYSTEM_ADMIN, Role.FEDERATION_LEAD)


@dataclass(slots=True)
class Terms:
    """One contract: hours a week, and the spans worked on each weekday (0 is Monday)."""

    hours: Decimal
    starts: date
    ends: date | None
    spans: dict[int, list[Span]] = field(default_factory=dict)

    def holds(self, on: date) -> bool:
        return self.starts <= on and (self.ends is None or self.ends >= on)


@dataclass(slots=True)
class Person:
    """One member of staff of one school, whatever the number of roles. membership_id: the first of them."""

    user_id: int
    name: str
    membership_id: int
    roles: dict[int, Role] = field(default_factory=dict)
    grade: str = ""
    job_title: str = ""
    terms: dict[int, Terms] = field(default_factory=dict)

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def role_words(self) -> str:
        return " and ".join(dict.fromkeys(role.label for role in self.roles.values()))

    @property
    def grade_label(self) -> str:
        return Grade(self.grade).label if self.grade else ""

    @property
    def what(self) -> str:
        """Under the name: the job title, else the role."""
        return self.job_title or self.role_words

    @property
    def is_support(self) -> bool:
        return Role.SUPPORT in self.roles.values()

    @property
    def runs_sessions(self) -> bool:
        return any(Permission.SESSION_LOG in ROLE_PERMISSIONS[role] for role in self.roles.values())

    def hours_on(self, on: date) -> Decimal | None:
        """Contracted hours a week, both roles together; None when no contract is recorded."""
        holding = [each.hours for each in self.terms.values() if each.holds(on)]
        return sum(holding, Decimal(0)) if holding else None

    def spans_on(self, on: date) -> tuple[Span, ...] | None:
        """When this person works on a day: () is not at all, None is not known."""
        holding = [each for each in self.terms.values() if each.holds(on) and each.spans]
        if not holding:
            return None
        return tuple(sorted(span for each in holding for span in each.spans.get(on.weekday(), ())))


def people_of(school_id: int, starts: date, ends: date) -> dict[int, Person]:
    """{user id: person}, by name, of everybody who works with pupils in the school on any of these days. One query."""
    holding = Q(contracts__starts__lte=ends) & (Q(contracts__ends__isnull=True) | Q(contracts__ends__gte=starts))
    rows = (
        Membership.objects.filter(school_id=school_id, starts__lte=ends, user__is_active=True)
        .filter(Q(ends__isnull=True) | Q(ends__gte=starts))
        .exclude(role__in=NOT_STAFF)
        .annotate(now=FilteredRelation("contracts", condition=holding))
        .annotate(
            contract=F("now__pk"),
            hours=F("now__hours_per_week"),
            contract_starts=F("now__starts"),
            contract_ends=F("now__ends"),
            weekday=F("now__times__weekday"),
            from_time=F("now__times__starts_at"),
            to_time=F("now__times__ends_at"),
            name=F("user__name"),
        )
        .order_by("name", "user_id", "pk", "contract", "from_time")
        .values_list(
            "pk", "user_id", "name", "role", "grade", "job_title", "contract", "hours", "contract_starts",
            "contract_ends", "weekday", "from_time", "to_time", named=True,
        )
    )  # fmt: skip
    people: dict[int, Person] = {}
    for row in rows:
        person = people.setdefault(row.user_id, Person(row.user_id, row.name, row.pk))
        person.roles[row.pk] = Role(row.role)
        person.grade = person.grade or row.grade
        person.job_title = person.job_title or row.job_title
        if row.contract is None:
            continue
        terms = person.terms.setdefault(row.contract, Terms(row.hours, row.contract_starts, row.contract_ends))
        if row.weekday is not None:
            terms.spans.setdefault(row.weekday, []).append((minutes_of(row.from_time), minutes_of(row.to_time)))
    return people
