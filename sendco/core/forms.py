"""Base of every form: crispy helper without a form tag, and the hidden version of the row being edited."""

from __future__ import annotations

from crispy_forms.helper import FormHelper
from django import forms
from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    ProhibitNullCharactersValidator,
)
from django.utils.functional import cached_property

from . import params
from .params import YEARS


class DateInput(forms.DateInput):
    """A native date picker that always speaks ISO, whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DateField(forms.DateField):
    """A day. Accepts what a picker sends and what people type: 2026-03-14, 14/03/2026, 14 March 2026.

    Years outside YEARS are refused, such as 0026 and 9999.
    """

    widget = DateInput
    input_formats = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")

    def __init__(self, **kwargs):
        kwargs.setdefault("error_messages", {})
        kwargs["error_messages"].setdefault("invalid", "Enter a real date, such as 14 March 2026")
        super().__init__(input_formats=kwargs.pop("input_formats", self.input_formats), **kwargs)

    def to_python(self, value):
        found = super().to_python(value)
        if found is not None and found.year not in YEARS:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class RowsField(forms.ModelMultipleChoiceField):
    """Rows chosen by their ids. What is no id, or is larger than any, is refused before a database sees it."""

    def clean(self, value):
        for key in value if isinstance(value, list | tuple) else ():
            if isinstance(key, str) and params.number(key) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_pk_value"], code="invalid_pk_value", params={"pk": key[:20]}
                )
        return super().clean(value)


_PLAIN_WORDS = {
    MaxLengthValidator: "Enter %(limit_value)d characters or fewer. There are %(show_value)d now",
    MinValueValidator: "Enter %(limit_value)s or more",
    MaxValueValidator: "Enter %(limit_value)s or less",
    ProhibitNullCharactersValidator: "Take out the characters that cannot be shown",
}
INCOMPLETE = "This page did not arrive whole. Open it again, then make your change"
_REQUIRED = str(forms.Field.default_error_messages["required"])


def _say_plainly(field: forms.Field) -> None:
    """Our words for the limits of a field, and for one left empty whose form has no words of its own."""
    for validator in field.validators:
        if plain := _PLAIN_WORDS.get(type(validator)):
            validator.message = plain
    if str(field.error_messages["required"]) == _REQUIRED:
        chosen = isinstance(field, forms.ChoiceField)
        words = "Choose one" if chosen else "Fill this in"
        # A hidden field is never left empty by a person.
        field.error_messages["required"] = INCOMPLETE if field.widget.is_hidden else words


class SendcoForm(forms.Form):
    """A crispy form without its own form tag. Forms take the objects they need, never the request."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _say_plainly(field)

    @cached_property
    def helper(self) -> FormHelper:
        """Made when it is first asked for, so that its layout knows fields that a constructor added, took away or moved."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class VersionedForm(SendcoForm):
    """A form over a `Versioned` row: `version` travels with it, so that a stale save can be refused."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, instance=None, **kwargs):
        self.instance = instance
        initial = kwargs.setdefault("initial", {})
        if instance is not None:
            initial.setdefault("version", instance.version)
            for name in self.base_fields:
                if name != "version" and hasattr(instance, name):
                    initial.setdefault(name, getattr(instance, name))
        super().__init__(*args, **kwargs)
