"""`manage.py import_pupils`: exit status, JSON, and the same rules as on screen."""

import json
import shutil
import zipfile
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from pupils.models import Pupil
from sendco.core import clock
from sendco.imports import actions
from sendco.imports.models import BatchState, ColumnMapping, ImportBatch
from tests import factories

from .conftest import AMINA, BEN, DATA, HEADINGS, TODAY

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
CTF = DATA / "ctf"
CSV = DATA / "csv"


@pytest.fixture
def run(school, on_day):
    """`run(file, *options)` -> exit status, standard output, standard error."""

    def call(file, *options, urn=school.urn):
        out, err = StringIO(), StringIO()
        try:
            call_command("import_pupils", str(file), "--school", urn, *options, stdout=out, stderr=err)
        except SystemExit as stop:
            return stop.code, out.getvalue(), err.getvalue()
        return 0, out.getvalue(), err.getvalue()

    return call


@pytest.fixture
def run_json(run):
    """`run_json(file, *options)` -> exit status and the object; nothing but JSON may stand on standard output."""

    def call(file, *options, **more):
        status, out, err = run(file, "--json", *options, **more)
        assert err == ""
        return status, json.loads(out)

    return call


def counts(found):
    assert list(found) == ["created", "updated", "unchanged", "refused", "errors"]
    return tuple(found[name] for name in ("created", "updated", "unchanged", "refused"))


@pytest.mark.parametrize(
    ("name", "status", "expected", "errors"),
    [
        ("ctf/3309999_CTF_3309998_001.xml", 0, (8, 0, 0, 0), []),
        ("ctf/3309999_CTF_3309998_002.xml", 0, (2, 0, 0, 0), []),
        ("ctf/3309999_CTF_3309998_003.xml", 0, (1, 0, 0, 0), []),
        (
            "ctf/broken-2-bad-upn.xml", 1, (0, 0, 0, 5),
            [(22, "upn", "upn_check_letter"), (65, "upn", "upn_length"), (112, "upn", "upn_character"),
             (154, "upn", "upn_authority"), (257, "upn", "upn_character")],
        ),
        (
            "ctf/broken-4-duplicate-pupil.xml", 1, (0, 0, 0, 2),
            [(64, "upn", "duplicate_conflict"), (378, "upn", "duplicate_conflict")],
        ),
        ("csv/sims-like-pupils.csv", 0, (8, 0, 0, 0), []),
        ("csv/arbor-like-students.csv", 0, (8, 0, 0, 0), []),
        ("csv/arbor-like-sen-needs.csv", 0, (6, 0, 0, 0), []),
        ("csv/oneroster-1.1", 0, (8, 0, 0, 0), []),
        ("csv/oneroster-1.1/users.csv", 0, (8, 0, 0, 0), []),
        ("ctf/broken-1-malformed.xml", 2, (0, 0, 0, 0), [(62, "", "malformed")]),
        ("ctf/broken-5a-entity-bomb.xml", 2, (0, 0, 0, 0), [(2, "", "doctype")]),
        ("ctf/broken-5b-external-entity.xml", 2, (0, 0, 0, 0), [(2, "", "doctype")]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_every_sample(run_json, name, status, expected, errors):
    code, found = run_json(DATA / name)

    assert (code, counts(found)) == (status, expected)
    assert [(error["line"], error["field"], error["code"]) for error in found["errors"]] == errors
    assert all(list(error) == ["line", "field", "code", "message"] for error in found["errors"])
    assert Pupil.objects.count() == expected[0]


def test_a_history_alone_is_refused_first_and_unchanged_later(run_json):
    code, found = run_json(CSV / "sims-like-sen-history.csv")
    assert (code, counts(found)) == (1, (0, 0, 0, 7))
    assert {error["code"] for error in found["errors"]} == {"not_found"}

    run_json(CTF / "3309999_CTF_3309998_001.xml")

    assert run_json(CSV / "sims-like-sen-history.csv")[0] == 0


def test_twice_is_unchanged(run_json):
    run_json(CTF / "3309999_CTF_3309998_001.xml")

    assert run_json(CTF / "3309999_CTF_3309998_001.xml") == (
        0, {"created": 0, "updated": 0, "unchanged": 8, "refused": 0, "errors": []},
    )  # fmt: skip


def test_an_update(run_json):
    run_json(CTF / "3309999_CTF_3309998_001.xml")

    code, found = run_json(CTF / "3309999_CTF_3309998_002.xml")

    assert (code, counts(found)) == (0, (1, 1, 0, 0))


def test_good_rows_are_held_back_unless_accepted(run_json):
    run_json(CTF / "broken-2-bad-upn.xml")
    assert (Pupil.objects.count(), ImportBatch.objects.count()) == (0, 0)

    code, found = run_json(CTF / "broken-2-bad-upn.xml", "--accept-good")

    assert (code, counts(found), Pupil.objects.count()) == (1, (3, 0, 0, 5), 3)


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(run_json):
    code, found = run_json(CTF / "broken-2-bad-upn.xml", "--dry-run")

    assert (code, counts(found)) == (1, (3, 0, 0, 5))
    assert (Pupil.objects.count(), ImportBatch.objects.count(), ColumnMapping.objects.count()) == (0, 0, 0)


def test_a_row_to_match_needs_a_person(run_json):
    run_json(CTF / "3309999_CTF_3309998_001.xml")

    code, found = run_json(CTF / "broken-2-bad-upn.xml")

    assert (code, counts(found)) == (1, (0, 0, 2, 6))
    assert [error["line"] for error in found["errors"] if error["code"] == "match_needed"] == [237]


def test_it_can_be_undone_on_screen(run_json, school):
    run_json(CTF / "3309999_CTF_3309998_001.xml")
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.uploaded_by, batch.created_count) == (BatchState.APPLIED, None, 8)

    actions.undo_import(batch=batch, by=factories.person("sendco", school), now=clock.now())

    assert Pupil.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "options", "urn", "code"),
    [
        ("none.csv", (), None, "missing"),
        ("ctf/3309999_CTF_3309998_001.xml", (), "999999", "school_unknown"),
        ("ctf/3309999_CTF_3309998_001.xml", ("--format", "wonde"), None, "format_unknown"),
        ("csv/sims-like-pupils.csv", ("--format", "ctf"), None, "malformed"),
        ("ctf", (), None, "not_oneroster"),
    ],
)
def test_what_cannot_be_read_is_two(run_json, school, file, options, urn, code):
    status, found = run_json(DATA / file, *options, urn=urn or school.urn)

    assert (status, counts(found)) == (2, (0, 0, 0, 0))
    assert [(error["field"], error["code"]) for error in found["errors"]] == [("", code)]
    assert isinstance(found["errors"][0]["line"], int)


