"""From an upload to a preview, without a change to any pupil."""

from datetime import date

import pytest

from pupils.models import Need, Pupil, SenPeriod
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import NotAllowed, Refused
from sendco.imports import actions
from sendco.imports.models import BatchState, ColumnMapping, ImportBatch, ImportRow, RowAction
from sendco.imports.readers import UnreadableFile
from sendco.schools.models import SchoolClass
from tests import factories

from .conftest import AMINA, BEN, DATA, HEADINGS, TODAY

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


def by_line(batch):
    return {row.line: row for row in batch.rows.all()}


def test_staging_writes_nothing_but_the_import(upload, clerk):
    batch = upload(DATA / "ctf" / "3309999_CTF_3309998_001.xml")

    assert (batch.state, batch.format, batch.created_count, batch.refused_count) == (BatchState.STAGED, "ctf", 8, 0)
    assert [Pupil.objects.count(), SenPeriod.objects.count(), Need.objects.count()] == [0, 0, 0]
    assert SchoolClass.objects.count() == 0
    event = AuditEvent.objects.get(kind="import.staged")
    assert (event.actor_id, event.target_id, event.details["sha256"]) == (clerk.pk, batch.pk, batch.sha256)
    assert event.details["created"] == 8


def test_a_change_is_shown_field_by_field_in_words(upload, bring_in):
    bring_in(HEADINGS + AMINA)

    batch = upload(HEADINGS + AMINA.replace("Year 1,1A", "Year 2,2B"))

    row = batch.rows.get()
    assert row.action == RowAction.CHANGED
    assert row.changes == [
        {"field": "year_group", "label": "Year group", "old": "Year 1", "new": "Year 2"},
        {"field": "class_name", "label": "Class", "old": "1A", "new": "2B"},
    ]
    assert [n["message"] for n in batch.notices if n["code"] == "classes_new"] == ["Classes that will be added: 2B."]


def test_the_same_file_again_is_unchanged_and_says_so(upload, bring_in):
    bring_in(HEADINGS + AMINA + BEN)

    batch = upload(HEADINGS + AMINA + BEN)

    assert [row.action for row in batch.rows.all()] == [RowAction.UNCHANGED, RowAction.UNCHANGED]
    assert [n["message"] for n in batch.notices if n["code"] == "same_file"] == [
        "The very same file was imported on 23 November 2026 already."
    ]


def test_a_class_of_last_year_is_not_the_class_of_this_year(upload, school):
    old = factories.SchoolClassFactory(school=school, academic_year=2025, name="1A")
    factories.PupilFactory(school=school, upn="E330999920001", surname="Testerly", forename="Amina", school_class=old)

    batch = upload("UPN,Reg\nE330999920001,1A\n")

    assert batch.rows.get().changes == [{"field": "class_name", "label": "Class", "old": "not recorded", "new": "1A"}]


def test_leavers_are_only_those_the_file_says_left(upload, bring_in):
    bring_in(HEADINGS + AMINA + BEN)

    batch = upload("UPN,Leaving date\nE330999920001,17/07/2026\n")

    row = batch.rows.get()
    assert (row.action, row.changes[0]["new"]) == (RowAction.LEAVER, "17 July 2026")
    assert batch.rows.count() == 1


def test_a_pupil_who_left_and_is_in_the_file_again_is_pointed_out(upload, school):
    factories.PupilFactory(school=school, upn="E330999920001", left_on=date(2026, 7, 17))

    row = upload("UPN,Year\nE330999920001,4\n").rows.get()

    assert row.action == RowAction.UNCHANGED
    assert [problem["code"] for problem in row.problems] == ["left_already"]


def test_leaving_before_joining_is_refused(upload, school):
    factories.PupilFactory(school=school, upn="E330999920001", joined_on=date(2024, 9, 2))

    row = upload("UPN,Leaving date\nE330999920001,01/09/2024\n").rows.get()

    assert (row.action, row.problems[0]["code"]) == (RowAction.REFUSED, "leaves_before_joining")


def test_a_file_of_needs_alone_makes_no_pupil(upload):
    row = upload("UPN,SEN need,SEN need ranking\nE330999920001,ASD,1\n").rows.get()

    assert (row.action, row.problems[0]["code"]) == (RowAction.REFUSED, "not_found")
    assert "(surname, forename, date of birth)" in row.problems[0]["message"]


