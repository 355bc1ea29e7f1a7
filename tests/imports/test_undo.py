"""An import is taken back whole, or not at all because work depends on it."""

from datetime import date

import pytest

from pupils import actions as pupil_actions
from pupils.models import Contact, Need, Note, Pupil, SenPeriod
from sendco.audit.models import AuditEvent
from sendco.core import clock
from sendco.core.exceptions import NotAllowed, Refused
from sendco.imports import actions
from sendco.imports.models import BatchState
from sendco.schools.models import SchoolClass
from tests import factories

from .conftest import AMINA, BEN, DATA, HEADINGS, TODAY

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def undo(clerk):
    return lambda batch: actions.undo_import(batch=batch, by=clerk, now=clock.now())


def test_what_was_added_is_gone(bring_in, undo, clerk):
    batch = bring_in(DATA / "ctf" / "3309999_CTF_3309998_001.xml")

    undo(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.undone_at) == (BatchState.UNDONE, clock.now())
    assert [model.objects.count() for model in (Pupil, SenPeriod, Need, Contact, SchoolClass)] == [0, 0, 0, 0, 0]
    assert AuditEvent.objects.filter(kind="pupil.removed").count() == 8
    event = AuditEvent.objects.get(kind="import.undone")
    assert (event.actor_id, event.details) == (clerk.pk, {"sha256": batch.sha256, "removed": 8, "put_back": 0})
    assert [row.before for row in batch.rows.all()] == [{}] * 8


@pytest.mark.parametrize("name", ["sims-like-pupils.csv", "arbor-like-students.csv", "arbor-like-sen-needs.csv"])
def test_what_was_changed_is_as_before(bring_in, undo, snapshot, name):
    bring_in(DATA / "ctf" / "3309999_CTF_3309998_001.xml")
    before = snapshot()
    batch = bring_in(DATA / "csv" / name)
    assert snapshot() != before

    undo(batch)

    assert snapshot() == before


def test_joined_periods_come_apart_again_under_their_old_ids(bring_in, undo, school):
    pupil = factories.PupilFactory(school=school, upn="E330999920001", sen_status="K")
    rows = [
        SenPeriod.objects.create(
            pupil=pupil, status="N", starts=date(2023, 9, 1), ends=date(2024, 8, 31), reason="Watched"
        ),
        SenPeriod.objects.create(pupil=pupil, status="K", starts=date(2024, 9, 1), parents_told_on=date(2024, 9, 5)),
    ]
    before = list(
        SenPeriod.objects.order_by("pk").values("pk", "status", "starts", "ends", "reason", "parents_told_on")
    )
    batch = bring_in("UPN,SEN status,SEN start date\nE330999920001,K,01/09/2023\n")
    assert list(SenPeriod.objects.values_list("status", "starts", "ends", "parents_told_on")) == [
        ("K", date(2023, 9, 1), None, date(2024, 9, 5))
    ]

    undo(batch)

    after = list(SenPeriod.objects.order_by("pk").values("pk", "status", "starts", "ends", "reason", "parents_told_on"))
    assert after == before
    assert [row["pk"] for row in after] == [row.pk for row in rows]


def test_ranks_go_back(bring_in, undo):
    rows = "UPN,Surname,Forename,DOB,SEN need,SEN need ranking\n"
    row = "E330999920001,Testerly,Amina,03/11/2019,{},{}\n"
    bring_in(rows + row.format("ASD", 1) + row.format("SLCN", 2))
    batch = bring_in(rows + row.format("SLCN", 1) + row.format("ASD", 2) + row.format("HI", 3))

    undo(batch)

    assert list(Need.objects.order_by("rank").values_list("code", "rank")) == [("ASD", 1), ("SLCN", 2)]
    assert Pupil.objects.get().main_need == "ASD"


def test_imports_are_undone_in_turn(bring_in, undo):
    first = bring_in(HEADINGS + AMINA)
    second = bring_in(HEADINGS + AMINA.replace("Year 1", "Year 2"))

    with pytest.raises(Refused, match="1 changed record"):
        undo(first)
    undo(second)
    undo(first)

    assert Pupil.objects.count() == 0