def test_without_a_school_it_does_not_start(on_day):
    with pytest.raises(CommandError, match="--school"):
        call_command("import_pupils", "x.csv")


def test_unknown_columns_are_two_until_the_school_has_mapped_them(run_json, tmp_path, school):
    file = tmp_path / "ours.csv"
    file.write_text("Code,Family,Given,Birthday\n001,Testerly,Amina,03/11/2019\n")
    status, found = run_json(file)
    assert (status, found["errors"][0]["code"]) == (2, "mapping_needed")
    batch = actions.receive(school=school, data=file.read_bytes(), name="ours.csv", by=None, on=TODAY)
    columns = {"Code": "admission_number", "Family": "legal_surname", "Given": "legal_forename", "Birthday": "dob"}
    actions.match_columns(batch=batch, columns=columns, name="Ours", by=None, on=TODAY)

    assert run_json(file)[0] == 0
    assert Pupil.objects.get().admission_number == "001"


def test_a_zip_of_oneroster(run_json, tmp_path):
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for path in (CSV / "oneroster-1.1").iterdir():
            archive.write(path, path.name)

    assert counts(run_json(file)[1]) == (8, 0, 0, 0)


def test_a_name_with_a_space_and_a_wrong_ending_is_no_matter(run_json, tmp_path):
    shutil.copy(CTF / "3309999_CTF_3309998_001.xml", tmp_path / "our file.csv")

    assert counts(run_json(tmp_path / "our file.csv")[1]) == (8, 0, 0, 0)


def test_in_words(run, tmp_path):
    file = tmp_path / "p.csv"
    file.write_text(HEADINGS + AMINA + BEN.replace("W33", "X33"))

    assert run(file) == (
        1,
        "Note: Classes that will be added: 1A.\n"
        "Refused, line 3, upn: “X330999918002”: The first letter of the UPN does not match the rest, so a character is wrong. "
        "Check it in your school system. (upn_check_letter)\n"
        "0 added, 0 changed, 0 unchanged, 1 refused.\n"
        "Nothing was written. Put the refused rows right, or repeat with --accept-good.\n",
        "",
    )
    assert run(file, "--accept-good")[1].splitlines()[-1] == "1 added, 0 changed, 0 unchanged, 1 refused."


def test_an_unreadable_file_in_words(run):
    status, out, err = run(CTF / "broken-1-malformed.xml")

    assert (status, out) == (2, "")
    assert err.startswith("The file was not imported. Line 62: The file is damaged")
