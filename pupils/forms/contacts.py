"""People to contact."""

from __future__ import annotations

from typing import Any

from django import forms

from sendco.core.forms import SendcoForm, VersionedForm


class _ContactFields(forms.Form):
    name = forms.CharField(max_length=120, error_messages={"required": "Enter the name"})
    relationship = forms.CharField(
        max_length=40, required=False, help_text="Such as mother, foster carer, social worker."
    )
    has_parental_responsibility = forms.BooleanField(label="Has parental responsibility", required=False)
    telephone = forms.CharField(max_length=30, required=False)
    email = forms.EmailField(label="Email", max_length=254, required=False)
    language = forms.CharField(
        max_length=40, required=False, help_text="When letters or an interpreter are needed in another language."
    )
    order = forms.IntegerField(
        label="Order", min_value=1, max_value=99, required=False, help_text="Who to try first. 1 is first."
    )
    may_not_be_contacted = forms.BooleanField(
        label="Must not be contacted", required=False,
        help_text="For example a court order. We show this in red and never invite or write to this person.",
    )  # fmt: skip


class ContactForm(_ContactFields, SendcoForm):
    """A new person."""


class ContactEditForm(_ContactFields, VersionedForm):
    """A person as they stand."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["order"].required = True
