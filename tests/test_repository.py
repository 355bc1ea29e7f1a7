"""Guards over the repository itself: what a reviewer would otherwise have to remember."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import ForeignKey, ManyToManyField

ROOT = Path(__file__).resolve().parents[1]
TOP_LEVEL = {
    # the client's
    "manage.py", "sendco", "pupils", "provision", "reviews", "staff", "reports", "templates", "static", "tests",
    "pyproject.toml", "docker-compose.yml", "README.md",
    # the usual files of a well-kept repository
    ".ci", ".dockerignore", ".editorconfig", ".env.example", ".gitignore", "CHANGELOG.md",
    "CONTRIBUTING.md", "Dockerfile",
    "LICENSE", "Makefile", "docs", "requirements.lock", "requirements-dev.lock",
}  # fmt: skip
#: Lowest first; a package stands on the line of the longest name that begins its own.
LAYERS = [
    "sendco.core", "sendco.schools", "sendco.accounts", "sendco.audit", "sendco.notifications", "pupils", "provision",
    "staff", "reviews", "reports", "sendco.imports", "sendco.office", "sendco.pages",
]  # fmt: skip
TEXT = {".py", ".html", ".txt", ".md", ".css", ".js", ".toml", ".yml", ".cfg", ".csv", ".svg", ".json", ".lock", ""}


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows, or that stand in the checkout and are not ignored."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for line in done.stdout.splitlines() if (path := ROOT / line).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Path -> content of every text file of ours; what is vendored keeps its authors' words."""
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for path in tracked()
        if path.suffix in TEXT and "vendor" not in path.parts and "data" not in path.parts
    }


@pytest.mark.unit
def test_top_level_is_as_agreed():
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} - TOP_LEVEL == set()


@pytest.mark.unit
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_has_hashes_and_no_address(lock):
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==[^ ]+", text, re.MULTILINE | re.IGNORECASE)

    assert "://" not in text
    assert "psycopg2-binary" in pinned
    assert {"psycopg", "psycopg-binary", "psycopg-c"} & set(pinned) == set()
    assert len(re.findall(r"^[a-z0-9].*\\\n    --hash=sha256:", text, re.MULTILINE | re.IGNORECASE)) == len(pinned)


@pytest.mark.unit
def test_both_locks_agree():
    """Or the suite would test other versions than those that schools run."""
    pins = [
        dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*\])?==([^ ]+)", (ROOT / lock).read_text(), re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    ]

    assert {name: pins[1].get(name) for name in pins[0]} == pins[0]


@pytest.mark.unit
def test_ci_runs_make_test_and_nothing_else():
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]

    assert lines == ['cd "$(dirname "$0")/.." && exec make test']


@pytest.mark.integration
@pytest.mark.django_db
def test_no_migration_is_missing(capsys):
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


@pytest.mark.unit
def test_no_system_check_complains():
    call_command("check")


@pytest.mark.unit
def test_imports_keep_to_the_layers():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def layer(module: str) -> int | None:
    return next((place for place, name in enumerate(LAYERS) if module == name or module.startswith(name + ".")), None)


@pytest.mark.unit
def test_every_app_of_ours_stands_on_a_layer():
    """Here and in the contract of pyproject.toml, or its imports would be free."""
    contract = (ROOT / "pyproject.toml").read_text().partition("[tool.importlinter]")[2]
    ours = {config.name for config in apps.get_app_configs() if str(ROOT) in config.path and ".venv" not in config.path}

    assert {name for name in ours if layer(name) is None} == set()
    assert {name for name in LAYERS if name not in contract} == set()


@pytest.mark.unit
def test_foreign_keys_point_downwards():
    """A relation named by a string is an import that import-linter does not see."""
    upwards = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey | ManyToManyField)
        and (mine := layer(model.__module__)) is not None
        and (theirs := layer(field.related_model.__module__)) is not None
        and theirs > mine
    ]

    assert upwards == []


