"""How two versions are put side by side."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.db import models
from django.http import QueryDict
from django.test import RequestFactory

from sendco.core.conflicts import compare, conflict_page, typed_values, words
from sendco.core.exceptions import Conflict, NotFound
from sendco.core.forms import DateField, VersionedForm

pytestmark = pytest.mark.unit


class ExampleForm(VersionedForm):
    name = forms.CharField()
    on = DateField()
    status = forms.ChoiceField(choices=[("Big", [("E", "EHC plan"), ("K", "SEN support")])])
    days = forms.MultipleChoiceField(choices=[("1", "Monday"), ("2", "Tuesday")])
    extra = forms.CharField(required=False)


@pytest.fixture
def form():
    found = ExampleForm(QueryDict("version=1&name=%3Cb%3EMine&on=2026-11-23&status=E&days=1&days=2&extra=x"))
    assert found.is_valid()
    return found


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        (forms.CharField(), None, ""),
        (forms.CharField(), "text", "text"),
        (forms.BooleanField(), False, "No"),
        (forms.DateField(), date(2026, 3, 14), "14 March 2026"),
        (forms.DateTimeField(), datetime(2026, 3, 14, 9), "14 March 2026"),
        (forms.ChoiceField(choices=[("E", "EHC plan")]), "E", "EHC plan"),
        (forms.ChoiceField(choices=[("", "Not known"), ("True", "Yes")]), None, "Not known"),
        (forms.ChoiceField(choices=[("", "Not known"), ("True", "Yes")]), True, "Yes"),
        (forms.ChoiceField(choices=[("E", "EHC plan")]), "Z", "Z"),
    ],
)
def test_words(field, value, expected):
    assert words(field, value) == expected


@pytest.mark.parametrize("wrap", [list, lambda rows: SimpleManager(rows), lambda rows: None])
def test_words_of_several_rows(wrap):
    """A form holds a queryset, the row a manager."""
    field = forms.ModelMultipleChoiceField(queryset=None)
    field.label_from_instance = lambda row: row.name
    value = wrap([SimpleNamespace(name="Willow"), SimpleNamespace(name="Alder")])
    assert words(field, value) == ("Alder, Willow" if value is not None else "")


class SimpleManager(models.Manager):
    def __init__(self, rows):
        super().__init__()
        self.rows = rows

    def all(self):
        return self.rows


def test_compare_takes_visible_fields_that_the_row_has(form):
    current = SimpleNamespace(name="Theirs", on=date(2026, 11, 23), status="K", version=2)
    assert compare(form, current) == [
        {"label": "Name", "mine": "<b>Mine", "theirs": "Theirs", "differs": True},
        {"label": "On", "mine": "23 November 2026", "theirs": "23 November 2026", "differs": False},
        {"label": "Status", "mine": "EHC plan", "theirs": "SEN support", "differs": True},
    ]


def test_typed_values_are_hidden_escaped_and_without_ids(form):
    html = typed_values(form)
    assert html.count('type="hidden"') == 7
    assert 'name="days" value="1"' in html
    assert 'name="days" value="2"' in html
    assert 'value="&lt;b&gt;Mine"' in html
    assert " id=" not in html


def test_conflict_over_a_row_that_is_gone_says_so(form):
    with pytest.raises(NotFound, match="removed this"):
        conflict_page(RequestFactory().post("/x/"), Conflict("gone"), form, "x.html", {}, theirs_url="/x/")
