"""The whole story in one: from the school's own pupil file to a governor who reads the report.

A real browser for each person, PostgreSQL, tasks through a real Redis to a real worker, mail to a real SMTP server.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from provision.models import Group, Session, SessionEntry
from pupils.models import Pupil
from reports.models import GovernorReport
from reviews.models import Review
from sendco.accounts.models import User
from sendco.accounts.permissions import Role
from sendco.notifications import tasks
from sendco.schools.models import School
from tests import factories
from tests.e2e import steps
from tests.e2e.conftest import HAND
from tests.reports.world import whole_world
from tests.services import wait_for
from tests.services.smtp import Mailbox

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_monday")]

FILE = Path(__file__).resolve().parents[1] / "data" / "ctf" / "3309999_CTF_3309998_001.xml"
SUPPORTED = (
    "Amina Testerly", "Ben Sampleton", "Daisy Fictional", "Ewan Placeholder", "Zo O", "Hana Invented",
)  # fmt: skip
PARENT = "robin@home.invalid"
SMALL = re.compile(r"(?<!more than )\b(?:[1-5]|one|two|three|four|five) (?:of our )?pupils?\b", re.IGNORECASE)


@dataclass
class Story:
    """The school, its people, and one browser for each of them; what one step leaves is found by the next."""

    school: School
    people: dict[str, User]
    pages: dict[str, Page]

    def __getattr__(self, name: str) -> Page:
        return self.pages[name]

    def pupil(self, forename: str, surname: str) -> Pupil:
        return Pupil.objects.get(school=self.school, forename=forename, surname=surname)


@pytest.fixture
def story(school: School, live_server: Any, visit: Any, settings: Any, tmp_path: Path) -> Story:
    """A school of 210 that the file joins; nobody of the file is here yet. Server and worker share database and files."""
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = settings.STORAGES | {"default": files}
    settings.BASE_URL = live_server.url
    School.objects.filter(pk=school.pk).update(la_code="330", establishment_number="9998")
    whole_world(school)
    people = {role.value: factories.person(role, school) for role in Role}
    willow = factories.SchoolClassFactory(school=school, name="Willow")
    people["teacher"].memberships.get().classes.add(willow)
    pages = {}
    for role in ("admin_assistant", "sendco", "teacher", "support", "governor"):
        pages[role] = visit(None, "/sign-in/", **(HAND if role == "support" else {}))
        steps.sign_in(pages[role], people[role])
        expect(pages[role].get_by_role("heading", level=1)).to_be_visible()
    return Story(school, people, pages)


def test_from_the_pupil_file_to_the_governors_report(
    story: Story, start_worker: Callable[..., Path], mailbox: Mailbox, live_server: Any
) -> None:
    start_worker(EMAIL_URL=mailbox.url, TODAY=steps.MONDAY.isoformat(), BASE_URL=live_server.url)

    import_the_file(story.admin_assistant)
    find_the_pupil(story.sendco)
    record_need_and_plan(story.sendco)
    plan_a_group_of_six(story.sendco, story.people["support"])
    log_the_session_on_a_phone(story.support)
    see_it_in_class(story.teacher)
    see_what_did_not_happen(story.sendco)
    record_the_ehc_plan(story.sendco)
    schedule_the_review(story.admin_assistant, mailbox)
    remind(story, mailbox)
    publish_the_report(story.sendco)
    read_the_report(story)


def import_the_file(page: Page) -> None:
    """The admin assistant uploads the file, looks, and imports."""
    page.goto("/imports/")
    page.get_by_role("link", name="Upload a file").first.click()
    page.get_by_label("File", exact=True).set_input_files(FILE)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check the import")
    expect(page.get_by_role("rowheader", name="Testerly, Amina")).to_be_visible()
    assert Pupil.objects.filter(surname="Testerly").count() == 0
    page.get_by_role("button", name="Import 8 pupils").click()
    steps.told(page, "Imported: 8 pupils added, 0 changed")


def find_the_pupil(page: Page) -> None:
    """The SENDCo finds the new pupil in the register, and puts her into her class."""
    page.get_by_role("navigation").get_by_role("link", name="Pupils", exact=True).first.click()
    expect(page.get_by_text("Showing 50 pupils")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("testerly")
    expect(page.get_by_text("Showing 1 pupil", exact=True)).to_be_visible()
    page.get_by_role("link", name="Amina Testerly").click()
    page.locator("summary", has_text="More actions").click()
    page.get_by_role("link", name="Change details").click()
    page.get_by_label(re.compile("^Class")).select_option(label="Willow")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Amina Testerly")


def record_need_and_plan(page: Page) -> None:
    """A second need, and a plan with one target, agreed."""
    sections = page.get_by_role("navigation", name="Amina Testerly")
    sections.get_by_role("link", name="Needs").click()
    page.get_by_role("link", name="Record a need").first.click()
    page.get_by_label("(ASD)").check()
    page.get_by_role("button", name="Save need").click()
    steps.told(page, "Need saved")

    sections.get_by_role("link", name="Plan").click()
    page.get_by_role("link", name="Plan the next cycle").click()
    page.get_by_label("What we know now").fill("Uses two words together.")
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("link", name="Add a target").click()
    page.get_by_label("What the child will do").fill("Asks for help with a card, in 4 of 5 lessons")
    page.get_by_role("button", name="Save target").click()
    page.get_by_role("link", name="Agree plan").click()
    page.get_by_role("button", name="Agree plan").click()
    steps.told(page, "Plan agreed")
    expect(page.get_by_text("Asks for help with a card, in 4 of 5 lessons").first).to_be_visible()


def plan_a_group_of_six(page: Page, assistant: User) -> None:
    """From the catalogue, twice on Mondays; each pupil gets a line on the map."""
    page.goto("/interventions/talk-boost-ks2/")
    page.get_by_role("link", name="Plan a group").click()
    page.get_by_label("Name of the group").fill("Talk Boost, Willow")
    for name in SUPPORTED:
        page.get_by_role("group", name="Pupils").get_by_label(name).check()
    page.get_by_label("Who runs it").select_option(label=assistant.name)
    page.get_by_label("Times a week").fill("2")
    page.get_by_label("Monday, time").fill("09:30")
    page.get_by_label("Monday, second time").fill("14:00")
    page.get_by_role("button", name="Plan this group").click()
    steps.told(page, "Planned: Talk Boost, Willow")

    group = Group.objects.get(name="Talk Boost, Willow")
    assert group.lines.count() == 6
    page.goto(f"/provision/pupils/{Pupil.objects.get(surname='Testerly').pk}/")
    expect(page.get_by_role("main")).to_contain_text("Talk Boost")


def log_the_session_on_a_phone(page: Page) -> None:
    """The assistant logs one session in five taps, and says that the other did not happen."""
    press = steps.Presses()
    page.goto("/my-day/")
    press(page.get_by_role("link", name="Log this session"))
    press(page.get_by_role("button", name="Everyone: Nearly"))
    press(page.get_by_role("checkbox", name="Ben"))
    press(page.get_by_role("group", name="Amina").get_by_role("radio", name="Got it"))
    press(page.get_by_role("button", name="Save session"))
    steps.told(page, "Session saved. Talk Boost, Willow")
    assert press.count == 5
    assert sorted(SessionEntry.objects.filter(rating__isnull=False).values_list("rating", flat=True)) == [2, 2, 2, 2, 3]

    page.get_by_role("link", name="Log this session").click()
    page.get_by_role("link", name="It did not happen").click()
    page.get_by_label("No room").check()
    page.get_by_role("button", name="Save as not happened").click()
    steps.told(page, "Saved as not happened. Talk Boost, Willow")
    assert Session.objects.get(group__name="Talk Boost, Willow", state="missed").reason == "room"


def see_it_in_class(page: Page) -> None:
    """The teacher sees on the pupil's page how it went."""
    page.goto("/my-pupils/")
    page.get_by_role("link", name="Amina Testerly").click()
    page.get_by_role("navigation", name="Amina Testerly").get_by_role("link", name="Provision").click()
    sessions = page.get_by_role("region", name="Last sessions")
    expect(sessions).to_contain_text("Talk Boost, Willow")
    expect(sessions).to_contain_text("Got it")
    expect(sessions).to_contain_text("No room")


