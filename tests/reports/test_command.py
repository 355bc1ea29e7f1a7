"""manage.py governor_report."""

import pytest
from django.core.management import CommandError, call_command

from reports import actions
from reports.models import GovernorReport

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
