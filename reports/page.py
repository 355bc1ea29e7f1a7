"""A report as its page and its PDF show it: charts and rows from the frozen figures and her words. No query, no count.

A title states a finding only where every figure it rests on is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sendco.core import ui
from sendco.core.charts import (
    Bar,
    Beside,
    Chart,
    Series,
    bar_chart,
    dumbbell_chart,
    largest_first,
    line_chart,
)

from . import narrative as words
from .frozen import from_json
from .models import GovernorReport
from .suppression import Figure, Unit

MOST_POINTS = 7
MINI_WIDTH, MINI_HEIGHT, MINI_PAD = 120, 16, 6
KIND_WORDS = {"state-funded primary": "primary schools", "state-funded secondary": "secondary schools"}


def page_of(report: GovernorReport) -> dict[str, Any]:
    """Everything the templates need. Reads only the report's own fields."""
    data, told = report.figures, report.narrative
    return {
        "school": data["school"],
        "federation": "" if data["federation"] == data["school"] else data["federation"],
        "term": data["term_label"],
        "title": "SEND report to governors",
        "by": report.written_by,
        "meeting_on": report.meeting_on,
        "as_at": date.fromisoformat(data["as_at"]),
        "threshold": data["threshold"],
        "compared": data["compared"],
        "since_day": date.fromisoformat(data["since_day"]) if data["since_day"] else None,
        "stats": _stats(data),
        "messages": told.get("headline", []),
        "words": {part.key: _written(told, part) for part in words.PARTS},
        "sentence": _sentence(data),
        "years": _years(data),
        "needs": _needs(data),
        "trend": _trend(data),
        "national": _national(data),
        "groups": data["groups"],
        "movement": data["movement"],
        "monitoring": _monitoring(data["key_figures"]["monitoring"]["figure"]),
        "provision": _provision(data["provision"]),
        "targets": _targets(data["targets"]),
        "plans": data["plans"],
        "duties": data["duties"] | {"rows": [data["duties"]["school"], data["duties"]["authority"]]},
        "reviews": data["reviews"],
        "referrals": data["referrals"],
        "attendance": data["attendance"],
        "staff": _staff(data["staff"]),
    }


def _written(told: dict[str, Any], part: words.Part) -> Any:
    text = told.get(part.key, "")
    return words.lines(text) if part.is_list else text


def _stats(data: dict[str, Any]) -> list[dict[str, str]]:
    """The four figures of the first page."""
    key, duty = data["key_figures"], data["duties"]["school"]
    found = [
        {
            "label": key[name]["label"],
            "value": _capital(key[name]["figure"]["d"]),
            "small": "" if key[name]["share"]["s"] else f"{key[name]['share']['d']} of all",
            "change": _change(key[name]["change"]),
        }
        for name in ("register", "ehc")
    ]
    delivered = data["provision"]
    found.append({
        "label": "Planned sessions that took place", "value": _capital(delivered["share"]["d"]), "small": "",
        "change": f"{delivered['delivered']:,} of {delivered['planned']:,}" if delivered["planned"] else "",
    })  # fmt: skip
    if duty["due"]["v"] and duty["on_time"]["v"] is not None:
        value, small = duty["on_time"]["d"], f"of {duty['due']['d']}"
    else:
        value, small = duty["words"].removesuffix(" on time"), ""
    found.append({"label": "Legal steps of ours on time", "value": value, "small": small, "change": ""})
    return found


def _change(change: dict[str, Any]) -> str:
    return _capital(change["d"]) if change["way"] else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _sentence(data: dict[str, Any]) -> str:
    key = data["key_figures"]
    if key["roll"] is None:
        return "This is a very small school: most numbers are too small to show."
    if any(key[name]["figure"]["s"] for name in ("register", "support", "ehc")):
        return f"The school has {key['roll']['d']} pupils. Where a number is small it is not shown, nor one that gives it away."
    shown = {name: key[name]["figure"]["d"] for name in ("register", "support", "ehc")}
    return (
        f"{shown['register']} of our {key['roll']['d']} pupils are on the SEND register: {shown['support']} with SEN support "
        f"and {shown['ehc']} with an EHC plan (education, health and care plan)."
    )


