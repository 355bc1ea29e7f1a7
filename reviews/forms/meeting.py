"""Booking, holding and cancelling a meeting."""

from __future__ import annotations

from datetime import date

from django import forms

from sendco.core.dates import weekday_date
from sendco.core.forms import DateField, SendcoForm, VersionedForm

from ._fields import PastDateField

OTHER = "other"


class ScheduleForm(VersionedForm):
    """A day out of those proposed, or another. `meeting_on` of the cleaned data is the day meant."""

    slot = forms.ChoiceField(label="Day", widget=forms.RadioSelect, error_messages={"required": "Choose a day"})
    other_on = DateField(label="Another day", required=False)
    meeting_at = forms.TimeField(
        label="Time",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter a time", "invalid": "Enter a time, such as 14:00"},
    )
    minutes = forms.IntegerField(label="Minutes", min_value=15, max_value=300)
    place = forms.CharField(label="Room", max_length=120, required=False)
    video_link = forms.URLField(label="Video link", required=False, assume_scheme="https")
    adjustments = forms.CharField(label="Adjustments", max_length=300, required=False)
    short_notice_reason = forms.CharField(
        label="Reason for a day that breaks a rule",
        max_length=300,
        required=False,
        help_text="Only for a day with less than 2 weeks’ notice, past the legal limit or when school is closed.",
    )

    def __init__(self, *args, days: list[date], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = [*((day.isoformat(), weekday_date(day)) for day in days), (OTHER, "Another day")]

    def clean(self):
        data = super().clean()
        slot = data.get("slot")
        if slot == OTHER:
            data["meeting_on"] = data.get("other_on")
            if not data["meeting_on"] and "other_on" not in self.errors:
                self.add_error("other_on", "Enter a meeting date")
        elif slot:
            data["meeting_on"] = date.fromisoformat(slot)
        if not data.get("place") and not data.get("video_link") and not self.errors:
            self.add_error("place", "Enter a room or a video link")
        return data


class HoldForm(SendcoForm):
    on = PastDateField(label="Meeting held on")
    attended = forms.MultipleChoiceField(label="Who came", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, today: date, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].on = today
        self.fields["attended"].choices = [(str(p.pk), p.name or p.get_kind_display()) for p in people]

    def clean_attended(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["attended"]]


class CancelForm(SendcoForm):
    reason = forms.CharField(label="Reason", max_length=200)
