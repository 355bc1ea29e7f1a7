"""Plans, targets, ratings and reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from pupils.enums import Area, PlanKind, Rating, ReviewDecision, SenStatus, TargetState
from pupils.models import Plan, Pupil, Target
from sendco.core.forms import DateField, SendcoForm, VersionedForm

from .choices import past_or_today

CYCLE_DAYS = 70
CARRIED = (TargetState.OPEN, TargetState.PARTLY, TargetState.NOT_MET)
"""Results after which a target may go on in the next plan, all of them ticked at first."""
RESULTS = (
    (TargetState.EXCEEDED, "Exceeded"),
    (TargetState.MET, "Met"),
    (TargetState.PARTLY, "Partly met"),
    (TargetState.NOT_MET, "Not yet met"),
    (TargetState.STOPPED, "Stopped"),
)
NOT_YET_COME = "Enter today or a day in the past"


def _area(label: str, rows: int = 4, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class _PlanFields(forms.Form):
    kind = forms.ChoiceField(label="Kind of plan", choices=PlanKind.choices, widget=forms.RadioSelect)
    starts = DateField(label="Starts on", error_messages={"required": "Enter the day on which the plan starts"})
    review_on = DateField(label="Review on", error_messages={"required": "Enter the day of the review"})
    assessed_on = DateField(label="Assessed on", required=False)
    assessment = _area("What we know now", help_text="Attainment, progress, what has been tried and how it went.")
    pupil_views = _area("The child’s views", 3)
    parent_views = _area("The parents’ views", 3)

    today: date

    def clean_assessed_on(self) -> date | None:
        return past_or_today(self.cleaned_data["assessed_on"], self.today, NOT_YET_COME)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts, review_on = data.get("starts"), data.get("review_on")
        if starts and review_on and review_on <= starts:
            self.add_error("review_on", "Enter a day after the plan starts")
        return data


class PlanStartForm(_PlanFields, SendcoForm):
    """The next cycle. Everything has a good first value; targets of the last plan are ticked to go on."""

    carry = forms.TypedMultipleChoiceField(
        label="Targets to go on with",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Copied from the last plan. You can change them before the plan starts.",
    )

    def __init__(self, *args: Any, pupil: Pupil, targets: Sequence[Target], on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = on
        self.fields["kind"].initial = PlanKind.EHCP if pupil.sen_status == SenStatus.EHCP else PlanKind.SEN_SUPPORT
        self.fields["starts"].initial, self.fields["review_on"].initial = on, on + timedelta(days=CYCLE_DAYS)
        self.fields["assessed_on"].initial = on
        going_on = [target for target in targets if target.state in CARRIED]
        if going_on:
            self.fields["carry"].choices = [(target.pk, target.text) for target in going_on]
            self.fields["carry"].initial = [target.pk for target in going_on]
        else:
            del self.fields["carry"]


class PlanEditForm(_PlanFields, VersionedForm):
    """The plan as it stands."""

    parents_met_on = DateField(label="Parents met on", required=False)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = on

    def clean_parents_met_on(self) -> date | None:
        return past_or_today(self.cleaned_data["parents_met_on"], self.today, NOT_YET_COME)


class PlanAgreeForm(SendcoForm):
    """When the plan was agreed, and with whom."""

    on = DateField(label="Agreed on", error_messages={"required": "Enter the day on which it was agreed"})
    parents_met_on = DateField(
        label="Met the parents on",
        required=False,
        help_text="Leave it empty if the parents agreed without a meeting. Meet them at least three times a year.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)

    def clean_parents_met_on(self) -> date | None:
        return past_or_today(self.cleaned_data["parents_met_on"], self.today, NOT_YET_COME)


class PlanReviewForm(VersionedForm):
    """How each target ended, what was decided and why. `results` is {target id: TargetState}."""

    on = DateField(label="Reviewed on", error_messages={"required": "Enter the day of the review"})
    review_summary = forms.CharField(
        label="What happened",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write a sentence about what happened"},
        help_text="What worked, what did not, and what the child and the parents say.",
    )
    decision = forms.ChoiceField(
        label="What next?",
        choices=ReviewDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what happens next"},
    )
    parents_met_on = DateField(label="Met the parents on", required=False)

    def __init__(self, *args: Any, instance: Plan, targets: Sequence[Target], today: date, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.today, self.targets = today, targets
        self.fields["on"].initial = today
        names = []
        for target in targets:
            name = f"result-{target.pk}"
            self.fields[name] = forms.ChoiceField(
                label=target.text,
                choices=RESULTS,
                widget=forms.RadioSelect,
                error_messages={"required": f"Choose how this target ended: {target.text}"},
            )
            names.append(name)
        self.order_fields(["on", *names, "review_summary", "decision", "parents_met_on", "version"])

    def clean_on(self) -> date:
        day = past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)
        if day < self.instance.starts:
            raise forms.ValidationError("Enter a day on or after the start of the plan")
        return day

    def clean_parents_met_on(self) -> date | None:
        return past_or_today(self.cleaned_data["parents_met_on"], self.today, NOT_YET_COME)

    def results(self) -> dict[int, str]:
        return {target.pk: self.cleaned_data[f"result-{target.pk}"] for target in self.targets}


class _TargetFields(forms.Form):
    text = forms.CharField(
        label="What the child will do",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter what the child will be able to do"},
        help_text="Such as: asks for help with a word or card, in 4 of 5 lessons.",
    )
    area = forms.ChoiceField(label="Area of need", choices=(), error_messages={"required": "Choose the area of need"})
    baseline = forms.CharField(label="Where the child is now", max_length=200, required=False)
    success = forms.CharField(
        label="How we shall know", max_length=200, required=False, help_text="What we will see or hear, and how often."
    )
    strategies = _area("What adults will do", 3)
    due_on = DateField(label="By", error_messages={"required": "Enter the day by which the child will do this"})
    ehc_outcome = forms.IntegerField(
        label="Outcome in the EHC plan", required=False, min_value=1, max_value=99, help_text="Its number in Section E."
    )


def _fit(form: forms.Form, plan: Plan) -> None:
    form.fields["area"].choices = Area.choices
    if plan.kind != PlanKind.EHCP:
        del form.fields["ehc_outcome"]


class TargetForm(_TargetFields, SendcoForm):
    """A new target, due when the plan is reviewed unless said otherwise."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _fit(self, plan)
        self.fields["due_on"].initial = plan.review_on
        self.fields["area"].initial = plan.pupil.main_area or None


class TargetEditForm(_TargetFields, VersionedForm):
    """A target as it stands. It may be stopped; every other result is for the review."""

    state = forms.ChoiceField(
        label="Is it still worked on?",
        choices=[(TargetState.OPEN, "Yes"), (TargetState.STOPPED, "No, stopped")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, instance: Target, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        _fit(self, instance.plan)


class RatingForm(forms.Form):
    """One press on the page: a rating for today. edit: the row stood on a page where targets can be changed."""

    edit = forms.BooleanField(required=False)

    rating = forms.TypedChoiceField(
        label="Rating", choices=Rating.choices, coerce=int, error_messages={"required": "Choose a rating"}
    )


class ProgressForm(SendcoForm):
    """A rating of another day, or with a note."""

    rating = forms.TypedChoiceField(
        label="How is it going?",
        choices=Rating.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a rating"},
    )
    on = DateField(label="Day", error_messages={"required": "Enter the day"})
    note = forms.CharField(label="What you saw", max_length=300, required=False)

    def __init__(self, *args: Any, today: date, starts: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.starts = today, starts
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)


class EmptyForm(forms.Form):
    """Nothing to fill in: pressing the button is the whole request."""