def _monitoring(figure: dict[str, Any]) -> str:
    if figure["v"] == 0:
        return ""
    number = figure["d"] if figure["v"] is not None or figure["r"] == "small" else "other"
    return f"Besides the register we are watching {number} pupils who may need support."


# --- charts


def _years(data: dict[str, Any]) -> Chart:
    bars = [_bar(row, note=True) for row in data["years"]]
    top = _top(bars)
    title = f"{_and(top)} {'has' if len(top) == 1 else 'have'} most pupils" if top else "Pupils in each year group"
    return bar_chart("years", title, "Pupils on the register, and share of the year group", bars)


def _needs(data: dict[str, Any]) -> Chart:
    bars = [_bar(row) for row in data["needs"] if row["figure"]["v"] != 0]
    top = _top(bars)
    title = f"{_and(top)}: most common need" if len(top) == 1 else "Main needs of pupils on the register"
    return bar_chart("needs", title, "Pupils by main need", largest_first(bars))


def _bar(row: dict[str, Any], note: bool = False) -> Bar:
    share = row.get("share")
    words_of = share["d"] if note and share and share["v"] is not None else ""
    return Bar(row["label"], from_json(row["figure"]), words_of)


def _top(bars: Sequence[Bar]) -> list[str]:
    """Labels of the largest bars: none while a hidden figure could be larger, or when nearly all are alike."""
    if any(bar.figure.suppressed and bar.figure.display == "not shown" for bar in bars):
        return []
    most = max((bar.figure.value or 0 for bar in bars), default=0)
    top = [bar.label for bar in bars if bar.figure.value == most]
    return top if most and len(top) <= 2 else []


def _and(labels: Sequence[str]) -> str:
    return " and ".join(labels)


def _point_order(key: str) -> tuple[int, int]:
    year, _, term = key.partition("-")
    return int(year), ("autumn", "spring", "summer").index(term)


def _trend(data: dict[str, Any]) -> Chart | None:
    """Share of all pupils at each moment told so far. None for a single moment, or when nothing can be drawn."""
    keys = sorted(data["points"], key=_point_order)[-MOST_POINTS:]
    series = [
        Series(label, tuple(from_json(data["points"][key][name]["share"]) for key in keys))
        for label, name in (("SEN support", "support"), ("EHC plan", "ehc"))
    ]
    if len(keys) < 2 or all(figure.value is None for s in series for figure in s.figures):
        return None
    points = [_short(data["points"][key]["label"]) for key in keys]
    return line_chart("trend", _trend_title(series), "Share of all pupils, at the end of each term", points, series)


def _trend_title(series: Sequence[Series]) -> str:
    ends = [(s.figures[0].value, s.figures[-1].value) for s in series]
    if any(first is None or last is None for first, last in ends):
        return "The register over time"
    moves = {(last > first) - (last < first) for first, last in ends if first is not None and last is not None}
    if moves == {1}:
        return "Both kinds of support have grown"
    if moves == {-1}:
        return "Both kinds of support have fallen"
    return "The register has hardly changed" if moves == {0} else "The register over time"


def _short(label: str) -> str:
    """Autumn term 2026: Autumn 2026."""
    return label.replace(" term ", " ")


def _national(data: dict[str, Any]) -> Chart | None:
    rows = data["national"]
    if not rows:
        return None
    kind = KIND_WORDS.get(rows[0]["of"], "all schools")
    notes = "; ".join(f"{row['label']} {row['year']}" for row in rows)
    beside = [Beside(row["label"], from_json(row["school"]), from_json(row["england"])) for row in rows]
    return dumbbell_chart(
        "national", _national_title(beside), f"Share of all pupils, beside {kind} in England", beside, school="This school",
        notes=(f"England: Department for Education, January census. {notes}.",),
    )  # fmt: skip


