"""Large imports are written and undone in parts: what passes from one part to another, and what is told meanwhile."""

import pytest

from pupils.models import Pupil
from sendco.core import clock
from sendco.imports import actions, progress, tasks
from sendco.imports.actions import applying, choosing, staging, undoing
from sendco.imports.models import BatchState, ImportBatch

from .conftest import AMINA, BEN, DATA, HEADINGS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]


@pytest.fixture
def one_by_one(monkeypatch):
    for module in (applying, choosing, staging, undoing):
        monkeypatch.setattr(module, "PART", 1)


def test_every_row_of_a_file_in_parts_lands_and_goes_back(one_by_one, bring_in, snapshot, clerk):
    bring_in(DATA / "ctf" / "3309999_CTF_3309998_001.xml")
    before = snapshot()
    batch = bring_in(DATA / "csv" / "sims-like-pupils.csv")
    assert snapshot() != before

    actions.undo_import(batch=batch, by=clerk, now=clock.now())

    assert snapshot() == before


def test_how_far_it_is_is_told_on_the_page_and_forgotten(one_by_one, upload, clerk, sign_in, school, monkeypatch):
    told = []
    monkeypatch.setattr(progress, "tell", lambda pk, done, total: told.append((done, total)))
    batch = upload(HEADINGS + AMINA + BEN)
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.APPLYING)
    monkeypatch.undo()
    progress.tell(batch.pk, 1500, 12000)

    page = sign_in("admin_assistant", school).get(f"/imports/{batch.pk}/").content.decode()
    assert "1,500 of 12,000 rows." in page

    tasks.apply(batch.pk, clerk.pk)

    assert progress.of(batch.pk) is None
    assert Pupil.objects.count() == 2


def test_each_part_is_told(one_by_one, upload, clerk, monkeypatch):
    told = []
    monkeypatch.setattr(progress, "tell", lambda pk, done, total: told.append((done, total)))

    batch = actions.apply_import(batch=upload(HEADINGS + AMINA + BEN), by=clerk, now=clock.now())
    actions.undo_import(batch=batch, by=clerk, now=clock.now())

    assert told == [(1, 2), (2, 2), (0, 2), (1, 2), (1, 2), (2, 2)]
