"""The logger as a page: works by links and form posts, says who is not rated, keeps two versions apart."""

from datetime import date

import pytest
from django.urls import reverse
from lxml import html

from provision.actions import lines_on, log_session
from provision.forms.quick import read_note, write_note
from provision.models import Session
from sendco.accounts.permissions import Role
from sendco.core import clock
from tests import factories

pytestmark = pytest.mark.integration

NAMES = (("Amara", "Diallo", "F"), ("Ben", "Carter", "M"), ("Poppy", "Wright", "F"))


@pytest.fixture
def today(on_day):
    """Monday 23 November 2026, at 12."""
    on_day.move_to("2026-11-23 12:00:00+00:00")


@pytest.fixture
def session(plan, school, today):
    pupils = [
        factories.PupilFactory(school=school, forename=forename, surname=surname, sex=sex, sen_status="K")
        for forename, surname, sex in NAMES
    ]
    group = plan(pupils=pupils, starts=date(2026, 11, 9), ends=date(2026, 12, 4))
    return group.sessions.select_related("group").get(on=date(2026, 11, 23))


@pytest.fixture
def as_maya(enter, maya):
    return enter(maya)


def url(session):
    return reverse("provision:session-log", args=[session.pk])


def payload(session, *ratings, **fields):
    """As the form sends it: no rating field for who is away."""
    data = {"version": session.version, "minutes": 30, "starts_at": "10:15"} | fields
    for line, rating in zip(lines_on(session), ratings, strict=True):
        if rating == "away":
            data[f"away-{line.pk}"] = "1"
        elif rating is not None:
            data[f"rating-{line.pk}"] = rating
    return data


def test_logger_shows_first_names_and_initials_only(as_maya, session):
    page = as_maya.get(url(session)).content.decode()
    assert [name in page for name in ("Amara D", "Ben C", "Poppy W")] == [True] * 3
    assert "Diallo" not in page
    assert "3 of 3 here. 3 not rated" in page


def test_logger_has_real_inputs_and_no_script_of_its_own(as_maya, session):
    page = as_maya.get(url(session)).content.decode()
    assert page.count('type="radio"') == 12
    assert page.count("data-away") == 3
    assert page.count('type="submit" name="everyone"') == 4
    assert "<style" not in page
    assert "onclick" not in page


def test_logger_saves_and_goes_back_to_my_day_with_undo(as_maya, session):
    response = as_maya.post(
        url(session), payload(session, 1, "away", 3, quick=["went_well"], text="We ran out of cards")
    )
    assert (response.status_code, response["Location"]) == (302, "/my-day/")
    session.refresh_from_db()
    assert (session.state, session.note) == ("delivered", "Went well. We ran out of cards")
    assert list(session.entries.values_list("was_away", "rating")) == [(False, 1), (True, None), (False, 3)]
    page = as_maya.get("/my-day/").content.decode()
    assert "Session saved. Number, Willow" in page
    assert f'action="/sessions/{session.pk}/undo/?version=2&amp;next=%2Fmy-day%2F"' in page


def test_logger_sent_by_fetch_keeps_the_message_for_the_next_page(as_maya, session):
    response = as_maya.post(url(session), payload(session, 1, 1, 1), headers={"X-Sendco-Keep": "1"})
    assert (response.status_code, response["HX-Redirect"]) == (204, "/my-day/")
    assert "Session saved" in as_maya.get("/my-day/").content.decode()


def summary_of(page):
    """(where it leads, words) of each line of the summary; what it leads to is on the page."""
    document = html.fromstring(page)
    links = document.xpath('//*[@class="error-summary"]//li/a')
    assert len(links) == len(document.xpath('//*[@class="error-summary"]//li'))
    assert all(document.xpath(f'//*[@id="{link.get("href")[1:]}"]') for link in links)
    return [(link.get("href"), link.text) for link in links]


