"""One-page profile, strategies, adjustments, notes, documents and scores."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from pupils import rules
from pupils.enums import Area, NoteKind
from pupils.models import Adjustment, Instrument, Profile, Pupil
from pupils.models.scores import Family
from pupils.uploads import UploadRefused, check_upload
from sendco.core.forms import DateField, SendcoForm, VersionedForm

from .choices import PersonChoiceField, past_or_today, staff_of

NOT_YET_COME = "Enter today or a day in the past"
ONE_A_LINE = "One point a line, in the child’s own words. Three are enough."
DSL_LINE = "Worried about a child? Tell the designated safeguarding lead now; do not write it here."


def _points(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=ONE_A_LINE
    )


class ProfileForm(SendcoForm):
    """A new version of the one-page profile. version: that of the profile it was written over, 0 when there was none."""

    liked_about_me = _points("What people like about me")
    important_to_me = _points("What is important to me")
    how_to_help_me = _points("How to help me")
    written_with = forms.CharField(
        label="Written with", max_length=120, required=False, help_text="Who sat with the child."
    )
    written_on = DateField(label="Written on", error_messages={"required": "Enter the day"})
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, profile: Profile | None, today: date, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"version": profile.version if profile else 0, "written_on": today}
        for name in ("liked_about_me", "important_to_me", "how_to_help_me", "written_with"):
            initial[name] = getattr(profile, name) if profile else ""
        super().__init__(*args, initial=initial, **kwargs)
        self.today = today

    def clean_written_on(self) -> date:
        return past_or_today(self.cleaned_data["written_on"], self.today, NOT_YET_COME)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        names = ("liked_about_me", "important_to_me", "how_to_help_me")
        if not self.errors and not any(data.get(name, "").strip() for name in names):
            self.add_error("liked_about_me", "Write at least one point")
        return data


class _StrategyFields(forms.Form):
    text = forms.CharField(
        label="What every adult does",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter what adults do"},
        help_text="Such as: say the name first, then wait 10 seconds.",
    )
    area = forms.ChoiceField(label="Area of need", choices=Area.choices)
    starts = DateField(label="Since", error_messages={"required": "Enter the first day"})


class StrategyForm(_StrategyFields, SendcoForm):
    def __init__(self, *args: Any, pupil: Pupil, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].initial = on
        self.fields["area"].initial = pupil.main_area or None


class StrategyEditForm(_StrategyFields, VersionedForm):
    """A strategy as it stands."""


class LastDayForm(SendcoForm):
    """The last day of something that began on `starts`."""

    on = DateField(label="Last day", error_messages={"required": "Enter the last day"})

    def __init__(self, *args: Any, starts: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starts, self.today = starts, today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        day = past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)
        if day < self.starts:
            raise forms.ValidationError("Enter a day on or after the first day")
        return day


class _AdjustmentFields(forms.Form):
    barrier = forms.CharField(
        max_length=200, label="What is in the way", error_messages={"required": "Enter what is in the way"}
    )
    adjustment = forms.CharField(
        label="What we changed",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Enter what was changed"},
    )
    starts = DateField(label="From", error_messages={"required": "Enter the first day"})
    review_on = DateField(label="Review on", required=False)
    owner = PersonChoiceField(label="Who sees to it", queryset=None, required=False, empty_label="Nobody named")

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        starts = data.get("starts")
        for name in ("review_on", "ends"):
            if starts and data.get(name) and data[name] < starts:
                self.add_error(name, "Enter a day on or after the first day")
        return data


class AdjustmentForm(_AdjustmentFields, SendcoForm):
    def __init__(self, *args: Any, pupil: Pupil, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["starts"].initial = on
        self.fields["owner"].queryset = staff_of(pupil.school_id, on)


class AdjustmentEditForm(_AdjustmentFields, VersionedForm):
    ends = DateField(label="Last day", required=False, help_text="Only when it is no longer needed.")

    def __init__(self, *args: Any, instance: Adjustment, on: date, **kwargs: Any) -> None:
        super().__init__(*args, instance=instance, **kwargs)
        self.fields["owner"].queryset = staff_of(instance.pupil.school_id, on)


class _NoteFields(forms.Form):
    kind = forms.ChoiceField(label="Kind", choices=NoteKind.choices, widget=forms.RadioSelect)
    on = DateField(label="Day", error_messages={"required": "Enter the day"})
    text = forms.CharField(
        label="Note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Write the note"},
    )
    is_confidential = forms.BooleanField(
        label="Confidential",
        required=False,
        help_text="Only you, the SENDCo and the safeguarding lead can read it.",
    )

    today: date

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)


class NoteForm(_NoteFields, SendcoForm):
    def __init__(self, *args: Any, today: date, kind: str = NoteKind.NOTE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today
        self.fields["kind"].initial = kind if kind in NoteKind.values else NoteKind.NOTE


class NoteEditForm(_NoteFields, VersionedForm):
    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today


class DocumentForm(SendcoForm):
    """A file, checked by its content."""

    upload = forms.FileField(
        label="File",
        error_messages={"required": "Choose a file"},
        help_text="PDF, Word (docx), OpenDocument (odt), PNG or JPEG, smaller than 10 MB.",
    )
    title = forms.CharField(
        max_length=120,
        error_messages={"required": "Enter what the document is"},
        help_text="Such as speech and language advice.",
    )
    on = DateField(label="Date of the document", error_messages={"required": "Enter the date"})
    is_confidential = forms.BooleanField(
        label="Confidential",
        required=False,
        help_text="Only you, the SENDCo and the safeguarding lead can open it.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)

    def clean_upload(self) -> UploadedFile:
        upload = self.cleaned_data["upload"]
        try:
            check_upload(upload.file, upload.size, most_bytes=settings.DOCUMENT_MAX_BYTES)
        except UploadRefused as error:
            raise forms.ValidationError(str(error)) from error
        return upload


class InstrumentField(forms.ModelChoiceField):
    """A test by name, with the values it can give."""

    def label_from_instance(self, obj: Any) -> str:
        if obj.family == Family.AGE:
            low, high = (rules.age_score_words(int(limit)) for limit in (obj.minimum, obj.maximum))
        else:
            low, high = (f"{limit.normalize():f}" for limit in (obj.minimum, obj.maximum))
        return f"{obj.name} ({low} to {high})"


class ScoreForm(SendcoForm):
    """A score of one test. `value` becomes a Decimal; ages are typed as 7:03 and kept in months."""

    instrument = InstrumentField(label="Test", queryset=None, error_messages={"required": "Choose the test"})
    on = DateField(label="Taken on", error_messages={"required": "Enter the day of the test"})
    qualifier = forms.ChoiceField(
        label="The score is",
        choices=[("=", "exactly"), ("<", "less than"), (">", "more than")],
        initial="=",
        help_text="Less than or more than: at the floor or the ceiling of the test.",
    )
    value = forms.CharField(
        label="Score",
        max_length=12,
        error_messages={"required": "Enter the score"},
        help_text="A number. An age as years and months, like 7:03.",
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["instrument"].queryset = Instrument.objects.order_by("name")
        self.fields["on"].initial = today

    def clean_on(self) -> date:
        return past_or_today(self.cleaned_data["on"], self.today, NOT_YET_COME)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        instrument, typed = data.get("instrument"), data.get("value")
        if instrument and typed:
            try:
                data["value"] = parse_score(typed, instrument)
            except ValueError as error:
                self.add_error("value", str(error))
        return data


def parse_score(typed: str, instrument: Instrument) -> Decimal:
    """The number to keep. Raises ValueError with the sentence to show for what the test cannot give."""
    if instrument.family == Family.AGE:
        value = Decimal(rules.parse_age_score(typed))
        low, high = (rules.age_score_words(int(limit)) for limit in (instrument.minimum, instrument.maximum))
    else:
        try:
            value = Decimal(typed.strip())
        except InvalidOperation as error:
            raise ValueError("Enter a number") from error
        low, high = (f"{limit.normalize():f}" for limit in (instrument.minimum, instrument.maximum))
    if not value.is_finite() or not instrument.minimum <= value <= instrument.maximum:
        raise ValueError(f"Enter a score from {low} to {high}")
    return value
