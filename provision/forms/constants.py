"""Forms of what costs are worked out with, and of how exact a test is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from provision.models import InstrumentFacts
from sendco.core.forms import DateField, SendcoForm, VersionedForm

FIRST, LAST = date(2013, 4, 1), date(2050, 12, 31)


def _amount(label: str, least: str, most: str, *, places: int = 2, hint: str = "") -> forms.DecimalField:
    errors = {
        "required": f"Enter {label[0].lower()}{label[1:]}", "invalid": "Enter a number", "min_value": f"Enter {least} or more",
        "max_value": f"Enter {most} or less", "max_decimal_places": f"Enter at most {places} digits after the point",
    }  # fmt: skip
    return forms.DecimalField(
        label=label, min_value=Decimal(least), max_value=Decimal(most), decimal_places=places, help_text=hint,
        error_messages=errors,
    )  # fmt: skip


def _in_our_time(day: date) -> None:
    if not FIRST <= day <= LAST:
        raise forms.ValidationError("Enter a day from 2013 on, at most a few years ahead")


class ConstantsForm(SendcoForm):
    """The constants from a day. Percentages as they are said."""

    top_up_threshold = _amount(
        "What the school pays first, in pounds", "0", "50000", hint="For a pupil and a whole year."
    )
    pupil_weeks = _amount("School weeks a year", "30", "52", places=1)
    paid_weeks = _amount("Paid weeks a year", "30", "53", hint="Of staff who work in term time, with their holiday.")
    full_time_hours = _amount("Hours of a full-time week", "20", "45", places=1, hint="Of support staff.")
    teacher_hours = _amount("Directed hours of a teacher a year", "800", "1600", places=1)
    support_pension = _amount("Pension of support staff, %", "0", "60", hint="What the school pays.")
    teacher_pension = _amount("Pension of teachers, %", "0", "60", hint="What the school pays.")
    national_insurance = _amount("National Insurance, %", "0", "40")
    insurance_threshold = _amount("National Insurance begins at, in pounds a year", "0", "50000")
    scope = forms.ChoiceField(
        label="For", choices=[("school", "This school"), ("federation", "All schools of the federation")],
        widget=forms.RadioSelect, initial="school",
    )  # fmt: skip
    valid_from = DateField(
        label="From",
        validators=[_in_our_time],
        help_text="A school year is reckoned with what is in force on its first day.",
    )
    source = forms.CharField(label="Where the figures come from", max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper.layout = Layout(
            Fieldset("Top-up", "top_up_threshold"),
            Fieldset(
                "Time",
                Row(Column("pupil_weeks"), Column("paid_weeks")),
                Row(Column("full_time_hours"), Column("teacher_hours")),
            ),
            Fieldset(
                "On top of pay",
                Row(Column("support_pension"), Column("teacher_pension")),
                Row(Column("national_insurance"), Column("insurance_threshold")),
            ),
            Fieldset("From when", "scope", "valid_from", "source"),
        )

    def values(self) -> dict[str, Any]:
        cleaned = dict(self.cleaned_data)
        return cleaned | {"for_federation": cleaned.pop("scope") == "federation"} if "scope" in cleaned else cleaned


class RateSum(SendcoForm):
    """A yearly salary turned into the cost of an hour with pupils; from the address, so that nothing is saved."""

    salary = _amount("Full-time salary, in pounds a year", "5000", "200000")
    hours = _amount("Contracted hours a week", "1", "45", hint="Not needed for a teacher.")
    teacher = forms.BooleanField(label="A teacher", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hours"].required = False
        self.helper.layout = Layout(Row(Column("salary"), Column("hours")), "teacher")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not cleaned.get("teacher") and not cleaned.get("hours") and "hours" not in self.errors:
            self.add_error("hours", "Enter the contracted hours a week")
        return cleaned


class FactsForm(VersionedForm):
    """How exact a test is. What is left empty stays as the test came."""

    reliability = forms.DecimalField(
        label="Reliability", required=False, min_value=Decimal("0.01"), max_value=Decimal("0.999"), decimal_places=3,
        help_text="A number from 0 to 1 in the manual, such as 0.92. Retest reliability if it is given, else internal consistency.",
        error_messages={
            "invalid": "Enter a number such as 0.92", "min_value": "Enter a number between 0 and 1",
            "max_value": "Enter a number between 0 and 1", "max_decimal_places": "Enter at most 3 digits after the point",
        },
    )  # fmt: skip
    sd = forms.DecimalField(
        label="Spread of scores (standard deviation)", required=False, min_value=Decimal("0.01"), max_value=Decimal(500),
        decimal_places=2, help_text="15 for most standardised tests. In the points of the test.",
        error_messages={
            "invalid": "Enter a number such as 15", "min_value": "Enter more than 0", "max_value": "Enter 500 or less",
            "max_decimal_places": "Enter at most 2 digits after the point",
        },
    )  # fmt: skip
    source = forms.CharField(
        label="Where it stands", max_length=200, required=False, help_text="For example the manual and its page."
    )

    def __init__(self, *args: Any, instance: InstrumentFacts, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.helper.layout = Layout("version", Row(Column("reliability"), Column("sd")), "source")
