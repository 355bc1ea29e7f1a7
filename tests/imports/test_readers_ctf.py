import io
import time
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from sendco.imports.readers import Limits, UnreadableFile, default_codebook, read_file
from sendco.imports.readers.ctf import current_version
from sendco.imports.readers.sen import current_needs, current_period, current_provision

pytestmark = pytest.mark.unit

DATA = Path(__file__).parent.parent / "data" / "ctf"
TODAY = date(2026, 11, 23)
SAMPLE = DATA / "3309999_CTF_3309998_001.xml"


def read(source, **options):
    return read_file(source, codebook=default_codebook(), today=TODAY, **options)


def ctf(body: str, *, version: str = "26.0", encoding: str = "utf-8", root: str = "<CTfile>") -> io.BytesIO:
    text = (
        f'<?xml version="1.0" encoding="{encoding}"?>\n{root}<Header><CTFversion>{version}</CTFversion></Header>'
        f"<CTFpupilData>{body}</CTFpupilData></CTfile>"
    )
    return io.BytesIO(text.encode(encoding))


def pupil(extra: str = "", *, upn: str = "B330999922001", surname: str = "Testerly", forename: str = "Amina") -> str:
    return (
        f"<Pupil><UPN>{upn}</UPN><Surname>{surname}</Surname><Forename>{forename}</Forename>"
        f"<DOB>2019-11-03</DOB><Sex>F</Sex>{extra}</Pupil>"
    )


def sen(*entries: tuple[str, str], needs: str = "") -> str:
    periods = "".join(
        f"<SEN><StartDate>{starts}</StartDate><SENprovision>{code}</SENprovision></SEN>" for starts, code in entries
    )
    return f"<SENhistory>{periods}{needs}</SENhistory>"


def need(code: str, rank: object = 1, *, starts: str = "2025-01-06", ends: str = "") -> str:
    end = f"<NeedEndDate>{ends}</NeedEndDate>" if ends else ""
    return (
        f"<SENneed><NeedStartDate>{starts}</NeedStartDate>{end}"
        f"<SENtypeRank>{rank}</SENtypeRank><SENtype>{code}</SENtype></SENneed>"
    )


def faults(result) -> list[tuple]:
    return [(p.line, p.field, p.code, str(p.severity)) for p in result.problems]


def test_sample_001_gives_the_expected_provision_and_needs():
    result = read(SAMPLE)

    rows = []
    for record in result.records:
        period = current_period(record.sen_periods, TODAY)
        rows.append(
            (
                record.upn,
                current_provision(record.sen_periods, TODAY, default_codebook()),
                period and period.starts.isoformat(),
                [(n.code, n.rank) for n in current_needs(record.needs, TODAY)],
            )
        )
    assert rows == [
        ("E330999920001", "K", "2024-11-18", [("SLCN", 1)]),
        ("W330999918002", "E", "2024-03-22", [("ASD", 1), ("SLCN", 2)]),
        ("Z330999917003", "N", "2025-07-18", []),
        ("C330999916004", "E", "2019-09-02", [("DS", 1), ("SLCN", 2), ("HI", 3)]),
        ("F330999915005", "K", "2025-11-03", [("NSA", 1)]),
        ("N330999919006", None, None, []),
        ("G33099992207C", "K", "2022-09-05", [("SEMH", 1)]),
        ("P330999921008", "E", "2026-05-11", [("PD", 1), ("VI", 2)]),
    ]
    assert (result.problems, result.notices) == ((), ())


def test_sample_001_header_and_details():
    result = read(SAMPLE)
    source = result.source
    assert (source.version, source.la, source.estab, source.dest_estab, source.academic_year, source.is_partial) == (
        "25.0",
        "330",
        "9999",
        "9998",
        "2025",
        False,
    )
    assert source.made_at.isoformat() == "2026-07-17T15:30:00"
    assert source.size == SAMPLE.stat().st_size
    by_upn = {record.upn: record for record in result.records}
    amina, ben, daisy = by_upn["E330999920001"], by_upn["W330999918002"], by_upn["C330999916004"]
    zoe, hana = by_upn["G33099992207C"], by_upn["P330999921008"]
    assert (amina.line, amina.dob, amina.sex, amina.year_group) == (21, date(2019, 11, 3), "F", "1")
    assert (amina.ethnicity, amina.first_language, amina.eal, amina.fsm) == ("APKN", "URD", True, True)
    assert (ben.fsm, ben.eal, ben.medical_flag, ben.looked_after, ben.class_name) == (None, False, True, None, None)
    assert (daisy.looked_after, daisy.care_authority) == (True, "330")
    assert by_upn["F330999915005"].service_child == "Y"
    assert by_upn["N330999919006"].sen_periods is None
    assert by_upn["N330999919006"].needs is None
    assert (zoe.former_upn, zoe.legal_surname, zoe.legal_forename) == ("C330999922077", "O'Mock-Ünreal", "Zoë")
    assert (zoe.preferred_forename, zoe.middle_names) == ("Zo", "Łucja")
    assert (hana.year_group, hana.ethnicity, hana.first_language, hana.eal) == ("R", "REFU", "REF", None)


