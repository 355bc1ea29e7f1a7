"""The days a form takes."""

from datetime import date

import pytest
from django import forms

from sendco.core.forms import DateField, RowsField

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("2026-03-14", date(2026, 3, 14)),
        ("14/03/2026", date(2026, 3, 14)),
        ("14 March 2026", date(2026, 3, 14)),
        ("1900-01-01", date(1900, 1, 1)),
        ("2100-12-31", date(2100, 12, 31)),
    ],
)
def test_a_day_is_taken_as_people_write_it(typed, found):
    assert DateField().clean(typed) == found


@pytest.mark.parametrize(
    "typed", ["0001-01-01", "0026-03-14", "1899-12-31", "2101-01-01", "9999-12-31", "31/02/2026", "²"]
)
def test_a_day_that_cannot_be_meant_is_refused_in_words(typed):
    with pytest.raises(forms.ValidationError, match="Enter a real date, such as 14 March 2026"):
        DateField().clean(typed)


def test_no_day_is_no_day():
    assert DateField(required=False).clean("") is None


@pytest.mark.parametrize("key", ["x", "-1", "²", "9" * 20, ""])
def test_what_is_no_id_is_refused_before_a_database_sees_it(key):
    from sendco.schools.models import School

    with pytest.raises(forms.ValidationError, match="is not a valid value"):
        RowsField(queryset=School.objects.all()).clean([key])
