"""The code lists as plain values, so that readers need no database."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

CODES = Path(__file__).resolve().parents[3] / "pupils" / "data" / "codes"

_DASHES = re.compile(r"[\u2010-\u2015]")
_CODE_AND_LABEL = (
    re.compile(r"^(?P<code>[A-Z0-9]{1,5}) ?[-:–—] ?(?P<label>.+)$"),
    re.compile(r"^(?P<label>.+?) ?[(\[](?P<code>[A-Z0-9]{1,5})[)\]]$"),
)


@dataclass(frozen=True)
class Code:
    """A row of a list. valid_from and valid_to are included days; None means open or not known."""

    set: str
    code: str
    label: str
    short: str = ""
    group: str = ""
    sort: int = 0
    is_current: bool = True
    valid_from: date | None = None
    valid_to: date | None = None
    aliases: tuple[str, ...] = ()

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def fold(text: str) -> str:
    """What must agree for two names to be the same: no case, no commas, one kind of space, dash and apostrophe."""
    text = _DASHES.sub("-", text).replace("’", "'").replace("&", " and ").replace(",", " ")
    return " ".join(text.casefold().split())


class CodeBook:
    """Looks codes up by code, official name, short name or alias: always the whole text, never a part of it.

    Loose matching sends "Social ..." to severe learning difficulty and finds VI inside other words.
    """

    def __init__(self, codes: Iterable[Code]) -> None:
        self._codes: dict[str, dict[str, Code]] = {}
        self._names: dict[str, dict[str, Code]] = {}
        for code in codes:
            self._codes.setdefault(code.set, {})[code.code] = code
            names = self._names.setdefault(code.set, {})
            for name in (code.label, code.short, *code.aliases):
                known = names.get(fold(name))
                if name and (known is None or (code.is_current and not known.is_current)):
                    names[fold(name)] = code

    def get(self, code_set: str, code: str) -> Code | None:
        """The row with exactly this code."""
        return self._codes.get(code_set, {}).get(code)

    def find(self, code_set: str, text: str) -> Code | None:
        """The row whose code or name this text is, or "CODE - name" and "name (CODE)" when both halves agree."""
        text = text.strip()
        codes, names = self._codes.get(code_set, {}), self._names.get(code_set, {})
        if found := codes.get(text) or names.get(fold(text)) or codes.get(text.upper()):
            return found
        for pattern in _CODE_AND_LABEL:
            if match := pattern.match(text):
                found = codes.get(match["code"])
                if found and names.get(fold(match["label"])) is found:
                    return found
        return None

    def all(self, code_set: str) -> tuple[Code, ...]:
        return tuple(self._codes.get(code_set, {}).values())

    @cached_property
    def authorities(self) -> frozenset[str]:
        """Codes of all local authorities, closed ones included."""
        return frozenset(self._codes.get("la", {}))


def read_codes(folder: Path = CODES) -> Iterable[Code]:
    """The rows of all `<set>.csv` in a folder; columns as in `pupils/data/README.md`."""
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield Code(
                    set=row["set"],
                    code=row["code"],
                    label=row["label"],
                    short=row["short"],
                    group=row["group"],
                    sort=int(row["sort"]),
                    is_current=row["current"] == "true",
                    valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                    valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                    aliases=tuple(alias for alias in row["aliases"].split("|") if alias),
                )


@lru_cache(maxsize=1)
def default_codebook() -> CodeBook:
    """The lists that come with the product, read once a process."""
    return CodeBook(read_codes())
