"""The report, the local authority's letter and the final plan."""

from __future__ import annotations

from datetime import date

from django import forms

from pupils.enums import Rating
from reviews.enums import Decision
from sendco.core.forms import SendcoForm, VersionedForm

from ._fields import PastDateField, text_area


class RateForm(SendcoForm):
    """Progress towards one outcome."""

    rating = forms.TypedChoiceField(choices=Rating, coerce=int, error_messages={"required": "Choose a rating"})
    evidence = forms.CharField(label="Evidence", max_length=300, required=False)


class ReportForm(VersionedForm):
    summary = forms.CharField(
        label="What the meeting said", required=False, widget=text_area(8),
        help_text="Progress towards the outcomes, what helped, the views of the child and the parents.",
    )  # fmt: skip
    recommendations = forms.CharField(
        label="Headteacher’s recommendations on changes to the plan", widget=text_area(6),
        help_text="The law asks for these, also when nothing should change. SEND Code of Practice, 9.176",
        error_messages={"required": "Write the headteacher’s recommendations"},
    )  # fmt: skip
    differences = forms.CharField(
        label="Where somebody at the meeting recommended otherwise", required=False, widget=text_area(4),
        help_text="Say who and what. Leave it empty if all agreed.",
    )  # fmt: skip


class ReportSentForm(SendcoForm):
    on = PastDateField(label="Report sent on")
    to = forms.CharField(label="Sent to", max_length=300)

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].on = today


class DecisionForm(SendcoForm):
    decision = forms.ChoiceField(label="What the letter says", choices=Decision, widget=forms.RadioSelect)
    notice_on = PastDateField(
        label="Date of the letter", error_messages={"required": "Enter the date of the local authority’s letter"}
    )
    reference = forms.CharField(
        label="Reference of the letter", max_length=60,
        error_messages={"required": "Enter the reference of the local authority’s letter"},
    )  # fmt: skip

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["notice_on"].on = today


class FinalPlanForm(SendcoForm):
    on = PastDateField(label="Date of the final plan")

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].on = today