def test_logger_counts_who_is_not_rated_and_names_each_in_the_row(as_maya, session):
    response = as_maya.post(url(session), payload(session, 1, None, None))
    page = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: Log a session - SENDCo</title>" in page
    assert summary_of(page) == [(f"#rating-{lines_on(session)[1].pk}-0", "Rate 2 pupils or mark them away")]
    assert page.count("Rate Ben C, or tap his name if he was away") == 1
    assert page.count("Rate Poppy W, or tap her name if she was away") == 1
    assert Session.objects.get(pk=session.pk).state == "planned"


def test_logger_names_the_only_one_who_is_not_rated(as_maya, session):
    page = as_maya.post(url(session), payload(session, 9, "away", None, minutes=0)).content.decode()
    first, _, last = lines_on(session)
    assert summary_of(page) == [
        ("#id_minutes", "Enter at least 1 minute"),
        (f"#rating-{first.pk}-0", "Select a valid choice. 9 is not one of the available choices."),
        (f"#rating-{last.pk}-0", "Rate Poppy W, or tap her name if she was away"),
    ]


def test_logger_everyone_works_without_script_and_saves_nothing(as_maya, session):
    response = as_maya.post(url(session), payload(session, None, "away", 0, everyone="1"))
    page = response.content.decode()
    first, away, third = lines_on(session)
    assert response.status_code == 200
    assert [f'id="rating-{line.pk}-1" checked' in page for line in (first, away, third)] == [True, False, True]
    assert "There is a problem" not in page
    assert not session.entries.exists()


def test_logger_of_a_logged_session_says_who_and_shows_what_was_saved(as_maya, session, maya):
    as_maya.post(url(session), payload(session, 1, "away", 3, quick=["hard_to_focus"], text="Tired"))
    page = as_maya.get(url(session)).content.decode()
    first, away, _ = lines_on(session)
    assert f"{maya.name} logged this session at 12pm." in page
    assert f'id="rating-{first.pk}-1" checked' in page
    assert f'name="away-{away.pk}" value="1" data-away checked' in page
    assert 'value="hard_to_focus" checked' in page
    assert "Tired</textarea>" in page


def test_logger_correction_offers_no_undo(as_maya, session):
    as_maya.post(url(session), payload(session, 1, 1, 1))
    session.refresh_from_db()
    as_maya.get("/my-day/")
    as_maya.post(url(session), payload(session, 2, 1, 1))
    page = as_maya.get("/my-day/").content.decode()
    assert "Session saved. Number, Willow" in page
    assert "/undo/" not in page


def test_logger_shows_both_versions_when_somebody_was_faster(as_maya, session, sendco):
    data = payload(session, 0, 1, "away", text="Mine")
    entries = [(line.pk, False, 3) for line in lines_on(session)]
    log_session(session=session, version=1, entries=entries, note="Theirs", by=sendco, at=clock.now())
    response = as_maya.post(url(session), data)
    page = response.content.decode()
    assert response.status_code == 409
    assert f"{sendco.name} changed this while you were writing" in page
    for mine, theirs in (("Not yet", "Got it"), ("With help", "Got it"), ("Away", "Got it"), ("Mine", "Theirs")):
        assert (
            f'<span class="kept">{mine}</span></td><td data-label="Their version"><span class="kept">{theirs}' in page
        )
    assert '<input type="hidden" name="version" value="2">' in page
    assert as_maya.post(url(session), data | {"version": 2}).status_code == 302
    assert list(session.entries.values_list("rating", flat=True)) == [0, 1, None]


@pytest.mark.parametrize(("mine", "theirs", "rows"), [("", "", 0), ("Mine", "", 1), ("", "Theirs", 1)])
def test_the_note_is_compared_only_when_one_was_written(as_maya, session, sendco, mine, theirs, rows):
    data = payload(session, 0, 1, 2, text=mine)
    entries = [(line.pk, False, 3) for line in lines_on(session)]
    log_session(session=session, version=1, entries=entries, note=theirs, by=sendco, at=clock.now())
    page = as_maya.post(url(session), data).content.decode()
    assert "Keep my version" in page
    assert page.count('<th scope="row">Note') == rows


