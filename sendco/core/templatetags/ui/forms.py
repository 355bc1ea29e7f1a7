"""What people fill in and send: buttons, ratings, the session logger, and what was wrong."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sendco.core import ui

from .library import register
from .shapes import icon


@register.simple_tag
def submit(
    text: str, kind: str = "primary", icon_name: str = "", name: str = "", value: str = "", size: str = ""
) -> SafeString:
    """A submit button; its text starts with a verb and names the object. kind: primary, secondary, quiet, danger."""
    return format_html(
        '<button class="btn btn-{}{}" type="submit"{}>{}{}</button>',
        kind,
        f" btn-{size}" if size else "",
        format_html(' name="{}" value="{}"', name, value) if name else "",
        icon(icon_name) if icon_name else "",
        text,
    )


@register.simple_tag
def ask(question: str, button: str) -> SafeString:
    """In a form whose button has `data-confirm`: the same question for a browser without script, and the act's name."""
    return format_html(
        '<input type="hidden" name="ask" value="{}"><input type="hidden" name="ask_button" value="{}">',
        question,
        button,
    )


@register.inclusion_tag("_components/rating_input.html")
def rating_input(name: str, label: str, value: int | str | None = None, id_prefix: str = "") -> dict[str, Any]:
    """The four ratings as a radio group. name: of the form field; label: what is rated."""
    chosen = "" if value is None else str(value)
    steps = [{"value": step, "word": word, "on": chosen == str(step)} for step, word in enumerate(ui.RATINGS)]
    return {"name": name, "label": label, "steps": steps, "prefix": id_prefix or name}


@register.inclusion_tag("_components/logger.html")
def logger(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The session logger. row: key, name (first name and initial), value (0 to 3 or None), away; may have error.

    Fields sent: rating-<key>, away-<key>, and everyone=<0 to 3> from the top row when there is no script.
    """
    return {"rows": rows, "steps": [{"value": step, "word": word} for step, word in enumerate(ui.RATINGS)]}


@register.filter
def is_choice_group(field: forms.BoundField) -> str:
    """How a field with several inputs is drawn: "options" (radios, checkboxes), "parts" (three selects) or ""."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    return "parts" if field.use_fieldset and not isinstance(widget, forms.FileInput) else ""


@register.inclusion_tag("_components/error_summary.html")
def error_summary(form: forms.BaseForm | forms.BaseFormSet | None) -> dict[str, Any]:
    """ "There is a problem": every error of a form or formset, each linked to its field. Empty when there is none."""
    if not form or not form.is_bound:
        return {"problems": []}
    if isinstance(form, forms.BaseFormSet):
        problems = [{"href": "", "text": text} for text in form.non_form_errors()]
        return {"problems": problems + [problem for each in form for problem in _problems(each)]}
    return {"problems": _problems(form)}


def _problems(form: forms.BaseForm) -> list[dict[str, str]]:
    """href: id of what to mend; field: its name. A form with `in_summary` may put several in one line."""
    found = [{"field": "", "href": "", "text": text} for text in form.non_field_errors()]
    for field in form:
        href = ""
        if not field.is_hidden:
            href = field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
        found.extend({"field": field.name, "href": href, "text": text} for text in field.errors)
    return form.in_summary(found) if hasattr(form, "in_summary") else found
