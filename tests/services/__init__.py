"""Real services for tests: each module starts one of its own, on a private socket or port, and stops it again.

A service that cannot be had is an error that names the cure. Nothing here skips.
"""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


class ServiceMissing(RuntimeError):
    """A program that the tests need is not installed, or will not start. The text says what to do."""


def program(name: str, package: str, *folders: str) -> str:
    """Path of an installed program, looked for in `folders` before PATH; `package` is the Debian package that brings
    it.
    """
    for folder in folders:
        path = Path(folder) / name
        if os.access(path, os.X_OK):
            return str(path)
    found = shutil.which(name)
    if found is None:
        raise ServiceMissing(
            f"{name} is not installed. As root: apt-get install -y --no-install-recommends {package} (or: make system)"
        )
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def unprivileged(*names: str) -> dict[str, Any]:
    """Arguments for `subprocess` that give up root, which PostgreSQL refuses to run as. Empty when we are not root."""
    if os.geteuid() != 0:
        return {}
    for name in (*names, "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServiceMissing("Running as root and no unprivileged user (not even nobody) exists to run the database as.")


def wait_for(
    ready: Callable[[], bool], *, what: str, process: subprocess.Popen[Any] | None = None, seconds: float = 30
) -> None:
    """Return once `ready()`; fail as soon as `process` has ended, or after `seconds`."""
    until = time.monotonic() + seconds
    while not ready():
        if process is not None and process.poll() is not None:
            raise ServiceMissing(f"{what} ended with status {process.returncode} before it was ready.")
        if time.monotonic() > until:
            raise ServiceMissing(f"{what} was not ready after {seconds:.0f} s.")
        time.sleep(0.05)


def stop(process: subprocess.Popen[Any], *, seconds: float = 20) -> int:
    """End a process we started: politely first. Returns its status."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(5)
    return int(process.returncode)
