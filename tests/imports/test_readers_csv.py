import io
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sendco.imports.readers import Limits, MappingNeeded, UnreadableFile, default_codebook, read_file
from sendco.imports.readers.mapping import FIELDS, apply, missing_fields, suggest_mapping

pytestmark = pytest.mark.unit

DATA = Path(__file__).parent.parent / "data" / "csv"
TODAY = date(2026, 11, 23)
AMINA = "E330999920001"
BEN = "W330999918002"


def read(source, **options):
    if isinstance(source, str):
        source = source.encode()
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    return read_file(source, codebook=default_codebook(), today=TODAY, **options)


def workbook(*rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def faults(result) -> list[tuple]:
    return [(p.line, p.field, p.code, str(p.severity)) for p in result.problems]


def test_sims_like_pupils():
    result = read(DATA / "sims-like-pupils.csv")
    assert (len(result.records), result.problems, result.source.encoding) == (8, (), "cp1252")
    by_upn = {record.upn: record for record in result.records}
    amina, farah, zoe = by_upn[AMINA], by_upn["N330999919006"], by_upn["G33099992207C"]
    assert (amina.admission_number, amina.dob, amina.sex, amina.year_group, amina.class_name) == (
        "001201",
        date(2019, 11, 3),
        "F",
        "1",
        "1 Oak",
    )
    assert (amina.ethnicity, amina.first_language, amina.eal, amina.fsm, amina.looked_after) == (
        "APKN",
        "URD",
        True,
        True,
        False,
    )
    assert [(p.code, p.starts) for p in amina.sen_periods] == [("K", None)]
    assert [(n.code, n.rank) for n in by_upn[BEN].needs] == [("ASD", 1), ("SLCN", 2)]
    assert (farah.sen_periods, farah.needs) == (None, None)
    assert (zoe.legal_surname, zoe.legal_forename) == ("O'Mock-Ünreal", "Zoë")
    assert (by_upn["P330999921008"].eal, by_upn["P330999921008"].year_group) == (None, "R")
    assert [notice.message for notice in result.notices] == ["Columns left out: SEN Status."]


def test_sims_like_history_gives_dated_periods_and_nothing_else():
    result = read(DATA / "sims-like-sen-history.csv")
    ben = next(record for record in result.records if record.upn == BEN)
    assert [(p.code, p.starts.isoformat(), p.ends and p.ends.isoformat()) for p in ben.sen_periods] == [
        ("N", "2021-09-06", "2022-01-09"),
        ("K", "2022-01-10", "2024-03-21"),
        ("E", "2024-03-22", None),
    ]
    assert (len(result.records), result.problems) == (7, ())
    assert (ben.needs, ben.dob, ben.fsm, ben.class_name) == (None, None, None, None)


def test_arbor_like_students():
    result = read(DATA / "arbor-like-students.csv")
    by_upn = {record.upn: record for record in result.records}
    assert (len(result.records), result.problems) == (8, ())
    assert by_upn[AMINA].pupil_premium is None
    assert (by_upn[AMINA].fsm, by_upn[AMINA].eal, by_upn["C330999916004"].looked_after) == (True, True, True)
    assert by_upn["Z330999917003"].sen_periods[0].code == "N"
    assert by_upn["N330999919006"].sen_periods is None


def test_arbor_like_needs_joins_the_rows_of_a_pupil():
    result = read(DATA / "arbor-like-sen-needs.csv")
    assert (len(result.records), result.problems) == (6, ())
    daisy = next(record for record in result.records if record.upn == "C330999916004")
    assert (daisy.line, daisy.legal_surname, daisy.legal_forename, daisy.funded_minutes) == (
        5,
        "Fictional",
        "Daisy",
        900,
    )
    assert [(n.code, n.rank, n.starts.isoformat()) for n in daisy.needs] == [
        ("DS", 1, "2025-01-16"),
        ("SLCN", 2, "2019-09-02"),
        ("HI", 3, "2023-05-01"),
    ]
    assert [(p.code, p.starts) for p in daisy.sen_periods] == [("E", None)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_delimiters_and_encodings(delimiter, encoding):
    rows = [["UPN", "Surname", "Forename", "DOB"], [AMINA, "Müller", "Zoë, or Zo; | x", "03/11/2019"]]
    text = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    record = read(text.encode(encoding)).records[0]
    assert (record.legal_surname, record.legal_forename) == ("Müller", "Zoë, or Zo; | x")


def test_excel_separator_line():
    result = read(f"sep=;\r\nUPN;Surname\r\n{AMINA};Testerly\r\n")
    assert (result.records[0].line, result.records[0].legal_surname) == (3, "Testerly")


def test_title_rows_above_and_totals_below():
    text = f"""Example Primary School,,
SEN register as at 23/11/2026,,

UPN,Surname,DOB
{AMINA},Testerly,03/11/2019
{BEN},Page,21/10/2017

Total: 2,,
Printed on 23 Nov 2026 at 10:00,,
"""
    result = read(text)
    assert [(r.line, r.legal_surname) for r in result.records] == [(5, "Testerly"), (6, "Page")]
    assert [(n.code, n.line) for n in result.notices] == [("footer_left_out", 8), ("footer_left_out", 9)]
    assert result.problems == ()


def test_a_pupil_called_page_is_not_a_footer():
    result = read("Surname,Forename,DOB\nPage,Oliver,\nCount,Ada,01/02/2018\n")
    assert [r.legal_surname for r in result.records] == ["Page", "Count"]


def test_a_row_without_anybody_is_refused_with_its_line():
    result = read(f"UPN,Surname,Class\n{AMINA},Testerly,1 Oak\n,,2 Bay\n")
    assert faults(result) == [(3, "upn", "row_unidentified", "error")]
    assert [record.line for record in result.accepted] == [2]


def test_each_fault_has_line_field_and_sentence():
    text = (
        "UPN,Surname,Forename,DOB,Sex,Year,SEN status,Primary need,FSM,Ethnicity\n"
        f"{AMINA},Testerly,Amina,2019-31-31,F,Year 1,K,SLCN,Y,Pakistani\n"
        f"{BEN},Sampleton,Ben,21/10/2017,Z,Year 30,Q9,Dyslexia,perhaps,Martian\n"
    )
    result = read(text)
    assert sorted(faults(result)) == [
        (2, "dob", "date_invalid", "error"),
        (3, "ethnicity", "code_unknown", "warning"),
        (3, "fsm", "flag_invalid", "warning"),
        (3, "need_1", "code_unknown", "error"),
        (3, "sen_status", "code_unknown", "error"),
        (3, "sex", "code_unknown", "error"),
        (3, "year_group", "code_unknown", "error"),
    ]
    assert {p.field: p.message for p in result.problems}["need_1"] == (
        "“Dyslexia” is not a type of need we know, by code or by name. Correct it in the file."
    )
    assert result.accepted == ()


def test_contradicting_rows_of_one_pupil_are_refused():
    text = f"UPN,Surname,DOB\n{AMINA},Testerly,03/11/2019\n{AMINA},Testerley,03/11/2019\n"
    result = read(text)
    assert faults(result) == [(3, "legal_surname", "duplicate_conflict", "error")]
    assert len(result.records) == 1


def test_an_exact_copy_is_taken_once_with_a_notice():
    text = f"UPN,Surname,DOB\n{AMINA},Testerly,03/11/2019\n{AMINA},Testerly,03/11/2019\n"
    result = read(text)
    assert [(n.code, n.line) for n in result.notices] == [("duplicate_merged", 3)]
    assert (len(result.records), result.problems) == (1, ())


def test_same_name_and_birth_date_with_another_upn_is_a_warning():
    text = f"UPN,Surname,Forename,DOB\n{AMINA},Testerly,Amina,03/11/2019\n{BEN},Testerly,Amina,03/11/2019\n"
    assert faults(read(text)) == [
        (2, "upn", "possible_duplicate", "warning"),
        (3, "upn", "possible_duplicate", "warning"),
    ]


def test_two_undated_statuses_are_a_conflict():
    text = f"UPN,SEN status,SEN need\n{AMINA},K,SLCN\n{AMINA},E,ASD\n"
    result = read(text)
    assert ("sen_status", "sen_conflict") in [(p.field, p.code) for p in result.errors]


def test_needs_without_a_rank_column_take_the_order_of_the_rows():
    text = f"UPN,SEN status,SEN need\n{AMINA},K,ASD\n{BEN},K,HI\n{AMINA},K,SLCN\n"
    amina = read(text).records[0]
    assert [(n.code, n.rank) for n in amina.needs] == [("ASD", 1), ("SLCN", 2)]


def test_two_current_needs_of_one_rank_are_refused():
    text = f"UPN,SEN need,SEN need ranking\n{AMINA},ASD,1\n{AMINA},SLCN,1\n{BEN},HI,0\n"
    assert faults(read(text)) == [
        (3, "need_rank", "rank_shared", "error"),
        (4, "need_rank", "rank_invalid", "error"),
    ]


@pytest.mark.parametrize(
    ("cell", "premium", "codes"),
    [("Yes", True, None), ("No", False, None), ("", None, None), ("Deprivation Pupil Premium", True, ("DPP",))],
)
def test_pupil_premium_is_a_flag_or_a_kind(cell, premium, codes):
    record = read(f"UPN,Pupil Premium\n{AMINA},{cell}\n").records[0]
    assert (record.pupil_premium, record.pupil_premium_codes) == (premium, codes)


@pytest.mark.parametrize(("cell", "code"), [("T", "Y"), ("No", "N"), ("0", "N"), ("Refused", "R"), ("", None)])
def test_service_child(cell, code):
    assert read(f"UPN,Service child\n{AMINA},{cell}\n").records[0].service_child == code


def test_name_in_one_column_needs_a_comma():
    result = read(f'UPN,Name\n{AMINA},Amina Testerly\n{BEN},"Sampleton, Ben"\n')
    assert faults(result) == [(2, "full_name", "name_unclear", "error")]
    assert result.records[1].legal_forename == "Ben"


def test_a_contact_in_columns():
    headings = "UPN,Contact name,Relationship,Contact phone,Contact email"
    text = f'{headings}\n{AMINA},"Testerly, Noor",Mother,07700 900001,a@b.invalid\n'
    contact = read(text).records[0].contacts[0]
    assert (contact.surname, contact.forename, contact.relationship, contact.phones, contact.email) == (
        "Testerly",
        "Noor",
        "PAM",
        ("07700 900001",),
        "a@b.invalid",
    )


def test_xlsx_with_dates_numbers_and_a_title():
    data = workbook(
        ["SEN register"],
        ["UPN", "Surname", "DOB", "Year", "Adno", "EAL"],
        [AMINA, "Testerly", datetime(2019, 11, 3), 1, 1201, True],
        [BEN, "Sampleton", 43029, 3.0, "000984", None],
    )
    first, second = read(data).records
    assert (first.line, first.dob, first.year_group, first.admission_number, first.eal) == (
        3,
        date(2019, 11, 3),
        "1",
        "1201",
        True,
    )
    assert (second.dob, second.year_group, second.admission_number, second.eal) == (
        date(2017, 10, 21),
        "3",
        "000984",
        None,
    )


def test_an_xlsx_that_unpacks_too_far_or_is_damaged():
    data = workbook(["UPN"], [AMINA])
    with pytest.raises(UnreadableFile) as caught:
        read(data, limits=Limits(unpacked_size=100))
    assert caught.value.code == "too_large"
    broken = data.replace(b"<", b"[") if b"<" in data else data
    spoiled = bytearray(broken)
    spoiled[200:400] = b"\0" * 200
    with pytest.raises(UnreadableFile):
        read(bytes(spoiled))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"UPN,Surname\nE330999920001,Tes\0terly\n", "binary"),
        (b'UPN,Surname\nE330999920001,"' + b"x" * 200_000 + b"\n", "field_too_long"),
        (b"UPN,Surname\nE330999920001," + b"x" * 20_000 + b"\n", "field_too_long"),
        (b"UPN,Surname" + b"," * 300 + b"\n", "too_many_columns"),
        (b"%PDF-1.7", "wrong_kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "wrong_kind"),
        (b"\xff\xfeU\x00P", "encoding"),
        (b"", "empty"),
        (b"\n\n,,\n", "empty"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(data, code):
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert caught.value.code == code
    assert caught.value.message.endswith(".")


def test_too_many_rows():
    with pytest.raises(UnreadableFile, match="more than 3 rows"):
        read(f"UPN\n{AMINA}\n{BEN}\n{AMINA}\n", limits=Limits(rows=3), mapping={"UPN": "upn"})


def test_a_field_that_is_too_long_refuses_its_row_only():
    result = read(f"UPN,Surname\n{AMINA},{'x' * 81}\n{BEN},Sampleton\n")
    assert faults(result) == [(2, "legal_surname", "too_long", "error")]


def test_unknown_headings_ask_for_a_mapping():
    with pytest.raises(MappingNeeded, match="Map a column to UPN") as caught:
        read(f"Register,,\nKennung,Nachname\n{AMINA},Testerly\n")
    needed = caught.value
    assert (needed.headings, needed.suggestion, needed.line) == (("Kennung", "Nachname"), {}, 2)
    assert needed.sample == ((AMINA, "Testerly"),)


def test_known_headings_that_identify_nobody_say_what_to_map():
    with pytest.raises(MappingNeeded, match="UPN, Admission number or Date of birth") as caught:
        read("Surname,Forename,Year\nTesterly,Amina,1\n")
    assert caught.value.suggestion == {
        "Surname": "legal_surname",
        "Forename": "legal_forename",
        "Year": "year_group",
    }


def test_a_saved_mapping_is_applied_whatever_the_case_and_spaces():
    mapping = {"Kennung": "upn", "NACHNAME": "legal_surname", "Notiz": ""}
    result = read(f"Schule,,\nkennung, Nachname ,Notiz\n{AMINA},Testerly,x\n", mapping=mapping)
    assert (result.records[0].upn, result.records[0].legal_surname) == (AMINA, "Testerly")
    assert result.source.mapping == (("kennung", "upn"), ("Nachname", "legal_surname"))


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"A": "upn", "B": "upn"}, "both mapped to UPN"),
        ({"A": "shoe_size"}, "no field called"),
    ],
)
def test_a_wrong_mapping_says_so(mapping, says):
    with pytest.raises(MappingNeeded, match=says):
        read(f"A,B\n{AMINA},x\n", mapping=mapping)


