"""Forms of the catalogue and of decisions."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import Column, Fieldset, Layout, Row
from django import forms

from provision.enums import DecisionKind
from provision.evidence import Evidence
from provision.models import Intervention, Tier
from pupils.enums import Area
from pupils.models import Instrument
from sendco.core.forms import SendcoForm, VersionedForm
from sendco.schools.models import Grade

WHOLE = {"min_value": "Enter 1 or more", "invalid": "Enter a whole number"}


def _number(label: str, most: int, **extra: Any) -> forms.IntegerField:
    errors = WHOLE | {"max_value": f"Enter {most} or fewer", "required": f"Enter {label[0].lower()}{label[1:]}"}
    return forms.IntegerField(label=label, min_value=1, max_value=most, error_messages=errors, **extra)


class TierField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Tier) -> str:
        return obj.label


class InstrumentField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Instrument) -> str:
        return obj.name


class InterventionForm(VersionedForm):
    """An entry of the catalogue as the federation wants it. Without an instance it is for a new one."""

    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter a name"})
    area = forms.ChoiceField(label="Area of need", choices=Area)
    strand = forms.CharField(label="What it works on", max_length=80, required=False)
    tier = TierField(label="Layer of support", queryset=Tier.objects.all(), empty_label=None)
    years = forms.CharField(label="Year groups", max_length=40, required=False, help_text="For example Y2 to Y4")
    group_min = _number("Fewest pupils in a group", 60)
    group_max = _number("Most pupils in a group", 60)
    times_per_week = _number("Times a week", 25)
    minutes = _number("Minutes each time", 400)
    weeks = _number("Weeks", 52)
    grade = forms.ChoiceField(label="Who runs it", choices=Grade)
    training = forms.CharField(label="Training needed", max_length=120, required=False)
    instrument = InstrumentField(
        label="Test before and after", queryset=Instrument.objects.all(), required=False, empty_label="None",
        help_text="Without one there are no scores, so impact cannot be worked out.",
    )  # fmt: skip
    entry_measure = forms.CharField(label="What the test is called", max_length=120, required=False)
    evidence_level = forms.ChoiceField(label="Kind of evidence", choices=Evidence, required=False)
    evidence_text = forms.CharField(
        label="What the evidence says", required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    source_title = forms.CharField(label="Source", max_length=200, required=False)
    source_url = forms.URLField(
        label="Address of the source", max_length=300, required=False, assume_scheme="https",
        error_messages={"invalid": "Enter a whole address, such as https://www.example.org/report"},
    )  # fmt: skip
    evidence_checked = forms.BooleanField(label="One of us has read the source", required=False)
    is_archived = forms.BooleanField(
        label="Hide it when groups are planned", required=False, help_text="Groups that run now go on."
    )

    def __init__(self, data: Any = None, *, instance: Intervention | None = None) -> None:
        super().__init__(data, instance=instance)
        if instance is None:
            del self.fields["version"]
            del self.fields["is_archived"]
            self.initial = {
                "tier": Tier.objects.filter(code="targeted").first(),
                "evidence_level": Evidence.UNCONFIRMED,
            }
        # The form names the chosen rows of another table by their keys.
        for name in ("tier", "instrument"):
            if instance is not None:
                self.initial[name] = getattr(instance, f"{name}_id")
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        hidden = ["version"] if "version" in self.fields else []
        last = ["is_archived"] if "is_archived" in self.fields else []
        return Layout(
            *hidden,
            Fieldset("What it is", "name", Row(Column("area"), Column("tier")), Row(Column("strand"), Column("years"))),
            Fieldset(
                "Usual dose",
                Row(Column("group_min"), Column("group_max")),
                Row(Column("times_per_week"), Column("minutes"), Column("weeks")),
                Row(Column("grade"), Column("training")),
            ),
            Fieldset("Measure", "instrument", "entry_measure"),
            Fieldset(
                "Evidence", "evidence_level", "evidence_text", "source_title", "source_url", "evidence_checked", *last
            ),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        fewest, most = cleaned.get("group_min"), cleaned.get("group_max")
        if fewest and most and fewest > most:
            self.add_error("group_max", f"Enter {fewest} or more, or fewer in the field before")
        if cleaned.get("evidence_checked") and not (cleaned.get("source_title") or cleaned.get("source_url")):
            self.add_error("source_title", "Enter the source that was read")
        return cleaned

    def values(self) -> dict[str, Any]:
        """For the actions. Only of a valid form."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class DecisionForm(SendcoForm):
    """What was decided about an intervention, and why."""

    hide_optional = True  # the reason is asked unless nothing changes
    kind = forms.ChoiceField(
        label="What did you decide?", choices=DecisionKind, widget=forms.RadioSelect,
        error_messages={"required": "Choose what you decided"},
    )  # fmt: skip
    reason = forms.CharField(
        label="Why, or what will change?", max_length=500, required=False, widget=forms.Textarea({"rows": 2}),
        help_text="Leave out the names of children.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind and kind != DecisionKind.KEEP and not cleaned.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", "Say why, or what will change")
        return cleaned


class CatalogueFilter(forms.Form):
    """Filters of the catalogue, from the URL. What makes no sense is left out, not refused."""

    q = forms.CharField(label="Name or what it works on", required=False, max_length=80)
    area = forms.ChoiceField(label="Area of need", required=False)
    tier = forms.ChoiceField(label="Layer of support", required=False)
    show = forms.ChoiceField(
        label="Show", required=False,
        choices=[("", "All"), ("used", "Running here"), ("checked", "Evidence checked"), ("archived", "Hidden")],
    )  # fmt: skip

    def __init__(self, data: Any, *, tiers: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["area"].choices = [("", "Any"), *Area.choices]
        self.fields["tier"].choices = [("", "Any"), *tiers]

    def wanted(self) -> dict[str, str]:
        """The filters that hold, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
