"""A real Celery worker as a process of its own, on the database and broker it is given."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from . import stop, wait_for

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """A clean environment for a process of SENDCo: `settings` without their prefix; data in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SENDCO_", "DJANGO_", "PYTEST_"))}
    given = {
        "ENV_FILE": "",
        "SECRET_KEY": "for-tests-only",
        "VAR_DIR": str(folder),
        "SECOND_FACTOR_ROLES": "",
        **settings,
    }
    return kept | {f"SENDCO_{name}": value for name, value in given.items()} | {"C_FORCE_ROOT": "1"}


@contextmanager
def worker(
    environ: Mapping[str, str], folder: Path, *, include: str = "tests.services.probe"
) -> Iterator[subprocess.Popen[bytes]]:
    """Start it, wait until it takes tasks, and stop it. Its log is `folder`/worker.log. About 3 s to start."""
    ready = folder / "worker-ready"
    ready.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "celery", "--app", "sendco", "--quiet", "worker", "--pool", "threads", "--concurrency",
        "2", "--include", include, "--loglevel", "info", "--without-gossip", "--without-mingle", "--hostname",
        f"test-{os.getpid()}@%h",
    ]  # fmt: skip
    with (folder / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env={**environ, "SENDCO_PROBE_FOLDER": str(folder)},
            cwd=ROOT,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        try:
            wait_for(ready.exists, what=f"The worker (see {log.name})", process=process, seconds=60)
            yield process
        finally:
            stop(process, seconds=40)
