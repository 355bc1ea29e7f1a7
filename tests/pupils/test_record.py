"""Profile, strategies, adjustments, notes and scores; who reads a note."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from pupils import actions
from pupils.forms.record import parse_score
from pupils.models import Adjustment, Instrument, Note, Profile, Score, Strategy
from pupils.score_rules import Earlier, score_doubts
from pupils.sight import Sight, may_open_document, may_read_note, notes_q
from sendco.accounts.permissions import Role
from sendco.audit.models import AuditEvent
from sendco.core.exceptions import Conflict, NotAllowed, Refused
from tests import factories

pytestmark = pytest.mark.integration
ON = date(2026, 11, 23)
NOTHING = Sight(*[False] * 10)


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school, sen_status="K")


@pytest.fixture
def sendco(school):
    return factories.person(Role.SENDCO, school)


# --- Who sees which part ----------------------------------------------------------------------------------

PARTS = (
    "record",
    "plan",
    "full_plan",
    "provision",
    "reviews",
    "notes",
    "confidential",
    "documents",
    "contacts",
    "audit",
)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.SENDCO, PARTS),
        (Role.TEACHER, ("record", "plan", "full_plan", "provision", "reviews", "notes", "documents")),
        (Role.SUPPORT, ("plan",)),
        (Role.ADMIN, ("record", "reviews", "documents", "contacts")),
        (Role.HEAD, ("record", "plan", "full_plan", "provision", "reviews", "notes", "documents", "contacts", "audit")),
        (
            Role.FEDERATION_LEAD,
            ("record", "plan", "full_plan", "provision", "reviews", "notes", "documents", "contacts", "audit"),
        ),
        (
            Role.SAFEGUARDING,
            ("record", "plan", "full_plan", "reviews", "notes", "confidential", "documents", "contacts", "audit"),
        ),
        (Role.GOVERNOR, ()),
        (Role.SYSTEM_ADMIN, ()),
    ],
)
def test_who_sees_which_part_of_a_record(role, seen, school):
    sight = Sight.of(factories.person(role, school), school.pk)
    assert tuple(part for part in PARTS if getattr(sight, part)) == seen


def test_a_role_in_one_school_shows_nothing_of_another(two_schools):
    here, there = two_schools
    assert Sight.of(factories.person(Role.SENDCO, here), there.pk) == NOTHING


CASES = [
    # confidential note, by the reader, may read notes, may read confidential ones: readable
    (False, False, False, False, False),
    (False, False, True, False, True),
    (False, False, False, True, False),
    (False, False, True, True, True),
    (False, True, False, False, True),
    (True, False, False, False, False),
    (True, False, True, False, False),
    (True, False, False, True, True),
    (True, False, True, True, True),
    (True, True, False, False, True),
    (True, True, True, False, True),
]


@pytest.mark.parametrize(("confidential", "own", "notes", "may_confidential", "readable"), CASES)
def test_who_reads_a_note_alone_and_in_a_list(
    confidential, own, notes, may_confidential, readable, pupil, sendco, school
):
    other = factories.person(Role.SENDCO, school)
    note = actions.add_note(
        pupil=pupil, kind="note", on=ON, text="x", by=sendco if own else other, is_confidential=confidential
    )
    sight = replace(NOTHING, notes=notes, confidential=may_confidential)
    assert may_read_note(sight, is_confidential=confidential, is_writer=own) is readable
    assert list(Note.objects.filter(notes_q(sight, sendco))) == ([note] if readable else [])


@pytest.mark.parametrize(
    ("documents", "may_confidential", "confidential", "own", "openable"),
    [
        (False, True, False, True, False),
        (True, False, False, False, True),
        (True, False, True, False, False),
        (True, False, True, True, True),
        (True, True, True, False, True),
    ],
)
def test_who_opens_a_document(documents, may_confidential, confidential, own, openable):
    sight = replace(NOTHING, documents=documents, confidential=may_confidential)
    assert may_open_document(sight, is_confidential=confidential, is_adder=own) is openable


# --- Profile ----------------------------------------------------------------------------------------------


def test_each_profile_is_kept_and_the_newest_shows(pupil, sendco):
    actions.write_profile(pupil=pupil, on=ON, by=sendco, liked_about_me="I am kind")
    actions.write_profile(pupil=pupil, on=ON, by=sendco, version=1, liked_about_me="I am funny")
    rows = Profile.objects.order_by("pk").values_list("liked_about_me", "is_current", "version")
    assert list(rows) == [("I am kind", False, 1), ("I am funny", True, 2)]
    with pytest.raises(Conflict):
        actions.write_profile(pupil=pupil, on=ON, by=sendco, version=1, liked_about_me="Late")
    with pytest.raises(Refused, match="at least one point"):
        actions.write_profile(pupil=pupil, on=ON, by=sendco, liked_about_me=" ", written_with="Somebody")


def test_a_first_profile_over_somebody_elses_is_a_conflict(sign_in, school, pupil, sendco):
    client = sign_in(Role.TEACHER, school)
    pupil.key_adult = client.user
    pupil.save()
    actions.write_profile(pupil=pupil, on=ON, by=sendco, liked_about_me="Theirs")
    url = reverse("pupils:profile-edit", args=[pupil.pk])
    sent = {"liked_about_me": "Mine", "written_on": "2026-11-01", "version": "0"}
    response = client.post(url, sent)
    page = response.content.decode()
    assert (response.status_code, "Theirs" in page, "Mine" in page, 'name="version" value="1"' in page) == (
        409,
        True,
        True,
        True,
    )
    assert client.post(url, {**sent, "version": "1"}).status_code == 302
    assert Profile.objects.get(is_current=True).liked_about_me == "Mine"


# --- Strategies and adjustments -----------------------------------------------------------------------------


def test_a_strategy_on_screen(sign_in, school, pupil, on_day):
    client = sign_in(Role.SENDCO, school)
    form = {"text": "Say the name first", "area": "CI", "starts": "2026-11-01"}
    client.post(reverse("pupils:strategy-add", args=[pupil.pk]), form)
    made = Strategy.objects.get()
    client.post(reverse("pupils:strategy-edit", args=[made.pk]), {**form, "text": "Wait 10 seconds", "version": "1"})
    assert client.post(reverse("pupils:strategy-end", args=[made.pk]), {"on": "2026-10-31"}).status_code == 422
    client.post(reverse("pupils:strategy-end", args=[made.pk]), {"on": "2026-11-20"})
    made.refresh_from_db()
    assert (made.text, made.ends) == ("Wait 10 seconds", date(2026, 11, 20))
    with pytest.raises(Refused, match="ended on 20 November 2026"):
        actions.end_strategy(strategy=made, on=ON, by=None)


def test_an_adjustment_on_screen(sign_in, school, pupil, on_day):
    client = sign_in(Role.SENDCO, school)
    form = {"barrier": "Noise", "adjustment": "Seat by the wall", "starts": "2026-09-07", "review_on": "2026-12-01"}
    client.post(reverse("pupils:adjustment-add", args=[pupil.pk]), {**form, "owner": client.user.pk})
    made = Adjustment.objects.get()
    assert made.owner == client.user
    wrong = client.post(
        reverse("pupils:adjustment-edit", args=[made.pk]), {**form, "version": "1", "ends": "2026-09-01"}
    )
    assert (wrong.status_code, "on or after the first day" in wrong.content.decode()) == (422, True)
    client.post(reverse("pupils:adjustment-edit", args=[made.pk]), {**form, "version": "1", "ends": "2026-11-01"})
    made.refresh_from_db()
    assert made.ends == date(2026, 11, 1)


@pytest.mark.parametrize("role", [Role.SUPPORT, Role.ADMIN, Role.HEAD, Role.SAFEGUARDING, Role.GOVERNOR])
def test_who_may_not_write_profiles_and_strategies(role, pupil, school):
    by = factories.person(role, school)
    for change in (
        lambda: actions.write_profile(pupil=pupil, on=ON, by=by, liked_about_me="x"),
        lambda: actions.add_strategy(pupil=pupil, area="CI", text="x", starts=ON, by=by),
        lambda: actions.add_adjustment(pupil=pupil, barrier="x", adjustment="x", starts=ON, by=by),
    ):
        with pytest.raises(NotAllowed):
            change()


# --- Notes ------------------------------------------------------------------------------------------------


def test_a_note_on_screen_has_the_standing_line_and_no_text_in_the_trail(sign_in, school, pupil, on_day):
    client = sign_in(Role.SUPPORT, school)
    pupil.key_adult = client.user
    pupil.save()
    url = reverse("pupils:note-add", args=[pupil.pk])
    page = client.get(url).content.decode()
    assert page.count("Worried about a child? Tell the designated safeguarding lead now; do not write it here.") == 1
    assert '<a href="/my-pupils/">My pupils</a>' in page
    response = client.post(url, {"kind": "concern", "on": "2026-11-23", "text": "Cried at lunch"})
    assert response["Location"] == pupil.get_absolute_url()
    event = AuditEvent.objects.get(kind="note.added")
    assert event.details == {"kind": "concern", "on": "2026-11-23", "confidential": False}


@pytest.mark.parametrize(
    ("role", "confidential", "code"),
    [
        (Role.TEACHER, False, 403),
        (Role.TEACHER, True, 404),
        (Role.HEAD, False, 403),
        (Role.HEAD, True, 404),
        (Role.SENDCO, True, 200),
        (Role.SAFEGUARDING, True, 200),
        (Role.SUPPORT, False, 404),
        (Role.ADMIN, False, 404),
    ],
)
def test_who_opens_somebody_elses_note(role, confidential, code, sign_in, school, pupil, sendco):
    note = actions.add_note(pupil=pupil, kind="note", on=ON, text="x", by=sendco, is_confidential=confidential)
    client = sign_in(role, school)
    if role in (Role.TEACHER, Role.SUPPORT):
        pupil.key_adult = client.user
        pupil.save()
    assert client.get(reverse("pupils:note-edit", args=[note.pk])).status_code == code


def test_the_writer_changes_a_note_and_the_safeguarding_lead_takes_it_out_of_view(pupil, school):
    teacher, lead, other = (factories.person(role, school) for role in (Role.TEACHER, Role.SAFEGUARDING, Role.TEACHER))
    note = actions.add_note(pupil=pupil, kind="note", on=ON, text="x", by=teacher)
    actions.change_note(note=note, version=1, by=teacher, text="y")
    actions.change_note(note=note, version=2, by=lead, is_confidential=True)
    with pytest.raises(NotAllowed, match="Only the person who wrote"):
        actions.change_note(note=note, version=3, by=other, text="z")
    assert AuditEvent.objects.filter(kind="note.changed").first().details["fields"] == {
        "is_confidential": ["False", "True"]
    }


# --- Scores -----------------------------------------------------------------------------------------------


def instrument(**extra):
    return Instrument(
        **{"name": "Test", "family": "standardised", "minimum": Decimal(40), "maximum": Decimal(160), **extra}
    )


@pytest.mark.parametrize(
    ("typed", "family", "value"),
    [
        ("87", "standardised", "87"),
        (" 100.5 ", "standardised", "100.5"),
        ("7:03", "age_equivalent", "87"),
        ("7y 3m", "age_equivalent", "87"),
    ],
)
def test_scores_as_typed(typed, family, value):
    assert parse_score(typed, instrument(family=family)) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "family", "message"),
    [
        ("39", "standardised", "Enter a score from 40 to 160"),
        ("NaN", "standardised", "Enter a score from 40 to 160"),
        ("high", "standardised", "Enter a number"),
        ("7.3", "age_equivalent", "Enter an age as years and months, like 7:03 or 7y 3m"),
        ("2:01", "age_equivalent", "Enter a score from 3:04 to 13:04"),
    ],
)
def test_impossible_scores(typed, family, message):
    with pytest.raises(ValueError, match="^" + message):
        parse_score(typed, instrument(family=family))


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({}, []),
        ({"value": Decimal(100)}, []),
        ({"value": Decimal(101)}, ["This is 16 points from the score of 1 September 2026"]),
        ({"value": Decimal(101), "family": "raw"}, []),
        ({"on": date(2026, 10, 1)}, ["Only 30 days since the last time. This test needs 70"]),
        ({"joined_on": date(2026, 12, 1)}, ["The pupil was not on the roll"]),
        ({"left_on": date(2026, 11, 23)}, ["The pupil was not on the roll"]),
        ({"earlier": [Earlier(date(2026, 9, 1), Decimal(60), "<")]}, []),
        ({"earlier": []}, []),
    ],
)
def test_doubts_about_a_score(changes, starts):
    given = {
        "value": Decimal(90),
        "on": ON,
        "family": "standardised",
        "min_retest_days": 70,
        "joined_on": date(2022, 9, 1),
        "left_on": None,
        "earlier": [Earlier(date(2026, 9, 1), Decimal(85)), Earlier(date(2026, 12, 1), Decimal(10))],
    } | changes
    found = score_doubts(given.pop("value"), **given)
    assert [doubt.startswith(start) for doubt, start in zip(found, starts, strict=True)] == [True] * len(starts)


def test_a_doubtful_score_is_kept_said_and_can_be_taken_back(sign_in, school, pupil, on_day):
    client = sign_in(Role.SENDCO, school)
    test = Instrument.objects.get(slug="standard-score")
    actions.add_score(pupil=pupil, instrument=test, on=date(2026, 11, 1), value=85, by=client.user)
    url = reverse("pupils:score-add", args=[pupil.pk])
    sent = {"instrument": test.pk, "on": "2026-11-23", "qualifier": "=", "value": "110"}
    page = client.post(url, sent, follow=True).content.decode()
    assert "This is 25 points from the score of 1 November 2026" in page
    newest = Score.objects.get(value=110)
    client.post(reverse("pupils:score-remove", args=[newest.pk]))
    assert Score.objects.count() == 1
    assert client.post(url, {**sent, "value": "200"}).status_code == 422


def test_a_score_outside_the_tests_range_is_refused_by_the_action(pupil):
    with pytest.raises(Refused, match="gives 40 to 160"):
        actions.add_score(
            pupil=pupil, instrument=Instrument.objects.get(slug="standard-score"), on=ON, value=300, by=None
        )


# --- Reach ------------------------------------------------------------------------------------------------


def test_nothing_of_another_schools_record_exists(sign_in, two_schools):
    here, there = two_schools
    pupil = factories.PupilFactory(school=there)
    rows = {
        "strategy-edit": actions.add_strategy(pupil=pupil, area="CI", text="x", starts=ON, by=None),
        "adjustment-edit": actions.add_adjustment(pupil=pupil, barrier="x", adjustment="x", starts=ON, by=None),
        "note-edit": actions.add_note(pupil=pupil, kind="note", on=ON, text="x", by=None),
        "score-remove": actions.add_score(
            pupil=pupil, instrument=Instrument.objects.get(slug="standard-score"), on=ON, value=85, by=None
        ),
    }
    client = sign_in(Role.SENDCO, here)
    codes = {name: client.post(reverse(f"pupils:{name}", args=[row.pk]), {}).status_code for name, row in rows.items()}
    for name in ("profile-edit", "strategy-add", "adjustment-add", "note-add", "score-add", "document-add"):
        codes[name] = client.get(reverse(f"pupils:{name}", args=[pupil.pk])).status_code
    assert set(codes.values()) == {404}
