"""What nobody means to send, to every address and into every field: no answer is an error of the server."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.urls import reverse

from .addresses import FILLED, names
from .forms import Page, pages
from .table import TABLE
from .world import SECRETS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

HUGE = "9" * 21
NUL = "a\x00b"
EVERYWHERE = ("²", HUGE, "9999-12-31", "0001-01-01")
"""A digit that `int` refuses, a number past every column, and days beside which there is no other."""
PARAMETERS = {
    "page", "week", "term", "from", "q", "sort", "status", "year", "class", "need", "tag", "kind", "view", "who", "when",
    "row", "on", "show", "by", "column", "intervention", "test", "person", "day", "as", "state", "agency", "pupil", "to",
    "next", "version", "review", "skill", "deliverer", "reason",
}  # fmt: skip
BY_KIND = {
    "date": ("0001-01-01", "9999-12-31", "2026-02-30"),
    "number": (HUGE, "-1", "NaN", "1e400"),
    "time": ("25:61",),
    "hidden": (HUGE, "²"),
    "select": ("²", HUGE),
    "radio": (NUL,),
    "checkbox": (HUGE,),
    "text": (NUL, "x" * 5000),
    "textarea": (NUL,),
}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture(scope="module")
def seen(world, visitors, django_db_blocker) -> list[Page]:
    with django_db_blocker.unblock():
        return pages(world["own"], visitors)


@pytest.fixture
def broken():
    """What a view failed with, as words."""
    found: list[str] = []

    def note(sender, request, **_):
        import sys

        found.append(f"{request.method} {request.get_full_path()}: {sys.exc_info()[1]!r}")

    got_request_exception.connect(note)
    yield found
    got_request_exception.disconnect(note)


@pytest.mark.slow
def test_the_walk_finds_forms_and_parameters(seen):
    """Or the tests below would pass for want of anything to send."""
    assert len([form for page in seen for form in page.forms]) > 90
    assert {"agency", "day", "state"} <= {name for page in seen for name in page.names}


@pytest.mark.slow
def test_no_parameter_of_an_address_breaks_a_page(seen, visitors, broken):
    for page in seen:
        asked = sorted(page.names | PARAMETERS)
        data = {name: EVERYWHERE[number % len(EVERYWHERE)] for number, name in enumerate(asked)}
        visitors[page.visitor].ask("get", page.url, data)
    assert "\n".join(sorted(set(broken))) == ""


@pytest.mark.slow
@pytest.mark.parametrize("value", EVERYWHERE)
def test_each_parameter_alone(value, seen, visitors, broken):
    """Alone, since one that is refused may hide the next."""
    for page in seen:
        for name in page.names:
            visitors[page.visitor].ask("get", page.url, {name: value})
    assert "\n".join(sorted(set(broken))) == ""


def test_an_address_with_a_nul_is_refused(visitors):
    status, body = visitors["sendco"].send("get", "/search/?q=a%00b")
    assert status == 400
    assert b"Traceback" not in body


def test_objects_that_cannot_be(world, visitors, broken):
    """Not found: nought and a number past every column, in turn."""
    answers = {}
    for name, parameters in sorted(set(names())):
        if name not in FILLED or "pk" not in parameters or name.startswith("mfa_"):
            continue
        row = next(row for row in TABLE if row.name == name)
        kwargs = {key: world["own"].at.get(value, value) for key, value in FILLED[name].items()}
        url = reverse(name, kwargs=kwargs | {"pk": int(HUGE) if len(answers) % 2 else 0})
        who = "system_admin" if name.startswith("accounts:") else "sendco"
        answers[name] = visitors[who].send(row.methods[-1], url)[0]
    assert len(answers) > 90
    assert {name: status for name, status in answers.items() if status != 404} == {}
    assert broken == []


@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 1])
def test_a_form_full_of_what_nobody_means(turn, seen, visitors, broken):
    for page in seen:
        for form in page.forms:
            data = {name: _garbage(kind)[turn % len(_garbage(kind))] for name, kind in form.kinds.items()}
            visitors[form.visitor].ask("post", form.action, data)
    assert "\n".join(sorted(set(broken))) == ""


@pytest.mark.slow
def test_each_field_alone(seen, visitors, broken):
    """The rest as the page held it, so that a form which is good otherwise comes as far as its action."""
    for page in seen:
        for form in page.forms:
            for name, kind in form.kinds.items():
                for value in _garbage(kind):
                    visitors[form.visitor].ask("post", form.action, {**form.values, name: value})
    assert "\n".join(sorted(set(broken))) == ""


def _garbage(kind: str) -> tuple:
    if kind == "file":
        return (SimpleUploadedFile("../a.svg", SVG), "")
    return BY_KIND.get(kind, BY_KIND["text"])


# --- Choices of another school ----------------------------------------------------------------------------


CHOSEN = ("select", "radio", "checkbox", "hidden")
NO_PAGE = ("pages:home", "pupils:register")
"""Of the school in view and of chosen rows: they answer with a message, and have tests of their own."""


def _elsewhere(place) -> dict[str, int]:
    """What stands for a field's choice in the other school, by the field's name."""
    at, objects, people = place.at, place.objects, place.people
    intervention = objects.group.intervention_id
    return {
        "school_class": objects.school_class.pk, "classes": objects.school_class.pk, "key_adult": people["teacher"].pk,
        "pupil": at["pupil"], "pupils": at["pupil"], "deliverer": people["support"].pk, "owner": people["sendco"].pk,
        "agency": at["agency"], "professional": at["professional"], "intervention": intervention, "lines": at["line"],
        "school": place.school.pk, "attended": at["invitee"],
    }  # fmt: skip


@pytest.mark.slow
def test_no_form_takes_a_choice_of_another_school(seen, world, visitors):
    """Each field by itself is refused, whatever else the form wants."""
    elsewhere, asked, taken = _elsewhere(world["other"]), set(), []
    for page in seen:
        for form in page.forms:
            for name in elsewhere.keys() & {name for name, kind in form.kinds.items() if kind in CHOSEN}:
                response = visitors[form.visitor].ask("post", form.action, {**form.values, name: elsewhere[name]})
                if form.row in NO_PAGE:
                    assert response.status_code in (302, 404)
                    continue
                asked.add(name)
                if not _refused(response, name):
                    taken.append((str(form), name, response.status_code))
                assert SECRETS["other"].encode() not in response.content
    assert "\n".join(map(str, taken)) == ""
    assert asked == elsewhere.keys()


def _refused(response, name: str) -> bool:
    form = (response.context or {}).get("form") if response.context else None
    return form is not None and name in form.errors
