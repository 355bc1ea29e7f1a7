"""A restore drill on both databases, through the commands that a school runs."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from . import postgres, program
from .worker import ROOT, environment

pytestmark = pytest.mark.services
SHOW = "from django.contrib.auth import get_user_model as u; print(sorted(u().objects.values_list('email', flat=True)))"
ADD = "from django.contrib.auth import get_user_model as u; u().objects.create(email='{}@school.invalid')"


@pytest.fixture(params=["sqlite", "postgres"])
def manage(request, tmp_path):
    """Call it to run a command of SENDCo on a database of its own; gives the completed process."""
    settings = {}
    if request.param == "postgres":
        cluster: Path = request.getfixturevalue("cluster_folder")
        tool = [
            program("createdb", "postgresql", *postgres.folders()),
            "-h",
            str(cluster),
            "-U",
            postgres.USER,
            "drill",
        ]
        subprocess.run(tool, check=True)
        settings["DATABASE_URL"] = postgres.url(cluster, "drill")
    environ = environment(tmp_path / "var", **settings)

    def run(*arguments, status=0):
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stderr
        return done

    yield run
    if request.param == "postgres":
        subprocess.run([program("dropdb", "postgresql", *postgres.folders()), *tool[1:-1], "drill"], check=True)


def shell(manage, code):
    return manage("shell", "--no-imports", "--command", code).stdout.strip()


def test_restore_drill(manage, tmp_path):
    media = tmp_path / "var" / "media"
    media.mkdir(parents=True)
    (media / "letter.pdf").write_bytes(b"before")
    manage("migrate", "--verbosity", "0")
    shell(manage, ADD.format("before"))

    made = manage("backup", "--to", str(tmp_path / "saved.tar"))
    shell(manage, ADD.format("after") + "; " + SHOW)
    (media / "letter.pdf").write_bytes(b"after")
    restored = manage("restore", str(tmp_path / "saved.tar"), "--yes")

    assert "the database and 1 documents. It holds children's records" in made.stdout
    assert restored.stdout.startswith("Restored the state of ")
    assert shell(manage, SHOW) == "['before@school.invalid']"
    assert (media / "letter.pdf").read_bytes() == b"before"


def test_refusals_are_told(tmp_path):
    """The commands' own sentences; what is refused and why is in tests/core/test_archive.py."""
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all")

    with pytest.raises(CommandError, match=r"letter\.txt exists already and is left as it is\. Choose another name\."):
        call_command("backup", "--to", str(letter))
    with pytest.raises(CommandError, match="is not a whole SENDCo backup"):
        call_command("restore", str(letter), "--yes")