def test_bad_upns_keep_their_rows_out_and_name_line_and_field(upload, bring_in):
    bring_in(DATA / "ctf" / "3309999_CTF_3309998_001.xml")

    batch = upload(DATA / "ctf" / "broken-2-bad-upn.xml")

    rows = by_line(batch)
    assert {line: row.action for line, row in rows.items()} == {
        21: "refused", 64: "refused", 111: "refused", 153: "refused", 200: "unchanged", 237: "choose", 256: "refused",
        292: "unchanged",
    }  # fmt: skip
    assert rows[21].problems[0]["line"] == 22
    assert rows[21].problems[0]["field"] == "upn"
    assert batch.refused_count == 5


def test_unknown_codes_are_each_reported(upload):
    batch = upload(DATA / "ctf" / "broken-3-unknown-code.xml")

    actions_ = [row.action for row in batch.rows.all()]
    assert actions_.count("refused") == 6
    assert actions_.count("new") == 2
    kept = next(row for row in batch.rows.all() if any(p["code"] == "code_withdrawn" for p in row.problems))
    assert (kept.action, kept.problems[0]["severity"]) == ("new", "warning")


def test_duplicates_are_merged_refused_or_pointed_out(upload):
    batch = upload(DATA / "ctf" / "broken-4-duplicate-pupil.xml")

    assert (batch.created_count, batch.refused_count) == (8, 2)
    assert "duplicate_merged" in [notice["code"] for notice in batch.notices]
    codes = [problem["code"] for row in batch.rows.all() for problem in row.problems]
    assert codes.count("duplicate_conflict") == 2
    assert codes.count("possible_duplicate") == 2


def test_another_schools_file_is_noticed(upload, school):
    batch = upload(DATA / "ctf" / "3309999_CTF_3309998_001.xml")

    assert batch.notices[0]["code"] == "wrong_school"
    assert batch.notices[0]["message"] == (
        f"This file is about school 330/9999 and 330/9998, and {school.name} is 330/{school.establishment_number}. "
        "Check that you chose the right file and the right school."
    )


@pytest.mark.parametrize("number", ["9998", "9999"])
def test_the_own_file_needs_no_such_notice(upload, school, number):
    school.establishment_number = number
    school.save()

    batch = upload(DATA / "ctf" / "3309999_CTF_3309998_001.xml")

    assert "wrong_school" not in [notice["code"] for notice in batch.notices]


def test_choosing_a_candidate_compares_with_that_pupil(upload, bring_in, clerk):
    bring_in(HEADINGS + AMINA)
    batch = upload("Surname,Forename,DOB,Year\nTesterly,Amina,03/11/2019,2\n")
    row = batch.rows.get()
    amina = Pupil.objects.get()
    assert (row.action, row.candidates) == (RowAction.CHOOSE, [amina.pk])

    actions.choose_rows(batch=batch, shown=[], chosen=[], matches={row.pk: amina.pk}, by=clerk)

    row.refresh_from_db()
    batch.refresh_from_db()
    assert (row.action, row.pupil_id, row.is_decided) == (RowAction.CHANGED, amina.pk, True)
    assert [change["new"] for change in row.changes] == ["Year 2"]
    assert (batch.updated_count, batch.created_count) == (1, 0)


def test_choosing_nobody_makes_a_new_pupil_and_can_be_turned_round(upload, bring_in, clerk):
    bring_in(HEADINGS + AMINA)
    batch = upload("Surname,Forename,DOB,Year\nTesterly,Amina,03/11/2019,2\n")
    row = batch.rows.get()

    actions.choose_rows(batch=batch, shown=[], chosen=[], matches={row.pk: 0}, by=clerk)
    row.refresh_from_db()
    assert (row.action, row.pupil_id) == (RowAction.NEW, None)

    actions.choose_rows(batch=batch, shown=[], chosen=[], matches={row.pk: row.candidates[0]}, by=clerk)
    row.refresh_from_db()
    assert row.action == RowAction.CHANGED


def test_a_pupil_who_was_not_offered_cannot_be_chosen(upload, bring_in, clerk, school):
    bring_in(HEADINGS + AMINA)
    other = factories.PupilFactory(school=school)
    batch = upload("Surname,Forename,DOB,Year\nTesterly,Amina,03/11/2019,2\n")

    with pytest.raises(Refused, match="one of the pupils offered"):
        actions.choose_rows(batch=batch, shown=[], chosen=[], matches={batch.rows.get().pk: other.pk}, by=clerk)


