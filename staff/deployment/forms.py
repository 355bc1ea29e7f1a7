"""Forms of absences and cover."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from sendco.core.dates import long_date
from sendco.core.forms import DateField, SendcoForm, VersionedForm
from staff.models import Absence
from staff.people import Person


class AbsenceDays(forms.Form):
    starts = DateField(label="First day", error_messages={"required": "Enter the first day"})
    ends = DateField(label="Last day", required=False, help_text="Leave empty for one day.")
    kind = forms.ChoiceField(
        label="Why", choices=Absence._meta.get_field("kind").choices, widget=forms.RadioSelect,
        help_text="We keep no medical reason.", error_messages={"required": "Choose away, training or school trip"},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and not ends and "ends" not in self.errors:
            cleaned["ends"] = starts
        if starts and ends and ends < starts:
            self.add_error("ends", f"Enter a last day on or after {long_date(starts)}")
        return cleaned


class AbsenceForm(AbsenceDays, SendcoForm):
    """Who is away and when: today unless said otherwise."""

    person = forms.TypedChoiceField(label="Who is away?", coerce=int, error_messages={"required": "Choose who is away"})
    field_order = ("person", "starts", "ends", "kind")

    def __init__(self, data: Any = None, *, people: Iterable[Person], on: date, person: int | None = None) -> None:
        super().__init__(data, initial={"starts": on, "kind": "away", "person": person})
        choices = [(each.membership_id, f"{each.name}, {each.what}") for each in people]
        self.fields["person"].choices = [("", "Choose a person"), *choices]


class AbsenceEditForm(AbsenceDays, VersionedForm):
    """Change the days of an absence."""


class PersonForm(forms.Form):
    """Whom a button names."""

    person = forms.IntegerField(min_value=1)


class AnswerForm(forms.Form):
    """Yes or no to the question whether one can cover."""

    answer = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")])
