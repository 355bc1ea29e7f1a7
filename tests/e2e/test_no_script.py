"""The day's jobs with JavaScript switched off."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from provision.models import SessionEntry
from pupils.models import Need, ProgressRecord
from reviews import actions as review_actions
from reviews import links
from reviews.models import Invitee, Review
from tests.e2e import steps

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_monday")]
OFF = {"java_script_enabled": False}


@pytest.fixture
def place(school):
    return steps.furnish(school)


@pytest.fixture
def review(place):
    """An open review of a plan that was made on 20 January; the scheduler proposes days from 7 December, two weeks on."""
    ada = place.ada
    ada.sen_status = "E"
    ada.save()
    plan = review_actions.open_ehc_plan(
        pupil=ada, by=place.sendco, la_code="330", first_made_on=date(2026, 1, 20), last_decision_on=None, version_on=None,
        phase_transfer_year=None, is_to_post_16=False, is_anchor_estimated=False, top_up_pounds=None, aspirations="",
    )  # fmt: skip
    return review_actions.open_review(plan=plan, kind="annual", by=place.sendco, on=steps.MONDAY, owner=place.sendco)


def test_sign_in_search_and_register(visit, place):
    page = visit(None, "/register/", **OFF)
    steps.sign_in(page, place.sendco)
    expect(page.get_by_role("heading", level=1)).to_have_text("SEND register")
    expect(page.get_by_text("Showing 6 pupils")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("Ben")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Showing 1 pupil")).to_be_visible()
    page.get_by_label("Find a pupil").fill("eva")
    page.get_by_label("Find a pupil").press("Enter")
    page.get_by_role("link", name="Eva Ashdown").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Eva Ashdown")


def test_record_a_need(visit, place):
    page = visit(place.sendco, f"/pupils/{place.ada.pk}/needs/", **OFF)
    page.get_by_role("link", name="Record a need").first.click()
    page.get_by_role("button", name="Save need").click()
    expect(page.locator(".error-summary")).to_contain_text("Choose the need")
    page.get_by_label("(SLCN)").check()
    page.get_by_role("button", name="Save need").click()

    steps.told(page, "Need saved")
    assert Need.objects.get().code == "SLCN"


def test_record_progress_and_take_it_back(visit, place):
    page = visit(place.teacher, f"/pupils/{place.ada.pk}/", **OFF)
    row = page.locator(f"#target-{place.target.pk}")
    row.get_by_role("radio", name="Got it").check()
    row.get_by_role("button", name="Save today").click()
    steps.told(page, "Saved: Got it")
    assert ProgressRecord.objects.get().rating == 3
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    steps.told(page, "Rating taken back")
    assert ProgressRecord.objects.count() == 0


def test_log_a_session(visit, place):
    page = visit(place.assistant, "/my-day/", **OFF)
    page.get_by_role("link", name="Log this session").click()
    page.get_by_role("checkbox", name="Cem").check()
    page.get_by_role("button", name="Everyone: Nearly").click()
    page.get_by_role("group", name="Eva").get_by_role("radio", name="With help").check()
    page.get_by_role("button", name="Save session").click()

    steps.told(page, "Session saved")
    entries = SessionEntry.objects.order_by("line__pupil__forename")
    assert list(entries.values_list("rating", flat=True)) == [2, 2, None, 2, 1, 2]


def test_schedule_a_review_and_invite(visit, place, review, mailoutbox):
    Invitee.objects.filter(review=review, kind="parent").update(name="Robin Ashdown", email="robin@home.invalid")
    page = visit(place.admin, "/meetings/", **OFF)
    page.get_by_role("link", name="Schedule meetings").click()
    page.get_by_label("Room").fill("Library")
    page.get_by_role("button", name=re.compile("Book and invite")).click()

    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Ada Ashdown"))
    review = Review.objects.get()
    assert (review.state, review.short_notice_reason) == ("scheduled", "")
    assert review.invitees.get(kind="parent").invited_on == steps.MONDAY
    assert date(2026, 12, 7) <= review.meeting_on <= date(2026, 12, 22)
    assert [mail.to for mail in mailoutbox if mail.to == ["robin@home.invalid"]] == [["robin@home.invalid"]]


def test_contribute_by_link(visit, place, review):
    parent = Invitee.objects.filter(review=review, kind="parent").first()
    Invitee.objects.filter(pk=parent.pk).update(name="Robin Ashdown", email="robin@home.invalid")
    page = visit(place.admin, f"/meetings/schedule/?review={review.pk}", **OFF)
    page.get_by_label("Room").fill("Library")
    page.get_by_role("button", name=re.compile("Book and invite")).click()
    link = parent.links.get()
    page = visit(None, f"/c/{links.token_of(link)}/", **OFF)
    page.get_by_role("link", name="Start").click()
    for words in ("Being with others", "The card", "More of the same", "A friend"):
        page.locator("textarea").fill(words)
        page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what you wrote")
    page.get_by_role("button", name="Send to the school").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    parent.refresh_from_db()
    assert parent.advice_received_on == steps.MONDAY
