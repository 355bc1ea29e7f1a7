"""The jobs that are done every day: how many presses they cost, and that nothing typed is lost on the way."""

import re

import pytest
from django.contrib.sessions.models import Session as SignIn
from playwright.sync_api import expect

from provision.models import SessionEntry
from pupils.models import Need, ProgressRecord
from tests.e2e import steps
from tests.e2e.conftest import HAND

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("on_monday")]


@pytest.fixture
def place(school):
    return steps.furnish(school)


@pytest.fixture
def press():
    return steps.Presses()


# --- what a job costs


def test_record_a_need_from_the_register(visit, place, press):
    page = visit(place.sendco, "/register/")
    press(page.get_by_role("link", name="Ada Ashdown"))
    press(page.get_by_role("navigation", name="Ada Ashdown").get_by_role("link", name="Needs"))
    press(page.get_by_role("link", name="Record a need").first)
    press(page.get_by_label("(SLCN)"))
    press(page.get_by_role("button", name="Save need"))

    steps.told(page, "Need saved")
    assert press.count == 5
    assert list(Need.objects.values_list("pupil", "code", "rank", "starts")) == [
        (place.ada.pk, "SLCN", 1, steps.MONDAY)
    ]


def test_record_progress_from_my_pupils(visit, place, press):
    page = visit(place.teacher, "/my-pupils/")
    press(page.get_by_role("link", name="Ada Ashdown"))
    row = page.locator(f"#target-{place.target.pk}")
    press(row.get_by_role("radio", name="Nearly"))
    press(row.get_by_role("button", name="Save today"))

    steps.told(page, "Saved: Nearly")
    assert press.count == 3
    assert list(ProgressRecord.objects.values_list("target", "rating", "on")) == [(place.target.pk, 2, steps.MONDAY)]


def test_log_a_session_of_six_on_a_phone(visit, place, press):
    page = visit(place.assistant, "/my-day/", **HAND)
    press(page.get_by_role("link", name="Log this session"))
    press(page.get_by_role("button", name="Everyone: Nearly"))
    press(page.get_by_role("checkbox", name="Ben"))
    press(page.get_by_role("group", name="Eva").get_by_role("radio", name="With help"))
    press(page.get_by_role("button", name="Save session"))

    steps.told(page, "Session saved. Talk Boost, Willow")
    assert press.count == 5
    entries = SessionEntry.objects.order_by("line__pupil__forename")
    assert list(entries.values_list("line__pupil__forename", "was_away", "rating")) == [
        ("Ada", False, 2), ("Ben", True, None), ("Cem", False, 2), ("Dan", False, 2), ("Eva", False, 1), ("Fay", False, 2),
    ]  # fmt: skip


def test_print_a_plan_from_the_pupil(visit, place, press):
    page = visit(place.sendco, f"/pupils/{place.ada.pk}/")
    press(page.get_by_role("link", name="Print plan"))

    expect(page).to_have_url(re.compile(r"/print/$"))
    expect(page.get_by_text("Asks for help with a card")).to_be_visible()
    assert press.count == 1


# --- nothing typed is lost


def test_note_survives_an_expired_session(visit, place):
    page = visit(None, f"/sign-in/?next=/pupils/{place.ada.pk}/notes/add/")
    steps.sign_in(page, place.sendco)
    page.locator("[name=text]").fill("Asked for the talk card twice, without a prompt.")
    SignIn.objects.all().delete()
    page.get_by_role("button", name="Save note").click()

    expect(page.get_by_text("You were signed out while you were working.")).to_be_visible()
    steps.sign_in(page, place.sendco)
    expect(page.get_by_role("heading", level=1)).to_have_text("What you typed is still here")
    expect(page.get_by_text("Asked for the talk card twice, without a prompt.")).to_be_visible()
    page.get_by_role("button", name="Save it now").click()

    steps.told(page, "Note saved")
    assert list(place.ada.notes.values_list("text", flat=True)) == ["Asked for the talk card twice, without a prompt."]