def see_what_did_not_happen(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name="Sessions").first.click()
    page.get_by_role("main").get_by_role("link", name="Did not happen", exact=True).click()
    row = page.get_by_role("row", name="Talk Boost, Willow")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("No room")


def record_the_ehc_plan(page: Page) -> None:
    """Ben's plan was made on 20 January: every date of its review follows."""
    page.get_by_label("Find a pupil").fill("ben samp")
    page.get_by_label("Find a pupil").press("Enter")
    page.get_by_role("main").get_by_role("link", name="Ben Sampleton").click()
    page.get_by_role("navigation", name="Ben Sampleton").get_by_role("link", name="Reviews").click()
    page.get_by_role("link", name="Record an EHC plan").click()
    page.get_by_label("Plan first made on").fill("2026-01-20")
    page.get_by_role("button", name="Save plan").click()
    steps.told(page, "EHC plan saved. Its next review is open")
    timeline = page.get_by_role("region", name="Statutory timeline")
    expect(timeline).to_contain_text("19 January 2027")


def schedule_the_review(page: Page, mailbox: Mailbox) -> None:
    """The admin assistant writes the parent's address down, takes the day that is proposed, and invites."""
    page.goto("/meetings/")
    page.get_by_role("link", name="Ben Sampleton").first.click()
    page.get_by_label("More for Parent").click()
    page.get_by_role("link", name="Change details").locator("visible=true").click()
    page.get_by_label("Name", exact=True).fill("Robin Carer")
    page.get_by_label("E-mail address").fill(PARENT)
    page.get_by_role("button", name="Save person").click()
    steps.told(page, "Person saved")
    page.get_by_role("link", name="Schedule", exact=True).last.click()
    page.get_by_label("Room").fill("Library")
    page.get_by_role("button", name=re.compile("Book and invite")).click()
    steps.told(page, "Meeting booked.")

    review = Review.objects.get(pupil__surname="Sampleton")
    assert (review.state, review.short_notice_reason) == ("scheduled", "")
    assert review.invitees.get(email=PARENT).invited_on == steps.MONDAY
    wait_for(lambda: to(mailbox, PARENT), what="The invitation")
    assert to(mailbox, PARENT)[0]["Subject"].startswith("Invitation: annual review for BS, ")


