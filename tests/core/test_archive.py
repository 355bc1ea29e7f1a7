import datetime as dt
import hashlib
import io
import json
import sqlite3
import tarfile
from contextlib import closing

import pytest

from sendco.core import archive

pytestmark = pytest.mark.unit
NOW = dt.datetime(2026, 3, 14, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def place(tmp_path):
    """A small SQLite database with its write-ahead log open, and two documents."""
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "live.sqlite3")}
    media = tmp_path / "media"
    (media / "letters").mkdir(parents=True)
    (media / "letters" / "one.pdf").write_bytes(b"one")
    (media / "two.pdf").write_bytes(b"two")
    with closing(sqlite3.connect(database["NAME"])) as connection:
        connection.executescript("PRAGMA journal_mode=WAL; CREATE TABLE pupil (id); INSERT INTO pupil VALUES (1), (2);")
        connection.commit()
        yield database, media, tmp_path


def rows(database):
    with closing(sqlite3.connect(database["NAME"])) as connection:
        return connection.execute("SELECT id FROM pupil ORDER BY id").fetchall()


def saved(place):
    database, media, folder = place
    to = folder / "backup.tar"
    return archive.create(database=database, media=media, to=to, now=NOW), to


def test_restore_gives_back_database_and_documents(place):
    database, media, folder = place
    manifest, to = saved(place)
    with closing(sqlite3.connect(database["NAME"])) as connection:
        connection.executescript("DELETE FROM pupil; INSERT INTO pupil VALUES (9);")
    (media / "two.pdf").write_bytes(b"changed")
    (media / "three.pdf").write_bytes(b"later")

    assert archive.restore(source=to, database=database, media=media) == manifest
    assert rows(database) == [(1,), (2,)]
    assert {path.name: path.read_bytes() for path in media.rglob("*.pdf")} == {"one.pdf": b"one", "two.pdf": b"two"}
    assert (folder / "media.old" / "three.pdf").read_bytes() == b"later"


def test_backup_is_the_owners_only_and_lists_what_it_holds(place):
    manifest, to = saved(place)

    assert oct(to.stat().st_mode & 0o777) == "0o600"
    assert (manifest["engine"], manifest["made"]) == ("sqlite", "2026-03-14T09:30:00+00:00")
    assert sorted(manifest["files"]) == ["database", "media/letters/one.pdf", "media/two.pdf"]
    assert sorted(path.name for path in to.parent.iterdir() if path.name.startswith(("backup", "sendco-"))) == [
        "backup.tar"
    ]


def test_backup_holds_what_stands_in_the_write_ahead_log(place):
    _, _, folder = place
    _, to = saved(place)
    with tarfile.open(to) as tar:
        (folder / "copy.sqlite3").write_bytes(tar.extractfile("database").read())

    assert rows({"NAME": str(folder / "copy.sqlite3")}) == [(1,), (2,)]


def rewritten(to, change):
    """The same archive with its members passed through `change(name, content) -> (name, content) | None`."""
    with tarfile.open(to) as tar:
        members = [(entry.name, tar.extractfile(entry).read()) for entry in tar]
    with tarfile.open(to, "w") as tar:
        for member in members:
            if (kept := change(*member)) is not None:
                entry = tarfile.TarInfo(kept[0])
                entry.size = len(kept[1])
                tar.addfile(entry, io.BytesIO(kept[1]))


def with_engine(name, content):
    return (
        (name, json.dumps({**json.loads(content), "engine": "postgresql"}).encode())
        if name == "manifest.json"
        else (name, content)
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            lambda name, content: (name, content + b"x") if name == "database" else (name, content),
            "is damaged: database is not",
        ),
        (
            lambda name, content: None if name == "media/two.pdf" else (name, content),
            "is damaged: media/two.pdf is not",
        ),
        (lambda name, content: None if name == "manifest.json" else (name, content), "is not a whole SENDCo backup"),
        (
            lambda name, content: ("../outside", content) if name == "media/two.pdf" else (name, content),
            "no backup has",
        ),
        (lambda name, content: ("/outside", content) if name == "media/two.pdf" else (name, content), "no backup has"),
        (lambda name, content: (name, b"{}") if name == "manifest.json" else (name, content), "another version"),
        (lambda name, content: (name, b"[]") if name == "manifest.json" else (name, content), "another version"),
        (with_engine, "of a postgresql database"),
    ],
)
def test_restore_refuses_and_changes_nothing(place, change, says):
    database, media, folder = place
    _, to = saved(place)
    rewritten(to, change)

    with pytest.raises(archive.ArchiveError, match=says):
        archive.restore(source=to, database=database, media=media)

    assert rows(database) == [(1,), (2,)]
    assert sorted(path.name for path in media.rglob("*.pdf")) == ["one.pdf", "two.pdf"]
    assert not (folder / "outside").exists()


def test_restore_refuses_a_damaged_database_inside_a_whole_archive(place):
    database, media, _ = place
    _, to = saved(place)
    digest = hashlib.sha256(b"not a database").hexdigest()

    def change(name, content):
        if name == "database":
            return name, b"not a database"
        if name == "manifest.json":
            told = json.loads(content)
            told["files"]["database"] = digest
            return name, json.dumps(told).encode()
        return name, content

    rewritten(to, change)

    with pytest.raises(archive.ArchiveError, match="damaged"):
        archive.restore(source=to, database=database, media=media)
    assert rows(database) == [(1,), (2,)]


def test_file_that_is_no_archive_is_refused(place):
    database, media, folder = place
    (folder / "letter.txt").write_text("Dear all")

    with pytest.raises(archive.ArchiveError, match="is not a whole SENDCo backup"):
        archive.restore(source=folder / "letter.txt", database=database, media=media)


def test_file_that_is_not_there_is_told(place):
    database, media, folder = place

    with pytest.raises(archive.ArchiveError, match=r"^There is no file .*gone\.tar\. Nothing was changed\.$"):
        archive.restore(source=folder / "gone.tar", database=database, media=media)
