"""Previewed rows are written: all of them, as shown, once."""

from datetime import date

import pytest

from pupils import actions as pupil_actions
from pupils.models import Contact, Need, Pupil, SenPeriod
from sendco.audit.models import AuditEvent
from sendco.core import clock
from sendco.core.exceptions import NotAllowed, Refused
from sendco.imports import actions
from sendco.imports.models import BatchState, RowAction
from sendco.schools.models import SchoolClass
from tests import factories

from .conftest import AMINA, BEN, DATA, HEADINGS, TODAY

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
FIRST = DATA / "ctf" / "3309999_CTF_3309998_001.xml"
EXPECTED = {
    "E330999920001": ("K", date(2024, 11, 18), [("SLCN", 1)]),
    "W330999918002": ("E", date(2024, 3, 22), [("ASD", 1), ("SLCN", 2)]),
    "Z330999917003": ("N", date(2025, 7, 18), []),
    "C330999916004": ("E", date(2019, 9, 2), [("DS", 1), ("SLCN", 2), ("HI", 3)]),
    "F330999915005": ("K", date(2025, 11, 3), [("NSA", 1)]),
    "N330999919006": ("N", None, []),
    "G33099992207C": ("K", date(2022, 9, 5), [("SEMH", 1)]),
    "P330999921008": ("E", date(2026, 5, 11), [("PD", 1), ("VI", 2)]),
}
SAMPLES = [
    DATA / "ctf" / "3309999_CTF_3309998_001.xml",
    DATA / "ctf" / "3309999_CTF_3309998_002.xml",
    DATA / "ctf" / "3309999_CTF_3309998_003.xml",
    DATA / "csv" / "sims-like-pupils.csv",
    DATA / "csv" / "sims-like-sen-history.csv",
    DATA / "csv" / "arbor-like-students.csv",
    DATA / "csv" / "arbor-like-sen-needs.csv",
]


def test_the_first_sample_gives_the_provision_and_needs_it_should(bring_in):
    bring_in(FIRST)

    found = {}
    for pupil in Pupil.objects.all():
        period = pupil.sen_periods.filter(ends=None).first()
        needs = list(pupil.needs.filter(ends=None).order_by("rank").values_list("code", "rank"))
        found[pupil.upn] = (pupil.sen_status, period and period.starts, needs)
        assert pupil.main_need == (needs[0][0] if needs else "")
    assert found == EXPECTED
    assert Pupil.objects.get(upn="G33099992207C").former_upn == "C330999922077"
    ended = Need.objects.get(pupil__upn="Z330999917003")
    assert (ended.code, ended.ends) == ("SPLD", date(2025, 7, 18))


def test_derived_columns_are_in_step(bring_in):
    bring_in(FIRST)

    zoe = Pupil.objects.get(upn="G33099992207C")
    assert (zoe.surname, zoe.year_group, zoe.year_order) == ("O'Mock-Ünreal", "4", 8)
    assert "omockunreal" in zoe.search_name
    assert (zoe.main_need, zoe.main_area) == ("SEMH", "SEMH")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.stem[-16:])
def test_the_same_file_twice_changes_nothing(bring_in, upload, snapshot, on_day, sample):
    bring_in(DATA / "csv" / "sims-like-pupils.csv")
    batch = upload(sample)
    if batch.created_count + batch.updated_count:
        actions.apply_import(batch=batch, by=batch.uploaded_by, now=clock.now())
    before = snapshot()

    on_day.move_to("2027-01-11 09:00:00+00:00")
    batch = upload(sample)

    assert {row.action for row in batch.rows.all()} == {RowAction.UNCHANGED}
    assert snapshot() == before


def test_all_samples_one_after_the_other_settle(bring_in, upload):
    bring_in(FIRST)
    for sample in SAMPLES[1:]:
        batch = upload(sample)
        if batch.created_count + batch.updated_count:
            actions.apply_import(batch=batch, by=batch.uploaded_by, now=clock.now())
        assert {row.action for row in upload(sample).rows.all()} == {RowAction.UNCHANGED}, sample


def test_an_update_changes_only_what_the_file_gives(bring_in, school):
    bring_in(FIRST)
    before = Pupil.objects.filter(upn="E330999920001").values().get()

    bring_in("UPN,Year\nE330999920001,2\n")

    after = Pupil.objects.filter(upn="E330999920001").values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"year_group", "year_order", "version"}
    assert (after["year_group"], after["year_order"], after["version"]) == ("2", 6, 2)


