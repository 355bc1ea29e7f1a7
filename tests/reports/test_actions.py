"""Starting, writing and publishing; the lock; names and small numbers in her words."""

import pytest
from django.db import DatabaseError, connection, transaction

from reports import actions, narrative
from reports.models import GovernorReport
from reports.tasks import publish
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from sendco.notifications.models import Notification
from tests import factories

from .conftest import NOW
from .world import TODAY

pytestmark = pytest.mark.integration


def write(report, by, **parts):
    words = {"headline": [{"status": "ok", "title": "Going well", "text": "It does."}]} | parts
    return actions.write_report(
        report=report, version=report.version, by=by, narrative=words, written_by=by.name, meeting_on=None
    )


def test_start_counts_and_suggests(world, sendco):
    draft = actions.start_report(school=world, academic_year=2026, term="autumn", by=sendco, on=TODAY)

    assert (draft.written_by, draft.figures["as_at"]) == (f"{sendco.name}, SENDCo", "2026-11-23")
    assert [message["title"] for message in draft.narrative["headline"]] == [
        "Most support is reaching pupils", "One intervention shows a clear gain", "Not every legal date was met",
        "The register has grown",
    ]  # fmt: skip


def test_start_again_gives_the_same_draft(draft, school, sendco):
    again = actions.start_report(school=school, academic_year=2026, term="autumn", by=sendco, on=TODAY)

    assert again.pk == draft.pk


def test_start_is_for_builders(school, governor):
    with pytest.raises(NotAllowed, match="Only a SENDCo"):
        actions.start_report(school=school, academic_year=2026, term="autumn", by=governor, on=TODAY)


def test_publish_locks_file_and_figures_and_tells_readers(draft, sendco, governor, plain_pdf):
    head = factories.person(Role.HEAD, draft.school)
    factories.person(Role.TEACHER, draft.school)

    report = actions.publish_report(report=draft, version=draft.version, by=sendco, now=NOW)

    report.refresh_from_db()
    assert (report.state, report.published_by, report.published_at) == ("published", sendco, NOW)
    assert actions.stored_pdf(report).read() == b"%PDF-1.7 Autumn term 2026"
    assert set(Notification.objects.values_list("recipient_id", "text", "path")) == {
        (person.pk, "The autumn term SEND report is ready", "/reports/governors/2026/autumn/")
        for person in (governor, head)
    }
    assert AuditEvent.objects.filter(kind="report.published", actor_id=sendco.pk).count() == 1


def test_publish_twice_changes_nothing(published, sendco):
    again = actions.publish_report(report=published, version=published.version, by=sendco, now=NOW)

    assert (again.pdf.name, Notification.objects.count()) == (published.pdf.name, 0)


def test_published_report_is_refused_every_change(published, sendco):
    for act in (
        lambda: write(published, sendco),
        lambda: actions.refresh_figures(report=published, version=published.version, by=sendco, on=TODAY),
        lambda: actions.ask_to_publish(
            report=published, version=published.version, by=sendco, words_checked=True, now=NOW
        ),
    ):
        with pytest.raises(Refused, match="locked"):
            act()


@pytest.mark.parametrize(
    "change", [{"figures": {}}, {"narrative": {"who": "x"}}, {"pdf_sha256": "0"}, {"state": "draft"}]
)
def test_database_refuses_to_change_a_published_report(published, change):
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic():
        GovernorReport.objects.filter(pk=published.pk).update(**change)


