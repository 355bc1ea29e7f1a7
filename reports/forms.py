"""Forms of governor reports: start one, write it, publish it."""

from __future__ import annotations

from typing import Any

from crispy_forms.layout import HTML, Column, Div, Fieldset, Layout, Row
from django import forms

from sendco.core.forms import DateField, SendcoForm, VersionedForm

from . import narrative as words
from .models import GovernorReport

MOST_TEXT = 1500
MESSAGE_FIELDS = ("status", "title", "text")


class StartForm(SendcoForm):
    """Which term: a key such as 2026-autumn."""

    term = forms.ChoiceField(label="Term")

    def __init__(self, *args: Any, terms: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["term"].choices = terms

    def clean_term(self) -> tuple[int, str]:
        year, _, name = self.cleaned_data["term"].partition("-")
        return int(year), name


class NothingForm(VersionedForm):
    """The version alone, for a press of a button."""


class WriteForm(VersionedForm):
    """Her own words. `narrative()` gives them as they are stored, without empty parts."""

    written_by = forms.CharField(label="Written by", max_length=120, required=False)
    meeting_on = DateField(label="Governing board meets on", required=False)

    def __init__(self, *args: Any, instance: GovernorReport, **kwargs: Any) -> None:
        kwargs["initial"] = flat(instance.narrative) | kwargs.get("initial", {})
        super().__init__(*args, instance=instance, **kwargs)
        for place in range(1, words.MOST_MESSAGES + 1):
            self.fields[f"status_{place}"] = forms.ChoiceField(label="How is it?", choices=list(words.STATUSES.items()))
            self.fields[f"title_{place}"] = forms.CharField(label="In a few words", max_length=70, required=False)
            self.fields[f"text_{place}"] = forms.CharField(
                label="One or two sentences", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
        for part in words.PARTS:
            self.fields[part.key] = forms.CharField(
                label=part.label, help_text=part.hint, max_length=MOST_TEXT, required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        messages = [
            Fieldset(f"Message {n}", Row(Column(f"title_{n}"), Column(f"status_{n}")), f"text_{n}", css_class="message")
            for n in range(1, words.MOST_MESSAGES + 1)
        ]
        return Layout(
            "version",
            Row(Column("written_by"), Column("meeting_on")),
            HTML('<h2 class="legend">What governors need to know</h2>'),
            *messages,
            HTML('<h2 class="legend">Section by section</h2>'),
            Div(*(part.key for part in words.PARTS), css_class="stack gap-6"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for place in range(1, words.MOST_MESSAGES + 1):
            if data.get(f"text_{place}") and not data.get(f"title_{place}"):
                self.add_error(f"title_{place}", f"Say message {place} in a few words")
        return data

    def narrative(self) -> dict[str, Any]:
        data = self.cleaned_data
        messages = [
            {name: data[f"{name}_{place}"] for name in MESSAGE_FIELDS}
            for place in range(1, words.MOST_MESSAGES + 1)
            if data[f"title_{place}"]
        ]
        return {"headline": messages} | {part.key: data[part.key] for part in words.PARTS if data[part.key]}


def flat(narrative: dict[str, Any]) -> dict[str, str]:
    """The words by the names of the form's fields."""
    found = {part.key: narrative.get(part.key, "") for part in words.PARTS}
    messages = narrative.get("headline", [])
    for place in range(1, words.MOST_MESSAGES + 1):
        message = messages[place - 1] if place <= len(messages) else {"status": "none", "title": "", "text": ""}
        found |= {f"{name}_{place}": message[name] for name in MESSAGE_FIELDS}
    return found


class PublishForm(VersionedForm):
    """asks: there are words to look at, and she must say that she has."""

    words_checked = forms.BooleanField(
        label="I have looked: no child can be recognised from these words",
        required=False,
        error_messages={"required": "Say that you have looked at these words"},
    )

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if asks:
            self.fields["words_checked"].required = True
        else:
            del self.fields["words_checked"]
