"""The databases that are measured: three sizes of the bulk demo, on SQLite and on PostgreSQL, kept from run to run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import monotonic
from typing import Any

from tests.services import postgres

from . import machine

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path("/tmp/sendco-bench")  # short: the path of a socket may have 107 letters
SIZES = {"small": (1, 420), "middle": (30, 400), "large": (300, 400)}
"""Schools, and pupils in each: 420 pupils, 12,000 and 120,000."""
DURABLE = {"listen_addresses": "", "max_connections": "60", "timezone": "UTC"}
"""PostgreSQL as installed: unlike in the tests, a save waits for the disk."""
KEEP_DAYS = 3
"""Sessions are planned up to the day on which the data was made, so old data measures something else."""


@dataclass
class Data:
    """One database that is up. made_in: seconds it took to make. database_pids: what works for it beside the web server."""

    folder: Path
    environment: dict[str, str]
    database_pids: Callable[[], list[int]]
    made_in: float = 0

    def manage(self, *command: str) -> None:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True)

    def probe(self) -> dict[str, Any]:
        """Ids to ask for, and the queries of each page, by a process of its own."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.probe"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
        return json.loads(done.stdout)


@contextmanager
def ready(kind: str, size: str, folder: Path, *, fresh: bool, tell: Callable[[str], None]) -> Iterator[Data]:
    """A database of that size, made when it is not there or old, with the web server's static files."""
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = folder / f"{kind}-{size}"
    place.mkdir(exist_ok=True)
    made = place / "made.json"
    if (
        fresh
        or not made.exists()
        or (date.today() - date.fromisoformat(json.loads(made.read_text())["on"])).days > KEEP_DAYS
    ):
        made.unlink(missing_ok=True)
    with _running(kind, place, keep=made.exists()) as data:
        _set_up(data, made, size, tell)
        yield data


def _set_up(data: Data, made: Path, size: str, tell: Callable[[str], None]) -> None:
    data.manage("migrate", "--verbosity", "0")
    data.manage("collectstatic", "--no-input", "--verbosity", "0")
    if not made.exists():
        schools, pupils = SIZES[size]
        tell(f"making {schools * pupils:,} pupils in {made.parent}")
        begun = monotonic()
        data.manage("create_demo_federation", "--bulk", f"--schools={schools}", f"--pupils={pupils}")
        made.write_text(json.dumps({"on": date.today().isoformat(), "seconds": round(monotonic() - begun, 1)}))
    data.made_in = json.loads(made.read_text())["seconds"]


@contextmanager
def _running(kind: str, place: Path, *, keep: bool) -> Iterator[Data]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SENDCO_")}
    environment |= {
        "SENDCO_ENV_FILE": "", "SENDCO_VAR_DIR": str(place / "var"), "SENDCO_SECRET_KEY": "for-measuring-only",
        "SENDCO_SECOND_FACTOR_ROLES": "", "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    if kind == "sqlite":
        if not keep:
            for file in (place / "var").glob("sendco.sqlite3*"):
                file.unlink()
        yield Data(place, environment, list)
        return
    cluster = place / "pg"
    if keep and not (cluster / "data").exists():
        keep = False
    cluster.mkdir(exist_ok=True)
    with postgres.cluster(cluster, settings=DURABLE, is_kept=True, anew=not keep) as url:
        postmaster = int((cluster / "data" / "postmaster.pid").read_text().split()[0])
        yield Data(place, environment | {"SENDCO_DATABASE_URL": url}, lambda: machine.children(postmaster))
