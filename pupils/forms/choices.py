"""Choices that several forms share."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.db.models import QuerySet

from pupils.reference import labels
from sendco.accounts.models import Membership, User
from sendco.accounts.permissions import Role
from sendco.core.dates import academic_year_of
from sendco.schools.models import SchoolClass

NOT_STAFF_OF_PUPILS = (Role.GOVERNOR, Role.SYSTEM_ADMIN)
TRUTH = [("", "Not known"), ("True", "Yes"), ("False", "No")]


class PersonChoiceField(forms.ModelChoiceField):
    """A person by name."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.get_full_name()


class ClassChoiceField(forms.ModelChoiceField):
    """A class by name."""

    def label_from_instance(self, obj: Any) -> str:
        return obj.name


def truth_field(label: str) -> forms.TypedChoiceField:
    """Yes, no or not known: what nobody asked is not a no."""
    return forms.TypedChoiceField(
        label=label, choices=TRUTH, required=False, empty_value=None, coerce=lambda value: value in (True, "True")
    )


def code_choices(code_set: str, empty: str = "Not known") -> list[tuple[str, str]]:
    return [("", empty), *labels(code_set).items()]


def classes_of(school_id: int, on: date) -> QuerySet[SchoolClass]:
    """This year's classes of a school."""
    return SchoolClass.objects.filter(school_id=school_id, academic_year=academic_year_of(on)).order_by("name")


def staff_of(school_id: int, on: date) -> QuerySet[User]:
    """People who work with the pupils of a school."""
    members = Membership.objects.filter(school_id=school_id).current(on).exclude(role__in=NOT_STAFF_OF_PUPILS)
    return User.objects.filter(is_active=True, pk__in=members.values("user_id")).order_by("name")


def lay_out(form: forms.Form) -> None:
    """Draw the fields as they stand now: crispy fixed their list and order when the form began to be made."""
    form.helper.layout = Layout(*form.fields)


def past_or_today(value: date | None, on: date, message: str) -> date | None:
    """Refuse a day that has not come yet. Raises ValidationError."""
    if value is not None and value > on:
        raise forms.ValidationError(message)
    return value
