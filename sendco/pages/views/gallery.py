"""Every component in every state, on one page. The accessibility tests run on it."""

from __future__ import annotations

import datetime as dt

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sendco.core.forms import DateField, SendcoForm
from sendco.pages.gallery_examples import EXAMPLES


class ExampleForm(SendcoForm):
    """One field of each kind. Nothing is saved."""

    meeting = DateField(label="Meeting date", help_text="On or before 15 May 2026")
    title = forms.CharField(
        label="What is it about?", max_length=60, error_messages={"required": "Say what the meeting is about"}
    )
    kind = forms.ChoiceField(
        label="Kind of meeting",
        choices=[("annual", "Annual review"), ("plan", "Plan review")],
        help_text="Parents see this",
    )
    join = forms.ChoiceField(
        label="How will people join?",
        choices=[("school", "In school, with a video link"), ("video", "Video only")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how people will join"},
    )
    people = forms.MultipleChoiceField(
        label="Who is invited?",
        choices=[("parents", "Parents"), ("class", "Class teacher"), ("la", "Local authority")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    minutes = forms.IntegerField(label="Length in minutes", min_value=10, max_value=180, required=False)
    agenda = forms.CharField(label="Agenda", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    paper = forms.FileField(label="A paper to send", required=False, help_text="PDF or Word, up to 10 MB")
    interpreter = forms.BooleanField(label="Book an interpreter", required=False)

    def clean_meeting(self) -> dt.date:
        value = self.cleaned_data["meeting"]
        if value > dt.date(2026, 5, 15):
            raise forms.ValidationError("Enter a meeting date on or before 15 May 2026")
        return value


REFUSED = {"refused-meeting": "2026-05-21", "refused-title": "", "refused-kind": "annual", "refused-minutes": "500"}


def gallery(request: HttpRequest) -> HttpResponse:
    context = {**EXAMPLES, "example_form": ExampleForm(), "refused_form": ExampleForm(REFUSED, {}, prefix="refused")}
    return render(request, "pages/gallery.html", context)
