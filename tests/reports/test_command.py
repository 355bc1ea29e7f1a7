"""manage.py governor_report."""

import errno
import os

import pytest
from django.core.management import CommandError, call_command

from reports import actions
from reports.models import GovernorReport
from sendco.audit.models import AuditEvent

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]


def run(out, school, term="2026-autumn"):
    call_command("governor_report", "--school", getattr(school, "urn", school), "--term", term, "--out", str(out))


def test_published_report_is_written_byte_for_byte(published, tmp_path, capsys):
    run(tmp_path / "r.pdf", published.school)

    assert (tmp_path / "r.pdf").read_bytes() == actions.stored_pdf(published).read()
    assert capsys.readouterr().out.endswith("r.pdf: Autumn term 2026, published, 0 kB.\n")


def test_report_is_counted_from_the_data_when_there_is_none(world, plain_pdf, tmp_path):
    run(tmp_path / "r.pdf", world)

    assert (tmp_path / "r.pdf").read_bytes() == b"%PDF-1.7 Autumn term 2026"
    assert GovernorReport.objects.count() == 0


def test_report_replaces_the_file_behind_a_link_and_leaves_nothing_beside_it(world, plain_pdf, tmp_path):
    (tmp_path / "r.pdf").write_bytes(b"of last term, and longer than the new one")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "r.pdf")
    run(tmp_path / "link.pdf", world)

    assert (tmp_path / "r.pdf").read_bytes() == b"%PDF-1.7 Autumn term 2026"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.pdf", "r.pdf"]
    assert (tmp_path / "link.pdf").is_symlink()


@pytest.mark.parametrize("broken", ["os.fsync", "os.replace"])
def test_report_that_cannot_be_written_whole_leaves_the_old_one(world, plain_pdf, tmp_path, monkeypatch, broken):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    (tmp_path / "r.pdf").write_bytes(b"of last term")
    monkeypatch.setattr(f"reports.management.commands.governor_report.{broken}", full)
    with pytest.raises(CommandError, match="cannot be written: No space left on device") as error:
        run(tmp_path / "r.pdf", world)

    assert error.value.returncode == 2
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("r.pdf", b"of last term")]
    assert not AuditEvent.objects.filter(kind="report.exported").exists()


def test_report_into_a_pipe_is_written_there(world, plain_pdf, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        run(tmp_path / "pipe", world)
        assert os.read(reader, 100) == b"%PDF-1.7 Autumn term 2026"
    finally:
        os.close(reader)


def test_draft_that_names_a_pupil_is_not_written(draft, sendco, tmp_path):
    actions.write_report(
        report=draft, version=1, by=sendco, narrative={"who": "Kofi Mensah"}, written_by="", meeting_on=None
    )
    with pytest.raises(CommandError, match="names a pupil in: Who we support") as error:
        run(tmp_path / "r.pdf", draft.school)
    assert (error.value.returncode, (tmp_path / "r.pdf").exists()) == (1, False)


@pytest.mark.parametrize(
    ("urn", "term", "file", "status", "words"),
    [
        ("999999", "2026-autumn", "r.pdf", 1, "no school with the URN 999999"),
        (None, "2026-spring", "r.pdf", 1, "has not begun"),
        (None, "2031-spring", "r.pdf", 1, "is not entered"),
        (None, "autumn", "r.pdf", 2, "is not a term"),
        (None, "2026-autumn", "no/such/r.pdf", 2, "cannot be written"),
        (None, "2026-autumn", "", 2, "cannot be written"),
    ],
)
def test_mistakes_are_told_in_words(school, tmp_path, urn, term, file, status, words):
    with pytest.raises(CommandError, match=words) as error:
        run(tmp_path / file, urn or school, term)
    assert error.value.returncode == status
