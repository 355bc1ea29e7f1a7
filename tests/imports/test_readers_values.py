from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sendco.imports.readers.codebook import default_codebook, fold
from sendco.imports.readers.sen import close_periods, current_needs, current_period, merge_periods
from sendco.imports.readers.types import NeedRecord, SenPeriod
from sendco.imports.readers.values import (
    Checker,
    clean,
    parse_bool,
    parse_date,
    parse_minutes,
    parse_year_group,
    quote,
    split_name,
)

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 23)
BOOK = default_codebook()

days = st.dates(min_value=date(2010, 1, 1), max_value=date(2026, 11, 22))
timelines = st.lists(st.builds(SenPeriod, st.sampled_from("NKE"), days), max_size=6)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-11-03", date(2019, 11, 3)),
        ("2019-11-03T00:00:00", date(2019, 11, 3)),
        ("2019-11-03 00:00:00", date(2019, 11, 3)),
        ("03/11/2019", date(2019, 11, 3)),
        ("3/11/2019", date(2019, 11, 3)),
        ("03/11/2019 00:00:00", date(2019, 11, 3)),
        ("03.11.2019", date(2019, 11, 3)),
        ("03-11-2019", date(2019, 11, 3)),
        ("03/11/19", date(2019, 11, 3)),
        ("03/11/28", date(1928, 11, 3)),
        ("03 Nov 2019", date(2019, 11, 3)),
        ("3rd November 2019", date(2019, 11, 3)),
        ("03-Nov-2019", date(2019, 11, 3)),
        ("03-NOV-19", date(2019, 11, 3)),
        ("Sunday, 3 November 2019", date(2019, 11, 3)),
        ("1 Sept 2024", date(2024, 9, 1)),
        ("43772", date(2019, 11, 3)),
        ("43772.0", date(2019, 11, 3)),
        ("  03/11/2019\u00a0", date(2019, 11, 3)),
    ],
)
def test_parse_date(text, day):
    assert parse_date(text, today=TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "11/25/2019", "31/02/2020", "2019-13-01", "3 Foo 2019", "soon", "12", "99999", "2019", "03/11/201"]
)
def test_parse_date_refuses(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_date(text, today=TODAY)


@settings(max_examples=50)
@given(st.dates(min_value=date(1955, 1, 1), max_value=date(2060, 1, 1)))
def test_every_way_of_writing_a_day_gives_the_day(day):
    serial = (day - date(1899, 12, 30)).days
    for text in (day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%d %b %Y}", f"{day:%-d %B %Y}", str(serial)):
        assert parse_date(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["T", "true", "Y", "yes", "YES", "1", " yes "])
def test_parse_bool_yes(text):
    assert parse_bool(text) is True


@pytest.mark.parametrize("text", ["F", "false", "N", "no", "0"])
def test_parse_bool_no(text):
    assert parse_bool(text) is False


@pytest.mark.parametrize("text", ["", "maybe", "2", "x"])
def test_parse_bool_refuses(text):
    with pytest.raises(ValueError, match="neither"):
        parse_bool(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Year 3", "3"),
        ("Year  3", "3"),
        ("Y3", "3"),
        ("y 3", "3"),
        ("Yr 3", "3"),
        ("3", "3"),
        ("03", "3"),
        ("3.0", "3"),
        ("NC Year 3", "3"),
        ("Curriculum Year 10", "10"),
        ("Reception", "R"),
        ("R", "R"),
        ("Year R", "R"),
        ("Nursery", "N2"),
        ("N1", "N1"),
        ("X", "X"),
    ],
)
def test_parse_year_group(text, code):
    assert parse_year_group(text, BOOK) == code


@pytest.mark.parametrize("text", ["15", "Year 15", "0", "3 Elm", "Year three", "Y"])
def test_parse_year_group_refuses(text):
    with pytest.raises(ValueError, match="year group"):
        parse_year_group(text, BOOK)


@pytest.mark.parametrize(
    ("text", "minutes"), [("15h 0m", 900), ("15", 900), ("7.5", 450), ("2h 30m", 150), ("12 hours", 720)]
)
def test_parse_minutes(text, minutes):
    assert parse_minutes(text) == minutes


