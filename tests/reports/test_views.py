"""Who reads what; building and publishing on screen; what pages cost."""

import pytest
from django.urls import reverse

from reports import actions
from reports.models import GovernorReport
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from tests import factories

from .conftest import NOW

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]
AT = [2026, "autumn"]


def url(name, *args):
    return reverse(f"reports:{name}", args=args or AT)


def words_of(client):
    """What the build page would send back unchanged."""
    form = client.get(url("governors-build")).context["form"]
    return {name: form[name].value() or "" for name in form.fields}


def test_governor_reads_what_is_published(published, sign_in, school):
    client = sign_in(Role.GOVERNOR, school)

    page, pdf = client.get(url("governors")), client.get(url("governors-pdf"))

    assert page.status_code == 200
    assert "44 of our 210 pupils are on the SEND register" in page.content.decode()
    assert (pdf.status_code, pdf["Content-Type"]) == (200, "application/pdf")
    assert b"".join(pdf.streaming_content) == b"%PDF-1.7 Autumn term 2026"
    assert pdf["Content-Disposition"] == f'inline; filename="send-report-{school.urn}-2026-autumn.pdf"'
    assert list(AuditEvent.objects.filter(actor_id=client.user.pk).values_list("kind", flat=True).order_by("pk")) == [
        "report.read", "report.downloaded",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["governors", "governors-pdf", "governors-build", "governors-publish"])
def test_governor_does_not_know_of_a_draft(draft, sign_in, school, name):
    assert sign_in(Role.GOVERNOR, school).get(url(name)).status_code == 404


@pytest.mark.parametrize("role", [Role.GOVERNOR, Role.SENDCO, Role.HEAD])
def test_other_school_does_not_know_of_the_report(published, sign_in, two_schools, role):
    client = sign_in(role, two_schools[1])

    assert [client.get(url(name)).status_code for name in ("governors", "governors-pdf")] == [404, 404]


@pytest.mark.parametrize("role", [Role.TEACHER, Role.SUPPORT, Role.ADMIN, Role.SYSTEM_ADMIN, Role.SAFEGUARDING])
def test_others_have_no_reports(published, sign_in, school, role):
    client = sign_in(role, school)

    assert client.get(reverse("reports:list")).status_code == 403
    assert client.get(url("governors")).status_code == 404


def test_governor_may_not_build(published, sign_in, school):
    client = sign_in(Role.GOVERNOR, school)

    assert client.get(url("governors-build")).status_code == 403
    assert client.post(reverse("reports:start"), {"term": "2026-autumn"}).status_code == 403


def test_published_report_cannot_be_built(published, sign_in, school):
    response = sign_in(Role.SENDCO, school).get(url("governors-build"))

    assert response.status_code == 400
    assert "locked" in response.content.decode()


def test_unknown_term_is_not_found(published, sign_in, school):
    assert sign_in(Role.GOVERNOR, school).get("/reports/governors/2026/winter/").status_code == 404


def test_start_makes_a_draft(world, sign_in):
    client = sign_in(Role.SENDCO, world)

    assert "Autumn term 2026" in client.get(reverse("reports:list")).content.decode()
    response = client.post(reverse("reports:start"), {"term": "2026-autumn"})

    assert response.url == "/reports/governors/2026/autumn/build/"
    assert GovernorReport.objects.get().state == "draft"


def test_start_of_a_term_to_come_is_refused(school, sign_in):
    assert sign_in(Role.SENDCO, school).post(reverse("reports:start"), {"term": "2026-spring"}).status_code == 400


def test_words_are_saved(draft, sign_in, school):
    client = sign_in(Role.SENDCO, school)
    data = words_of(client) | {"who": "More need for speech.", "title_2": "", "text_2": "", "meeting_on": "2026-12-03"}

    response = client.post(url("governors-build"), data)

    draft.refresh_from_db()
    assert response.url == url("governors-build")
    assert (draft.narrative["who"], draft.meeting_on.isoformat(), draft.version) == (
        "More need for speech.",
        "2026-12-03",
        2,
    )
    assert [m["title"] for m in draft.narrative["headline"]] == [
        "Most support is reaching pupils", "Not every legal date was met", "The register has grown",
    ]  # fmt: skip


def test_message_without_a_title_is_refused(draft, sign_in, school):
    client = sign_in(Role.SENDCO, school)
    response = client.post(url("governors-build"), words_of(client) | {"title_1": ""})

    assert response.status_code == 422
    assert "Say message 1 in a few words" in response.content.decode()


