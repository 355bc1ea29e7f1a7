"""EHC plans, outcomes, Section F and new reviews."""

from __future__ import annotations

from django import forms

from provision.models import Line
from pupils.reference import labels
from reviews.enums import ReviewKind
from reviews.models import EhcPlan
from sendco.core.forms import DateField, RowsField, SendcoForm, VersionedForm

from ._fields import PastDateField, text_area


class EhcPlanForm(VersionedForm):
    la_code = forms.ChoiceField(label="Local authority that makes the plan")
    first_made_on = PastDateField(
        label="Plan first made on",
        help_text="The date of the first final plan. It never changes when the plan is amended.",
    )
    last_decision_on = PastDateField(
        label="Last decision letter",
        required=False,
        help_text="The date on which the local authority decided after the last review. The next 12 months start with it.",
    )
    is_anchor_estimated = forms.BooleanField(
        label="I do not have the letter: this is the date of the last meeting", required=False
    )
    version_on = PastDateField(label="Date of the plan in force", required=False)
    phase_transfer_year = forms.IntegerField(
        label="Year of the next phase transfer",
        required=False,
        min_value=2015,
        max_value=2100,
        help_text="For a pupil who moves to secondary school in September 2027 enter 2027.",
        widget=forms.NumberInput(attrs={"class": "w-5"}),
    )
    is_to_post_16 = forms.BooleanField(label="The move is from secondary school to post-16", required=False)
    top_up_pounds = forms.DecimalField(
        label="Top-up a year, in pounds", required=False, min_value=0, max_digits=9, decimal_places=2
    )
    aspirations = forms.CharField(label="Hopes of the child and family", required=False, widget=text_area(3))
    ceased_on = DateField(
        label="Plan ended on",
        required=False,
        help_text="Leave this empty while the plan is in force. A decision to cease does not end it at once.",
    )

    def __init__(self, *args, on, may_read=True, instance: EhcPlan | None = None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        if instance is None:
            del self.fields["version"]
            del self.fields["ceased_on"]
        if not may_read:
            del self.fields["aspirations"]
        for name in ("first_made_on", "last_decision_on", "version_on"):
            self.fields[name].on = on
        codes = sorted(labels("la").items(), key=lambda pair: pair[1])
        self.fields["la_code"].choices = [("", "Choose"), *codes]


class ReviewAddForm(SendcoForm):
    kind = forms.ChoiceField(label="Kind of review", choices=ReviewKind, widget=forms.RadioSelect)
    counts_as_annual = forms.BooleanField(
        label="The early review is run under section 44",
        required=False,
        help_text="Then the local authority decides after it, and its letter starts the next 12 months.",
    )


class OutcomeForm(VersionedForm):
    text = forms.CharField(label="Outcome, as in Section E", widget=text_area(3), max_length=2000)

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        if instance is None:
            del self.fields["version"]


class LinesField(RowsField):
    def label_from_instance(self, line: Line) -> str:
        group = line.group
        return f"{group.name}, {group.times_per_week} × {group.minutes} minutes a week"


class SectionFForm(VersionedForm):
    text = forms.CharField(label="Provision, as in Section F", widget=text_area(3), max_length=2000)
    minutes_per_week = forms.IntegerField(label="Minutes a week", required=False, min_value=1, max_value=2400)
    lines = LinesField(
        label="Lines of the Provision Map that meet it",
        queryset=Line.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, lines, instance=None, **kwargs):
        if instance is not None:
            kwargs.setdefault("initial", {})["lines"] = [line.pk for line in instance.lines.all()]
        super().__init__(*args, instance=instance, **kwargs)
        self.fields["lines"].queryset = lines
        if not lines.exists():
            self.fields[
                "lines"
            ].help_text = "This pupil has no provision on the map yet. Add a group first, then link it here."
        if instance is None:
            del self.fields["version"]