def remind(story: Story, mailbox: Mailbox) -> None:
    """What beat starts each morning, here by hand: a worker collects, writes and sends. No e-mail names a child."""
    tasks.morning.delay()
    for role in ("sendco", "admin_assistant"):
        address = story.people[role].email
        wait_for(lambda: to(mailbox, address), what=f"The digest of {address}")  # noqa: B023 - called at once
        digest = to(mailbox, address)[-1]
        assert "to look at" in digest["Subject"]
        assert "Advice for the review of BS must go to everyone by" in text_of(digest)

    names = names_of(story.school)
    said = " ".join(message["Subject"] + " " + text_of(message) for message in mailbox.messages)
    assert names & set(re.findall(r"[\w'’-]+", said)) == set()


def publish_the_report(page: Page) -> None:
    """The SENDCo starts the report, adds a sentence of her own, and publishes; the worker makes the PDF."""
    page.goto("/reports/")
    page.get_by_role("button", name="Start this report").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Report to governors")
    page.get_by_label("Who we support").fill("More families asked for help with talking this term.")
    page.get_by_role("button", name="Save and check before publishing").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Publish the report")
    box = page.get_by_label("I have looked")
    if box.count():
        box.check()
    page.get_by_role("button", name="Publish and tell governors").click()
    expect(page.get_by_role("link", name="Open the PDF")).to_be_visible(timeout=60_000)


def read_the_report(story: Story) -> None:
    """The governor is told, opens the PDF, and can recognise nobody in it."""
    page = story.governor
    page.goto("/notifications/")
    expect(page.get_by_role("main")).to_contain_text("report")
    page.goto("/reports/")
    address = page.get_by_role("link", name=re.compile("^PDF")).get_attribute("href")
    answer = page.request.get(address)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    text = " ".join(" ".join(part.extract_text() for part in PdfReader(io.BytesIO(answer.body())).pages).split())

    assert "50 of our 218 pupils are on the SEND register" in text
    assert "More families asked for help with talking this term." in text
    assert "Totals only. No pupil can be identified from this report." in text
    # Reception has three: hidden, and with it another year from which the three could be worked out.
    assert "Reception 5 or fewer" in text
    years = dict(re.findall(r"(Reception|Year [1-6]) (5 or fewer|not shown|\d+)", text))
    assert "not shown" in years.values()
    assert [year for year, shown in years.items() if shown in {"1", "2", "3", "4", "5"}] == []
    assert SMALL.findall(text) == []
    assert names_of(story.school) & set(re.findall(r"[\w'’-]+", text)) == set()
    assert GovernorReport.objects.get().is_published


def names_of(school: School) -> set[str]:
    """Every word of every pupil's name."""
    rows = Pupil.objects.filter(school=school).values_list("forename", "surname")
    return {word for row in rows for name in row for word in name.split()}


def to(mailbox: Mailbox, address: str) -> list[Any]:
    return [message for message in mailbox.messages if message["To"] == address]


def text_of(message: Any) -> str:
    """All that a mail holds, calendar entries too, unfolded."""
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return " ".join(" ".join(p if isinstance(p, str) else p.decode() for p in parts).replace("\n ", "").split())
