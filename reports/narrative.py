"""Her own words: the parts of a report that people write, what we suggest, and the search for a child in them. Pure.

A narrative is {"headline": [{"status", "title", "text"}, …], "<part>": text, …}; a part that is a list has one item a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

MOST_MESSAGES = 5
STATUSES = {"ok": "Going well", "warn": "Needs attention", "danger": "Needs a decision", "none": "For information"}


@dataclass(frozen=True, slots=True)
class Part:
    """label: as on the page; hint: what governors want to read there; is_list: one item a line."""

    key: str
    label: str
    hint: str
    is_list: bool = False


PARTS = (
    Part("decision", "Decision asked of the board", "Leave empty when you ask for none."),
    Part("who", "Who we support", "What lies behind the figures, and what changed."),
    Part("provision", "What we provide, and whether it works", "What the table cannot say."),
    Part("keep", "Keep", "What goes on as it is, and why."),
    Part("change", "Change", "What you will do differently."),
    Part("duties", "Our legal duties", "Why a step was late, and what you did about it."),
    Part("people", "Staff, training and agencies", "Training that mattered; who waits for whom."),
    Part("money", "Money", "Budget, top-up and what it buys. Never the cost of one pupil."),
    Part("parents", "What parents say", "How many you asked, and what they told you."),
    Part("pupils", "What pupils say", "What you heard, without anybody’s story."),
    Part("priorities", "Priorities for next term", "One a line.", is_list=True),
    Part("questions", "Questions governors may want to ask", "One a line.", is_list=True),
)
PART = {part.key: part for part in PARTS}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def texts_of(narrative: dict[str, Any]) -> list[tuple[str, str]]:
    """(label of the part, text) of everything written."""
    found = [
        (f"Message {place}", f"{message['title']} {message['text']}")
        for place, message in enumerate(narrative.get("headline", ()), 1)
    ]
    return found + [(part.label, narrative[part.key]) for part in PARTS if narrative.get(part.key)]


# --- what we suggest


def suggested(data: dict[str, Any]) -> dict[str, Any]:
    """A first draft, from protected figures only, so that it can say nothing that the page does not."""
    messages = [m for m in (_sessions(data), _effects(data), _duties(data), _register(data)) if m]
    questions = [
        "How do we know that pupils get the support named in their EHC plans when staff are absent?",
        "Which intervention would we stop if it shows no gain by the end of the year, and what would we do instead?",
        "What do parents tell us that these figures do not?",
    ]
    return {"headline": messages, "questions": "\n".join(questions)}


def _message(status: str, title: str, text: str) -> dict[str, str]:
    return {"status": status, "title": title, "text": text}


def _sessions(data: dict[str, Any]) -> dict[str, str] | None:
    provision = data["provision"]
    delivered = provision["share"]
    if not provision["planned"] or delivered["v"] is None:
        return None
    reasons = provision["reasons"]
    why = f" The most common reason for a lost session: {reasons[0]['label'].lower()}." if reasons else ""
    text = f"{delivered['d']} of planned sessions took place.{why}"
    if delivered["v"] >= 80:
        return _message("ok", "Most support is reaching pupils", text)
    return _message("warn", "Too many sessions were lost", text)


def _effects(data: dict[str, Any]) -> dict[str, str] | None:
    rows = [row for block in data["provision"]["blocks"] for row in block["rows"] if row["effect"]]
    clear = [row["label"] for row in rows if row["effect"]["word"] in ("Strong", "Promising")]
    if not clear:
        return None
    names = clear[0] if len(clear) == 1 else f"{', '.join(clear[:-1])} and {clear[-1]}"
    many = "One intervention shows a clear gain" if len(clear) == 1 else f"{len(clear)} interventions show clear gains"
    return _message("ok", many, f"{names}.")


def _duties(data: dict[str, Any]) -> dict[str, str] | None:
    duty = data["duties"]["school"]
    if duty["status"] == "none":
        return None
    if duty["status"] == "ok":
        return _message("ok", "We met every legal date that was ours", "Every step of an annual review was on time.")
    return _message("warn", "Not every legal date was met", "At least one step of an annual review was late.")


def _register(data: dict[str, Any]) -> dict[str, str] | None:
    register = data["key_figures"]["register"]
    way, share = register["change"]["way"], register["share"]
    if register["figure"]["s"] or way not in ("up", "down") or share["v"] is None:
        return None
    title = "The register has grown" if way == "up" else "The register is smaller"
    return _message("none", title, f"{share['d']} of our pupils are on it, {register['change']['d']} since last time.")


# --- looking for a child


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase that may be about a child. is_certain: a first name with its surname or initial: the report is refused."""

    part: str
    phrase: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class PupilName:
    forenames: frozenset[str]
    surnames: frozenset[str]


