"""A PostgreSQL cluster for one test run: private folder, unix socket only, no durability."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from urllib.parse import quote

from . import ServiceMissing, program, unprivileged

USER = "sendco"
# Durability costs time and protects nothing here: the cluster is deleted at the end of the run.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}


def folders() -> list[str]:
    """Where Debian keeps the server's programs, newest version first."""
    return sorted(glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]), reverse=True)


def new_folder() -> Path:
    """A short path: a unix socket's may have 107 letters."""
    return Path(tempfile.mkdtemp(prefix="sendco-pg-", dir="/tmp"))


def url(folder: Path, database: str = "sendco") -> str:
    """What to put into SENDCO_DATABASE_URL; usable before the cluster runs."""
    return f"postgres://{USER}@{quote(str(folder), safe='')}/{database}"


@contextmanager
def cluster(
    folder: Path, *, settings: dict[str, str] | None = None, is_kept: bool = False, anew: bool = True
) -> Iterator[str]:
    """Run a cluster in `folder` and give its URL. About 2 s to start.

    settings: instead of SETTINGS. is_kept: stopped in good order and left there; otherwise the folder is deleted afterwards.
    anew: False takes up a cluster that was kept.
    """
    initdb = program("initdb", "postgresql", *folders())
    pg_ctl = program("pg_ctl", "postgresql", *folders())
    who = unprivileged("postgres")
    if who:
        os.chown(folder, who["user"], who["group"])
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False, timeout=120, **who)
        if done.returncode != 0:
            told = log.read_text() if log.exists() else ""
            raise ServiceMissing(f"PostgreSQL will not start: {' '.join(command)}\n{done.stderr}{told}")

    chosen = SETTINGS if settings is None else settings
    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in chosen.items())
    try:
        if anew:
            shutil.rmtree(data, ignore_errors=True)
            run(initdb, "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(pg_ctl, "-D", str(data), "-l", str(log), "-w", "-o", f"{options} -k {folder}", "start")
        try:
            if anew:
                run(program("createdb", "postgresql", *folders()), "-h", str(folder), "-U", USER, "sendco")
            yield url(folder)
        finally:
            run(pg_ctl, "-D", str(data), "-m", "fast" if is_kept else "immediate", "-w", "stop")
    finally:
        if not is_kept:
            shutil.rmtree(folder, ignore_errors=True)
