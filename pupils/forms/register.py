"""Acting on chosen rows of the register, and saving a view."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from pupils import register
from pupils.models import Pupil, Tag
from sendco.core.forms import RowsField, SendcoForm

from .choices import lay_out

ACTIONS = [("export", "Export"), ("print", "Print profiles"), ("tag", "Add tag")]

NOT_HERE = "A pupil that you chose is no longer in your list. Choose again"
NO_ACTION = "Choose what to do with these pupils"


class ChosenForm(forms.Form):
    """Pupils chosen by their boxes, and what to do with them. The pupils must be within `reach`."""

    pupil = RowsField(
        queryset=None,
        error_messages={
            "required": "Choose one pupil or more, then an action",
            "invalid_choice": NOT_HERE,
            "invalid_pk_value": NOT_HERE,
        },
    )
    action = forms.ChoiceField(choices=ACTIONS, error_messages={"required": NO_ACTION, "invalid_choice": NO_ACTION})
    tag = forms.CharField(
        max_length=40, required=False, error_messages={"max_length": "Enter a tag of 40 characters or fewer"}
    )

    def __init__(self, *args: Any, reach: QuerySet[Pupil], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pupil"].queryset = reach
        self.fields["action"].choices = [*ACTIONS, *((more.key, more.label) for more in register.chosen_actions())]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["tag"] = " ".join(data.get("tag", "").split())
        if data.get("action") == "tag" and not data["tag"]:
            self.add_error("tag", "Enter the tag to add")
        return data


class UntagForm(forms.Form):
    """The tag to take from the pupils that have just gained it. Both must be within reach."""

    tag = forms.ModelChoiceField(queryset=None)
    pupil = RowsField(queryset=None)

    def __init__(self, *args: Any, reach: QuerySet[Pupil], school_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].queryset = Tag.objects.filter(school_id=school_id)
        self.fields["pupil"].queryset = reach


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
