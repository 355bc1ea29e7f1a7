"""The web server, started by the very command of `manage.py serve`."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.services import stop, wait_for

from . import machine
from .client import Client
from .databases import ROOT

WORKERS, THREADS = 3, 4  # as `manage.py serve` starts them on two cores


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]
    password: str

    def client(self, email: str = "") -> Client:
        return Client(self.port, email, self.password)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def pids(self) -> list[int]:
        return machine.children(self.process.pid)

    def memory(self) -> list[dict[str, float]]:
        return [machine.memory_mb(pid) for pid in self.pids()]


@contextmanager
def serve(environment: dict[str, str], folder: Path, password: str) -> Iterator[Server]:
    os.environ.setdefault("SENDCO_SECRET_KEY", "unused: only the command is taken from the module")
    os.environ.setdefault("SENDCO_VAR_DIR", environment["SENDCO_VAR_DIR"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sendco.settings")
    from sendco.core.management.commands.serve import web_command

    with socket.socket() as sock, (folder / "web.log").open("wb") as log:
        sock.bind(("127.0.0.1", 0))
        sock.listen(256)
        process = subprocess.Popen(
            web_command(sock.fileno(), workers=WORKERS, threads=THREADS), cwd=ROOT, env=environment,
            pass_fds=(sock.fileno(),), stdout=log, stderr=log,
        )  # fmt: skip
        port = sock.getsockname()[1]
        try:
            wait_for(lambda: _answers(port), what="the web server", process=process, seconds=60)
            yield Server(port, process, password)
        finally:
            stop(process)


def _answers(port: int) -> bool:
    connection: Any = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
