import datetime as dt
import json
import logging
import sys
import uuid

import pytest
import structlog

from sendco.core import logs

pytestmark = pytest.mark.unit


def line(record: logging.LogRecord) -> dict[str, object]:
    return json.loads(logs.formatter().format(record))


def record(message: str, *args: object, exc_info: object = None) -> logging.LogRecord:
    return logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, exc_info)  # type: ignore[arg-type]


def test_line_is_one_json_object():
    told = line(record("Not Found: %s", "/pupils/12/"))

    assert told.pop("time").endswith("+00:00")
    assert told == {"level": "warning", "logger": "django.request", "event": "Not Found: /pupils/12/"}


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("pupil H801200001001 not found", "pupil [upn] not found"),
        ("pupil h80120000100A not found", "pupil [upn] not found"),
        ("mail to Amy.O'Hara@school.example failed", "mail to Amy.O'[address] failed"),
        ("Not Found: /pupils/?q=amy+ohara", "Not Found: /pupils/"),
        ("job 801200001001 done", "job 801200001001 done"),
        ("ready: yes?", "ready: yes?"),
        ("Gone: /c/dGhlLXNlY3JldA/2/", "Gone: /c/[secret]/2/"),
        (
            "Bad Request: /account/password/reset/key/1-set-password/",
            "Bad Request: /account/password/reset/key/[secret]/",
        ),
        ("Not Found: /abc/c/12/", "Not Found: /abc/c/12/"),
    ],
)
def test_clean_takes_out_what_names_a_person(text, cleaned):
    assert logs.clean(text) == cleaned


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("pupil_id", 12, 12),
        ("pupil_id", "12", "12"),
        ("count", 3, 3),
        ("seconds", 0.5, 0.5),
        ("due", dt.date(2026, 3, 14), "2026-03-14"),
        ("key", uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("ids", [3, 1, 2], [1, 2, 3]),
        ("status", "sent", "sent"),
        ("done", True, True),
        ("nothing", None, None),
        ("name", "Amy O'Hara", logs.DROPPED),
        ("note", "She told me", logs.DROPPED),
        ("pupil", object(), logs.DROPPED),
        ("names", ["Amy"], logs.DROPPED),
        ("row", {"name": "Amy"}, logs.DROPPED),
    ],
)
def test_render_keeps_ids_and_drops_words(key, value, kept):
    assert json.loads(logs.render(None, "info", {"event": "seen", key: value})) == {
        "level": "info",
        "event": "seen",
        key: kept,
    }


def test_exception_is_told_without_its_message():
    try:
        raise ValueError("Amy O'Hara is not unique")
    except ValueError:
        told = line(record("save failed", exc_info=sys.exc_info()))

    assert told["exception"] == "builtins.ValueError"
    assert told["trace"][-1].endswith(" test_exception_is_told_without_its_message")
    assert "Amy" not in json.dumps(told)


def test_exception_given_as_instance():
    told = json.loads(logs.render(None, "error", {"event": "x", "exc_info": KeyError("Amy")}))

    assert told == {"level": "error", "event": "x", "exception": "builtins.KeyError", "trace": []}


def test_structlog_events_come_out_in_the_same_shape():
    entry = record("")
    entry.msg, entry._logger, entry._name = {"event": "reminder sent", "user_id": 4, "name": "Amy"}, None, "info"

    told = line(entry)

    assert isinstance(logs.formatter(), structlog.stdlib.ProcessorFormatter)
    assert (told["event"], told["user_id"], told["name"]) == ("reminder sent", 4, logs.DROPPED)