def test_pupils_who_are_not_mentioned_stay(bring_in):
    bring_in(HEADINGS + AMINA + BEN)

    bring_in(HEADINGS + AMINA.replace("Year 1", "Year 2"))

    ben = Pupil.objects.get(upn="W330999918002")
    assert (ben.left_on, ben.version) == (None, 1)


def test_a_file_without_sen_takes_no_sen_away(bring_in, snapshot):
    bring_in(HEADINGS + AMINA)
    before = snapshot()

    bring_in("UPN,Surname,Forename,DOB,Ethnicity\nE330999920001,Testerly,Amina,03/11/2019,WBRI\n")

    amina = Pupil.objects.get()
    assert (amina.sen_status, amina.main_need, amina.ethnicity) == ("K", "SLCN", "WBRI")
    assert snapshot()[0][-3:] == before[0][-3:]


def test_support_goes_on_from_our_history(bring_in, school, clerk):
    bring_in(HEADINGS + BEN.replace("N,,", "N,06/09/2021,"))
    ben = Pupil.objects.get()
    pupil_actions.change_support(pupil=ben, status="K", on=date(2026, 9, 7), reason="", by=None, parents_told_on=TODAY)

    bring_in("UPN,SEN status,SEN start date\nW330999918002,E,16/11/2026\n")

    periods = SenPeriod.objects.order_by("starts").values_list("status", "starts", "ends", "parents_told_on")
    assert list(periods)[-2:] == [
        ("K", date(2026, 9, 7), date(2026, 11, 15), TODAY),
        ("E", date(2026, 11, 16), None, None),
    ]
    assert Pupil.objects.get().sen_status == "E"


def test_old_codes_are_history_and_never_todays_support(bring_in):
    bring_in("UPN,Surname,Forename,DOB,SEN status,SEN start date\nE330999920001,T,A,03/11/2010,A,01/09/2013\n")

    pupil = Pupil.objects.get()
    assert (pupil.sen_status, pupil.sen_periods.get().status, pupil.sen_periods.get().ends) == (
        "N", "A", date(2015, 8, 31),
    )  # fmt: skip


def test_needs_change_ranks_without_breaking_the_rule_of_one_a_rank(bring_in):
    rows = "UPN,Surname,Forename,DOB,SEN need,SEN need ranking,Start date\n"
    row = "E330999920001,Testerly,Amina,03/11/2019,{},{},03 Nov 2024\n"
    bring_in(rows + row.format("ASD", 1) + row.format("SLCN", 2) + row.format("HI", 3))
    pks = dict(Need.objects.values_list("code", "pk"))

    bring_in(rows + row.format("HI", 1) + row.format("ASD", 2))

    assert dict(Need.objects.values_list("code", "pk")) == pks
    assert list(Need.objects.order_by("rank").values_list("code", "rank")) == [("HI", 1), ("ASD", 2), ("SLCN", 3)]
    assert Pupil.objects.get().main_need == "HI"


def test_a_description_of_ours_outlives_the_import(bring_in):
    bring_in(HEADINGS + AMINA)
    Need.objects.update(description="Finds long sentences hard", local_label="Talking")

    bring_in("UPN,SEN need,SEN need ranking\nE330999920001,ASD,1\nE330999920001,SLCN,2\n")

    kept = Need.objects.get(code="SLCN")
    assert (kept.rank, kept.description, kept.local_label) == (2, "Finds long sentences hard", "Talking")


def test_new_contacts_come_after_ours_and_ours_stay(bring_in):
    bring_in(HEADINGS + AMINA)
    amina = Pupil.objects.get()
    factory = Contact.objects.create(pupil=amina, name="Ruth Testerly", order=1, telephone="01632 960441")

    bring_in(
        "UPN,Contact name,Contact relationship,Contact telephone,Contact email\n"
        'E330999920001,"Testerly, Ruth",Mother,01632 960999,\n'
        'E330999920001,"Other, Sam",Mother,01632 960998,not an address\n'
    )

    factory.refresh_from_db()
    assert factory.telephone == "01632 960441"
    added = Contact.objects.exclude(pk=factory.pk).get()
    assert (added.name, added.relationship, added.order, added.telephone, added.email) == (
        "Sam Other", "Mother", 2, "01632 960998", "",
    )  # fmt: skip


