"""Logs as JSON lines that hold ids and never a name.

What is logged about a child or an adult ends in files with long lives and many readers. So `render` keeps an allow-
list: values that cannot be a name (numbers, dates, ids), and text only under the few keys that developers fill with
words of their own. An exception is told by its type and places; its message is dropped, because databases quote the
row they refused.
"""

import datetime as dt
import json
import logging
import re
import traceback
import uuid
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

#: Keys whose text is written by developers. `event` is cleaned as well, since other libraries fill it.
TEXT_KEYS = frozenset(
    {"event", "level", "logger", "task", "kind", "code", "status", "method", "path", "command", "database"}
)
#: A UPN has a check letter in front of twelve places; a former or temporary one ends in a letter.
_UPN = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[0-9A-Z]\b", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_QUERY = re.compile(r"(/[^\s?]*)\?\S+")
#: Addresses that let whoever has them in: views by link, a new password, a confirmed address.
_SECRET = re.compile(r"((?<!\w)/c/|/reset/key/|/confirm-email/)[^/\s]+")
_SAFE_TYPES = (bool, int, float, type(None), dt.date, dt.timedelta, uuid.UUID)
DROPPED = "[left out]"


def clean(text: str) -> str:
    """Take UPNs, e-mail addresses, secret links and query strings (searches hold names) out of another library's line."""
    text = _SECRET.sub(r"\1[secret]", text)
    text = _QUERY.sub(r"\1", text)
    text = _EMAIL.sub("[address]", text)
    return _UPN.sub("[upn]", text)


def _value(key: str, value: object) -> object:
    if isinstance(value, bool | int | float | None):
        return value
    if isinstance(value, _SAFE_TYPES):
        return str(value)
    if isinstance(value, str) and (key in TEXT_KEYS or key == "id" or key.endswith("_id")):
        return clean(value)
    if isinstance(value, list | tuple | set | frozenset) and all(isinstance(item, int) for item in value):
        return sorted(value)
    return DROPPED


def _exception(exc_info: Any) -> dict[str, object]:
    """Type and the places passed through, innermost last, without the message and without local values."""
    if isinstance(exc_info, BaseException):
        kind, trace = type(exc_info), exc_info.__traceback__
    else:
        kind, _, trace = exc_info
    if kind is None:
        return {}
    frames = traceback.extract_tb(trace)[-12:]
    return {
        "exception": f"{kind.__module__}.{kind.__qualname__}",
        "trace": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }


def render(logger: object, name: str, event_dict: MutableMapping[str, Any]) -> str:
    """Last processor of structlog's `ProcessorFormatter`: one line of JSON."""
    fields: Mapping[str, Any] = event_dict
    record = fields.get("_record")
    line: dict[str, object] = {}
    if isinstance(record, logging.LogRecord):
        line["time"] = dt.datetime.fromtimestamp(record.created, tz=dt.UTC).isoformat(timespec="milliseconds")
        line["level"] = record.levelname.lower()
        line["logger"] = record.name
    else:
        line["level"] = name
    line["event"] = clean(str(fields.get("event", "")))
    exc_info = fields.get("exc_info")
    if exc_info and exc_info is not True:
        line |= _exception(exc_info)
    for key, value in fields.items():
        if key not in line and not key.startswith("_") and key not in {"exc_info", "stack_info"}:
            line[key] = _value(key, value)
    return json.dumps(line, ensure_ascii=False)


def formatter() -> logging.Formatter:
    """The formatter that `settings.LOGGING` names: every library's records come out in the one shape."""
    return structlog.stdlib.ProcessorFormatter(processors=[render])
