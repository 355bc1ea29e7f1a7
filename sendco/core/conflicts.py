"""What a person sees when somebody else saved first: both versions, what they typed kept, one press to save it over."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html_join

from . import ui
from .exceptions import Conflict, NotFound


def conflict_page(
    request: HttpRequest, error: Conflict, form: forms.Form, template: str, context: dict[str, Any], *, theirs_url: str
) -> HttpResponse:
    """Render the form's page again with status 409. The template includes `core/_conflict.html` above the form.

    form: the valid, bound form whose save was refused; its hidden `version` becomes the newer one, so that sending it
    again saves over. theirs_url: where the newer version is shown. Raises NotFound when the row is gone.
    """
    if error.current is None:
        raise NotFound(
            "Somebody removed this while you were writing. Copy what you need from the page before you leave it."
        )
    data = form.data.copy()
    data[form.add_prefix("version")] = str(error.current.version)
    form.data = data
    rows = compare(form, error.current)
    found = {
        "who": error.current.changed_by_name or "Somebody",
        "when": error.current.updated_at,
        "fields": [row for row in rows if row["differs"]] or rows,
        "action": request.get_full_path(),
        "hidden": typed_values(form),
        "theirs_url": theirs_url,
    }
    return render(request, template, {**context, "form": form, "conflict": found}, status=409)


def compare(form: forms.Form, current: models.Model) -> list[dict[str, Any]]:
    """Rows of the comparison: label, mine, theirs, differs. Visible fields that the row has, in the form's order.

    May query for the name of a chosen person or class.
    """
    rows = []
    for name, field in form.fields.items():
        if field.widget.is_hidden or not hasattr(current, name):
            continue
        mine = words(field, form.cleaned_data.get(name))
        theirs = words(field, getattr(current, name))
        rows.append({"label": form[name].label, "mine": mine, "theirs": theirs, "differs": mine != theirs})
    return rows


def words(field: forms.Field, value: Any) -> str:
    """A value as people read it: the words of a choice or of several, Yes or No, a date in full."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        rows = value.all() if isinstance(value, models.Manager) else value or ()
        return ", ".join(sorted(field.label_from_instance(row) for row in rows))
    if isinstance(field, forms.ModelChoiceField):
        return field.label_from_instance(value) if value is not None else ""
    if isinstance(field, forms.ChoiceField):
        key = "" if value is None else str(value)
        return next((str(label) for choice, label in _flat(field.choices) if str(choice) == key), key)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime | date):
        return ui.day(value)
    return "" if value is None else str(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    flat = []
    for key, label in choices:
        flat.extend(label if isinstance(label, list | tuple) else [(key, label)])
    return flat


def typed_values(form: forms.Form) -> str:
    """Everything that was typed, as hidden inputs without ids, since the form itself stands on the same page."""
    fields = (field for field in form if not isinstance(field.field, forms.FileField))
    return format_html_join("", "{}", ((field.as_hidden(attrs={"id": False}),) for field in fields))
