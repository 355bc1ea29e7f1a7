"""Access for one person to one pupil."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms

from pupils.models import Pupil
from sendco.accounts.models import Membership, User
from sendco.core.forms import DateField, SendcoForm

from .choices import NOT_STAFF_OF_PUPILS, PersonChoiceField

LONGEST_DAYS = 366
FIRST_DAYS = 28


class GrantForm(SendcoForm):
    """A colleague by name, or anybody with an account by e-mail address; from a day until a day; why."""

    person = PersonChoiceField(
        label="Colleague",
        queryset=None,
        required=False,
        empty_label="Somebody from outside",
        help_text="Of this federation.",
    )
    email = forms.EmailField(
        label="Or their email address", required=False,
        help_text="For somebody from outside, such as a psychologist. They need an account first.",
    )  # fmt: skip
    starts = DateField(label="From", error_messages={"required": "Enter the first day"})
    ends = DateField(label="Until", error_messages={"required": "Enter the last day. Access always ends"})
    reason = forms.CharField(
        max_length=200, error_messages={"required": "Enter why this person needs to see the pupil"},
        help_text="Such as supply cover in Beech class.",
    )  # fmt: skip

    def __init__(self, *args: Any, pupil: Pupil, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pupil, self.today = pupil, on
        members = Membership.objects.filter(federation__schools=pupil.school_id).current(on)
        members = members.exclude(role__in=NOT_STAFF_OF_PUPILS)
        self.fields["person"].queryset = User.objects.filter(is_active=True, pk__in=members.values("user_id")).order_by(
            "name"
        )
        self.fields["starts"].initial, self.fields["ends"].initial = on, on + timedelta(days=FIRST_DAYS)

    def clean_email(self) -> User | None:
        """The account with this address, or None when empty. Does not say whether an account is closed or missing."""
        address = self.cleaned_data["email"].lower()
        if not address:
            return None
        user = User.objects.filter(email=address, is_active=True).first()
        if user is None:
            raise forms.ValidationError("No account has this address. Ask your system administrator to add the person")
        return user

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        person, outside = data.get("person"), data.get("email")
        if "email" in data and bool(person) == bool(outside):
            self.add_error("person", "Choose a colleague, or enter an email address")
        data["user"] = person or outside
        starts, ends = data.get("starts"), data.get("ends")
        if ends and ends < self.today:
            self.add_error("ends", "Enter today or a later day")
        elif starts and ends and ends < starts:
            self.add_error("ends", "Enter a day on or after the first day")
        elif starts and ends and (ends - starts).days > LONGEST_DAYS:
            self.add_error("ends", "Enter a day within a year of the first day")
        return data


class EndGrantForm(forms.Form):
    """Nothing to fill in: pressing the button is the whole request."""
