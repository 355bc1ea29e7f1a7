"""A backup: one tar file with the database as it was at one moment, the uploaded documents, and a list of what is in
it.

    manifest.json      {"format": 1, "engine": "sqlite" | "postgresql", "made": ISO time, "files": {name: sha256}}
    database           an SQLite file, or what `pg_dump -Fc` writes
    media/…            documents, with their paths

It may be made while people work: SQLite's own backup copies a consistent state (the file alone would lack what is
still in its write-ahead log), and pg_dump reads from one snapshot.
"""

import datetime as dt
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from glob import glob
from pathlib import Path, PurePosixPath
from typing import Any

FORMAT = 1
DATABASE = "database"
MANIFEST = "manifest.json"
MEDIA = "media/"


class ArchiveError(Exception):
    """The text says what is wrong and what to do."""


def engine_of(database: dict[str, Any]) -> str:
    """`sqlite` or `postgresql`, from one entry of `settings.DATABASES`."""
    return "sqlite" if database["ENGINE"].endswith("sqlite3") else "postgresql"


def _program(name: str) -> str:
    found = shutil.which(name) or next(iter(sorted(glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None)
    if found is None:
        raise ArchiveError(
            f"{name} is not installed. As root: apt-get install -y --no-install-recommends postgresql-client"
        )
    return found


def _postgres(command: list[str], database: dict[str, Any]) -> None:
    """Run one of PostgreSQL's programs; the password goes through the environment, where other users cannot read it."""
    environment = {
        **os.environ,
        "PGHOST": str(database.get("HOST") or ""),
        "PGPORT": str(database.get("PORT") or ""),
        "PGUSER": str(database.get("USER") or ""),
        "PGPASSWORD": str(database.get("PASSWORD") or ""),
    }
    environment = {name: value for name, value in environment.items() if value or not name.startswith("PG")}
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode != 0:
        raise ArchiveError(f"{Path(command[0]).name} failed: {done.stderr.strip()}")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole(connection: sqlite3.Connection) -> bool:
    try:
        return bool(connection.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def dump_database(database: dict[str, Any], to: Path) -> None:
    """Write the database as it is now into the file `to`."""
    if engine_of(database) == "sqlite":
        live = Path(database["NAME"]).resolve().as_uri()
        with (
            closing(sqlite3.connect(f"{live}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(to)) as target,
        ):
            source.backup(target)
        return
    _postgres(
        [_program("pg_dump"), "--format=custom", "--no-owner", "--file", str(to), "--dbname", str(database["NAME"])],
        database,
    )


def load_database(database: dict[str, Any], source: Path) -> None:
    """Replace the whole database by the file `source`, in one transaction: it works altogether or changes nothing."""
    if engine_of(database) == "sqlite":
        with closing(sqlite3.connect(f"{source.resolve().as_uri()}?immutable=1", uri=True)) as saved:
            if not _whole(saved):
                raise ArchiveError(
                    "The database in this backup is damaged. Nothing was changed; use an earlier backup."
                )
            with closing(sqlite3.connect(database["NAME"], timeout=30)) as target:
                saved.backup(target)
        return
    _postgres(
        [
            _program("pg_restore"), "--clean", "--if-exists", "--no-owner", "--single-transaction",
            "--dbname", str(database["NAME"]), str(source),
        ],
        database,
    )  # fmt: skip


def create(*, database: dict[str, Any], media: Path, to: Path, now: dt.datetime) -> dict[str, Any]:
    """Write a backup to `to` (which must not exist), readable by its owner only. Returns the manifest."""
    files: dict[str, str] = {}
    partial = to.with_name(to.name + ".part")
    with tempfile.TemporaryDirectory(prefix="sendco-backup-", dir=to.parent) as folder:
        dumped = Path(folder) / DATABASE
        dump_database(database, dumped)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w") as tar:
            tar.add(dumped, DATABASE)
            files[DATABASE] = _digest(dumped)
            for path in sorted(media.rglob("*")) if media.is_dir() else ():
                if path.is_file() and not path.is_symlink():
                    name = MEDIA + path.relative_to(media).as_posix()
                    tar.add(path, name)
                    files[name] = _digest(path)
            manifest = {"format": FORMAT, "engine": engine_of(database), "made": now.isoformat(), "files": files}
            told = json.dumps(manifest, indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size, entry.mode = len(told), 0o600
            tar.addfile(entry, io.BytesIO(told))
    partial.rename(to)  # a backup that was interrupted never carries the name of a whole one
    return manifest


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack into `folder` after checking every name, and check every file against the manifest."""
    try:
        with tarfile.open(source) as tar:
            for entry in tar:
                name = PurePosixPath(entry.name)
                if not entry.isfile() or name.is_absolute() or ".." in name.parts:
                    raise ArchiveError(f"{source} holds an entry that no backup has. Nothing was changed.")
                content = tar.extractfile(entry)
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as file:
                    shutil.copyfileobj(content, file)  # type: ignore[arg-type]
        manifest = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError as error:
        if not source.exists():
            raise ArchiveError(f"There is no file {source}. Nothing was changed.") from error
        raise ArchiveError(f"{source} is not a whole SENDCo backup: a part is missing. Nothing was changed.") from error
    except (tarfile.TarError, OSError, ValueError) as error:
        why = str(error).partition(":")[0]  # tarfile goes on to list every format it tried
        raise ArchiveError(f"{source} is not a whole SENDCo backup ({why}). Nothing was changed.") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or DATABASE not in manifest.get("files", {}):
        raise ArchiveError(f"{source} was made by another version of SENDCo. Nothing was changed.")
    for name, digest in manifest["files"].items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise ArchiveError(f"{source} is damaged: {name} is not as it was saved. Nothing was changed.")
    return manifest


def restore(*, source: Path, database: dict[str, Any], media: Path) -> dict[str, Any]:
    """Put a backup in the place of the database and the documents. Returns the manifest.

    Everything is unpacked and checked before anything is replaced; the documents of before stay in a folder beside,
    `media.old`.
    """
    media.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sendco-restore-", dir=media.parent) as name:
        folder = Path(name)
        manifest = _unpack(source, folder)
        if manifest["engine"] != engine_of(database):
            raise ArchiveError(
                f"This backup is of a {manifest['engine']} database and SENDCO_DATABASE_URL names a "
                f"{engine_of(database)} one. Restore it where it came from. Nothing was changed."
            )
        load_database(database, folder / DATABASE)
        old = media.with_name(media.name + ".old")
        if old.exists():
            shutil.rmtree(old)
        if media.exists():
            media.rename(old)
        unpacked = folder / MEDIA.rstrip("/")
        if unpacked.is_dir():
            unpacked.rename(media)
        else:
            media.mkdir(mode=0o700)
    return manifest