def _national_title(rows: Sequence[Beside]) -> str:
    whole = rows[-1]
    if whole.school.value is None or whole.national.value is None:
        return "This school beside England"
    gap = whole.school.value - whole.national.value
    if abs(gap) < 1:
        return "Our share of pupils with SEND is like England’s"
    return f"Our share of pupils with SEND is {'above' if gap > 0 else 'below'} England’s"


# --- provision


def _provision(data: dict[str, Any]) -> dict[str, Any]:
    effects = [row["effect"] for block in data["blocks"] for row in block["rows"] if row["effect"]]
    drawn = [effect for effect in effects if effect["standard"] and effect["gain"] is not None]
    ends = [value for effect in drawn for value in (effect["gain"], effect["lo"], effect["hi"]) if value is not None]
    low, high = min([0.0, *ends]), max([1.0, *ends])

    def across(value: float) -> float:
        return round(MINI_PAD + (value - low) / (high - low) * (MINI_WIDTH - 2 * MINI_PAD), 1)

    def mini(effect: dict[str, Any] | None) -> dict[str, Any] | None:
        if effect is None or effect not in drawn:
            return None
        spread = None if effect["lo"] is None else (across(effect["lo"]), across(effect["hi"]))
        return {"zero": across(0), "dot": across(effect["gain"]), "spread": spread}

    blocks = [
        block | {"rows": [row | {"mini": mini(row["effect"]), "gain": _gain(row["effect"])} for row in block["rows"]]}
        for block in data["blocks"]
    ]
    return data | {"blocks": blocks, "lost": _lost(data), "drawn": bool(drawn), "tests": _tests(effects)}


def _gain(effect: dict[str, Any] | None) -> str:
    """+6.2, of the test's own points."""
    if effect is None or effect["gain"] is None:
        return ""
    gain = f"{effect['gain']:.1f}".replace("-", "−")
    return f"+{gain}" if effect["gain"] > 0 else gain


def _tests(effects: Sequence[dict[str, Any]]) -> str:
    """Names of the tests whose points are their own."""
    names = sorted({effect["test"] for effect in effects if effect["gain"] is not None and not effect["standard"]})
    return ", ".join(names)


def _lost(data: dict[str, Any]) -> Chart | None:
    if not data["reasons"] and not data["not_logged"]:
        return None
    rows = [(row["label"], row["n"]) for row in data["reasons"]]
    if data["not_logged"]:
        rows.append(("Nobody has said", data["not_logged"]))
    bars = [Bar(label, Figure(n, f"{n:,}", unit=Unit.NUMBER)) for label, n in rows]
    top = data["reasons"][0]["label"].lower() if data["reasons"] else ""
    title = f"Most often lost because: {top}" if top else "Sessions nobody has logged"
    return bar_chart("lost", title, "Planned sessions that did not take place", bars, column="Sessions")


def _targets(rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The three outcomes as bars, none when no target was judged."""
    *parts, whole = rows
    if whole["figure"]["v"] == 0:
        return None
    labels = ("Met", "Partly met", "Not yet met")
    bars = [Bar(label, from_json(row["figure"])) for label, row in zip(labels, parts, strict=True)]
    top = _top(bars)
    title = f"Most common outcome: {top[0].lower()}" if len(top) == 1 else "How targets turned out"
    chart = bar_chart("targets", title, "Targets judged at plan reviews this term", bars, column="Targets")
    return {"chart": chart, "whole": whole}


def _staff(data: dict[str, Any]) -> dict[str, Any]:
    hours = f"{data['hours']:g}"
    return data | {
        "sentence": f"{ui.plural_words(data['people'], 'teaching assistant')}, {hours} contracted hours a week."
        if data["people"]
        else "",
    }