_WORD = r"(?<![\w'’-]){}(?![\w-])"
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SHORTEST = 3


_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ALIKE = {"ł": "l", "ø": "o", "đ": "d", "ß": "s", "æ": "a", "’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-"}


def folded(text: str) -> str:
    """Small letters without accents, one for each character, so that places stay: Wróbel and WROBEL are alike."""
    return "".join(_ALIKE.get(c) or unicodedata.normalize("NFKD", c)[0] for c in (c.lower()[0] for c in text))


def name_forms(*names: str) -> frozenset[str]:
    """A name as it may be written: whole, and each part of a double one that is long enough to tell somebody."""
    found = set()
    for name in filter(None, names):
        whole = folded(unicodedata.normalize("NFC", name))
        found |= {whole, *(part for part in re.split(r"[-\s]+", whole) if len(part) >= _SHORTEST)}
    return frozenset(found)


def find_names(
    narrative: dict[str, Any], pupils: Iterable[PupilName], also: Iterable[tuple[str, str]] = ()
) -> list[Found]:
    """Names of pupils in the words. A full name, or a first name with its initial, is certain; a name alone is a doubt,
    because many are also words or belong to staff. Each phrase once a part, certain ones first.

    also: (part, text) of whatever else the report prints that people wrote. Accents, capitals, curly apostrophes and
    invisible characters make no difference.
    """
    pupils, found = list(pupils), {}
    singles = {name for pupil in pupils for name in pupil.forenames | pupil.surnames if len(name) >= _SHORTEST}
    for part, text in [*texts_of(narrative), *also]:
        flat = " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())
        for phrase in _full_names(flat, pupils):
            found[part, phrase.lower()] = Found(part, phrase, True)
        for word in re.findall(r"[^\W\d_][\w'’-]*", flat):
            plain = re.sub(r"['’]s$", "", word)
            is_told = any(plain in other.phrase for other in found.values() if other.part == part)
            parts = {folded(plain), *folded(plain).split("-")}
            if plain[:1].isupper() and parts & singles and not is_told:
                found[part, plain.lower()] = Found(part, plain, False)
    return sorted(found.values(), key=lambda f: (not f.is_certain, f.part, f.phrase))


def _full_names(text: str, pupils: Iterable[PupilName]) -> list[str]:
    low, found = folded(text), []
    for pupil in pupils:
        for first in pupil.forenames:
            if first not in low:
                continue
            for last in pupil.surnames:
                forms = (rf"{re.escape(first)}\s+{re.escape(last)}", rf"{re.escape(last)},?\s+{re.escape(first)}")
                initial = rf"{re.escape(first)}\s+{re.escape(last[:1])}\.?"
                hits = [re.search(_WORD.format(form), low) for form in (*forms, initial)]
                found += [text[hit.start() : hit.end()] for hit in hits if hit][:1]
    return found


def find_small_numbers(narrative: dict[str, Any], threshold: int) -> list[Found]:
    """Counts of pupils at or below the threshold in her words: "3 pupils", "two boys". A doubt, never certain."""
    words = "|".join(
        [*map(str, range(1, threshold + 1)), *_NUMBERS[:threshold], "a single", "a couple of", "a pair of", "both"]
    )
    who = r"pupils?|child(?:ren)?|boys?|girls?|learners?|parents?|famil(?:y|ies)"
    between = r"(?!(?:hours?|minutes?|weeks?|terms?|years?|sessions?|groups?|points?)\b)\w+\s+"
    pattern = re.compile(rf"(?<![\w.,])(?:{words})\s+(?:{between}){{0,3}}(?:{who})\b", re.IGNORECASE)
    return [Found(part, hit.group(0), False) for part, text in texts_of(narrative) for hit in pattern.finditer(text)]
