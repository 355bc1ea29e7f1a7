"""Fields that several forms of reviews share."""

from __future__ import annotations

from datetime import date

from django import forms

from sendco.core.dates import long_date
from sendco.core.forms import DateField


class PastDateField(DateField):
    """A day that has been: not after `on`, which the form is given."""

    def __init__(self, *, on: date | None = None, **kwargs):
        self.on = on
        super().__init__(**kwargs)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.on and value > self.on:
            raise forms.ValidationError(f"{long_date(value)} is in the future. Enter today or an earlier day")


def text_area(rows: int = 4) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})
