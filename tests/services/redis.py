"""A Redis server of our own: a free port on this machine, nothing written to disk."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import free_port, program, stop, unprivileged, wait_for


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as sock:
            sock.sendall(b"PING\r\n")
            return sock.recv(16).startswith(b"+PONG")
    except OSError:
        return False


@contextmanager
def server(port: int | None = None) -> Iterator[str]:
    """Run Redis and give its URL. About 0.1 s to start."""
    port = port or free_port()
    command = [
        program("redis-server", "redis-server"), "--port", str(port), "--bind", "127.0.0.1",
        "--save", "", "--appendonly", "no", "--daemonize", "no", "--loglevel", "warning",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=Path("/"), stdout=subprocess.DEVNULL, **unprivileged("redis"))
    try:
        wait_for(lambda: answers(port), what="Redis", process=process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        stop(process)