def test_unknown_headings_ask_once(upload, school, clerk):
    text = "Code,Family,Given,Birthday\n001,Testerly,Amina,03/11/2019\n"
    batch = upload(text)
    assert (batch.state, batch.columns["headings"]) == (BatchState.MAPPING, ["Code", "Family", "Given", "Birthday"])
    assert batch.columns["sample"] == [["001", "Testerly", "Amina", "03/11/2019"]]

    columns = {"Code": "admission_number", "Family": "legal_surname", "Given": "legal_forename", "Birthday": "dob"}
    actions.match_columns(batch=batch, columns=columns, name="Ours", by=clerk, on=TODAY)

    batch.refresh_from_db()
    assert (batch.state, batch.created_count, batch.mapping.columns) == (BatchState.STAGED, 1, columns)
    again = upload("Given,Birthday,Code,Family\nBo,04/12/2018,002,Newman\n")
    assert (again.state, again.mapping_id, again.rows.get().label) == (
        BatchState.STAGED,
        batch.mapping_id,
        "Newman, Bo",
    )


def test_a_mapping_that_reads_nothing_is_not_saved(upload, clerk):
    batch = upload("Code,Family\n001,Testerly\n")

    with pytest.raises(UnreadableFile, match="which pupil each row is about"):
        actions.match_columns(
            batch=batch, columns={"Code": "", "Family": "legal_surname"}, name="x", by=clerk, on=TODAY
        )

    assert ColumnMapping.objects.count() == 0


def test_mappings_belong_to_one_school(upload, clerk, two_schools):
    columns = {"Code": "admission_number", "Family": "", "Given": "", "Birthday": ""}
    text = "Code,Family,Given,Birthday\n001,Testerly,Amina,03/11/2019\n"
    actions.match_columns(batch=upload(text), columns=columns, name="x", by=clerk, on=TODAY)

    other = actions.receive(school=two_schools[1], data=text.encode(), name="p.csv", by=None, on=TODAY)

    assert other.state == BatchState.MAPPING


def test_a_large_file_is_read_by_the_worker(upload, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("sendco.imports.actions.uploads.BIG_FILE", 50)

    with django_capture_on_commit_callbacks(execute=True):
        batch = upload(HEADINGS + AMINA)
        assert (batch.state, batch.rows.count()) == (BatchState.READING, 0)

    batch.refresh_from_db()
    assert (batch.state, batch.created_count) == (BatchState.STAGED, 1)


def test_a_large_unreadable_file_leaves_the_reason(upload, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("sendco.imports.actions.uploads.BIG_FILE", 50)

    with django_capture_on_commit_callbacks(execute=True):
        batch = upload(DATA / "ctf" / "broken-1-malformed.xml")

    batch.refresh_from_db()
    assert (batch.state, bool(batch.file)) == (BatchState.FAILED, False)
    assert batch.problem.startswith("The file is damaged at line 62")


def test_the_worker_reads_a_batch_once(upload, monkeypatch):
    from sendco.imports import tasks

    batch = upload(HEADINGS + AMINA)
    before = list(ImportRow.objects.values_list("pk", flat=True))

    tasks.read(batch.pk)
    tasks.read(batch.pk + 1)

    assert list(ImportRow.objects.values_list("pk", flat=True)) == before


def test_a_file_discarded_while_it_was_read_stays_discarded(upload):
    batch = upload(HEADINGS + AMINA)
    batch.rows.all().delete()
    batch.state = BatchState.READING
    ImportBatch.objects.update(state=BatchState.DISCARDED)

    actions.read_batch(batch=batch, on=TODAY)

    assert (ImportBatch.objects.get().state, batch.rows.count()) == (BatchState.DISCARDED, 0)


def test_the_name_on_disk_says_nothing(upload):
    batch = upload(HEADINGS + AMINA, "Amina Testerly.csv")

    assert batch.file.name.endswith(".upload")
    assert "Amina" not in batch.file.name
    assert batch.file_name == "Amina Testerly.csv"


def test_discarding_deletes_the_upload_and_the_rows(upload, clerk):
    batch = upload(HEADINGS + AMINA)
    storage, name = batch.file.storage, batch.file.name

    actions.discard(batch=batch, by=clerk)

    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), storage.exists(name)) == (BatchState.DISCARDED, 0, False)
    assert len(batch.sha256) == 64
    with pytest.raises(Refused):
        actions.discard(batch=batch, by=clerk)


def test_a_teacher_may_not_import(school, on_day):
    teacher = factories.person("teacher", school)

    with pytest.raises(NotAllowed):
        actions.receive(school=school, data=b"x", name="x", by=teacher, on=TODAY)
    assert ImportBatch.objects.count() == 0
