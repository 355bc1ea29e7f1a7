"""What the night takes away of imports, and what it leaves."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from pupils.models import Pupil
from sendco.audit.models import AuditEvent
from sendco.core import clock
from sendco.core.exceptions import Refused
from sendco.imports import actions, tasks
from sendco.imports.actions import Tidied
from sendco.imports.models import BatchState, ImportBatch, ImportRow

from .conftest import AMINA, BEN, HEADINGS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]
UNKNOWN = "Code,Family,Given,Birthday\n001,Testerly,Amina,03/11/2019\n"


@pytest.fixture(autouse=True)
def uploads(monkeypatch):
    """`uploads()`: names of the stored uploads. A storage of its own, so that no other test leaves anything there."""
    storage = InMemoryStorage()
    monkeypatch.setattr(ImportBatch._meta.get_field("file"), "storage", storage)
    return storage


def night(days, **more):
    return actions.tidy(now=clock.now() + timedelta(days=days), **{"open_days": 14, "undo_days": 90} | more)


def files(storage):
    return [
        name
        for year in storage.listdir("imports")[0]
        for month in storage.listdir(f"imports/{year}")[0]
        for name in storage.listdir(f"imports/{year}/{month}")[1]
    ]


@pytest.mark.parametrize(("content", "state"), [(HEADINGS + AMINA, BatchState.STAGED), (UNKNOWN, BatchState.MAPPING)])
def test_what_nobody_confirms_is_discarded_with_its_file_and_rows(upload, uploads, content, state):
    batch = upload(content)
    assert (batch.state, len(files(uploads))) == (state, 1)
    assert night(13) == Tidied()

    assert night(15) == Tidied(discarded=1)

    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (BatchState.DISCARDED, "Nobody confirmed it within 14 days.")
    assert (batch.columns, ImportRow.objects.count(), files(uploads)) == ({}, 0, [])
    event = AuditEvent.objects.get(kind="import.discarded")
    assert (event.actor_id, event.details) == (None, {"sha256": batch.sha256})


def test_what_is_touched_again_is_given_its_days_again(upload, clerk):
    batch = upload(HEADINGS + AMINA)
    ImportBatch.objects.filter(pk=batch.pk).update(updated_at=clock.now() + timedelta(days=10))

    assert night(15) == Tidied()


def test_rows_of_an_import_go_when_it_is_long_over(bring_in, clerk):
    batch = bring_in(HEADINGS + AMINA + BEN.replace("W33", "X33"))
    counts = (batch.created_count, batch.updated_count, batch.unchanged_count, batch.refused_count)
    assert night(89) == Tidied()

    assert night(91) == Tidied(emptied=1)

    batch.refresh_from_db()
    assert (ImportRow.objects.count(), batch.made, batch.notices) == (0, {}, [])
    assert (batch.created_count, batch.updated_count, batch.unchanged_count, batch.refused_count) == counts
    assert (batch.state, batch.applied_by, Pupil.objects.count()) == (BatchState.APPLIED, clerk, 1)
    event = AuditEvent.objects.get(kind="import.rows_removed")
    assert event.details == {"sha256": batch.sha256, "rows": 2}
    assert AuditEvent.objects.filter(kind="pupil.added").count() == 1


def test_then_it_cannot_be_undone_and_says_so(bring_in, clerk):
    batch = bring_in(HEADINGS + AMINA)
    night(91)

    with pytest.raises(Refused, match="it is too long ago"):
        actions.undo_import(batch=batch, by=clerk, now=clock.now())

    assert Pupil.objects.count() == 1


def test_its_page_still_tells_how_many(bring_in, sign_in, school):
    batch = bring_in(HEADINGS + AMINA)
    night(91)

    page = sign_in("sendco", school).get(f"/imports/{batch.pk}/").content.decode()

    assert "The rows of this import were removed on" in page
    assert "Undo the import" not in page
    assert "Testerly" not in page


def test_an_undone_import_loses_its_rows_too(bring_in, clerk):
    actions.undo_import(batch=bring_in(HEADINGS + AMINA), by=clerk, now=clock.now())

    assert night(91) == Tidied(emptied=1)
    assert ImportRow.objects.count() == 0


def test_twice_in_a_night_is_once(upload, bring_in):
    bring_in(HEADINGS + BEN)
    upload(HEADINGS + AMINA)

    assert [night(91), night(91)] == [Tidied(discarded=1, emptied=1), Tidied()]


def test_an_upload_without_an_import_is_deleted_after_a_day(upload, uploads):
    upload(HEADINGS + AMINA)
    stray = uploads.save("imports/2026/11/stray.upload", ContentFile(b"UPN"))
    now = uploads.get_modified_time(stray)
    days = {"open_days": 10_000, "undo_days": 10_000}

    assert actions.tidy(now=now + timedelta(hours=23), **days) == Tidied()
    assert actions.tidy(now=now + timedelta(hours=25), **days) == Tidied(strays=1)
    assert len(files(uploads)) == 1


def test_the_task_takes_the_days_from_the_settings(upload, settings, on_day):
    batch = upload(HEADINGS + AMINA)
    ImportBatch.objects.filter(pk=batch.pk).update(updated_at=clock.now() - timedelta(days=3))
    settings.IMPORT_OPEN_DAYS = 2

    tasks.tidy()

    assert ImportBatch.objects.get().state == BatchState.DISCARDED
    assert settings.CELERY_BEAT_SCHEDULE["imports long over"]["task"] == "imports.tidy"