def names_of_settings() -> set[str]:
    """Every environment variable that the code reads, without its prefix, found by reading the code."""
    found = set()
    for path in tracked("sendco", "pupils", "provision", "staff", "reviews", "reports", "manage.py"):
        if path.suffix != ".py" or path.name == "test_settings.py":
            continue
        text = path.read_text()
        found.update(re.findall(r"[\"']SENDCO_([A-Z_]+)[\"']", text))
        if path.name == "settings.py":
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                    owner, name = node.func.value, node.args[0]
                    if isinstance(owner, ast.Name) and owner.id == "env" and isinstance(name, ast.Constant):
                        found.add(name.value)
    return found


@pytest.mark.unit
def test_every_setting_is_documented_and_no_other():
    documented = set(
        re.findall(r"^\| `SENDCO_([A-Z_]+)`", (ROOT / "docs/reference/settings.md").read_text(), re.MULTILINE)
    )

    assert {name for name in names_of_settings() if name.isupper()} == documented


@pytest.mark.unit
def test_example_environment_names_only_settings_that_exist():
    named = set(re.findall(r"^#? ?SENDCO_([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))

    assert named - names_of_settings() == {"DB_PASSWORD", "PUBLISH"}  # read by docker-compose.yml


@pytest.mark.unit
@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("inline script", r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")"),
        ("inline style sheet", r"<style\b"),
        ("style attribute", r"<[^>{]+\sstyle\s*="),
        ("event attribute", r"<[^>{]+\son[a-z]+\s*="),
        ("htmx event attribute", r"\bhx-on\b"),
        ("another host", r"(?:src|href|action)=\"(?:https?:)?//"),
    ],
)
def test_templates_hold_nothing_that_the_content_policy_refuses(texts, what, pattern):
    """Print pages, which WeasyPrint reads and no browser does, stand in templates/pdf or end in _pdf.html and may
    have a style.
    """
    found = [
        f"{name}: {hit.group(0)}"
        for name, text in texts.items()
        if name.startswith("templates/") and not name.startswith("templates/pdf/") and not name.endswith("_pdf.html")
        for hit in re.finditer(pattern, text)
        if not (what == "another host" and "<a " in text[max(0, hit.start() - 40) : hit.start()])
    ]

    assert found == []


@pytest.mark.unit
def test_no_template_reads_a_name_that_another_block_made(texts):
    """`{% url … as name %}` holds inside its block alone; read in another one it is silently empty, and a link is lost."""
    found = []
    for name, text in texts.items():
        if not name.startswith("templates/"):
            continue
        stack, made = (), {}
        for part in re.split(r"({% (?:end)?block[^%]*%})", text):
            if part.startswith("{% block"):
                stack += (part,)
            elif part.startswith("{% endblock"):
                stack = stack[:-1]
            for variable, home in made.items():
                read = re.search(rf"{{[{{%][^}}]*\b{variable}\b", part) and f" as {variable} %}}" not in part
                if read and stack[: len(home)] != home:
                    found.append(f"{name}: {variable}")
            made |= {variable: stack for variable in re.findall(r"{% url [^%]* as (\w+) %}", part)}

    assert found == []


@pytest.mark.unit
def test_no_unfinished_work_and_no_blanket_except(texts):
    found = [
        f"{name}:{number}: {line.strip()}"
        for name, text in texts.items()
        if name.endswith((".py", ".html", ".js", ".css")) and name != "tests/test_repository.py"
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(r"\b(TODO|FIXME)\b|except Exception\b|except:|suppress\(Exception\)|lorem ipsum", line)
    ]

    assert found == []


@pytest.mark.unit
def test_only_the_clock_asks_the_time(texts):
    found = [
        f"{name}:{number}"
        for name, text in texts.items()
        if name.endswith(".py")
        and not name.startswith("tests/")
        and name not in {"sendco/core/clock.py", "sendco/core/logs.py"}
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(r"\bdate\.today\(|\bdatetime\.(now|today|utcnow)\(|\btimezone\.(now|localdate)\(", line)
    ]

    assert found == []


@pytest.mark.unit
def test_files_name_no_private_place(texts):
    """Paths and addresses of one person's machine mean nothing to the next reader, and locks must work anywhere."""
    private = re.compile(
        r"(?:^|[\s\"'(=:])/(?:home/[a-z]+|root|Users/[a-z]+)/|extra-index-url|find-links|trusted-host", re.MULTILINE
    )
    found = [name for name, text in texts.items() if name != "tests/test_repository.py" and private.search(text)]

    assert found == []
