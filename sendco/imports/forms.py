"""What may be sent to an import: a file, the meaning of its columns, the choice of rows, a press of a button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.layout import Layout
from django import forms
from django.conf import settings

from sendco.core import params
from sendco.core.forms import SendcoForm

from .models import ImportRow, RowAction
from .plan import NEW_PUPIL, TO_WRITE
from .readers import FIELDS, Format
from .readers.detect import AUTO
from .readers.mapping import BY_NAME, LEAVE_OUT, missing_fields

MEGABYTE = 1024 * 1024
_FORMATS = [
    (AUTO, "Find out by itself"),
    (Format.CTF, "Common Transfer File (CTF, .xml)"),
    (Format.CSV, "CSV or Excel"),
    (Format.ONEROSTER, "OneRoster (.zip)"),
]


def too_large_words() -> str:
    return (
        f"Your file must be smaller than {settings.IMPORT_MAX_BYTES // MEGABYTE} MB. Export only the pupils of your school, "
        "without attendance and assessment data."
    )


class UploadForm(SendcoForm):
    """too_large: the upload was cut off before it reached us."""

    file = forms.FileField(
        label="File",
        help_text="A Common Transfer File (.xml), a CSV or Excel file, or a OneRoster export (.zip).",
        error_messages={"required": "Choose a file", "empty": "The file is empty. Export it again."},
        widget=forms.FileInput(attrs={"accept": ".xml,.csv,.txt,.tsv,.xlsx,.zip"}),
    )
    format = forms.ChoiceField(label="Kind of file", choices=_FORMATS, initial=AUTO, required=False)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_large:
            self.fields["file"].error_messages["required"] = too_large_words()

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(too_large_words())
        return file

    def clean_format(self) -> str:
        return self.cleaned_data["format"] or AUTO


def _field_choices() -> list[tuple[str, Any]]:
    """The fields under their headings, and first the way to leave a column out."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        groups.setdefault(field.group, []).append((field.name, field.label))
    return [(LEAVE_OUT, "Leave this column out"), *groups.items()]


class ColumnsForm(SendcoForm):
    """For each heading of the file, the field it fills. columns: `ImportBatch.columns`."""

    hide_optional = True

    def __init__(self, *args: Any, columns: Mapping[str, Any], known: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.headings: list[str] = columns["headings"]
        choices = _field_choices()
        for number, heading in enumerate(self.headings):
            values = [row[number] for row in columns["sample"] if number < len(row) and row[number]]
            shown = ", ".join(dict.fromkeys(values[:3]))
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=heading,
                choices=choices,
                required=False,
                initial=known.get(heading, LEAVE_OUT),
                help_text=f"Such as: {shown}" if shown else "This column is empty at the top of the file.",
            )
        self.helper.layout = Layout(*self.fields)

    @property
    def columns(self) -> dict[str, str]:
        """{heading: field}, every heading included: the mapping is found again by all of them."""
        return {heading: self.cleaned_data[f"column-{number}"] for number, heading in enumerate(self.headings)}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        taken: dict[str, str] = {}
        for number, heading in enumerate(self.headings):
            name = cleaned.get(f"column-{number}", LEAVE_OUT)
            if name == LEAVE_OUT:
                continue
            if name in taken:
                self.add_error(
                    f"column-{number}",
                    f"“{taken[name]}” is {BY_NAME[name].label} already. Leave one of the two out.",
                )
            taken.setdefault(name, heading)
        if sentence := missing_fields(set(taken)):
            self.add_error(None, sentence)
        return cleaned


class RowsForm(forms.Form):
    """The choices made on one page of a preview: `row-<id>` ticked to import, `match-<id>` the pupil a row is about.

    rows: those shown. candidates: {row id: [(pupil id, words)]}.
    """

    def __init__(
        self,
        *args: Any,
        rows: Sequence[ImportRow],
        candidates: Mapping[int, Sequence[tuple[int, str]]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            if row.pk in candidates:
                self.fields[f"match-{row.pk}"] = forms.TypedChoiceField(
                    choices=[
                        ("", "Not decided: leave out"),
                        *candidates[row.pk],
                        (NEW_PUPIL, "Nobody here: a new pupil"),
                    ],
                    coerce=int,
                    empty_value=None,
                    required=False,
                    error_messages={"invalid_choice": "Choose one of the pupils offered, or a new pupil"},
                )
            if row.action in TO_WRITE:
                self.fields[f"row-{row.pk}"] = forms.BooleanField(required=False)

    @property
    def shown(self) -> list[int]:
        return [row.pk for row in self.rows if row.action in TO_WRITE]

    @property
    def chosen(self) -> list[int]:
        return [pk for pk in self.shown if self.cleaned_data.get(f"row-{pk}")]

    @property
    def matches(self) -> dict[int, int]:
        """Only what differs from what was decided before."""
        found = {}
        for row in self.rows:
            choice = self.cleaned_data.get(f"match-{row.pk}")
            if choice is None:
                continue
            if row.action == RowAction.CHOOSE or not row.is_decided or choice != (row.pupil_id or NEW_PUPIL):
                found[row.pk] = choice
        return found


class ShownForm(forms.Form):
    """Which rows were on the page, and which page it was."""

    shown = forms.CharField(max_length=1000, required=False)
    show = forms.SlugField(required=False)
    page = forms.IntegerField(min_value=1, required=False)

    def clean_shown(self) -> list[int]:
        return list(filter(None, map(params.number, self.cleaned_data["shown"].split(","))))[:100]


class ButtonForm(forms.Form):
    """A press of a button: nothing is sent but the token."""
