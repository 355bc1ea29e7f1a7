"""Forms of pages that belong to no one app."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import QuerySet

from provision.models import Group, Line
from pupils.models import Pupil
from sendco.accounts.models import User
from sendco.core.forms import DateField, RowsField, SendcoForm


class DisplayForm(forms.ModelForm):
    """How pages look for this person, and whether the daily e-mail comes."""

    class Meta:
        model = User
        fields = ["theme", "tint", "spacing", "wants_digest"]
        labels = {"tint": "Background", "spacing": "Spacing"}
        widgets = {"theme": forms.RadioSelect, "tint": forms.RadioSelect, "spacing": forms.RadioSelect}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_tag = False
        self.helper.disable_csrf = True


class SchoolForm(forms.Form):
    school = forms.IntegerField(min_value=1)


class ChosenPupilsForm(forms.Form):
    """Pupils that a URL names. They must be within `reach`."""

    pupil = RowsField(queryset=None)

    def __init__(self, *args: Any, reach: QuerySet[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pupil"].queryset = reach


class GroupChoiceField(forms.ModelChoiceField):
    """A group by its name and who runs it."""

    def label_from_instance(self, obj: Group) -> str:
        who = f", {obj.deliverer.get_full_name()}" if obj.deliverer else ""
        return f"{obj.name} ({obj.intervention.group_min} to {obj.intervention.group_max} pupils{who})"


class ChosenGroupForm(SendcoForm):
    """The group that the chosen pupils join, and from when."""

    group = GroupChoiceField(
        queryset=None, empty_label="Choose a group", error_messages={"required": "Choose the group"}
    )
    starts = DateField(label="First day in the group", error_messages={"required": "Enter the first day"})

    def __init__(self, *args: Any, groups: QuerySet[Group], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["group"].queryset = groups
        self.fields["starts"].initial = on

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        group, starts = data.get("group"), data.get("starts")
        if group and starts and starts < group.starts:
            data["starts"] = group.starts
        return data


class LeftGroupForm(forms.Form):
    """A group and places in it that are to be taken back. Both must be within reach."""

    group = forms.ModelChoiceField(queryset=None)
    line = RowsField(queryset=None)

    def __init__(self, *args: Any, groups: QuerySet[Group], lines: QuerySet[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset, self.fields["line"].queryset = groups, lines