def test_a_pupil_with_work_is_kept_and_the_work_is_counted(bring_in, undo, school):
    batch = bring_in(HEADINGS + AMINA + BEN)
    amina = Pupil.objects.get(upn="E330999920001")
    for _ in range(2):
        Note.objects.create(pupil=amina, on=TODAY, text="Settled well")
    pupil_actions.start_plan(pupil=amina, kind="sen_support", starts=TODAY, review_on=date(2027, 3, 1), by=None)

    with pytest.raises(Refused) as refusal:
        undo(batch)

    assert refusal.value.message == (
        "This import cannot be undone, because work depends on it: 1 plan and 2 notes. "
        "Correct the records one by one instead."
    )
    batch.refresh_from_db()
    assert (batch.state, Pupil.objects.count()) == (BatchState.APPLIED, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda pupil: Pupil.objects.filter(pk=pupil.pk).update(strengths="Drawing"), "1 changed record"),
        (lambda pupil: pupil.sen_periods.update(parents_told_on=TODAY), "1 changed history of support"),
        (lambda pupil: pupil.needs.update(description="Talks in short sentences"), "1 changed list of needs"),
        (lambda pupil: Contact.objects.create(pupil=pupil, name="Ruth"), "1 changed contact"),
        (lambda pupil: pupil.tags.add(_tag(pupil)), "1 tag"),
        (lambda pupil: pupil.delete(), "1 removed pupil"),
    ],
    ids=["record", "support", "needs", "contact", "tag", "removed"],
)
def test_any_later_change_of_an_added_pupil_stops_it(bring_in, undo, change, words):
    batch = bring_in(HEADINGS + AMINA)
    change(Pupil.objects.get())

    with pytest.raises(Refused, match=f"depends on it: {words}\\."):
        undo(batch)


def _tag(pupil):
    from pupils.models import Tag

    return Tag.objects.create(school_id=pupil.school_id, name="New arrival")


def test_a_changed_pupil_may_have_other_work(bring_in, undo, school):
    """Only what the import wrote has to be as it wrote it."""
    pupil = factories.PupilFactory(school=school, upn="E330999920001", year_group="1", year_order=5)
    batch = bring_in("UPN,Year\nE330999920001,2\n")
    Note.objects.create(pupil=pupil, on=TODAY, text="Settled well")
    Pupil.objects.update(strengths="Drawing")

    undo(batch)

    pupil.refresh_from_db()
    assert (pupil.year_group, pupil.year_order, pupil.strengths) == ("1", 5, "Drawing")


def test_a_value_changed_again_stops_it(bring_in, undo, school):
    factories.PupilFactory(school=school, upn="E330999920001", year_group="1")
    batch = bring_in("UPN,Year\nE330999920001,2\n")
    Pupil.objects.update(year_group="3")

    with pytest.raises(Refused, match="1 changed record"):
        undo(batch)


def test_a_upn_that_somebody_else_has_by_now_stops_it(bring_in, undo, school):
    factories.PupilFactory(school=school, upn="C330999922077")
    batch = bring_in("UPN,Former UPN\nG33099992207C,C330999922077\n")
    factories.PupilFactory(school=school, upn="C330999922077")

    with pytest.raises(Refused, match="1 unique pupil number that another pupil has now"):
        undo(batch)


def test_a_class_in_use_stays(bring_in, undo, school):
    batch = bring_in(HEADINGS + AMINA + BEN)
    factories.PupilFactory(school=school, school_class=SchoolClass.objects.get(name="1A"))

    undo(batch)

    assert list(SchoolClass.objects.values_list("name", flat=True)) == ["1A"]


def test_only_an_applied_import_can_be_undone(upload, bring_in, undo):
    with pytest.raises(Refused, match="It is: to be checked"):
        undo(upload(HEADINGS + AMINA))
    batch = bring_in(HEADINGS + BEN)
    undo(batch)
    with pytest.raises(Refused, match="It is: undone"):
        undo(batch)


def test_whoever_may_not_import_cannot_undo(bring_in, school):
    batch = bring_in(HEADINGS + AMINA)

    with pytest.raises(NotAllowed):
        actions.undo_import(batch=batch, by=factories.person("headteacher", school), now=clock.now())


def test_many_rows_are_undone_by_the_worker(bring_in, clerk, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("sendco.imports.actions.undoing.MANY_ROWS", 1)
    batch = bring_in(HEADINGS + AMINA + BEN)

    with django_capture_on_commit_callbacks(execute=True):
        batch = actions.start_undo(batch=batch, by=clerk, now=clock.now())
        assert batch.state == BatchState.UNDOING

    batch.refresh_from_db()
    assert (batch.state, Pupil.objects.count()) == (BatchState.UNDONE, 0)
