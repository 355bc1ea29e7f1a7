"""The short notes of the logger: tapped, not typed, and kept as one sentence each in front of what was typed."""

from collections.abc import Iterable

QUICK_NOTES = (("went_well", "Went well"), ("ended_early", "Ended early"), ("hard_to_focus", "Hard to focus"))


def write_note(quick: Iterable[str], text: str) -> str:
    """`Went well. Hard to focus. We ran out of cards`: as stored with the session."""
    chosen = set(quick)
    return " ".join([*(f"{label}." for key, label in QUICK_NOTES if key in chosen), text.strip()]).strip()


def read_note(note: str) -> tuple[list[str], str]:
    """The keys that were tapped and the rest of a stored note: `write_note` turned round."""
    chosen = []
    for key, label in QUICK_NOTES:
        if note == f"{label}." or note.startswith(f"{label}. "):
            chosen.append(key)
            note = note[len(label) + 1 :].lstrip()
    return chosen, note
