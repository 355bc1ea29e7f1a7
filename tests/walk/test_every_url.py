"""The walk: every address of the product as every role, in the own school and another. See the table."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sendco.pages import counts

from .addresses import FILLED, fill, names
from .forms import visitor_of
from .table import ACCOUNT, ALONE, BY_LINK, NOT_A_RECORD, SENT, TABLE, VISITORS, Row
from .world import SECRETS

pytestmark = [pytest.mark.integration, pytest.mark.django_db]

MOST_QUERIES = 12
NOTED = 'INSERT INTO "audit_auditevent"'
LETTERS = {200: "o", 422: "o", 302: ">", 403: "x", 404: "-"}
LET_THROUGH = (200, 204, 302, 400, 409, 422)
ROLES = VISITORS[:9]
SEES_NO_PUPIL = ("governor", "system_admin")
OBJECTS = [row for row in TABLE if row.name in FILLED]


def of(row: Row) -> str:
    return row.name


def leaks(visitor: str, body: bytes) -> list[str]:
    """Secrets that this person may never read: those of the other school, and for some those of any."""
    hidden = SECRETS.values() if visitor in SEES_NO_PUPIL else [SECRETS["other"]]
    return [word for word in hidden if word.encode() in body]


def test_every_address_stands_in_the_table_once():
    listed = [row.name for row in TABLE] + [*ACCOUNT, *BY_LINK, *ALONE]
    assert sorted(name for name in listed if "#" not in name) == sorted({name for name, _ in names()})
    assert FILLED.keys() & {row.name for row in TABLE} >= NOT_A_RECORD
    assert {len(word) for row in TABLE for word in (row.word, row.post, row.other)} == {len(VISITORS)}


@pytest.mark.parametrize("row", TABLE, ids=of)
def test_who_comes_in(row, world, visitors):
    """At what price: twelve queries at most for the first who may look, with nothing counted yet for the side bar.
    And noted: no page about one child shows that visitor a surname without a row of the audit trail."""
    url, method = fill(row.name, world["own"]), row.methods[0]
    reader = visitor_of(row, row.word) if method == "get" else None
    is_shown = "o" in row.word
    seen, leaked, queries, is_unnoted = "", {}, [], False
    for name, expected in zip(VISITORS, row.word, strict=True):
        if name == reader and is_shown and name != "nobody":
            cache.delete_many(counts.keys_for(world["own"].people[name], world["own"].school.pk).values())
        with CaptureQueriesContext(connection) if name == reader else nullcontext() as asked:
            status, body = visitors[name].send(method, url, SENT.get(row.name))
        if asked:
            queries = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
            is_named = status == 200 and SECRETS["own"].encode() in body
            is_unnoted = is_named and not any(sql.startswith(NOTED) for sql in queries)
        seen += "y" if expected == "y" and status in LET_THROUGH else LETTERS.get(status, f"[{status}]")
        if found := leaks(name, body):
            leaked[name] = found
    assert (seen, leaked) == (row.word, {})
    assert len(queries) <= MOST_QUERIES or not is_shown, "\n".join(queries)
    assert is_unnoted == (row.name in NOT_A_RECORD) or row.name not in FILLED


@pytest.mark.parametrize("row", [row for row in TABLE if row.methods == ("get", "post")], ids=of)
def test_sending_is_refused_as_looking_is(row, world, visitors):
    """One of each kind that is refused, and one who is not: a form that forgets to ask forgets it for all."""
    url, seen, expected = fill(row.name, world["own"]), {}, {}
    for letter in "x-o":
        place = row.post.find(letter)
        if place < 0 or VISITORS[place] == "nobody":
            continue
        status, body = visitors[VISITORS[place]].send("post", url)
        assert leaks(VISITORS[place], body) == []
        expected[VISITORS[place]] = letter
        seen[VISITORS[place]] = "o" if letter == "o" and status in LET_THROUGH else LETTERS.get(status, f"[{status}]")
    assert visitors["nobody"].send("post", url)[0] == 302
    assert seen == expected


@pytest.mark.parametrize("row", [row for row in TABLE if len(row.methods) == 1], ids=of)
def test_other_methods_are_refused(row, world, visitors):
    method = "post" if row.methods == ("get",) else "get"
    assert visitors["system_admin"].send(method, fill(row.name, world["own"]))[0] == 405


@pytest.mark.parametrize("row", OBJECTS, ids=of)
def test_nobody_reaches_another_school(row, world, visitors):
    url, seen = fill(row.name, world["other"]), ""
    for name in ROLES:
        status, body = visitors[name].send(row.methods[-1], url, SENT.get(row.name))
        assert leaks(name, body) == []
        seen += LETTERS.get(status, f"[{status}]")
    assert seen == row.other[: len(ROLES)]


@pytest.mark.parametrize("name", sorted(ACCOUNT))
def test_pages_of_ones_own_account(name, world, visitors):
    url = fill(name, world["own"])
    seen = "".join(LETTERS[visitors[who].send("get", url)[0]] for who in ("teacher", "nobody"))
    assert seen == ACCOUNT[name]


@pytest.mark.parametrize("name", BY_LINK)
def test_a_link_shows_its_own_form_to_whoever_has_it(name, world, visitors):
    status, body = visitors["nobody"].send("get", fill(name, world["own"]))
    assert status == 200
    assert SECRETS["other"].encode() not in body


@pytest.mark.parametrize("name", BY_LINK)
def test_an_unknown_link_shows_nothing(name, world, visitors):
    url = fill(name, world["own"]).replace(world["own"].at["token"], "A" * 43)
    status, body = visitors["nobody"].send("get", url)
    assert status == 404
    assert [word for word in SECRETS.values() if word.encode() in body] == []


@pytest.mark.parametrize("who", VISITORS[:-1])
def test_nobody_switches_to_a_school_without_a_role_there(who, world, visitors):
    status, _ = visitors[who].send("post", reverse("pages:school-switch"), {"school": world["other"].school.pk})
    assert status == 404


@pytest.mark.parametrize("who", SEES_NO_PUPIL)
@pytest.mark.parametrize("words", ["Ottoline", SECRETS["own"], SECRETS["other"], "Talk"])
def test_who_sees_no_pupil_finds_none(who, words, world, visitors):
    status, body = visitors[who].send("get", reverse("pages:search"), {"q": words})
    assert status == 200
    assert b"/pupils/" not in body
    assert b"Ottoline Quillfeather" not in body
