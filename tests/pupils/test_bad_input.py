"""What people and machines send by mistake, to every form of a record: sentences, never an error, and nothing twice."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from pupils import actions
from pupils.models import Contact, Document, Need, Note, Pupil, Strategy
from sendco.accounts.permissions import Role
from sendco.core import form_pages
from tests import factories

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("on_day")]
ON = date(2026, 11, 23)
EMOJI, ARABIC = "\N{UNICORN FACE} said \N{WAVING HAND SIGN}", "\u0642\u0631\u0623 \u0635\u0641\u062d\u0629"


@pytest.fixture
def pupil(school):
    return factories.PupilFactory(school=school, sen_status="K")


@pytest.fixture
def web(sign_in, school):
    return sign_in(Role.SENDCO, school)


NOTE = {"kind": "note", "on": "2026-11-23", "text": "Read a page"}
NEED = {"code": "ASD", "starts": "2026-11-23", "rank": "1"}
STRATEGY = {"text": "Say the name first", "area": "CI", "starts": "2026-11-23"}
CONTACT = {"name": "Abena Mensah", "order": "1"}
PLAN = {"kind": "sen_support", "starts": "2026-11-23", "review_on": "2027-02-01"}
ADJUSTMENT = {"barrier": "Noise", "adjustment": "Ear defenders", "starts": "2026-11-23"}
PROFILE = {"liked_about_me": "Kind", "written_on": "2026-11-23", "version": "0"}
CHILD = {"forename": "Ada", "surname": "Byron", "born": "2018-05-03"}

CASES = [
    ("notes/add", NOTE, {"text": ""}, "Write the note"),
    ("notes/add", NOTE, {"text": "x" * 4001}, "Enter 4000 characters or fewer. There are 4001 now"),
    ("notes/add", NOTE, {"text": "a\x00b"}, "Take out the characters that cannot be shown"),
    ("notes/add", NOTE, {"kind": ""}, "Choose one"),
    ("notes/add", NOTE, {"kind": "rumour"}, "Select a valid choice"),
    ("notes/add", NOTE, {"on": "2026-11-24"}, "Enter today or a day in the past"),
    ("notes/add", NOTE, {"on": "0001-01-01"}, "Enter a real date, such as 14 March 2026"),
    ("notes/add", NOTE, {"on": "9999-12-31"}, "Enter a real date, such as 14 March 2026"),
    ("notes/add", NOTE, {"on": "31/02/2026"}, "Enter a real date, such as 14 March 2026"),
    ("needs/add", NEED, {"code": "XYZ"}, "Select a valid choice"),
    ("needs/add", NEED, {"rank": "99999999999999999999"}, "Select a valid choice"),
    ("needs/add", NEED, {"starts": "0001-01-01"}, "Enter a real date"),
    ("strategies/add", STRATEGY, {"text": "x" * 301}, "Enter 300 characters or fewer"),
    ("strategies/add", STRATEGY, {"area": ""}, "Choose one"),
    ("adjustments/add", ADJUSTMENT, {"review_on": "2026-11-22"}, "Enter a day on or after the first day"),
    ("contacts/add", CONTACT, {"email": "not an address"}, "Enter a valid email address"),
    ("contacts/add", CONTACT, {"name": "x" * 121}, "Enter 120 characters or fewer"),
    ("plan/add", PLAN, {"review_on": "2026-11-23"}, "Enter a day after the plan starts"),
    ("plan/add", PLAN, {"review_on": "2026-01-01"}, "Enter a day after the plan starts"),
    ("plan/add", PLAN, {"assessed_on": "2026-12-24"}, "Enter today or a day in the past"),
    ("profile/edit", PROFILE, {"liked_about_me": ""}, "Write at least one point"),
    ("profile/edit", PROFILE, {"version": ""}, "This page did not arrive whole"),
    (
        "support",
        {"status": "M", "on": "2026-11-23", "reason": "x"},
        {"reason": "x" * 201},
        "Enter 200 characters or fewer",
    ),
    ("tags", {}, {"new": "x" * 41}, "Enter 40 characters or fewer"),
    ("leave", {}, {"on": "9999-12-31"}, "Enter a real date"),
]


@pytest.mark.parametrize(("path", "good", "bad", "words"), CASES)
def test_bad_input_gets_a_sentence(path, good, bad, words, web, pupil):
    response = web.post(f"/pupils/{pupil.pk}/{path}/", {**good, **bad})
    assert response.status_code == 422
    assert words in response.content.decode()


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ({"upn": "A12"}, "13"),
        ({"upn": "\N{UNICORN FACE}" * 13}, "UPN"),
        ({"upn": "x" * 21}, "Enter 20 characters or fewer"),
        ({"born": "2026-11-24"}, "Enter a date of birth in the past"),
        ({"born": "1066-10-14"}, "Enter a real date"),
        ({"forename": "\x00"}, "Take out the characters that cannot be shown"),
        ({"school_class": "99999999999999999999"}, "Select a valid choice"),
        ({"key_adult": "x"}, "Select a valid choice"),
    ],
)
def test_a_child_that_cannot_be_is_refused_in_words(bad, words, web):
    response = web.post("/pupils/add/", {**CHILD, **bad})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Pupil.objects.count() == 0


@pytest.mark.parametrize("text", [EMOJI, ARABIC, "<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a\r\nb" * 500])
def test_any_writing_is_kept_as_it_was_typed(text, web, pupil):
    web.post(f"/pupils/{pupil.pk}/notes/add/", {**NOTE, "text": text})
    assert Note.objects.get().text == text
    page = web.get(f"/pupils/{pupil.pk}/timeline/").content.decode()
    assert "<script>alert" not in page


def test_ten_megabytes_of_text_are_refused_with_a_page(web, pupil):
    response = web.post(f"/pupils/{pupil.pk}/notes/add/", {**NOTE, "text": "x" * 10_000_000})
    assert response.status_code in (400, 413)
    assert "<h1" in response.content.decode()
    assert Note.objects.count() == 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"just words", "Choose a PDF"),
        ("a.exe", b"MZ\x90\x00" + b"\x00" * 200, "Choose a PDF"),
        ("a.svg", b"<svg onload=alert(1)>", "Choose a PDF"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(name, content, words, web, pupil):
    sent = {"title": "Advice", "on": "2026-11-23", "upload": SimpleUploadedFile(name, content)}
    response = web.post(f"/pupils/{pupil.pk}/documents/add/", sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Document.objects.count() == 0


def test_a_file_with_an_endless_name_is_kept_under_ours(web, pupil):
    file = SimpleUploadedFile("x" * 3000 + ".pdf", b"%PDF-1.7\n" + b"0" * 300)
    response = web.post(f"/pupils/{pupil.pk}/documents/add/", {"title": "Advice", "on": "2026-11-23", "upload": file})
    assert response.status_code == 302
    assert "xxx" not in Document.objects.get().file.name


# --- Sent twice -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "data", "model"),
    [
        ("notes/add", NOTE, Note), ("strategies/add", STRATEGY, Strategy), ("contacts/add", CONTACT, Contact),
        ("needs/add", NEED, Need),
    ],
)  # fmt: skip
def test_a_form_that_is_sent_twice_acts_once(path, data, model, web, pupil):
    url = f"/pupils/{pupil.pk}/{path}/"
    once = re.search(r'name="once" value="(\w+)"', web.get(url).content.decode())[1]
    first, second = (web.post(url, {**data, "once": once}) for _ in range(2))
    assert (first.status_code, second["Location"]) == (302, first["Location"])
    assert model.objects.count() == 1


def test_of_two_presses_at_the_same_moment_one_acts(web, pupil, monkeypatch):
    """Both looked for the mark before either had set it."""
    monkeypatch.setattr(form_pages.cache, "get", lambda key: None)
    url = f"/pupils/{pupil.pk}/notes/add/"
    first, second = (web.post(url, {**NOTE, "once": "b" * 16}) for _ in range(2))
    assert (first.status_code, second["Location"]) == (302, first["Location"])
    assert Note.objects.count() == 1


def test_a_form_opened_anew_acts_again(web, pupil):
    url = f"/pupils/{pupil.pk}/notes/add/"
    for _ in range(2):
        once = re.search(r'name="once" value="(\w+)"', web.get(url).content.decode())[1]
        web.post(url, {**NOTE, "once": once})
    assert Note.objects.count() == 2


def test_what_was_refused_can_be_sent_again_from_the_page_that_says_so(web, pupil):
    actions.start_plan(pupil=pupil, kind="sen_support", starts=ON, review_on=date(2027, 2, 1), by=None)
    url = f"/pupils/{pupil.pk}/plan/add/"
    response = web.post(url, {**PLAN, "once": "a" * 16})
    assert response.status_code == 422
    once = re.search(r'name="once" value="(\w+)"', response.content.decode())[1]
    assert once != "a" * 16
    assert web.post(url, {**PLAN, "once": "a" * 16}).status_code == 422
    pupil.plans.all().delete()
    assert web.post(url, {**PLAN, "once": once}).status_code == 302
