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
def cluster(folder: Path) -> Iterator[str]:
    """Run a cluster in `folder` (deleted afterwards) and give its URL. About 2 s to start."""
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

    options = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    try:
        run(initdb, "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        run(pg_ctl, "-D", str(data), "-l", str(log), "-w", "-o", f"{options} -k {folder}", "start")
        try:
            run(program("createdb", "postgresql", *folders()), "-h", str(folder), "-U", USER, "sendco")
            yield url(folder)
        finally:
            run(pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
