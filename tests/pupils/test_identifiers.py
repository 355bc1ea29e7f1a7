import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pupils.identifiers import (
    UPN_LETTERS,
    UpnFault,
    check_upn,
    is_valid_uln,
    normalise_upn,
    uln_check_digit,
    upn_check_letter,
)

pytestmark = pytest.mark.unit

DATA = Path(__file__).parent.parent / "data" / "identifiers"
AUTHORITIES = frozenset({"207", "330", "373", "801", "941"})
UPNS = list(csv.DictReader((DATA / "upn-examples.csv").open(encoding="utf-8")))
ULNS = list(csv.DictReader((DATA / "uln-examples.csv").open(encoding="utf-8")))

bodies = st.from_regex(rf"[0-9]{{11}}[0-9{UPN_LETTERS}]", fullmatch=True)


@pytest.mark.parametrize("row", UPNS, ids=lambda row: row["upn"])
def test_upn_check_letter_of_worked_examples(row):
    assert upn_check_letter(row["body_12"]) == row["check_letter"] == row["upn"][0]


@pytest.mark.parametrize("row", [r for r in UPNS if not r["upn"].startswith("A0000")], ids=lambda row: row["upn"])
def test_check_upn_accepts_worked_examples(row):
    result = check_upn(row["upn"], AUTHORITIES)
    assert (result.fault, result.message) == (None, "")
    assert result.is_temporary == (row["kind"] == "temporary")


@pytest.mark.parametrize(
    ("value", "fault", "says"),
    [
        ("Q207000016049", UpnFault.CHECK_LETTER, "first letter"),
        ("A330999920001", UpnFault.CHECK_LETTER, "first letter"),
        ("B33099992200", UpnFault.LENGTH, "12 characters"),
        ("", UpnFault.LENGTH, "0 characters"),
        ("I330999922001", UpnFault.CHARACTER, "starts with I"),
        ("A33099992201S", UpnFault.CHARACTER, "ends with S"),
        ("B33O999922001", UpnFault.CHARACTER, "where a digit belongs"),
        ("B3309999220٠1", UpnFault.CHARACTER, "where a digit belongs"),
        ("A000000000000", UpnFault.AUTHORITY, "authority 000"),
    ],
)
def test_check_upn_refuses(value, fault, says):
    result = check_upn(value, AUTHORITIES)
    assert result.fault is fault
    assert not result.is_valid
    assert not result.is_temporary
    assert says in result.message


def test_check_upn_warns_about_an_unknown_authority():
    result = check_upn(upn_check_letter("999999922001") + "999999922001", AUTHORITIES)
    assert result.is_valid
    assert result.is_warning
    assert result.fault is UpnFault.AUTHORITY


@pytest.mark.parametrize("authority", ["001", "005", "660", "681", "701", "708"])
def test_check_upn_knows_authorities_seen_only_in_upns(authority):
    body = authority + "999922001"
    assert check_upn(upn_check_letter(body) + body, AUTHORITIES).fault is None


def test_normalise_upn_drops_spaces_and_case():
    assert normalise_upn(" b330 9999\u00a022001\ufeff") == "B330999922001"


@settings(max_examples=50)
@given(bodies, st.integers(min_value=0, max_value=10), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_found(body, place, step):
    wrong = body[:place] + str((int(body[place]) + step) % 10) + body[place + 1 :]
    # Weight and difference are both below 23, which is prime: the remainder must change.
    assert upn_check_letter(wrong) != upn_check_letter(body)


@pytest.mark.parametrize("body", ["", "12345678901", "12345678901I", "1234567890AB"])
def test_upn_check_letter_refuses_other_bodies(body):
    with pytest.raises(ValueError, match="11 digits"):
        upn_check_letter(body)


@pytest.mark.parametrize("row", ULNS, ids=lambda row: row["first_nine"])
def test_uln_worked_examples(row):
    digit = uln_check_digit(row["first_nine"])
    assert digit == (int(row["uln"][-1]) if row["uln"] else None)
    assert is_valid_uln(row["uln"]) == bool(row["uln"])


@pytest.mark.parametrize("value", ["", "9276308685", "0276308686", "927630868", "92763086860", "927630868X"])
def test_uln_refuses(value):
    assert not is_valid_uln(value)


@settings(max_examples=50)
@given(st.from_regex(r"[1-9][0-9]{8}", fullmatch=True))
def test_exactly_the_made_check_digit_is_valid(first_nine):
    digit = uln_check_digit(first_nine)
    assert [d for d in range(10) if is_valid_uln(f"{first_nine}{d}")] == ([] if digit is None else [digit])


@pytest.mark.parametrize("value", ["", "012345678", "12345678"])
def test_uln_check_digit_refuses_other_starts(value):
    with pytest.raises(ValueError, match="nine digits"):
        uln_check_digit(value)
