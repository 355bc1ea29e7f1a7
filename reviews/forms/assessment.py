"""Needs assessments."""

from __future__ import annotations

from datetime import date

from django import forms

from reviews.models import NeedsAssessment
from sendco.core.forms import SendcoForm, VersionedForm

from ._fields import PastDateField

REQUESTED_BY = NeedsAssessment._meta.get_field("requested_by").choices


class AssessmentAddForm(SendcoForm):
    received_on = PastDateField(
        label="Local authority received the request on",
        help_text="The 20 weeks start on this day, not when it was sent.",
    )
    requested_by = forms.ChoiceField(
        label="Who asked", choices=REQUESTED_BY, widget=forms.RadioSelect, initial="school"
    )

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["received_on"].on = today


class AssessmentForm(VersionedForm):
    requested_by = forms.ChoiceField(label="Who asked", choices=REQUESTED_BY)
    received_on = PastDateField(label="Local authority received the request on")
    is_agreed = forms.TypedChoiceField(
        label="Did the local authority agree to assess?",
        choices=[("", "Not decided"), ("True", "Yes"), ("False", "No")],
        coerce=lambda value: value == "True",
        empty_value=None,
        required=False,
    )
    decided_on = PastDateField(label="Date of that letter", required=False)
    advice_requested_on = PastDateField(label="School was asked for advice on", required=False)
    advice_sent_on = PastDateField(label="School sent its advice on", required=False)
    draft_served_on = PastDateField(label="Draft plan sent to the parents on", required=False)
    refused_plan_on = PastDateField(label="Letter that there will be no plan", required=False)
    final_plan_on = PastDateField(label="Final plan", required=False)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, PastDateField):
                field.on = today


class CloseAssessmentForm(VersionedForm):
    on = PastDateField(label="Closed on")

    def __init__(self, *args, today: date, **kwargs):
        kwargs.setdefault("initial", {}).setdefault("on", today)
        super().__init__(*args, **kwargs)
        self.fields["on"].on = today