def test_classes_are_made_once_for_this_academic_year(bring_in, school):
    factories.SchoolClassFactory(school=school, academic_year=2025, name="1A")

    bring_in(HEADINGS + AMINA + AMINA.replace("E330999920001", "").replace("Amina", "Zed") + BEN)

    assert sorted(SchoolClass.objects.values_list("academic_year", "name")) == [
        (2025, "1A"), (2026, "1A"), (2026, "3A"),
    ]  # fmt: skip
    assert set(Pupil.objects.filter(year_group="1").values_list("school_class__academic_year", flat=True)) == {2026}


def test_two_pupils_may_swap_upns(bring_in, school):
    """The sort of mix-up that a corrected file puts right; no two may share one for a moment."""
    one = factories.PupilFactory(school=school, upn="E330999920001", admission_number="11", born=date(2019, 1, 1))
    two = factories.PupilFactory(school=school, upn="W330999918002", admission_number="12", born=date(2019, 1, 2))
    text = "UPN,Surname,Forename,DOB\n"
    batch_text = f"{text}E330999920001,{two.surname},{two.forename},02/01/2019\nW330999918002,{one.surname},{one.forename},01/01/2019\n"  # noqa: E501

    bring_in(batch_text)

    one.refresh_from_db()
    assert (one.surname, one.born) == (two.surname, date(2019, 1, 2))


def test_rows_that_were_unticked_are_left_out(upload, clerk):
    batch = upload(HEADINGS + AMINA + BEN)
    rows = {row.label: row.pk for row in batch.rows.all()}
    actions.choose_rows(batch=batch, shown=list(rows.values()), chosen=[rows["Sampleton, Ben"]], matches={}, by=clerk)

    batch = actions.apply_import(batch=batch, by=clerk, now=clock.now())

    assert list(Pupil.objects.values_list("forename", flat=True)) == ["Ben"]
    assert (batch.created_count, batch.state) == (1, BatchState.APPLIED)


def test_good_rows_can_be_imported_beside_refused_ones(upload, clerk):
    batch = upload(DATA / "ctf" / "broken-2-bad-upn.xml")

    batch = actions.apply_import(batch=batch, by=clerk, now=clock.now())

    assert (Pupil.objects.count(), batch.created_count, batch.refused_count) == (3, 3, 5)


def test_nothing_is_imported_when_a_row_changed_since_the_preview(upload, bring_in, clerk):
    bring_in(HEADINGS + AMINA + BEN)
    batch = upload(HEADINGS + AMINA.replace("Year 1", "Year 2") + BEN.replace("Year 3", "Year 4"))
    amina = Pupil.objects.get(upn="E330999920001")
    pupil_actions.change_pupil(pupil=amina, version=amina.version, by=None, year_group="3")

    with pytest.raises(actions.RowsChanged, match=r"^1 row of this import changed since you looked"):
        actions.apply_import(batch=batch, by=clerk, now=clock.now())

    batch.refresh_from_db()
    assert batch.state == BatchState.STAGED
    assert sorted(Pupil.objects.values_list("year_group", flat=True)) == ["3", "3"]
    assert batch.rows.get(line=2).changes == [
        {"field": "year_group", "label": "Year group", "old": "Year 3", "new": "Year 2"}
    ]
    actions.apply_import(batch=batch, by=clerk, now=clock.now())
    assert sorted(Pupil.objects.values_list("year_group", flat=True)) == ["2", "4"]


def test_a_pupil_added_by_hand_meanwhile_is_not_added_twice(upload, clerk, school):
    batch = upload(HEADINGS + AMINA)
    factories.PupilFactory(school=school, upn="E330999920001")

    with pytest.raises(actions.RowsChanged):
        actions.apply_import(batch=batch, by=clerk, now=clock.now())

    assert (Pupil.objects.count(), batch.rows.get().action) == (1, RowAction.CHANGED)


def test_two_rows_for_one_pupil_are_both_refused(upload, bring_in, clerk):
    bring_in(HEADINGS + AMINA)
    batch = upload("UPN,Surname,Forename,DOB,Year\nE330999920001,,,,2\n,Testerly,Amina,03/11/2019,3\n")
    row = batch.rows.get(line=3)
    actions.choose_rows(batch=batch, shown=[], chosen=[], matches={row.pk: row.candidates[0]}, by=clerk)

    with pytest.raises(actions.RowsChanged):
        actions.apply_import(batch=batch, by=clerk, now=clock.now())

    assert [row.problems[-1]["code"] for row in batch.rows.all()] == ["pupil_twice", "pupil_twice"]
    assert Pupil.objects.get().year_group == "1"


