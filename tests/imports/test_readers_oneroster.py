import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from sendco.imports.readers import Format, Limits, UnreadableFile, default_codebook, read_file

pytestmark = pytest.mark.unit

FOLDER = Path(__file__).parent.parent / "data" / "csv" / "oneroster-1.1"
TODAY = date(2026, 3, 2)


def read(source, **options):
    if isinstance(source, bytes):
        source = io.BytesIO(source)
    return read_file(source, codebook=default_codebook(), today=options.pop("today", TODAY), **options)


def zipped(files: dict[str, str | bytes], *, compression=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def sample(prefix: str = "", **changed: str) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {prefix + path.name: path.read_bytes() for path in sorted(FOLDER.iterdir())}
    return {**files, **{f"{prefix}{name}.csv": content for name, content in changed.items()}}


def test_folder_users_file_and_zip_give_the_same_students():
    from_folder = read(FOLDER)
    assert read(FOLDER / "users.csv").records == from_folder.records
    assert read(zipped(sample())).records == from_folder.records
    assert read(zipped(sample("export/"))).records == from_folder.records
    assert from_folder.format is Format.ONEROSTER
    assert (len(from_folder.records), from_folder.problems) == (8, ())


def test_a_student_has_class_birth_date_and_identifiers_but_no_sen():
    result = read(FOLDER)
    amina = result.records[0]
    assert (amina.source_id, amina.admission_number, amina.upn) == ("usr-a", "001201", "E330999920001")
    assert (amina.class_name, amina.year_group, amina.dob, amina.sex) == ("1 Oak", "1", date(2019, 11, 3), "F")
    assert result.records[7].year_group == "R"
    assert {(r.sen_periods, r.needs, r.fsm, r.ethnicity) for r in result.records} == {(None, None, None, None)}
    assert [notice.code for notice in result.notices] == ["no_sen_in_format"]
    assert (result.source.version, result.source.system, result.source.la, result.source.estab) == (
        "1.1",
        "Synthetic",
        "330",
        "9999",
    )


def test_classes_that_have_ended_are_pointed_out():
    result = read(FOLDER, today=date(2026, 11, 23))
    assert [notice.code for notice in result.notices] == ["classes_ended", "no_sen_in_format"]
    assert result.records[0].class_name == "1 Oak"


def test_the_class_of_today_beats_an_older_one():
    enrolments = (
        "sourcedId,status,classSourcedId,userSourcedId,role,beginDate,endDate\n"
        "1,,cls-2,usr-a,student,2024-09-01,2025-08-31\n2,,cls-1,usr-a,student,2025-09-01,2026-08-31\n"
        "3,tobedeleted,cls-3,usr-a,student,2025-09-01,2027-08-31\n"
    )
    assert read(zipped(sample(enrollments=enrolments))).records[0].class_name == "1 Oak"


def test_version_1_2_finds_students_in_roles():
    users = (
        "sourcedId,status,enabledUser,givenName,familyName,preferredGivenName,identifier,grades\n"
        "u1,,true,Amina,Testerly,Mina,001201,01\nu2,,true,Sam,Coordinator,,T1,\nu3,tobedeleted,true,Gone,Away,,9,01\n"
    )
    roles = "sourcedId,userSourcedId,role\nr1,u1,student\nr2,u2,teacher\nr3,u3,student\n"
    result = read(zipped({"users.csv": users, "roles.csv": roles}))
    record = result.records[0]
    assert len(result.records) == 1
    assert (record.upn, record.preferred_forename, record.dob, record.class_name) == (None, "Mina", None, None)


def test_users_alone_are_recognised_by_their_headings():
    result = read((FOLDER / "users.csv").read_bytes())
    assert (result.format, len(result.records)) == (Format.ONEROSTER, 8)
    assert result.records[0].dob is None


def test_a_sex_without_a_census_code_is_left_out_with_a_warning():
    demographics = "sourcedId,birthDate,sex\nusr-a,2019-11-03,other\n"
    result = read(zipped(sample(demographics=demographics)))
    assert result.records[0].sex is None
    assert [(p.field, p.is_error) for p in result.problems] == [("sex", False)]


@pytest.mark.parametrize("name", ["../users.csv", "/users.csv", "..\\..\\users.csv"])
def test_names_that_point_outside_the_zip_are_refused(name):
    with pytest.raises(UnreadableFile) as caught:
        read(zipped({"users.csv": "sourcedId\n", name: "x"}))
    assert caught.value.code == "zip_path"


def test_a_zip_bomb_is_refused():
    with pytest.raises(UnreadableFile) as caught:
        read(zipped({"users.csv": b"0" * 2_000_000}), limits=Limits(unpacked_size=1_000_000))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    ("files", "code"),
    [({"notes.txt": "x"}, "wrong_kind"), ({"users.csv": "sourcedId,name\n1,x\n"}, "not_oneroster")],
)
def test_other_zips_are_refused(files, code):
    with pytest.raises(UnreadableFile) as caught:
        read(zipped(files))
    assert caught.value.code == code


def test_a_damaged_zip_and_an_empty_folder(tmp_path):
    data = zipped(sample(), compression=zipfile.ZIP_STORED).replace(b"Testerly", b"Testerlx")
    with pytest.raises(UnreadableFile):
        read(data)
    with pytest.raises(UnreadableFile, match=r"no users\.csv"):
        read(tmp_path)
    with pytest.raises(UnreadableFile, match="folder"):
        read(tmp_path, format="ctf")


def test_more_pupils_than_the_cap():
    with pytest.raises(UnreadableFile, match="more than 3 pupils"):
        read(FOLDER, limits=Limits(pupils=3))