def test_stale_words_meet_the_newer_ones(draft, sign_in, school, sendco):
    client = sign_in(Role.SENDCO, school)
    data = words_of(client) | {"who": "Mine."}
    actions.write_report(
        report=draft, version=1, by=sendco, narrative={"who": "Theirs."}, written_by="", meeting_on=None
    )

    response = client.post(url("governors-build"), data)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Theirs." in page
    assert "Save mine over it" in page
    again = client.post(url("governors-build"), data | {"version": 2})
    draft.refresh_from_db()
    assert (again.status_code, draft.narrative["who"]) == (302, "Mine.")


def test_counting_again_needs_the_newest_version(world, sign_in):
    client = sign_in(Role.SENDCO, world)
    client.post(reverse("reports:start"), {"term": "2026-autumn"})

    assert client.post(url("governors-count"), {"version": 1}).url == url("governors-build")
    assert client.post(url("governors-count"), {"version": 1}).status_code == 409


def test_publishing_shows_its_progress_and_then_the_report(
    draft, sign_in, school, plain_pdf, django_capture_on_commit_callbacks
):
    client = sign_in(Role.SENDCO, school)
    assert "Nothing to look at" in client.get(url("governors-publish")).content.decode()

    with django_capture_on_commit_callbacks() as callbacks:
        asked = client.post(url("governors-publish"), {"version": 1})
    assert asked.url == url("governors-publish")
    waiting = client.get(url("governors-publish")).content.decode()
    assert "Making the PDF" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    callbacks[-1]()

    assert client.get(url("governors-publish")).url == url("governors")
    assert client.get(url("governors-publish"), headers={"HX-Request": "true"})["HX-Redirect"] == url("governors")


def test_publishing_that_hangs_can_be_tried_again(draft, sign_in, school):
    GovernorReport.objects.filter(pk=draft.pk).update(publishing_at=NOW.replace(year=2025))
    page = sign_in(Role.SENDCO, school).get(url("governors-publish")).content.decode()

    assert "taking longer than it should" in page
    assert "Publish and tell governors" in page


def test_named_pupil_stops_publishing(draft, sign_in, school, sendco):
    actions.write_report(
        report=draft, version=1, by=sendco, narrative={"who": "Kofi Mensah did well"}, written_by="", meeting_on=None
    )
    client = sign_in(Role.SENDCO, school)

    assert "Must go" in client.get(url("governors-publish")).content.decode()
    assert client.post(url("governors-publish"), {"version": 2, "words_checked": "on"}).status_code == 422


def test_doubt_needs_its_tick(draft, sign_in, school, sendco):
    actions.write_report(
        report=draft, version=1, by=sendco, narrative={"who": "Kofi did well"}, written_by="", meeting_on=None
    )
    response = sign_in(Role.SENDCO, school).post(url("governors-publish"), {"version": 2})

    assert response.status_code == 422
    assert "Say that you have looked at these words" in response.content.decode()


@pytest.mark.parametrize(("name", "queries"), [("governors", 5), ("governors-build", 4), ("governors-publish", 5)])
def test_page_costs_the_same_for_any_school(draft, sign_in, school, django_assert_num_queries, name, queries):
    client = sign_in(Role.SENDCO, school)
    client.get(url(name))
    with django_assert_num_queries(queries):
        client.get(url(name))
    for _ in range(3):
        factories.PupilFactory(school=school)
    with django_assert_num_queries(queries):
        client.get(url(name))


def test_list_costs_the_same_for_any_number(draft, sign_in, school, django_assert_num_queries):
    client = sign_in(Role.SENDCO, school)
    client.get(reverse("reports:list"))
    with django_assert_num_queries(5):
        client.get(reverse("reports:list"))
    for year in (2023, 2024):
        GovernorReport.objects.create(school=school, academic_year=year, term="summer", figures=draft.figures)
    with django_assert_num_queries(5):
        client.get(reverse("reports:list"))


def test_reader_of_two_schools_finds_the_only_report(published, sign_in, school):
    """A notice leads to the report of one school while another is in view."""
    other = factories.SchoolFactory(federation=school.federation, name="Abbey School")
    client = sign_in(Role.GOVERNOR, school)
    factories.MembershipFactory(user=client.user, school=other, role=Role.GOVERNOR)

    assert client.get(url("governors")).status_code == 200