def test_parse_minutes_refuses():
    with pytest.raises(ValueError, match="hours"):
        parse_minutes("full time")


@pytest.mark.parametrize(
    ("text", "parts"),
    [("Testerly, Amina", ("Testerly", "Amina")), ("O'Mock-Ünreal,Zoë", ("O'Mock-Ünreal", "Zoë"))],
)
def test_split_name(text, parts):
    assert split_name(text) == parts


@pytest.mark.parametrize("text", ["Amina Testerly", "Testerly,", ", Amina"])
def test_split_name_never_guesses(text):
    with pytest.raises(ValueError, match="Last, First"):
        split_name(text)


def test_clean_removes_what_cannot_be_seen():
    assert clean(" Zoe\u0308 \t\u200b\x07 \u00a0A\r\nB\0") == "Zoë A B"


def test_quote_shortens():
    assert quote("x" * 41) == "“" + "x" * 40 + "…”"


@pytest.mark.parametrize(
    ("code_set", "text", "code"),
    [
        ("sen_type", "SLCN", "SLCN"),
        ("sen_type", "slcn", "SLCN"),
        ("sen_type", "Speech, Language and Communication Needs", "SLCN"),
        ("sen_type", "Profound & Multiple Learning Difficulty", "PMLD"),
        ("sen_type", "Social, Emotional and Mental Health", "SEMH"),
        ("sen_type", "SEMH - Social, Emotional and Mental Health", "SEMH"),
        ("sen_type", "Autistic Spectrum Disorder (ASD)", "ASD"),
        ("sen_type", "Visual impairment", "VI"),
        ("sen_type", "Down’s syndrome", "DS"),
        ("sen_provision", "SEN Support", "K"),
        ("sen_provision", "Education, Health and Care Plan", "E"),
        ("sen_provision", "EHCP", "E"),
        ("sen_provision", "K - SEN Support", "K"),
        ("sex", "Female", "F"),
        ("ethnicity", "Asian - Pakistani", "APKN"),
        ("ethnicity", "Refused", "REFU"),
        ("language", "Punjabi", "PNJ"),
        ("la", "Dorset", "838"),
    ],
)
def test_codes_are_found_by_code_or_exact_name(code_set, text, code):
    assert BOOK.find(code_set, text).code == code


@pytest.mark.parametrize(
    ("code_set", "text"),
    [
        ("sen_type", "Social"),
        ("sen_type", "Severe"),
        ("sen_type", "DYSLEXIA"),
        ("sen_type", "Behaviour"),
        ("sen_type", "SLCN - Autistic Spectrum Disorder"),
        ("sen_type", "division"),
        ("sen_provision", "None"),
        ("sen_provision", "Z"),
        ("sen_provision", ""),
        ("nothing", "K"),
    ],
)
def test_nothing_is_found_by_a_part_of_a_name(code_set, text):
    assert BOOK.find(code_set, text) is None


def test_every_code_and_name_finds_its_own_row():
    for code_set in ("sen_type", "sen_provision", "ethnicity", "language", "year_group", "sex", "contact_relationship"):
        for code in BOOK.all(code_set):
            for name in (code.code, code.label, code.short, *code.aliases):
                assert BOOK.find(code_set, name) is code, name


def test_authorities_include_closed_and_new_ones():
    assert {"838", "839", "940", "943", "820", "909"} <= BOOK.authorities
    assert "000" not in BOOK.authorities


def test_codes_know_their_dates():
    down = BOOK.get("sen_type", "DS")
    assert [down.is_valid_on(date(2024, 8, 31)), down.is_valid_on(date(2024, 9, 1))] == [False, True]
    assert [BOOK.get("sen_type", "BESD").is_valid_on(day) for day in (date(2014, 8, 31), date(2014, 9, 1))] == [
        True,
        False,
    ]


def test_fold_ignores_case_commas_and_kinds_of_dash():
    assert fold("White – British") == fold("white - british")
    assert fold("A,  B & C’s") == "a b and c's"