def test_logged_session_survives_an_expired_one(visit, place):
    """The page stays as it is while the person signs in beside it."""
    page = visit(place.assistant, f"/sessions/{place.sessions[0].pk}/log/", **HAND)
    page.get_by_role("button", name="Everyone: With help").click()
    SignIn.objects.all().delete()
    page.get_by_role("button", name="Save session").click()
    dialog = page.get_by_role("dialog", name="You have been signed out")
    expect(dialog).to_be_visible()
    with page.context.expect_page() as opened:
        dialog.get_by_role("link", name="Sign in in a new tab").click()
    steps.sign_in(opened.value, place.assistant)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("My day")
    dialog.get_by_role("button", name="Back to my work").click()
    page.get_by_role("button", name="Save session").click()

    steps.told(page, "Session saved")
    assert SessionEntry.objects.filter(rating=1).count() == 6


def test_session_logged_without_a_network_is_sent_when_it_is_back(visit, place):
    page = visit(place.assistant, f"/sessions/{place.sessions[0].pk}/log/", **HAND)
    page.get_by_role("button", name="Everyone: Got it").click()
    page.context.set_offline(True)
    page.get_by_role("button", name="Save session").click()

    expect(page.get_by_text("Not sent yet. We will try again. Keep this page open.")).to_be_visible()
    expect(page.get_by_role("group", name="Ada").get_by_role("radio", name="Got it")).to_be_checked()
    assert SessionEntry.objects.count() == 0
    page.context.set_offline(False)

    steps.told(page, "Session saved")
    assert SessionEntry.objects.filter(rating=3).count() == 6


def test_second_writer_sees_both_plans_and_loses_nothing(visit, place):
    path = f"/plans/{place.plan.pk}/edit/"
    first, second = visit(place.sendco, path), visit(place.teacher, path)
    second.get_by_label("The parents’ views").fill("He talks about school at home now.")
    first.get_by_label("What we know now").fill("Uses four words together.")
    first.get_by_role("button", name="Save plan").click()
    steps.told(first, "Plan saved")
    second.get_by_label("What we know now").fill("Uses three words together.")
    second.get_by_role("button", name="Save plan").click()

    conflict = second.get_by_role("alert")
    for words in ("Uses four words together.", "Uses three words together.", "He talks about school at home now."):
        expect(conflict).to_contain_text(words)
    expect(conflict).to_contain_text(place.sendco.name)
    place.plan.refresh_from_db()
    assert place.plan.assessment == "Uses four words together."
    second.get_by_label("What we know now").fill("Uses three, with a prompt four words together.")
    second.get_by_role("button", name="Save mine over it").last.click()

    steps.told(second, "Plan saved")
    place.plan.refresh_from_db()
    assert place.plan.assessment == "Uses three, with a prompt four words together."
    assert place.plan.parent_views == "He talks about school at home now."


def test_rating_is_taken_back(visit, place):
    page = visit(place.teacher, f"/pupils/{place.ada.pk}/plan/")
    row = page.locator(f"#target-{place.target.pk}")
    row.get_by_role("radio", name="Not yet").click()
    row.get_by_role("button", name="Save today").click()
    steps.told(page, "Saved: Not yet")
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    steps.told(page, "Rating taken back")
    assert ProgressRecord.objects.count() == 0


def test_idle_page_on_a_shared_device_gives_way(visit, place):
    page = visit(None, f"/sign-in/?next=/pupils/{place.ada.pk}/")
    page.clock.install()
    page.get_by_label("This is a shared device").check()
    steps.sign_in(page, place.sendco)
    expect(page.get_by_role("heading", name="Ada Ashdown")).to_be_visible()
    SignIn.objects.all().delete()  # as the server does by then
    page.clock.fast_forward("04:55")
    expect(page.get_by_role("heading", name="Ada Ashdown")).to_be_visible()
    page.clock.fast_forward("00:10")

    expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
