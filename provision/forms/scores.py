"""Scores before and after a provision, and the end of a group."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from provision.actions import Exit, Result
from provision.models import Group, Line
from pupils.models import Instrument
from sendco.core.dates import long_date
from sendco.core.forms import DateField, SendcoForm


def score_field(instrument: Instrument, label: str) -> forms.DecimalField:
    """A score within the range of its instrument, in the instrument's own points."""
    low, high = instrument.minimum.normalize(), instrument.maximum.normalize()
    limits = f"Enter a score from {low:f} to {high:f}"
    return forms.DecimalField(
        label=label, required=False, max_digits=7, decimal_places=2,
        min_value=instrument.minimum, max_value=instrument.maximum,
        error_messages={"min_value": limits, "max_value": limits, "invalid": limits},
    )  # fmt: skip


QUALIFIERS = [("=", "Exactly"), ("<", "Less than"), (">", "More than")]


class ScoresForm(SendcoForm):
    """Scores before and after, for every pupil of a group. Fields for each line: entry, entry_on, entry_q, exit …"""

    MOMENTS = (("entry", "Before"), ("exit", "After"))

    def __init__(self, data: Any = None, *, lines: Iterable[Line], instrument: Instrument, on: date) -> None:
        super().__init__(data)
        self.lines, self.on = list(lines), on
        for line in self.lines:
            for moment, word in self.MOMENTS:
                self._add(line, moment, word, instrument)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

    def _add(self, line: Line, moment: str, word: str, instrument: Instrument) -> None:
        score, who = getattr(line, moment), line.pupil.known_as
        field = score_field(instrument, f"{word}, {who}")
        field.initial = score.value.normalize() if score else None
        self.fields[f"{moment}-{line.pk}"] = field
        self.fields[f"{moment}_q-{line.pk}"] = forms.ChoiceField(
            label=f"{word}, {who}: how exact",
            choices=QUALIFIERS,
            required=False,
            initial=score.qualifier if score else "=",
        )
        self.fields[f"{moment}_on-{line.pk}"] = DateField(
            label=f"{word}, {who}: day of the test", required=False, initial=score.on if score else None
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for line in self.lines:
            for moment, _ in self.MOMENTS:
                day = cleaned.get(f"{moment}_on-{line.pk}")
                if day and day > self.on:
                    self.add_error(f"{moment}_on-{line.pk}", "Enter a day that is not ahead")
                if day and cleaned.get(f"{moment}-{line.pk}") is None and f"{moment}-{line.pk}" not in self.errors:
                    self.add_error(f"{moment}-{line.pk}", "Enter the score for this day, or empty the day")
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "line": line,
                "moments": [
                    {
                        "word": word,
                        "parts": [self[f"{moment}{part}-{line.pk}"] for part in ("_q", "", "_on")],
                    }
                    for moment, word in self.MOMENTS
                ],
            }
            for line in self.lines
        ]

    def results(self) -> list[tuple[Line, dict[str, Result]]]:
        """What was entered or changed, by line: {"entry": Result, "exit": Result}. Only of a valid form."""
        found = []
        for line in self.lines:
            new: dict[str, Result] = {}
            for moment, _ in self.MOMENTS:
                value = self.cleaned_data[f"{moment}-{line.pk}"]
                if value is None:
                    continue
                default = line.starts if moment == "entry" else min(self.on, line.ends)
                day = self.cleaned_data[f"{moment}_on-{line.pk}"] or min(default, self.on)
                result = Result(value, day, self.cleaned_data[f"{moment}_q-{line.pk}"] or "=")
                score = getattr(line, moment)
                if score is None or (score.value, score.on, score.qualifier) != (result.value, day, result.qualifier):
                    new[moment] = result
            if new:
                found.append((line, new))
        return found


class FinishForm(SendcoForm):
    """End a group. For each line: `exit-<line>` a score, or `why-<line>` why there is none."""

    hide_optional = True  # a score or a reason is asked of each pupil, so neither is optional alone
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    on = DateField(label="Last day of the group", error_messages={"required": "Enter the last day"})
    note = forms.CharField(
        label="What did you learn?", max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text="Optional. For whoever plans it next time.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, group: Group, lines: Iterable[Line], on: date) -> None:
        super().__init__(data, initial={"version": group.version, "on": min(on, group.ends)})
        self.lines, self.group, self.today = list(lines), group, on
        self.instrument = group.intervention.instrument
        for line in self.lines:
            who = line.pupil.known_as
            if self.instrument:
                field = score_field(self.instrument, f"Score at the end, {who}")
                field.initial = line.exit.value.normalize() if line.exit else None
                self.fields[f"exit-{line.pk}"] = field
                self.fields[f"why-{line.pk}"] = forms.CharField(
                    label=f"Or why there is none, {who}", max_length=200, required=False, initial=line.no_exit_reason
                )

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on < self.group.starts:
            raise forms.ValidationError(f"Enter a day on or after {long_date(self.group.starts)}")
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for line in self.lines if self.instrument else ():
            score, why = f"exit-{line.pk}", f"why-{line.pk}"
            if score not in self.errors and cleaned.get(score) is None and not cleaned.get(why):
                self.add_error(score, f"Enter a score for {line.pupil.first_name}, or say why there is none")
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        return [
            {"line": line, "score": self[f"exit-{line.pk}"], "why": self[f"why-{line.pk}"]}
            for line in (self.lines if self.instrument else ())
        ]

    def exits(self) -> dict[int, Exit]:
        found = {}
        for line in self.lines if self.instrument else ():
            value, why = self.cleaned_data[f"exit-{line.pk}"], self.cleaned_data[f"why-{line.pk}"]
            unchanged = line.exit is not None and line.exit.value == value
            day = min(self.cleaned_data["on"], self.today)
            result = None if value is None or unchanged else Result(value, day)
            found[line.pk] = Exit(result=result, no_score_because="" if value is not None else why)
        return found
