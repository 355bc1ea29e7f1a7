"""What is asked for: each page with who asks, how its answer is known, and the time it should take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

DOMAIN = "demo.sendco.invalid"
SENDCO, SUPPORT, LEAD, NOBODY = f"sendco@{DOMAIN}", f"support@{DOMAIN}", f"lead@{DOMAIN}", ""


@dataclass(frozen=True)
class Page:
    """One page. path: one, or several of a kind that are taken in turn. shows: words that must be on it.

    kind: list, pupil, summary, plain or save. target_ms: for one client at the smallest size; target_large_ms at the largest.
    change: the field that a save alters, for a save.
    """

    name: str
    paths: tuple[str, ...]
    shows: str
    who: str = SENDCO
    kind: str = "list"
    target_ms: int | None = None
    target_large_ms: int | None = None
    change: str = ""


def pages_for(ids: dict[str, Any]) -> list[Page]:
    """ids: as `probe.ids` gives them."""
    pupil, term = ids["pupil"], ids["term"].replace("-", "/")
    return [
        Page("sign-in", ("/sign-in/",), 'name="password"', NOBODY, "plain", 10, 10),
        Page("home", ("/",), "<h1", kind="summary", target_ms=100, target_large_ms=100),
        Page("register", ("/register/",), "Mensah", target_ms=50, target_large_ms=70),
        Page("register, filtered", ("/register/?status=E&sort=-year",), "<h1"),
        Page("search", ("/search/?q=men",), "Mensah"),
        Page("pupil", (f"/pupils/{pupil}/",), "Mensah", kind="pupil"),
        Page("pupil plan", (f"/pupils/{pupil}/plan/",), "Mensah", kind="pupil"),
        Page("pupil timeline", (f"/pupils/{pupil}/timeline/",), "Mensah", kind="pupil"),
        Page("my day", ("/my-day/",), "<h1", SUPPORT),
        Page("sessions", ("/sessions/",), "<h1"),
        Page("reviews", ("/reviews/",), "<h1"),
        Page("deadlines", ("/deadlines/",), "<h1"),
        Page("timetable", ("/staff/timetable/",), "<h1"),
        Page("provision map", ("/provision/",), "<h1", kind="summary", target_ms=100, target_large_ms=100),
        Page("impact", ("/impact/",), "<h1", kind="summary", target_ms=100, target_large_ms=100),
        Page("governor report", (f"/reports/governors/{term}/",), "<h1", kind="summary", target_ms=100, target_large_ms=100),
        Page("federation", ("/",), "<h1", LEAD, "summary", 100, 1000),
        Page("save a need", tuple(f"/needs/{pk}/edit/" for pk in ids["needs"]), "", kind="save", target_ms=40,
             target_large_ms=40, change="description"),
        Page("log a session", tuple(f"/sessions/{pk}/log/" for pk in ids["sessions"]), "", SUPPORT, "save", 40, 40, "text"),
    ]  # fmt: skip
