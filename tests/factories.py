"""Minimal valid rows without surprises. Names are made up; ids follow a sequence."""

from __future__ import annotations

from datetime import date

import factory
from factory.django import DjangoModelFactory

from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import FEDERATION_ROLES, Role
from sendco.schools.models import Closure, Federation, PayRate, School, SchoolClass, Term

PASSWORD = "correct horse battery"
TODAY = date(2026, 11, 23)


class FederationFactory(DjangoModelFactory):
    class Meta:
        model = Federation

    name = factory.Sequence(lambda n: f"Federation {n}")
    slug = factory.Sequence(lambda n: f"federation-{n}")


class SchoolFactory(DjangoModelFactory):
    class Meta:
        model = School

    federation = factory.SubFactory(FederationFactory)
    name = factory.Sequence(lambda n: f"School {n}")
    urn = factory.Sequence(lambda n: f"{100000 + n}")
    la_code = "330"
    establishment_number = factory.Sequence(lambda n: f"{2000 + n}")


class TermFactory(DjangoModelFactory):
    class Meta:
        model = Term

    school = factory.SubFactory(SchoolFactory)
    academic_year = 2026
    name = "autumn"
    starts = date(2026, 9, 2)
    ends = date(2026, 12, 18)


class ClosureFactory(DjangoModelFactory):
    class Meta:
        model = Closure

    school = factory.SubFactory(SchoolFactory)
    kind = "half_term"
    label = "October half term"
    starts = date(2026, 10, 26)
    ends = date(2026, 10, 30)


class SchoolClassFactory(DjangoModelFactory):
    class Meta:
        model = SchoolClass

    school = factory.SubFactory(SchoolFactory)
    academic_year = 2026
    name = factory.Sequence(lambda n: f"Class {n}")


class PayRateFactory(DjangoModelFactory):
    class Meta:
        model = PayRate

    school = factory.SubFactory(SchoolFactory)
    grade = "ta2"
    hourly = "20.60"
    valid_from = date(2025, 4, 1)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person{n}@school.invalid")
    name = factory.Sequence(lambda n: f"Person Number{n}")
    password = factory.django.Password(PASSWORD)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    school = factory.SubFactory(SchoolFactory)
    federation = factory.LazyAttribute(lambda row: row.school.federation)
    role = Role.SENDCO
    grade = "ta2"
    starts = date(2024, 9, 1)


class PupilFactory(DjangoModelFactory):
    class Meta:
        model = "pupils.Pupil"

    school = factory.SubFactory(SchoolFactory)
    forename = factory.Sequence(lambda n: f"Forename{n}")
    surname = factory.Sequence(lambda n: f"Surname{n}")
    search_name = factory.LazyAttribute(lambda row: f"{row.surname} {row.forename}".lower())
    born = date(2018, 5, 3)
    sex = "F"
    year_group = "4"
    year_order = 8
    joined_on = date(2022, 9, 1)


def person(role: Role, school: School, **extra) -> User:
    """A user who holds one role in one school (or in its federation, for a federation role)."""
    user = UserFactory()
    MembershipFactory(
        user=user, school=None if role in FEDERATION_ROLES else school, federation=school.federation, role=role, **extra
    )
    return user
