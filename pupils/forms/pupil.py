"""A pupil's own record, and adding one to the roll."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.layout import Fieldset, Layout
from django import forms
from django.db.models import Q

from pupils.enums import SenStatus, Sex, YearGroup
from pupils.identifiers import check_upn
from pupils.models import Pupil
from pupils.reference import labels
from sendco.core.forms import DateField, SendcoForm, VersionedForm

from .choices import (
    ClassChoiceField,
    PersonChoiceField,
    classes_of,
    code_choices,
    lay_out,
    past_or_today,
    staff_of,
    truth_field,
)

_MISSING_YEAR = [("", "Not known"), *YearGroup.choices]


def clean_upn(value: str) -> str:
    """The UPN in its plain form, or empty. Raises ValidationError with the words of the check."""
    if not value.strip():
        return ""
    found = check_upn(value, frozenset(labels("la")))
    if not found.is_valid:
        raise forms.ValidationError(found.message)
    return found.upn


class PupilAddForm(SendcoForm):
    """The least that puts a child on the roll. Support is asked only of those who may change the register."""

    forename = forms.CharField(max_length=80, error_messages={"required": "Enter the first name"})
    surname = forms.CharField(max_length=80, error_messages={"required": "Enter the surname"})
    born = DateField(label="Date of birth", error_messages={"required": "Enter the date of birth"})
    sex = forms.ChoiceField(choices=[("", "Not known"), *Sex.choices], required=False)
    year_group = forms.ChoiceField(label="Year group", choices=_MISSING_YEAR, required=False)
    school_class = ClassChoiceField(label="Class", queryset=None, required=False, empty_label="No class yet")
    key_adult = PersonChoiceField(label="Key adult", queryset=None, required=False, empty_label="Nobody yet")
    upn = forms.CharField(label="UPN", max_length=20, required=False, help_text="13 characters, such as A123456789012.")
    joined_on = DateField(label="Joined the school on", required=False)
    sen_status = forms.ChoiceField(
        label="Support",
        choices=[choice for choice in SenStatus.choices if choice[0] != SenStatus.EHCP],
        required=False,
        widget=forms.RadioSelect,
        initial=SenStatus.NONE,
        help_text="Record an EHC plan once the pupil is on the roll, with its dates.",
    )

    def __init__(self, *args: Any, school_id: int, on: date, may_set_support: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.school_id, self.on = school_id, on
        self.fields["school_class"].queryset = classes_of(school_id, on)
        self.fields["key_adult"].queryset = staff_of(school_id, on)
        if not may_set_support:
            del self.fields["sen_status"]
            lay_out(self)

    def clean_born(self) -> date:
        return past_or_today(self.cleaned_data["born"], self.on, "Enter a date of birth in the past")

    def clean_upn(self) -> str:
        return clean_upn(self.cleaned_data["upn"])

    def clean_sen_status(self) -> str:
        return self.cleaned_data["sen_status"] or SenStatus.NONE

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if {"forename", "surname", "born"} <= data.keys():
            same = Pupil.objects.filter(school_id=self.school_id, born=data["born"]).on_roll(self.on)
            if same.filter(forename__iexact=data["forename"], surname__iexact=data["surname"]).exists():
                raise forms.ValidationError(
                    "A pupil with this name and date of birth is on the roll already. Find the pupil instead."
                )
        return data


class PupilForm(VersionedForm):
    """Everything about a pupil that has no page of its own."""

    forename = forms.CharField(max_length=80, error_messages={"required": "Enter the first name"})
    middle_names = forms.CharField(max_length=80, required=False)
    surname = forms.CharField(max_length=80, error_messages={"required": "Enter the surname"})
    preferred_forename = forms.CharField(label="First name the child uses", max_length=80, required=False)
    preferred_surname = forms.CharField(label="Surname the child uses", max_length=80, required=False)
    born = DateField(label="Date of birth", error_messages={"required": "Enter the date of birth"})
    sex = forms.ChoiceField(choices=[("", "Not known"), *Sex.choices], required=False)
    year_group = forms.ChoiceField(label="Year group", choices=_MISSING_YEAR, required=False)
    school_class = ClassChoiceField(label="Class", queryset=None, required=False, empty_label="No class yet")
    key_adult = PersonChoiceField(label="Key adult", queryset=None, required=False, empty_label="Nobody yet")
    joined_on = DateField(label="Joined the school on", required=False)
    upn = forms.CharField(label="UPN", max_length=20, required=False)
    former_upn = forms.CharField(label="Former UPN", max_length=20, required=False)
    admission_number = forms.CharField(max_length=20, required=False)
    ethnicity = forms.ChoiceField(required=False)
    first_language = forms.ChoiceField(required=False)
    home_languages = forms.CharField(label="Languages at home", max_length=120, required=False)
    is_eal = truth_field("English as an additional language")
    is_fsm = truth_field("Free school meals")
    is_pupil_premium = truth_field("Pupil premium")
    is_looked_after = truth_field("Looked after by a local authority")
    is_service_child = truth_field("Service child")
    attendance_percent = forms.DecimalField(
        label="Attendance this year (%)", max_digits=4, decimal_places=1, min_value=0, max_value=100, required=False
    )
    medical_summary = forms.CharField(
        max_length=200,
        required=False,
        help_text="What every adult must know, in one line. Shown at the top of the page.",
    )
    strengths = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        pupil = kwargs["instance"]
        super().__init__(*args, **kwargs)
        self.on = on
        # The pupil's own class and adult stay choices when they are of another year or have left.
        for name, rows, own in (
            ("school_class", classes_of(pupil.school_id, on), pupil.school_class_id),
            ("key_adult", staff_of(pupil.school_id, on), pupil.key_adult_id),
        ):
            model = rows.model
            self.fields[name].queryset = model.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk=own)).order_by("name")
        self.initial.update(school_class=pupil.school_class_id, key_adult=pupil.key_adult_id)
        self.fields["ethnicity"].choices = code_choices("ethnicity")
        self.fields["first_language"].choices = code_choices("language")
        self.helper.layout = Layout(
            "version",
            Fieldset("Name", "forename", "middle_names", "surname", "preferred_forename", "preferred_surname"),
            Fieldset("At school", "born", "sex", "year_group", "school_class", "key_adult", "joined_on"),
            Fieldset("Every adult should know", "medical_summary", "strengths"),
            Fieldset("Numbers", "upn", "former_upn", "admission_number"),
            Fieldset(
                "Background",
                "ethnicity",
                "first_language",
                "home_languages",
                "is_eal",
                "is_fsm",
                "is_pupil_premium",
                "is_looked_after",
                "is_service_child",
                "attendance_percent",
            ),
        )

    def clean_born(self) -> date:
        return past_or_today(self.cleaned_data["born"], self.on, "Enter a date of birth in the past")

    def clean_upn(self) -> str:
        return clean_upn(self.cleaned_data["upn"])

    def clean_former_upn(self) -> str:
        return clean_upn(self.cleaned_data["former_upn"])


class LeaveForm(SendcoForm):
    """The day on which a pupil is no longer on the roll."""

    on = DateField(label="First day no longer on the roll", error_messages={"required": "Enter the day"})


class TagsForm(SendcoForm):
    """The tags of one pupil: those of the school, and a new one."""

    tags = forms.MultipleChoiceField(choices=(), required=False, widget=forms.CheckboxSelectMultiple)
    new = forms.CharField(
        label="New tag", max_length=40, required=False, help_text="Such as New arrival. Not a diagnosis."
    )

    def __init__(self, *args: Any, names: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tags"].choices = [(name, name) for name in names]
        if not names:
            del self.fields["tags"]
            lay_out(self)

    @property
    def chosen(self) -> list[str]:
        """Names of the tags the pupil is to have."""
        return [*self.cleaned_data.get("tags", ()), *filter(None, [self.cleaned_data["new"].strip()])]
