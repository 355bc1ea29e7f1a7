"""`manage.py serve` as a real process: SQLite, no Redis, nothing set up beforehand."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import free_port, stop, wait_for
from .worker import ROOT, environment, worker

pytestmark = pytest.mark.services


def get(port, path="/health/"):
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        asked.request("GET", path)
        reply = asked.getresponse()
        return reply.status, reply.read()
    finally:
        asked.close()


def command(port):
    return [sys.executable, "manage.py", "serve", "--set-up", "--port", str(port)]


@contextmanager
def serving(folder, port):
    """A running server, told to be ready by its own words; gives the process. Its output is in `folder`/out."""
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command(port), cwd=ROOT, env=environment(folder / "var"), stdout=out, stderr=out)
    try:
        wait_for(
            lambda: "Stop it with Ctrl-C." in (folder / "out").read_text(),
            what="The server",
            process=process,
            seconds=90,
        )
        yield process
    finally:
        stop(process, seconds=50)


def descendants(pid: int) -> set[int]:
    """Ids of all processes below `pid`."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, look = set(), [pid]
    while look:
        look.extend(below := children.get(look.pop(), []))
        found.update(below)
    return found


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """A data folder after the first set-up; `settled` copies it, because setting up takes most of a test's time."""
    folder = tmp_path_factory.mktemp("prepared")
    with serving(folder, free_port()):
        pass
    assert "bringing the database up to date" in (folder / "out").read_text()
    assert "building the static files" in (folder / "out").read_text()
    return folder / "var"


@pytest.fixture
def settled(prepared, tmp_path):
    """A folder whose `var` has been set up; and a function that makes another such folder."""

    def copy(name=""):
        (tmp_path / name).mkdir(exist_ok=True)
        shutil.copytree(prepared, tmp_path / name / "var", copy_function=shutil.copy2)
        return tmp_path / name

    return copy


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_ends_cleanly(settled, number):
    """With the data of an earlier run: quick, nothing is done again, nothing is lost."""
    folder, port = settled(), free_port()
    made = (folder / "var" / "sendco.sqlite3").stat()
    began = time.monotonic()
    with serving(folder, port) as process:
        took = time.monotonic() - began
        status, body = get(port)
        # two web processes and their arbiter, the worker and its clock
        wait_for(lambda: len(descendants(process.pid)) >= 5, what="All processes", process=process)
        below = descendants(process.pid)

        process.send_signal(number)
        ended = process.wait(50)

    told = (folder / "out").read_text()
    assert (status, json.loads(body)) == (200, {"database": "ok", "broker": "ok"})
    assert ended == 0
    assert alive(below) == set()
    assert f"SENDCo is running at http://127.0.0.1:{port}" in told
    assert "bringing the database" not in told
    assert "building the static files" not in told
    assert took < 30
    assert (folder / "var" / "sendco.sqlite3").stat().st_ino == made.st_ino
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_two_servers_do_not_meet_and_conflicts_are_told(settled, tmp_path):
    one, two = settled("one"), settled("two")
    ports = free_port(), free_port()
    with serving(one, ports[0]), serving(two, ports[1]) as second:
        busy, same = (
            subprocess.Popen(
                command(port),
                cwd=ROOT,
                env=environment(folder),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for port, folder in ((ports[0], tmp_path / "third"), (free_port(), one / "var"))
        )
        told_busy, told_same = busy.communicate(timeout=60)[1], same.communicate(timeout=60)[1]
        stop(second)

        assert get(ports[0])[0] == 200

    assert (busy.returncode, same.returncode) == (1, 1)
    assert f"Port {ports[0]} on 127.0.0.1 cannot be used (Address already in use)." in told_busy
    assert f"SENDCo is running already with the data in {one / 'var'}." in told_same


@pytest.mark.parametrize(("part", "name"), [("gunicorn", "the web server"), ("celery", "the background worker")])
def test_all_stop_when_one_dies(settled, part, name):
    folder = settled()
    with serving(folder, free_port()) as process:
        below = descendants(process.pid)
        (leader,) = [
            pid
            for pid in below
            if part in Path(f"/proc/{pid}/cmdline").read_text()
            and f"PPid:\t{process.pid}\n" in Path(f"/proc/{pid}/status").read_text()
        ]
        os.kill(leader, signal.SIGKILL)

        assert process.wait(50) == 1

    assert f"Stopped: {name} ended by itself (status -9)" in (folder / "out").read_text()
    assert alive(below) == set()


def test_nothing_is_left_when_the_supervisor_is_killed_outright(settled):
    with serving(settled(), free_port()) as process:
        below = descendants(process.pid)
        process.kill()
        process.wait()

        wait_for(lambda: alive(below) == set(), what="The end of all processes", seconds=50)


def test_task_runs_without_redis(settled):
    """Handed over through the folder, by a process that is neither the server nor its worker."""
    folder = settled()
    environ = environment(folder / "var")
    send = "from tests.services.probe import count_users; import sendco.celery; count_users.delay('sent')"
    with worker(environ, folder):
        subprocess.run([sys.executable, "-c", send], cwd=ROOT, env=environ, check=True)
        wait_for((folder / "sent").exists, what="The task")
        wait_for(lambda: (folder / "sent").read_text() != "", what="The task")

    assert (folder / "sent").read_text().split()[0] == "0"