def test_sample_002_reads_meals_with_categories():
    amina = read(DATA / "3309999_CTF_3309998_002.xml").records[0]
    assert amina.fsm is True
    assert [(p.starts.isoformat(), p.category) for p in amina.fsm_periods] == [
        ("2024-10-01", "TFSM"),
        ("2026-09-01", "EFSM"),
    ]
    assert amina.year_group == "2"


def test_sample_003_older_version_is_read_with_a_notice():
    result = read(DATA / "3309999_CTF_3309998_003.xml")
    assert [notice.code for notice in result.notices] == ["version_old"]
    assert result.source.is_partial
    assert result.records[0].sex == "M"


@pytest.mark.parametrize(
    ("version", "notices"),
    [
        ("17.0", ["version_old"]),
        ("24.0", ["version_old"]),
        ("25.0", []),
        ("26", []),
        ("27.0", ["version_new"]),
        ("", ["version_unknown"]),
        ("latest", ["version_unknown"]),
    ],
)
def test_any_version_is_read(version, notices):
    result = read(ctf(pupil(), version=version))
    assert [notice.code for notice in result.notices] == notices
    assert len(result.accepted) == 1


@pytest.mark.parametrize(
    ("day", "version"),
    [(date(2026, 8, 31), 25), (date(2026, 9, 1), 26), (date(2027, 1, 1), 26), (date(2024, 9, 1), 24)],
)
def test_current_version_changes_each_september(day, version):
    assert current_version(day) == version


def test_broken_1_malformed_is_refused_with_its_line():
    with pytest.raises(UnreadableFile, match="damaged at line 62") as caught:
        read(DATA / "broken-1-malformed.xml")
    assert (caught.value.code, caught.value.line) == ("malformed", 62)


def test_broken_2_bad_upns():
    result = read(DATA / "broken-2-bad-upn.xml")
    assert faults(result) == [
        (22, "upn", "upn_check_letter", "error"),
        (65, "upn", "upn_length", "error"),
        (112, "upn", "upn_character", "error"),
        (154, "upn", "upn_authority", "error"),
        (237, "upn", "upn_missing", "warning"),
        (257, "upn", "upn_character", "error"),
    ]
    assert [(record.line, record.upn) for record in result.accepted] == [
        (200, "F330999915005"),
        (237, None),
        (292, "P330999921008"),
    ]
    assert [record.line for record in result.refused] == [21, 64, 111, 153, 256]
    assert [p.code for p in result.problems_of(result.records[0])] == ["upn_check_letter"]


def test_broken_3_unknown_codes():
    result = read(DATA / "broken-3-unknown-code.xml")
    assert faults(result) == [
        (53, "sen_status", "code_unknown", "error"),
        (101, "need", "code_unknown", "error"),
        (137, "sen_status", "code_withdrawn", "warning"),
        (184, "need_rank", "rank_invalid", "error"),
        (231, "need", "nsa_with_plan", "warning"),
        (244, "year_group", "code_unknown", "error"),
        (268, "ethnicity", "code_unknown", "error"),
        (298, "sex", "code_unknown", "error"),
        (329, "need_rank", "rank_shared", "error"),
    ]
    assert "“DYSLEXIA”" in result.problems[1].message
    assert "31 August 2015" in result.problems[2].message
    assert [record.upn for record in result.accepted] == ["Z330999917003", "F330999915005"]
    legacy = result.accepted[0]
    assert [period.code for period in legacy.sen_periods] == ["N", "A", "N"]
    assert current_provision(legacy.sen_periods, TODAY, default_codebook()) == "N"


