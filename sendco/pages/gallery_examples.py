"""Made-up people, dates and figures for the gallery: what each component is given. No query."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator


def _one(status: str, count: int, label: str) -> list[dict[str, Any]]:
    return [{"status": status, "count": count, "label": label, "url": "#deadlines"}]


EVENTS = [
    {"date": dt.date(2026, 3, 12), "title": "Send advice to everyone invited", "kind": "next", "url": "#deadlines"},
    {"date": dt.date(2026, 3, 9), "title": "Speech and language advice received", "text": "Ruth Calloway, NHS"},
    {"date": dt.date(2026, 3, 3), "title": "Note from Mr Benbow", "text": "First full assembly.", "kind": "minor"},
]

DUTIES = [
    {
        "title": "Invite people",
        "date": dt.date(2026, 2, 24),
        "status": "ok",
        "text": "Done",
        "state": "done",
        "rule": "At least 2 weeks before the meeting.",
        "source": "Regulation 20(4)",
    },
    {
        "title": "Send advice",
        "date": dt.date(2026, 3, 12),
        "status": "warn",
        "text": "Due soon",
        "note": "2 days left.",
        "state": "now",
        "rule": "At least 2 weeks before the meeting.",
        "source": "Regulation 20(4)",
    },
    {
        "title": "Hold the meeting",
        "date": dt.date(2026, 3, 26),
        "status": "ok",
        "text": "On track",
        "note": "16 days left.",
    },
    {
        "title": "Send the report",
        "date": dt.date(2026, 4, 9),
        "working_date": dt.date(2026, 3, 27),
        "status": "none",
        "text": "Not started",
        "rule": "Within 2 weeks of the meeting.",
        "source": "Regulation 20(7)",
    },
    {
        "title": "Decision",
        "date": dt.date(2026, 4, 23),
        "status": "wait",
        "text": "Waiting for the local authority",
        "owner": "Local authority",
    },
]

HORIZON = [
    {
        "label": "Review meetings",
        "cells": [_one("ok", 1, "meeting, ready"), [], _one("warn", 2, "meetings, 1 not ready"), [], [], []],
    },
    {
        "label": "Reports to send",
        "cells": [
            _one("danger", 1, "overdue"),
            [],
            _one("none", 1, "not started"),
            [],
            _one("wait", 2, "waiting"),
            [],
        ],
    },
]

EXAMPLES: dict[str, Any] = {
    "statuses": [
        ("danger", "Overdue by 1 day"),
        ("warn", "Due in 2 days"),
        ("ok", "On track, 17 days"),
        ("wait", "Waiting for the local authority"),
        ("none", "Not started"),
    ],
    "areas": ["ci", "cl", "se", "sp"],
    "ratings": [0, 1, None, 1, 2, 3],
    "figures": [
        {
            "value": 2,
            "label": "Deadlines at risk",
            "meta": "1 overdue, 1 due Thursday",
            "status": "danger",
            "url": "#deadlines",
        },
        {"value": 7, "label": "Sessions not logged", "meta": "Since Friday 6 March", "url": "#deadlines"},
        {"value": 5, "label": "Pupils not making progress", "meta": "2 more than in February", "url": "#deadlines"},
        {"value": "£9,683", "unit": "a term", "label": "Cost of provision", "meta": "For 38 pupils"},
    ],
    "steps": [
        {"label": "Assess", "note": "Done 9 January", "state": "done"},
        {"label": "Plan", "note": "Agreed 16 January", "state": "done"},
        {"label": "Do", "note": "Week 7 of 9, now", "state": "now"},
        {"label": "Review", "note": "With parents, 23 March"},
    ],
    "events": EVENTS,
    "duties": DUTIES,
    "months": [{"name": "March", "weeks": 4}, {"name": "April", "weeks": 2}],
    "weeks": [
        {"label": "9", "now": True},
        {"label": "16"},
        {"label": "23"},
        {"label": "30", "closed": True},
        {"label": "6", "closed": True},
        {"label": "13"},
    ],
    "horizon_rows": HORIZON,
    "facts": [
        ("Key adult", "Maya Osei"),
        ("Attendance", "94.2%"),
        ("Languages at home", "Twi and English"),
        ("Medical", ""),
    ],
    "views": [
        {"text": "All", "url": "#tables", "current": True, "count": 38},
        {"text": "Review this term", "url": "#tables", "count": 6},
        {"text": "My key pupils", "url": "#tables"},
    ],
    "sections": [
        {"text": "Overview", "url": "#pupil", "current": True},
        {"text": "One-page profile", "url": "#pupil"},
        {"text": "Plan", "url": "#pupil"},
        {"text": "Timeline", "url": "#pupil"},
    ],
    "modes": [{"text": "Whole school", "url": "#tables", "current": True}, {"text": "By pupil", "url": "#tables"}],
    "pills": [{"text": "EHC plan", "url": "#tables"}, {"text": "Year 4", "url": "#tables"}],
    "page": Paginator(range(1, 420), 50).page(4),
    "rows": [
        {"name": "Kofi Mensah", "status": "E", "area": "ci", "need": "Autism", "due": ("warn", "Due in 2 days")},
        {
            "name": "Lily-Mae Turner",
            "status": "K",
            "area": "cl",
            "need": "Dyslexia",
            "due": ("ok", "On track, 17 days"),
        },
        {"name": "Theo Barnes", "status": "M", "area": "se", "need": "SEMH", "due": ("none", "Not started")},
    ],
    "logger_rows": [
        {"key": "1", "name": "Amara D", "value": 1, "away": False},
        {"key": "2", "name": "Idris K", "value": None, "away": True},
        {"key": "3", "name": "Poppy W", "value": None, "away": False, "error": "Rate Poppy W, or tap her name"},
    ],
    "compared": [
        {
            "label": "Outcome",
            "mine": "Asks for help with a word",
            "theirs": "Asks for help with a word or card",
            "differs": True,
        },
        {"label": "Review on", "mine": "23 March 2026", "theirs": "23 March 2026", "differs": False},
    ],
    "when": dt.datetime(2026, 3, 10, 9, 41, tzinfo=dt.UTC),
    "colours": [
        ("canvas", "Canvas", "Page"),
        ("surface", "Surface", "Panels"),
        ("sunken", "Sunken", "Wells"),
        ("tint", "Tint", "Today, hover"),
        ("wash", "Wash", "Selected"),
        ("line2", "Line 2", "Control edges"),
        ("ink2", "Ink 2", "Quiet text"),
        ("ink", "Ink", "Text"),
        ("brand", "Brand", "Actions"),
        ("accent", "Accent", "Below target"),
        ("c1", "Chart 1", "Dark blue"),
        ("c2", "Chart 2", "Turquoise"),
        ("c3", "Chart 3", "Dark pink"),
        ("c4", "Chart 4", "Orange"),
        ("c5", "Chart 5", "Dark grey"),
        ("c6", "Chart 6", "Light purple"),
    ],
}
