"""What the documentation says is there: links, commands, options, make targets, settings, sign-ins, words of the screens."""

from __future__ import annotations

import argparse
import html
import re
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from sendco.pages.demo import DEMO_PASSWORD, SIGN_INS

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"])
EXIT_STATUSES = {"0", "1", "2", "130"}
OF_EVERY_COMMAND = {
    "--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback", "--no-color", "--force-color",
    "--skip-checks",
}  # fmt: skip


def name_of(doc: Path) -> str:
    return str(doc.relative_to(ROOT))


def anchors(doc: Path) -> set[str]:
    """The addresses of headings, as GitHub and GitLab make them."""
    titles = re.findall(r"^#+ (.+)$", doc.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("doc", PAGES, ids=name_of)
def test_links_lead_somewhere(doc):
    broken = []
    for target in re.findall(r"\]\(([^)]+)\)", doc.read_text()):
        path, _, anchor = target.partition("#")
        there = (doc.parent / path).resolve() if path else doc
        if "://" in target or not there.exists() or (anchor and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


def test_every_page_is_reached_from_the_readme():
    seen, todo = set(), [ROOT / "README.md"]
    while todo:
        doc = todo.pop()
        if doc not in seen and doc.suffix == ".md":
            seen.add(doc)
            links = re.findall(r"\]\(([^)#]+)", doc.read_text())
            todo += [(doc.parent / link).resolve() for link in links]
    assert {name_of(doc) for doc in PAGES} - {name_of(doc) for doc in seen} == set()


@cache
def our_commands() -> dict[str, argparse.ArgumentParser]:
    """Name -> parser, for the commands of our own apps."""
    return {
        name: load_command_class(app, name).create_parser("manage.py", name)
        for name, app in get_commands().items()
        if (ROOT / app.replace(".", "/")).is_dir()
    }


def options(parser: argparse.ArgumentParser) -> set[str]:
    """Long options of a command and of its subcommands."""
    found = set()
    for action in parser._actions:
        found |= {text for text in action.option_strings if text.startswith("--")}
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                found |= options(below)
    return found - OF_EVERY_COMMAND


@pytest.mark.parametrize("doc", PAGES, ids=name_of)
def test_commands_that_are_named_exist_with_their_options(doc):
    wrong = []
    text = doc.read_text().replace("\\\n", " ")
    for name, rest in re.findall(r"manage\.py ([a-z_]+)([^\n`|]*)", text):
        if name in our_commands():
            given = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", rest))
            wrong += [f"{name} {option}" for option in given - options(our_commands()[name]) - {"--help"}]
        elif name not in get_commands():
            wrong.append(name)
    assert wrong == []


def test_reference_of_commands_is_complete():
    text = (ROOT / "docs/reference/commands.md").read_text()
    sections = dict(re.findall(r"^## `?([a-z_]+)`?\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    documented = {
        name: set(re.findall(r"`(--[a-z-]+)", section)) for name, section in sections.items() if name in our_commands()
    }
    assert documented == {name: options(parser) for name, parser in our_commands().items()}
    for name in documented:
        statuses = set(re.findall(r"^\| (\d+) \|", sections[name], re.MULTILINE))
        assert {"0"} <= statuses <= EXIT_STATUSES, name


@pytest.mark.parametrize("doc", PAGES, ids=name_of)
def test_make_targets_that_are_named_exist(doc):
    targets = set(re.findall(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|^    )make ([a-z0-9-]+)", doc.read_text(), re.MULTILINE))
    assert named - targets == set()


@pytest.mark.parametrize("doc", PAGES, ids=name_of)
def test_settings_that_are_named_exist(doc):
    known = set(re.findall(r"^\| `(SENDCO_[A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text(), re.MULTILINE))
    known |= {"SENDCO_DB_PASSWORD", "SENDCO_PUBLISH"}  # read by docker-compose.yml
    assert set(re.findall(r"SENDCO_[A-Z_]+", doc.read_text())) - known == set()


@pytest.mark.parametrize("doc", ["README.md", "docs/reference/demo.md"])
def test_sign_ins_are_those_of_the_demo(doc):
    text = (ROOT / doc).read_text()
    rows = dict(re.findall(r"^\| ([^|]+) \| (\S+@demo\.sendco\.invalid) \|", text, re.MULTILINE))
    assert rows == {entry.role.label: entry.email for entry in SIGN_INS}
    assert DEMO_PASSWORD in text


@cache
def words_of_the_screens() -> str:
    """Everything that could come to a screen: templates and Python, entities resolved, tags and line breaks taken out."""
    parts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    for folder in ("sendco", "pupils", "provision", "reviews", "staff", "reports"):
        parts += [path.read_text() for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts]
    text = html.unescape(" ".join(parts)).replace("’", "'")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text)) + re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("doc", sorted((ROOT / "docs/how-to").glob("*.md")), ids=lambda doc: doc.stem)
def test_words_in_bold_stand_on_a_screen(doc):
    missing = [
        word
        for word in re.findall(r"\*\*([^*]+)\*\*", doc.read_text())
        if re.sub(r"\s+", " ", re.sub(r"\d+ (person|people)$", "", word)).strip().replace("’", "'")
        not in words_of_the_screens()
    ]
    assert missing == []