def test_broken_4_duplicates():
    result = read(DATA / "broken-4-duplicate-pupil.xml")
    assert len(result.records) == 10
    assert [(n.code, n.line) for n in result.notices] == [("duplicate_merged", 335)]
    assert faults(result) == [
        (64, "upn", "duplicate_conflict", "error"),
        (111, "upn", "possible_duplicate", "warning"),
        (378, "upn", "duplicate_conflict", "error"),
        (425, "upn", "possible_duplicate", "warning"),
    ]
    assert [record.line for record in result.refused] == [64, 378]


@pytest.mark.parametrize("name", ["broken-5a-entity-bomb.xml", "broken-5b-external-entity.xml"])
def test_broken_5_doctype_is_refused_quickly_and_flatly(name):
    tracemalloc.start()
    began = time.perf_counter()
    with pytest.raises(UnreadableFile, match="DOCTYPE") as caught:
        read(DATA / name)
    seconds = time.perf_counter() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (caught.value.code, caught.value.line) == ("doctype", 2)
    assert seconds < 0.5
    assert peak < 3_000_000


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_doctype_is_refused_in_any_encoding(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<!DOCTYPE x [<!ENTITY a "b">]><CTfile/>'
    with pytest.raises(UnreadableFile, match="DOCTYPE"):
        read(io.BytesIO(text.encode(encoding)), format="ctf")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_are_read(encoding):
    result = read(ctf(pupil(surname="Müller-Özil"), encoding=encoding))
    assert result.records[0].legal_surname == "Müller-Özil"


def test_byte_order_mark_is_accepted():
    data = b"\xef\xbb\xbf" + ctf(pupil()).getvalue()
    assert len(read(io.BytesIO(data)).records) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   \n ", "empty"),
        (b'<?xml version="1.0" encoding="utf-8"?><CTfile>Zo\xeb</CTfile>', "malformed"),
        (b'<?xml version="1.0" encoding="utf-16"?><CTfile/>', "malformed"),
        (b'<?xml version="1.0" encoding="klingon"?><CTfile/>', "malformed"),
        (b"<CTfile>&undefined;</CTfile>", "malformed"),
        (b"<CTfile/><CTfile/>", "malformed"),
        (b"<html><body>Sign in</body></html>", "not_ctf"),
    ],
)
def test_what_is_not_a_whole_ctf_is_refused(data, code):
    with pytest.raises(UnreadableFile) as caught:
        read(io.BytesIO(data), format="ctf")
    assert caught.value.code == code


def test_a_file_above_the_cap_is_not_read_to_its_end():
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += size
            return b"x" * size

    endless = Endless()
    with pytest.raises(UnreadableFile, match="larger than 20 MB") as caught:
        read(endless)
    assert caught.value.code == "too_large"
    assert endless.given == 20_000_001


def test_a_path_above_the_cap_and_a_missing_one(tmp_path):
    big = tmp_path / "big.xml"
    with big.open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(UnreadableFile, match="larger than 20 MB"):
        read(big)
    with pytest.raises(UnreadableFile, match=r"none\.xml cannot be opened"):
        read(tmp_path / "none.xml")


def test_too_many_pupils_are_refused():
    with pytest.raises(UnreadableFile, match="more than 1 pupils"):
        read(ctf(pupil() + pupil()), limits=Limits(pupils=1))


def test_deep_nesting_is_refused():
    data = b"<CTfile>" + b"<a>" * 5000
    with pytest.raises(UnreadableFile) as caught:
        read(io.BytesIO(data))
    assert caught.value.code == "malformed"


def test_order_namespace_and_unknown_elements_do_not_matter():
    body = (
        "<Pupil><Sex>F</Sex><Novelty>1</Novelty><BasicDetails><NCyearActual>3</NCyearActual></BasicDetails>"
        "<DOB>2019-11-03</DOB><Forename>Amina</Forename><Surname>Testerly</Surname><UPN>B330999922001</UPN></Pupil>"
    )
    result = read(ctf(body, root='<CTfile xmlns="urn:example">'))
    assert (result.records[0].upn, result.records[0].year_group) == ("B330999922001", "3")


def test_a_pupil_without_a_name_or_birth_date_is_refused():
    result = read(ctf("<Pupil><UPN>B330999922001</UPN></Pupil>"))
    assert [(p.field, p.code) for p in result.errors] == [
        ("legal_surname", "missing"),
        ("legal_forename", "missing"),
        ("dob", "missing"),
    ]