@pytest.mark.parametrize(
    ("text", "fault"),
    [("2027-01-01", "date_in_future"), ("1990-01-01", "date_implausible"), ("never", "date_invalid")],
)
def test_birth_date_faults(text, fault):
    check = Checker(BOOK, TODAY, 1)
    assert check.birth_date(text, 1) is None
    assert [p.code for p in check.problems] == [fault]


def test_a_wrong_flag_is_left_out_with_a_warning():
    check = Checker(BOOK, TODAY, 7)
    assert check.boolean("perhaps", "fsm", 9) is None
    problem = check.problems[0]
    assert (problem.line, problem.record, problem.is_error) == (9, 7, False)
    assert problem.message == "“perhaps” is neither yes nor no, so it was left out."


def test_a_wrong_former_upn_and_uln_only_warn():
    check = Checker(BOOK, TODAY, 1)
    assert check.upn("A330999920001", 1, "former_upn") is None
    assert check.uln("1234567890", 1) is None
    assert check.uln("9276308686", 1) == "9276308686"
    assert [p.is_error for p in check.problems] == [False, False]


@settings(max_examples=60)
@given(timelines)
def test_closed_periods_follow_each_other_without_gap_or_overlap(periods):
    closed = close_periods(periods)
    assert [p.starts for p in closed] == sorted({p.starts for p in closed})
    for earlier, later in pairwise(closed):
        assert (later.starts - earlier.ends).days == 1
        assert earlier.code != later.code
    assert not closed or closed[-1].ends is None


@settings(max_examples=60)
@given(timelines, timelines, days)
def test_merging_the_same_file_twice_changes_nothing(ours, theirs, on):
    once = merge_periods(close_periods(ours), theirs, on=on)
    assert merge_periods(once, theirs, on=TODAY) == once


@settings(max_examples=60)
@given(timelines, st.sampled_from("NKE"))
def test_an_undated_status_holds_from_the_day_of_import(ours, code):
    merged = merge_periods(close_periods(ours), [SenPeriod(code)], on=TODAY)
    assert current_period(merged, TODAY).code == code
    assert merge_periods(merged, [SenPeriod(code)], on=date(2027, 3, 1)) == merged


def test_a_file_without_sen_takes_nothing_away():
    ours = (SenPeriod("K", date(2024, 9, 2)),)
    assert merge_periods(ours, None, on=TODAY) == ours
    assert merge_periods(ours, (), on=TODAY) == ours


def test_a_newer_status_of_ours_outlives_an_older_file():
    ours = close_periods([SenPeriod("K", date(2024, 9, 2)), SenPeriod("E", date(2026, 10, 1))])
    merged = merge_periods(ours, [SenPeriod("K", date(2024, 9, 2))], on=TODAY)
    assert merged == ours


def test_monitoring_is_no_sen_to_other_systems():
    ours = (SenPeriod("M", date(2026, 9, 7)),)
    assert merge_periods(ours, [SenPeriod("N")], on=TODAY) == ours
    assert merge_periods(ours, [SenPeriod("N", date(2026, 9, 7))], on=TODAY) == ours
    assert [p.code for p in merge_periods(ours, [SenPeriod("K")], on=TODAY)] == ["M", "K"]


def test_a_future_status_of_ours_is_kept():
    ours = close_periods([SenPeriod("N", date(2020, 9, 1)), SenPeriod("E", date(2027, 1, 4))])
    merged = merge_periods(ours, [SenPeriod("K")], on=TODAY)
    assert [(p.code, p.starts) for p in merged] == [
        ("N", date(2020, 9, 1)),
        ("K", TODAY),
        ("E", date(2027, 1, 4)),
    ]


def test_close_periods_refuses_undated_ones():
    with pytest.raises(ValueError, match="dated"):
        close_periods([SenPeriod("K")])


def test_current_needs_have_begun_and_not_ended():
    needs = [
        NeedRecord("SEMH", 3),
        NeedRecord("SLCN", 1, starts=date(2024, 1, 8)),
        NeedRecord("SPLD", 2, starts=date(2024, 1, 8), ends=TODAY),
        NeedRecord("HI", 4, starts=date(2027, 1, 4)),
    ]
    assert [need.code for need in current_needs(needs, TODAY)] == ["SLCN", "SEMH"]
    assert current_needs(None, TODAY) == ()
