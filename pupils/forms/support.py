"""Changing support, and telling parents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from pupils.enums import SenStatus
from sendco.core.dates import days_after, long_date
from sendco.core.forms import DateField, SendcoForm

from .choices import past_or_today

DAYS_AHEAD = 366
"""How far ahead a change may be planned: a year, so that next September can be."""
DUTY = (
    "When SEN support starts, the school must tell the parents (Children and Families Act 2014, section 68). "
    "Leave it empty if you have not told them yet, and add the day once you have."
)


class SupportForm(SendcoForm):
    """The new support, from when and why."""

    status = forms.ChoiceField(
        label="Support", choices=(), widget=forms.RadioSelect, error_messages={"required": "Choose the support"}
    )
    on = DateField(
        label="From", error_messages={"required": "Enter the first day of this support"},
        help_text="A day to come is possible: the register changes by itself on that day.",
    )  # fmt: skip
    reason = forms.CharField(
        max_length=200, error_messages={"required": "Enter the reason"},
        help_text="One line that a new SENDCo would understand.",
    )  # fmt: skip
    parents_told_on = DateField(label="Parents told on", required=False, help_text=DUTY)

    def __init__(self, *args: Any, current: str, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = on
        self.fields["on"].initial = on
        order = (SenStatus.SUPPORT, SenStatus.MONITORING, SenStatus.EHCP, SenStatus.NONE)
        labels = {SenStatus.NONE: "No SEN: take off the register"}
        self.fields["status"].choices = [
            (status.value, labels.get(status, status.label)) for status in order if status != current
        ]

    def clean_on(self) -> date:
        latest = days_after(self.today, DAYS_AHEAD)
        return past_or_today(self.cleaned_data["on"], latest, f"Enter a day on or before {long_date(latest)}")

    def clean_parents_told_on(self) -> date | None:
        return past_or_today(self.cleaned_data["parents_told_on"], self.today, "Enter today or a day in the past")


class ParentsToldForm(SendcoForm):
    """The day on which parents were told."""

    on = DateField(label="Parents told on", error_messages={"required": "Enter the day"})

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, "Enter today or a day in the past")