def test_logger_of_a_day_ahead_offers_only_that_it_will_not_happen(as_maya, session):
    ahead = Session.objects.get(group=session.group, on=date(2026, 11, 25))
    page = as_maya.get(url(ahead)).content.decode()
    assert "You can log it on the day" in page
    assert "Save session" not in page
    response = as_maya.post(url(ahead), payload(ahead, 1, 1, 1))
    assert response.status_code == 422
    assert "This session is on 25 November 2026" in response.content.decode()


@pytest.mark.parametrize(
    ("role", "code"),
    [
        (Role.SENDCO, 200),
        (Role.HEAD, 403),
        (Role.SUPPORT, 404),
        (Role.TEACHER, 404),
        (Role.GOVERNOR, 404),
        (Role.ADMIN, 404),
    ],
)
def test_who_may_open_the_logger(sign_in, school, session, role, code):
    assert sign_in(role, school).get(url(session)).status_code == code


def test_a_sendco_of_another_school_finds_no_such_session(sign_in, two_schools, session):
    client = sign_in(Role.SENDCO, two_schools[1])
    for name in ("session-log", "session-missed"):
        assert client.get(reverse(f"provision:{name}", args=[session.pk])).status_code == 404
    assert client.post(reverse("provision:session-undo", args=[session.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 6])
def test_logger_takes_the_same_queries_for_any_number_of_pupils(plan, as_maya, today, django_assert_num_queries, count):
    group = plan(pupils=count, starts=date(2026, 11, 9), ends=date(2026, 12, 4))
    address = url(group.sessions.get(on=date(2026, 11, 23)))
    as_maya.get(address)
    with django_assert_num_queries(6):
        as_maya.get(address)


def test_missed_keeps_the_reason(as_maya, session):
    address = reverse("provision:session-missed", args=[session.pk])
    assert "Why did it not happen?" in as_maya.get(address).content.decode()
    response = as_maya.post(address, {"version": 1, "reason": "room", "note": "Hall was full", "next": "/sessions/"})
    assert (response.status_code, response["Location"]) == (302, "/sessions/")
    session.refresh_from_db()
    assert (session.state, session.reason, session.note) == ("missed", "room", "Hall was full")


def test_missed_asks_for_a_reason(as_maya, session):
    response = as_maya.post(reverse("provision:session-missed", args=[session.pk]), {"version": 1, "reason": ""})
    assert response.status_code == 422
    assert "Choose why the session did not happen" in response.content.decode()


def test_missed_over_a_newer_version_shows_it(as_maya, session, sendco):
    entries = [(line.pk, False, 3) for line in lines_on(session)]
    log_session(session=session, version=1, entries=entries, note="", by=sendco, at=clock.now())
    address = reverse("provision:session-missed", args=[session.pk])
    response = as_maya.post(address, {"version": 1, "reason": "room"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "It is now: happened" in page
    assert 'name="version" value="2"' in page


def test_undo_from_the_toast(as_maya, session):
    as_maya.post(url(session), payload(session, 1, 1, 1))
    response = as_maya.post(f"/sessions/{session.pk}/undo/?version=2&next=/my-day/")
    assert (response.status_code, response["Location"]) == (302, "/my-day/")
    session.refresh_from_db()
    assert (session.state, session.entries.count()) == ("planned", 0)


def test_undo_of_a_save_that_somebody_changed_is_refused(as_maya, session, sendco):
    as_maya.post(url(session), payload(session, 1, 1, 1))
    fresh = Session.objects.select_related("group").get(pk=session.pk)
    entries = [(line.pk, False, 3) for line in lines_on(session)]
    log_session(session=fresh, version=2, entries=entries, note="", by=sendco, at=clock.now())
    assert as_maya.post(f"/sessions/{session.pk}/undo/?version=2").status_code == 409
    assert session.entries.count() == 3


@pytest.mark.parametrize(
    ("quick", "text", "note"),
    [
        ([], "", ""),
        (["went_well"], "", "Went well."),
        (["hard_to_focus", "went_well"], "Tired", "Went well. Hard to focus. Tired"),
        ([], "Went wellish", "Went wellish"),
    ],
)
def test_notes_are_read_as_they_were_written(quick, text, note):
    assert write_note(quick, text) == note
    chosen, rest = read_note(note)
    assert (sorted(chosen), rest) == (sorted(quick), text)
