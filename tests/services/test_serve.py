"""`manage.py serve` as a real process: SQLite, no Redis, nothing set up beforehand."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from . import free_port, stop, wait_for
from .worker import ROOT, environment

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
            lambda: "Stop it with Ctrl-C." in (folder / "out").read_text(), what="The server", process=process, seconds=90
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


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_ends_cleanly(tmp_path, number):
    port = free_port()
    with serving(tmp_path, port) as process:
        status, body = get(port)
        below = descendants(process.pid)

        process.send_signal(number)
        ended = process.wait(50)

    assert (status, json.loads(body)) == (200, {"database": "ok", "broker": "ok"})
    assert len(below) >= 5  # two web processes and their arbiter, the worker and its clock
    assert ended == 0
    assert alive(below) == set()
    assert f"SENDCo is running at http://127.0.0.1:{port}" in (tmp_path / "out").read_text()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_second_run_keeps_the_data_and_starts_in_seconds(tmp_path):
    port = free_port()
    with serving(tmp_path, port):
        pass
    made = (tmp_path / "var" / "sendco.sqlite3").stat().st_ino
    began = time.monotonic()
    with serving(tmp_path, port):
        took = time.monotonic() - began

    assert (tmp_path / "var" / "sendco.sqlite3").stat().st_ino == made
    assert took < 20
    told = (tmp_path / "out").read_text()
    assert "bringing the database" not in told
    assert "building the static files" not in told


def test_two_servers_do_not_meet(tmp_path):
    ports = free_port(), free_port()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with serving(tmp_path / "one", ports[0]), serving(tmp_path / "two", ports[1]) as second:
        stop(second)

        assert get(ports[0])[0] == 200


def test_same_data_or_busy_port_is_told(tmp_path):
    port = free_port()
    with serving(tmp_path, port):
        busy = subprocess.run(command(port), cwd=ROOT, env=environment(tmp_path / "other"), capture_output=True, text=True)
        same = subprocess.run(command(free_port()), cwd=ROOT, env=environment(tmp_path / "var"), capture_output=True, text=True)

    assert busy.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used (Address already in use)." in busy.stderr
    assert same.returncode == 1
    assert f"SENDCo is running already with the data in {tmp_path / 'var'}." in same.stderr


@pytest.mark.parametrize(("part", "name"), [("gunicorn", "the web server"), ("celery", "the background worker")])
def test_all_stop_when_one_dies(tmp_path, part, name):
    with serving(tmp_path, free_port()) as process:
        below = descendants(process.pid)
        (leader,) = [
            pid
            for pid in below
            if part in Path(f"/proc/{pid}/cmdline").read_text()
            and f"PPid:\t{process.pid}\n" in Path(f"/proc/{pid}/status").read_text()
        ]
        os.kill(leader, signal.SIGKILL)

        assert process.wait(50) == 1

    assert f"Stopped: {name} ended by itself (status -9)" in (tmp_path / "out").read_text()
    assert alive(below) == set()


def test_nothing_is_left_when_the_supervisor_is_killed_outright(tmp_path):
    with serving(tmp_path, free_port()) as process:
        below = descendants(process.pid)
        process.kill()
        process.wait()

        wait_for(lambda: alive(below) == set(), what="The end of all processes", seconds=50)


def test_task_runs_without_redis(tmp_path):
    """Handed over through the folder, by a process that is neither the server nor its worker."""
    from .worker import worker

    environ = environment(tmp_path / "var")
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], cwd=ROOT, env=environ, check=True)
    send = "from tests.services.probe import count_users; import sendco.celery; count_users.delay('sent')"
    with worker(environ, tmp_path):
        subprocess.run([sys.executable, "-c", send], cwd=ROOT, env=environ, check=True)
        wait_for((tmp_path / "sent").exists, what="The task")
        wait_for(lambda: (tmp_path / "sent").read_text() != "", what="The task")

    assert (tmp_path / "sent").read_text().split()[0] == "0"
