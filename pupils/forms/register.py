"""Acting on chosen rows of the register, and saving a view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from pupils.models import Pupil
from sendco.core.forms import SendcoForm

from .choices import lay_out

ACTIONS = [("export", "Export"), ("print", "Print profiles"), ("tag", "Add tag")]


class ChosenForm(forms.Form):
    """Pupils chosen by their boxes, and what to do with them. The pupils must be within `reach`."""

    pupil = forms.ModelMultipleChoiceField(
        queryset=None, error_messages={"required": "Choose one pupil or more, then an action"}
    )
    action = forms.ChoiceField(choices=ACTIONS)
    tag = forms.CharField(max_length=40, required=False)

    def __init__(self, *args: Any, reach: QuerySet[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pupil"].queryset = reach

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["tag"] = " ".join(data.get("tag", "").split())
        if data.get("action") == "tag" and not data["tag"]:
            self.add_error("tag", "Enter the tag to add")
        return data


class SaveViewForm(SendcoForm):
    """A name for the filter in force. A pupil's name is never part of a view."""

    name = forms.CharField(label="Name of the view", max_length=60, error_messages={"required": "Enter a name"})
    is_shared = forms.BooleanField(label="Share with everybody at the school who sees the register", required=False)
    query = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def __init__(self, *args: Any, may_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["is_shared"]
            lay_out(self)


class DeleteViewForm(forms.Form):
    """Nothing to fill in: pressing the button is the whole request."""