def test_sen_entries_in_any_order_close_each_other():
    history = sen(("2024-03-22", "E"), ("2021-09-06", "N"), ("2022-01-10", "K"))
    record = read(ctf(pupil(history))).records[0]
    assert [(p.code, p.starts.isoformat(), p.ends and p.ends.isoformat()) for p in record.sen_periods] == [
        ("N", "2021-09-06", "2022-01-09"),
        ("K", "2022-01-10", "2024-03-21"),
        ("E", "2024-03-22", None),
    ]
    assert record.needs is None


def test_an_empty_sen_block_says_nothing():
    record = read(ctf(pupil("<SENhistory><SENneeds/></SENhistory>"))).records[0]
    assert (record.sen_periods, record.needs) == (None, None)


def test_sen_faults_are_reported():
    history = (
        "<SENhistory><SEN><SENprovision>K</SENprovision></SEN><SEN><StartDate>2024-13-01</StartDate></SEN>"
        "<SENneeds><SENneed><SENtypeRank>1</SENtypeRank></SENneed></SENneeds></SENhistory>"
    )
    result = read(ctf(pupil(history)))
    assert [(p.field, p.code) for p in result.errors] == [
        ("sen_start", "missing"),
        ("sen_start", "date_invalid"),
        ("sen_status", "missing"),
        ("need", "missing"),
    ]


def test_two_provisions_on_one_day_keep_the_stronger_with_a_warning():
    result = read(ctf(pupil(sen(("2024-09-02", "K"), ("2024-09-02", "N")))))
    assert [p.code for p in result.problems] == ["sen_same_day"]
    assert [p.code for p in result.records[0].sen_periods] == ["K"]


def test_a_withdrawn_provision_never_becomes_the_current_one():
    result = read(ctf(pupil(sen(("2013-09-02", "A")))))
    record = result.records[0]
    assert [p.code for p in result.problems] == ["code_history_only"]
    assert record.sen_periods[0].ends == date(2015, 8, 31)
    assert current_provision(record.sen_periods, TODAY, default_codebook()) is None


def test_withdrawn_and_too_early_needs_are_warned_about():
    needs = "<SENneeds>" + need("BESD", 1, starts="2012-01-09") + need("DS", 2, starts="2020-01-06") + "</SENneeds>"
    result = read(ctf(pupil(sen(("2020-01-06", "K"), needs=needs))))
    assert [(p.code, str(p.severity)) for p in result.problems] == [
        ("code_withdrawn", "warning"),
        ("code_not_yet_valid", "warning"),
    ]
    assert [n.code for n in current_needs(result.records[0].needs, TODAY)] == ["DS"]


def test_an_ended_need_may_share_a_rank():
    needs = "<SENneeds>" + need("SPLD", 1, ends="2025-07-18") + need("SEMH", 1, starts="2025-09-01") + "</SENneeds>"
    result = read(ctf(pupil(sen(("2025-01-06", "K"), needs=needs))))
    assert result.problems == ()


def test_contacts_are_read():
    contacts = (
        "<Contacts><Contact><Order>2</Order><Title>Mrs</Title><Surname>Testerly</Surname><Forename>Noor</Forename>"
        "<Relationship>PAM</Relationship><Responsibility>true</Responsibility>"
        "<Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>07700 900001</PhoneNo></Phone></Phones>"
        "<Email>noor@example.invalid</Email></Contact>"
        "<Contact><Surname>Older</Surname><Relationship>Neighbour</Relationship></Contact></Contacts>"
    )
    first, second = read(ctf(pupil(contacts))).records[0].contacts
    assert (first.order, first.relationship, first.has_responsibility) == (2, "PAM", True)
    assert (first.phones, first.email) == (("07700 900001",), "noor@example.invalid")
    assert (second.order, second.relationship, second.relationship_label) == (2, "", "Neighbour")
    assert second.has_responsibility is None


def test_a_name_that_is_too_long_is_refused():
    result = read(ctf(pupil(surname="A" * 81)))
    assert [(p.field, p.code) for p in result.errors] == [("legal_surname", "too_long")]


def test_repr_of_a_record_holds_no_name():
    assert "Testerly" not in repr(read(ctf(pupil())).records)