def test_suggestions_prefer_codes_and_place_plain_dates():
    assert suggest_mapping(["SEN Status", "SEN Status Code", "Start Date", "End Date", "Shoe size"]) == {
        "SEN Status Code": "sen_status",
        "Start Date": "sen_start",
        "End Date": "sen_end",
    }
    assert suggest_mapping(["SEN status", "SEN need", "Start date"]) == {
        "SEN status": "sen_status",
        "SEN need": "need",
        "Start date": "need_start",
    }
    assert suggest_mapping(["Start date"]) == {}


def test_every_field_label_suggests_its_field_and_no_name_is_used_twice():
    for field in FIELDS:
        assert suggest_mapping([field.label]) == {field.label: field.name}
    names = [name.casefold() for field in FIELDS for name in set(field.names)]
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    assert [name for name in set(names) if names.count(name) > 1 and name not in ("sen need", "need")] == []


@pytest.mark.parametrize(
    ("fields", "complete"),
    [
        ({"upn"}, True),
        ({"admission_number"}, True),
        ({"full_name", "dob"}, True),
        ({"legal_surname", "legal_forename", "dob"}, True),
        ({"legal_surname", "dob"}, False),
        ({"full_name"}, False),
        (set(), False),
    ],
)
def test_missing_fields(fields, complete):
    assert (missing_fields(fields) == "") is complete


def test_repeated_headings_are_numbered():
    with pytest.raises(MappingNeeded) as caught:
        read("Wann,Wann,\n1,2,3\n")
    assert caught.value.headings == ("Wann", "Wann (2)", "Column 3")
    assert apply({"Wann (2)": "dob"}, caught.value.headings) == {"dob": 1}


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data):
    with suppress(UnreadableFile):
        assert read(data).records is not None


@settings(max_examples=40)
@given(st.lists(st.lists(st.text(max_size=12), min_size=1, max_size=6), max_size=6))
def test_no_table_breaks_the_reader(rows):
    lines = ["UPN,Surname,Forename,DOB,SEN status,Primary need"]
    lines += [",".join('"' + cell.replace('"', "'") + '"' for cell in row) for row in rows]
    with suppress(UnreadableFile):
        assert len(read("\n".join(lines).encode("utf-8", "surrogatepass")).records) <= len(rows)