def test_database_refuses_to_remove_a_published_report(published):
    with pytest.raises(DatabaseError, match="locked"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_governorreport WHERE id = %s", [published.pk])


def test_changed_file_is_not_handed_out(published):
    name = published.pdf.name
    published.pdf.storage.delete(name)
    with pytest.raises(Refused, match="missing"):
        actions.stored_pdf(published)
    with published.pdf.storage.open(name, "wb") as file:
        file.write(b"%PDF forged")
    with pytest.raises(Refused, match="not the one"):
        actions.stored_pdf(published)


def test_publish_of_another_version_is_a_conflict_and_leaves_no_file(draft, sendco, plain_pdf):
    seen = draft.version
    write(draft, sendco)

    with pytest.raises(Conflict):
        actions.publish_report(report=draft, version=seen, by=sendco, now=NOW)
    draft.refresh_from_db()
    assert (draft.state, draft.pdf.name) == ("draft", "")


def test_task_publishes_what_was_asked_for(draft, sendco, plain_pdf, django_capture_on_commit_callbacks):
    write(draft, sendco)
    with django_capture_on_commit_callbacks(execute=True):
        actions.ask_to_publish(report=draft, version=draft.version, by=sendco, words_checked=False, now=NOW)

    draft.refresh_from_db()
    assert (draft.state, draft.published_by, draft.publishing_at) == ("published", sendco, None)


def test_task_leaves_a_report_that_was_changed_meanwhile(draft, sendco, plain_pdf):
    publish(draft.pk, draft.version + 1)
    publish(0, 1)

    draft.refresh_from_db()
    assert draft.state == "draft"


def test_task_writes_down_why_it_refused(draft, sendco, plain_pdf):
    GovernorReport.objects.filter(pk=draft.pk).update(published_by=factories.person(Role.GOVERNOR, draft.school))

    publish(draft.pk, draft.version)

    draft.refresh_from_db()
    assert draft.publishing_fault == "Only a SENDCo or the federation lead builds governor reports."


def test_full_name_is_never_let_through(draft, sendco):
    write(draft, sendco, who="We are proud of Kofi Mensah.")

    with pytest.raises(Refused, match="“Kofi Mensah” in Who we support"):
        actions.ask_to_publish(report=draft, version=draft.version, by=sendco, words_checked=True, now=NOW)


def test_doubts_must_be_looked_at(draft, sendco):
    write(draft, sendco, parents="Kofi’s class was visited by 3 parents.")

    with pytest.raises(Refused, match="“Kofi” in What parents say, “3 parents” in What parents say"):
        actions.ask_to_publish(report=draft, version=draft.version, by=sendco, words_checked=False, now=NOW)
    asked = actions.ask_to_publish(report=draft, version=draft.version, by=sendco, words_checked=True, now=NOW)
    assert asked.publishing_at == NOW


def test_figures_under_another_threshold_must_be_counted_again(draft, sendco):
    write(draft, sendco)
    draft.school.federation.small_number_threshold = 10
    draft.school.federation.save()

    with pytest.raises(Refused, match="small number setting"):
        actions.ask_to_publish(report=draft, version=draft.version, by=sendco, words_checked=True, now=NOW)
    actions.refresh_figures(report=draft, version=draft.version, by=sendco, on=TODAY)
    assert draft.figures["years"][0]["figure"]["d"] == "10 or fewer"


def test_second_writer_is_told(draft, sendco):
    stale = GovernorReport.objects.get(pk=draft.pk)
    write(draft, sendco)

    with pytest.raises(Conflict):
        write(stale, sendco)


# --- names, without a database


PUPILS = [
    narrative.PupilName(frozenset({"kofi"}), frozenset({"mensah"})),
    narrative.PupilName(narrative.name_forms("Grace", "Gracie"), narrative.name_forms("O’Neil")),
    narrative.PupilName(narrative.name_forms("Zofia"), narrative.name_forms("Wróbel-Hale")),
]


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kofi Mensah read aloud", [("Kofi Mensah", True)]),
        ("kofi  mensah read aloud", [("kofi mensah", True)]),
        ("Mensah, Kofi", [("Mensah, Kofi", True)]),
        ("Kofi M. read aloud", [("Kofi M.", True)]),
        ("Kofi read aloud", [("Kofi", False)]),
        ("Kofi's plan", [("Kofi", False)]),
        ("Gracie O'Neil", [("Gracie O'Neil", True)]),
        ("the grace of it", []),
        ("Kofitown school", []),
        ("Nothing here", []),
        ("ZOFIA WROBEL came", [("ZOFIA WROBEL", True)]),
        ("Zofia Wro\u0301bel came", [("Zofia Wróbel", True)]),
        ("Ko\u00adfi Men\u200bsah", [("Kofi Mensah", True)]),
        ("Gracie O’Neil", [("Gracie O’Neil", True)]),
        ("kofi mensah", [("kofi mensah", True)]),
        ("Kofi-like", [("Kofi-like", False)]),
    ],
)
def test_names_are_found(text, expected):
    found = narrative.find_names({"who": text}, PUPILS)

    assert [(f.phrase, f.is_certain) for f in found] == expected


@pytest.mark.unit
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 pupils left", ["3 pupils"]),
        ("Two new boys came", ["Two new boys"]),
        ("6 pupils left", []),
        ("13 pupils left", []),
        ("5 hours a week", []),
        ("a child", []),
        ("2 of our 12 pupils", ["2 of our 12 pupils"]),
        ("both of the girls", ["both of the girls"]),
        ("a single pupil", ["a single pupil"]),
        ("a couple of families", ["a couple of families"]),
        ("4 hours for pupils", []),
        ("1.5 pupils", []),
    ],
)
def test_small_numbers_are_found(text, expected):
    assert [f.phrase for f in narrative.find_small_numbers({"who": text}, 5)] == expected


@pytest.mark.unit
def test_messages_are_searched_too():
    words = {"headline": [{"status": "ok", "title": "Well done", "text": "Kofi Mensah"}]}

    assert narrative.find_names(words, PUPILS) == [narrative.Found("Message 1", "Kofi Mensah", True)]


def test_names_in_what_else_is_printed_are_found(draft, sendco):
    """A federation may name its own intervention after a child."""
    write(draft, sendco)
    row = draft.figures["provision"]["blocks"][0]["rows"][0]
    row["label"] = "Reading for Kofi Mensah"
    draft.written_by = "Kofi’s teacher"

    found = {(f.part, f.phrase, f.is_certain) for f in actions.doubts(draft)}

    assert {("Names of interventions", "Kofi Mensah", True), ("Written by", "Kofi", False)} <= found
    with pytest.raises(Refused, match="A pupil is named: “Kofi Mensah” in Names of interventions"):
        actions.check_can_publish(draft, words_checked=True)


def test_who_wrote_it_stands_as_it_was_typed(draft, sendco, sign_in):
    client = sign_in(Role.SENDCO, draft.school)
    for typed in (f"{sendco.name}, SENDCo", "The leadership team"):
        draft.refresh_from_db()
        actions.write_report(
            report=draft, version=draft.version, by=sendco, narrative=draft.narrative, written_by=typed, meeting_on=None
        )
        page = client.get(draft.get_absolute_url()).content.decode()
        assert f"Written by {typed}." in page
