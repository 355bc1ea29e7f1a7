"""Every kind of event that the code writes has words, and no words stand for a kind that nobody writes."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from sendco.accounts.permissions import Permission
from sendco.audit.models import AuditEvent
from sendco.pages.audit_words import KINDS, words_of
from sendco.pages.navigation import NAVIGATION

pytestmark = pytest.mark.unit
SHAPE = re.compile(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*")
WRITERS = re.compile(r"\b(audit|_trail|note_change|change_versioned)\b")
NO_EVENTS = {"permissions.py", "settings.py", "audit_words.py", "apps.py"}
HOUSES = ("sendco", "pupils", "provision", "reviews", "staff", "reports")


@cache
def kinds_written() -> dict[str, str]:
    """{kind: a file that names it}: words of the shape of a kind, in files that write to the trail, whose noun is one of
    those given to the trail in so many words."""
    named: dict[str, str] = {}
    nouns: set[str] = set()
    for house in HOUSES:
        for path in (Path(settings.BASE_DIR) / house).rglob("*.py"):
            text = path.read_text()
            if path.name in NO_EVENTS or "migrations" in path.parts or not WRITERS.search(text):
                continue
            tree = ast.parse(text)
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and SHAPE.fullmatch(node.value):
                    named[node.value] = path.name
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("record", "build") and node.args:
                    nouns |= {
                        c.value.partition(".")[0] for c in ast.walk(node.args[0])
                        if isinstance(c, ast.Constant) and isinstance(c.value, str) and SHAPE.fullmatch(c.value)
                    }  # fmt: skip
    other = {
        "grant",
        "need",
        "contact",
        "tags",
        "plan",
        "target",
        "strategy",
        "adjustment",
        "note",
        "score",
        "document",
    }
    nouns |= other | {
        "invitee",
        "outcome",
        "section_f",
        "cover",
        "absence",
        "skill",
        "contract",
        "referral",
        "map",
        "support",
        "federation",
    }
    return {kind: file for kind, file in named.items() if kind.partition(".")[0] in nouns}


def test_every_kind_that_is_written_has_words():
    permissions = {permission.value for permission in Permission}
    missing = {kind: file for kind, file in kinds_written().items() if kind not in KINDS and kind not in permissions}
    assert missing == {}


def test_no_words_without_a_kind():
    assert sorted(set(KINDS) - set(kinds_written())) == []


def test_every_sentence_begins_with_a_capital_and_is_said_once():
    assert [words for words in KINDS.values() if not words[0].isupper() or words.endswith(".")] == []
    assert len(set(KINDS.values())) == len(KINDS)


def test_printing_the_costed_map_reads_in_words():
    assert words_of(AuditEvent(kind="provision.printed", details={})) == "Printed the costed provision map"


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/interventions/", ["Interventions"]),
        ("/interventions/lego-therapy/", ["Interventions"]),
        ("/interventions/lego-therapy/groups/add/", ["Interventions"]),
        ("/interventions/lego-therapy/impact/", ["Impact"]),
        ("/impact/missing/", ["Impact"]),
        ("/provision/pupils/3/", ["Provision map"]),
    ],
)
def test_one_place_of_the_navigation_is_current(path, current):
    provision = next(section for section in NAVIGATION if section.label == "Provision")
    assert [item.label for item in provision.items if item.is_current(path)] == current
