"""The register's filter, next steps and words, without a database."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from pupils import register
from pupils.register import Filter, FilterSource, NextStep

pytestmark = pytest.mark.unit
ON = date(2026, 11, 23)


@pytest.fixture
def no_sources(monkeypatch):
    monkeypatch.setattr(register, "_columns", {})
    monkeypatch.setattr(register, "_filters", {})


def parse(text: str) -> Filter:
    return register.parse(QueryDict(text))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", ""),
        ("status=E&status=K", "status=E&status=K"),
        ("status=E&status=E", "status=E"),
        ("status=Z&area=XX&plan=never&year=99", ""),
        ("class=7&class=x&adult=-1&tag=%C2%B2&tag=99999999999999999999", "class=7"),
        ("q=%20Kofi%20%20M%20", "q=Kofi+M"),
        ("sort=-next", "sort=-next"),
        ("sort=surname%3Bdrop", ""),
        ("sort=name", ""),
        ("page=3&other=1", ""),
        ("year=4&status=K", "status=K&year=4"),
        ("need=ASD&area=CI", "area=CI&need=ASD"),
        ("told=no&plan=due", "plan=due&told=no"),
        ("need=%00&need=ASD%00&q=%00Ko%00fi", "need=ASD&q=Kofi"),
        ("class=%00&year=%00&need=%00", ""),
        pytest.param(f"need={'x' * 900}", f"need={'x' * 80}", id="too long"),
    ],
)
def test_parse_keeps_what_it_knows_in_a_fixed_order(text, query, no_sources):
    assert parse(text).query() == query


@given(
    st.dictionaries(
        st.sampled_from(["status", "area", "need", "year", "class", "q", "sort", "plan", "junk"]),
        st.lists(st.text(max_size=8) | st.sampled_from(["K", "E", "CI", "4", "overdue", "-year"]), max_size=3),
        max_size=6,
    )
)
@settings(max_examples=60)
def test_a_query_read_again_is_the_same_filter(values):
    query = QueryDict(mutable=True)
    for key, items in values.items():
        query.setlist(key, items)
    found = register.parse(query)
    assert parse(found.query()) == found


def test_filter_shows_the_register_unless_a_status_is_asked_for():
    assert Filter().statuses == ("K", "E")
    assert parse("status=M").statuses == ("M",)


def test_filter_leaves_names_out_of_what_is_kept():
    assert parse("q=Kofi&year=4&sort=next").query(words=False) == "year=4&sort=next"


def test_filter_without_one_value():
    found = parse("year=3&year=4&q=Ko")
    assert found.without("year", "3").query() == "year=4&q=Ko"
    assert found.without("year", "3").without("year", "4").chosen == {}
    assert (found.is_plain, Filter().is_plain, found.has("year", "4"), found.has("tag", "4")) == (
        False,
        True,
        True,
        False,
    )


def test_sources_from_above_add_filters_and_columns(no_sources):
    register.register_filter_source(
        FilterSource("progress", "Progress", {"none": "None"}, lambda school, value, on: [1])
    )
    assert parse("progress=none&progress=all").query() == "progress=none"
    calls = []

    def hours(ids, on):
        calls.append((tuple(ids), on))
        return {1: 90}

    register.register_column_source("hours", hours)
    assert register.column_values([1, 2], ON) == {"hours": {1: 90}}
    assert register.column_values([], ON) == {"hours": {}}
    assert calls == [((1, 2), ON)]
    with pytest.raises(ValueError, match="no column"):
        register.register_column_source("shoe size", hours)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-8, NextStep("warn", "Overdue by 8 days", "Review plan 15 November")),
        (-1, NextStep("warn", "Overdue by 1 day", "Review plan 22 November")),
        (0, NextStep("warn", "Due today", "Review plan 23 November")),
        (1, NextStep("warn", "Due in 1 day", "Review plan 24 November")),
        (7, NextStep("warn", "Due in 7 days", "Review plan 30 November")),
        (8, NextStep("ok", "On track", "Review plan 1 December")),
    ],
)
def test_plan_step_counts_days(days, expected):
    assert register.plan_step(ON + timedelta(days=days), status="K", on=ON) == expected


def test_plan_step_without_a_plan_asks_for_one_on_the_register_only():
    assert register.plan_step(None, status="E", on=ON) == NextStep("none", "No plan yet", "Start a plan")
    assert register.plan_step(None, status="M", on=ON) is None


LEGAL, CALM, DUE, FAR = (
    NextStep("danger", "Overdue by 1 day"),
    NextStep("wait", "Waiting"),
    NextStep("warn", "Due today"),
    NextStep("ok", "On track"),
)
STUCK, MOVING = True, False


@pytest.mark.parametrize(
    ("above", "plan", "is_stuck", "expected"),
    [
        (LEGAL, DUE, STUCK, LEGAL),
        (CALM, DUE, STUCK, DUE),
        (CALM, FAR, STUCK, NextStep("warn", "No progress", "Review plan")),
        (CALM, FAR, MOVING, CALM),
        (None, FAR, MOVING, FAR),
        (None, None, MOVING, None),
    ],
)
def test_next_step_is_the_most_pressing(above, plan, is_stuck, expected):
    assert register.next_step(above, plan, is_stuck=is_stuck) == expected


@pytest.mark.parametrize(
    ("total", "ehc", "support", "own", "words"),
    [
        (412, 14, 57, False, "71 of 412 pupils: 14 with an EHC plan and 57 with SEN support."),
        (30, 1, 3, True, "4 of 30 of your pupils: 1 with an EHC plan and 3 with SEN support."),
        (0, 0, 0, False, "No pupils are on the roll yet. Import them from your school's system, or add one."),
    ],
)
def test_summary(total, ehc, support, own, words):
    assert register.summary(total=total, ehc=ehc, support=support, own_only=own) == words


@pytest.mark.parametrize(("names", "words"), [([], "Any"), (["Year 3"], "Year 3"), (["Year 3", "Year 4"], "2 chosen")])
def test_summary_of_a_closed_menu(names, words):
    assert register.summary_of(names) == words
