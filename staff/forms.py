"""Forms on contracts and skills."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from provision.enums import Weekday
from sendco.core.forms import DateField, SendcoForm
from staff.models import Contract, Skill
from staff.rules import COMMON_SKILLS

PARTS = ("a", "b")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ContractForm(SendcoForm):
    """Hours a week and the weekly pattern. contract: the one in force, whose first day corrects it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    starts = DateField(label="From", error_messages={"required": "Enter the first day"})
    ends = DateField(label="Until", required=False, help_text="Leave empty when no end is agreed.")
    hours_per_week = forms.DecimalField(
        label="Hours a week", min_value=1, max_value=60, max_digits=4, decimal_places=2,
        error_messages={"required": "Enter the hours a week", "max_value": "Enter 60 hours or fewer"},
    )  # fmt: skip
    weeks_per_year = forms.DecimalField(
        label="Weeks a year", min_value=1, max_value=52, max_digits=4, decimal_places=1, initial=39,
        error_messages={"required": "Enter the weeks a year", "max_value": "Enter 52 weeks or fewer"},
    )  # fmt: skip

    def __init__(self, data: Any = None, *, contract: Contract | None, on: date) -> None:
        initial: dict[str, Any] = {"starts": on}
        given: dict[int, list[tuple[time, time]]] = {}
        if contract is not None:
            names = ("version", "starts", "ends", "hours_per_week", "weeks_per_year")
            initial = {name: getattr(contract, name) for name in names}
            for each in contract.times.all():
                given.setdefault(each.weekday, []).append((each.starts_at, each.ends_at))
        super().__init__(data, initial=initial)
        if contract is not None:
            self.fields["starts"].help_text = "Keep this day to correct the contract. A later day starts a new one."
        for day in Weekday:
            spans = given.get(day.value, [])
            for index, part in enumerate(PARTS):
                span = spans[index] if index < len(spans) else (None, None)
                for end, value in zip(("from", "to"), span, strict=True):
                    self.fields[f"{end}_{day.value}_{part}"] = forms.TimeField(
                        label=("From" if end == "from" else "To") if part == "a" else f"Again {end}",
                        required=False, widget=TimeInput(), initial=value,
                        error_messages={"invalid": f"Enter a real time for {day.label}, such as 08:45"},
                    )  # fmt: skip
        self.helper.layout = Layout(
            "version",
            Row(Column("starts"), Column("ends")),
            Row(Column("hours_per_week"), Column("weeks_per_year")),
            *(
                Fieldset(
                    day.label,
                    Row(
                        *(Column(f"{end}_{day.value}_{part}") for part in PARTS for end in ("from", "to")),
                        css_class="times",
                    ),
                )
                for day in Weekday
            ),
        )
        self.hide_optional = True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        times = []
        for day in Weekday:
            for part in PARTS:
                starts, ends = cleaned.get(f"from_{day.value}_{part}"), cleaned.get(f"to_{day.value}_{part}")
                if bool(starts) != bool(ends):
                    self.add_error(f"to_{day.value}_{part}", f"Enter both times for {day.label}, or neither")
                elif starts and ends and ends <= starts:
                    self.add_error(f"to_{day.value}_{part}", f"Enter an end for {day.label} that is after the start")
                elif starts:
                    times.append((day.value, starts, ends))
        cleaned["times"] = times
        return cleaned

    def values(self) -> dict[str, Any]:
        """For `set_contract`. Only of a valid form."""
        names = ("version", "starts", "ends", "hours_per_week", "weeks_per_year", "times")
        return {name: self.cleaned_data[name] for name in names}


class SkillForm(SendcoForm):
    """A skill and until when it holds."""

    skill = forms.ChoiceField(label="Skill", required=False)
    other = forms.CharField(label="Another skill", max_length=80, required=False, help_text="If it is not in the list.")
    gained_on = DateField(label="Gained on", error_messages={"required": "Enter the day it was gained"})
    expires_on = DateField(
        label="Runs out on", required=False, help_text="Leave empty when it does not run out, or to let us work it out."
    )

    def __init__(self, data: Any = None, *, skills: Iterable[Skill], on: date) -> None:
        super().__init__(data)
        self.today = on
        names = {skill.name.casefold(): skill.name for skill in skills}
        for name in COMMON_SKILLS:
            names.setdefault(name.casefold(), name)
        self.fields["skill"].choices = [("", "Choose a skill"), *((names[key], names[key]) for key in sorted(names))]

    def clean_gained_on(self) -> date:
        gained_on = self.cleaned_data["gained_on"]
        if gained_on > self.today:
            raise forms.ValidationError("Enter a day that is not in the future")
        return gained_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        name = cleaned.get("other", "").strip() or cleaned.get("skill", "")
        if not name:
            self.add_error("skill", "Choose a skill, or write one")
        cleaned["name"] = name
        return cleaned


class ConfirmForm(SendcoForm):
    """A press of a button."""


class TeamFilter(forms.Form):
    """Which people the team list shows. What makes no sense is left out."""

    skill = forms.ModelChoiceField(
        queryset=Skill.objects.none(), required=False, label="Skill", empty_label="Any skill"
    )

    def __init__(self, data: Any, *, skills: Any) -> None:
        super().__init__(data)
        self.fields["skill"].queryset = skills
        self.fields["skill"].label_from_instance = lambda skill: skill.name

    def chosen(self) -> Skill | None:
        return self.cleaned_data.get("skill") if self.is_valid() else None