def test_it_is_applied_once(upload, clerk):
    batch = upload(HEADINGS + AMINA)
    actions.apply_import(batch=batch, by=clerk, now=clock.now())

    with pytest.raises(Refused, match="It is: imported"):
        actions.apply_import(batch=batch, by=clerk, now=clock.now())

    assert Pupil.objects.count() == 1


def test_an_import_of_nothing_is_refused(upload, bring_in, clerk):
    bring_in(HEADINGS + AMINA)

    with pytest.raises(Refused, match="nothing to import"):
        actions.apply_import(batch=upload(HEADINGS + AMINA), by=clerk, now=clock.now())


def test_the_upload_is_deleted_and_the_trail_says_what_happened(upload, clerk, school):
    batch = upload(HEADINGS + AMINA)
    storage, name = batch.file.storage, batch.file.name

    actions.apply_import(batch=batch, by=clerk, now=clock.now())

    assert not storage.exists(name)
    amina = Pupil.objects.get()
    events = AuditEvent.objects.filter(pupil_id=amina.pk)
    assert [(e.kind, e.target_label, e.details) for e in events] == [
        ("pupil.added", "AT", {"sen_status": "K", "import": batch.pk})
    ]
    applied = AuditEvent.objects.get(kind="import.applied")
    assert (applied.actor_id, applied.school_id) == (clerk.pk, school.pk)
    assert applied.details == {
        "sha256": batch.sha256, "format": "csv", "created": 1, "updated": 0, "unchanged": 0, "refused": 0,
    }  # fmt: skip


def test_a_change_is_in_the_trail_without_a_name(bring_in):
    bring_in(HEADINGS + AMINA)
    batch = bring_in(HEADINGS + AMINA.replace("Testerly", "Newname").replace("Year 1", "Year 2").replace(",K,", ",E,"))

    events = {event.kind: event.details for event in AuditEvent.objects.filter(details__import=batch.pk)}
    assert events == {
        "pupil.changed": {"fields": {"year_group": ["1", "2"]}, "also": ["surname"], "import": batch.pk},
        "support.changed": {"fields": {"sen_status": ["K", "E"]}, "import": batch.pk},
    }


def test_whoever_may_not_import_cannot_apply(upload, school):
    batch = upload(HEADINGS + AMINA)

    with pytest.raises(NotAllowed):
        actions.apply_import(batch=batch, by=factories.person("headteacher", school), now=clock.now())


def test_many_rows_are_imported_by_the_worker(upload, clerk, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("sendco.imports.actions.applying.MANY_ROWS", 1)
    batch = upload(HEADINGS + AMINA + BEN)

    with django_capture_on_commit_callbacks(execute=True):
        batch = actions.start(batch=batch, by=clerk, now=clock.now())
        assert (batch.state, Pupil.objects.count()) == (BatchState.APPLYING, 0)

    batch.refresh_from_db()
    assert (batch.state, Pupil.objects.count(), batch.applied_by) == (BatchState.APPLIED, 2, clerk)


def test_the_worker_says_why_it_stopped(upload, clerk, school, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("sendco.imports.actions.applying.MANY_ROWS", 0)
    batch = upload(HEADINGS + AMINA)
    factories.PupilFactory(school=school, upn="E330999920001")

    with django_capture_on_commit_callbacks(execute=True):
        actions.start(batch=batch, by=clerk, now=clock.now())

    batch.refresh_from_db()
    assert batch.state == BatchState.STAGED
    assert batch.problem.startswith("1 row of this import changed")


def test_a_broken_worker_leaves_the_import_to_be_tried_again(upload, clerk, monkeypatch):
    from sendco.imports import tasks

    batch = upload(HEADINGS + AMINA)
    batch.state = BatchState.APPLYING
    batch.save()
    monkeypatch.setattr("sendco.imports.write.Writer.write", lambda self, pairs: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        tasks.apply(batch.pk, clerk.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.problem, Pupil.objects.count()) == (BatchState.STAGED, tasks.BROKE, 0)


@pytest.mark.parametrize("many", [2, 12])
def test_a_first_import_takes_the_same_queries_for_any_number(upload, clerk, many, django_assert_num_queries):
    from pupils.identifiers import upn_check_letter

    text = HEADINGS
    for number in range(many):
        body = f"33099992{number:04d}"
        text += f"{upn_check_letter(body)}{body},S{number},F{number},03/11/2019,Year 1,1A,K,18/11/2024,SLCN\n"
    batch = upload(text)

    with django_assert_num_queries(21):
        actions.apply_import(batch=batch, by=clerk, now=clock.now())
