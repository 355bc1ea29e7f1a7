"""Forms of the logger and of the list of sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from provision.enums import MissedReason, SessionState
from provision.models import Line, Session, SessionEntry
from pupils.enums import Rating
from sendco.core.forms import DateField, SendcoForm

from .quick import QUICK_NOTES, read_note, write_note

NOTE_LENGTH = 240
NOT_RATED = "not_rated"
PRONOUNS = {"F": "she", "M": "he"}


class LogForm(SendcoForm):
    """Who was there and how it went. Fields of each line: `rating-<line>` and `away-<line>`, as the logger part sends.

    entries: what is saved already, by line id.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    minutes = forms.IntegerField(
        label="How many minutes did it last?", min_value=1, max_value=400,
        error_messages={"min_value": "Enter at least 1 minute", "max_value": "Enter 400 minutes or fewer"},
    )  # fmt: skip
    starts_at = forms.TimeField(label="When did it start?", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    quick = forms.MultipleChoiceField(choices=QUICK_NOTES, required=False)
    text = forms.CharField(label="Note", max_length=NOTE_LENGTH, required=False, widget=forms.Textarea({"rows": 2}))

    def __init__(
        self, data: Any = None, *, session: Session, lines: Iterable[Line], entries: Mapping[int, SessionEntry]
    ) -> None:
        quick, text = read_note(session.note if session.state == SessionState.DELIVERED else "")
        super().__init__(
            data,
            initial={
                "version": session.version,
                "minutes": session.minutes,
                "starts_at": session.starts_at,
                "quick": quick,
                "text": text,
            },
        )
        self.lines = list(lines)
        for line in self.lines:
            entry = entries.get(line.pk)
            self.fields[f"rating-{line.pk}"] = forms.TypedChoiceField(
                choices=Rating.choices, coerce=int, empty_value=None, required=False,
                initial=entry.rating if entry else None, label=line.pupil.short_name,
            )  # fmt: skip
            self.fields[f"away-{line.pk}"] = forms.BooleanField(
                required=False, initial=bool(entry and entry.was_away), label=f"{line.pupil.short_name}: away"
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for line in self.lines:
            name = f"rating-{line.pk}"
            if name in cleaned and cleaned[name] is None and not cleaned.get(f"away-{line.pk}"):
                self.add_error(name, forms.ValidationError(not_rated(line), code=NOT_RATED))
        return cleaned

    def in_summary(self, problems: list[dict[str, str]]) -> list[dict[str, str]]:
        """One line for all who are not rated, so that a phone shows the first of them; each row says its own.

        The logger draws the ratings itself, so links lead to its first button.
        """
        shown, left = [], []
        for problem in problems:
            if problem["field"].startswith("rating-"):
                problem["href"] = f"{problem['field']}-0"
                if self.has_error(problem["field"], NOT_RATED):
                    left.append(problem)
                    if len(left) > 1:
                        continue
            shown.append(problem)
        if len(left) > 1:
            left[0]["text"] = f"Rate {len(left)} pupils or mark them away"
        return shown

    def entries(self) -> list[tuple[int, bool, int | None]]:
        """For `log_session`. Only of a valid form."""
        return [
            (line.pk, self.cleaned_data[f"away-{line.pk}"], self.cleaned_data[f"rating-{line.pk}"])
            for line in self.lines
        ]

    def note(self) -> str:
        return write_note(self.cleaned_data["quick"], self.cleaned_data["text"])

    def rows(self, everyone: str = "") -> list[dict[str, Any]]:
        """For the logger component. everyone: a rating for all who are here, as the top row does without script."""
        rows = []
        for line in self.lines:
            rating, away = self[f"rating-{line.pk}"], self[f"away-{line.pk}"]
            is_away = bool(away.value()) and away.value() not in ("False", "0")
            value = everyone if everyone and not is_away else rating.value()
            rows.append(
                {
                    "key": line.pk,
                    "name": line.pupil.short_name,
                    "value": int(value) if str(value) in {"0", "1", "2", "3"} else None,
                    "away": is_away,
                    "error": rating.errors[0] if self.is_bound and not everyone and rating.errors else "",
                }
            )
        return rows

    @property
    def chosen_notes(self) -> list[str]:
        return list(self["quick"].value() or [])


def not_rated(line: Line) -> str:
    """Rate Poppy W, or tap her name if she was away."""
    pronoun = PRONOUNS.get(line.pupil.sex)
    if pronoun is None:
        return f"Rate {line.pupil.short_name}, or tap the name if the child was away"
    return f"Rate {line.pupil.short_name}, or tap {'her' if pronoun == 'she' else 'his'} name if {pronoun} was away"


class MissedForm(SendcoForm):
    """Why a session did not happen."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.ChoiceField(
        label="Why did it not happen?", choices=MissedReason.choices, widget=forms.RadioSelect,
        error_messages={"required": "Choose why the session did not happen"},
    )  # fmt: skip
    note = forms.CharField(
        label="Anything to add?", max_length=300, required=False, widget=forms.Textarea({"rows": 2}),
        help_text="Leave out what is private about a child.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, session: Session) -> None:
        missed = session.state == SessionState.MISSED
        super().__init__(
            data,
            initial={
                "version": session.version,
                "reason": session.reason if missed else None,
                "note": session.note if missed else "",
            },
        )


class ExtraSessionForm(SendcoForm):
    """One more meeting of a group."""

    on = DateField(label="Day", error_messages={"required": "Enter the day of the session"})
    starts_at = forms.TimeField(
        label="Time", widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter the time it starts"},
    )  # fmt: skip
    minutes = forms.IntegerField(label="Minutes", min_value=5, max_value=400)


class FilterForm(forms.Form):
    """Filters of the list of sessions, from the URL. What makes no sense is left out, not refused."""

    state = forms.ChoiceField(
        label="State", required=False,
        choices=[("", "Any"), ("not_logged", "Not logged"), *SessionState.choices[1:]],
    )  # fmt: skip
    deliverer = forms.TypedChoiceField(label="Adult", required=False, coerce=int, empty_value=None)
    reason = forms.ChoiceField(label="Reason", required=False, choices=[("", "Any"), *MissedReason.choices])
    week = DateField(required=False)

    def __init__(self, data: Any, *, adults: Iterable[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["deliverer"].choices = [("", "Anyone"), ("0", "Nobody yet"), *adults]

    def wanted(self) -> dict[str, Any]:
        """The filters that hold, by name."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}


class RemindForm(forms.Form):
    """Whom to remind of sessions not logged: one adult, or everyone who has some."""

    deliverer = forms.IntegerField(required=False, min_value=1)


class EmptyForm(forms.Form):
    """A POST that carries nothing but its address."""
