"""The data of one report as JSON: what was protected, in the words and order of the page. Stored when it is built, and
never changed once published.

A figure is {"v": number or null, "d": words, "s": suppressed, "r": reason, "u": unit, "t": threshold}.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from provision.enums import Funding, MissedReason
from reviews.deadlines.annual import LABELS as STEP_LABELS
from sendco.schools.models import SchoolKind

from .figures import Built, change, compared_with, is_shown, share, show, told_points
from .models import NationalFigure
from .provision_figures import (
    Block,
    cost_of,
    delivery_of,
    effect_json,
    effectiveness,
    fold_funding,
)
from .suppression import Figure, Unit, Why, means, percentage
from .suppression.table import FEWEST_VALUES

VERSION = 1
ENOUGH_ATTENDANCE = 0.9
AUTHORITY_STEPS = ("decision_by", "final_plan_by")
MEASURES = (
    ("SEN support", "K", "pupils_on_sen_support"),
    ("EHC plan", "E", "pupils_with_ehc_plan"),
    ("All pupils with SEND", "Register", "pupils_with_any_sen"),
)
BREAKDOWNS = {SchoolKind.SECONDARY: "state-funded secondary", SchoolKind.SPECIAL: "all schools"}
PRIMARY = "state-funded primary"


def to_json(fig: Figure) -> dict[str, Any]:
    return {
        "v": fig.value,
        "d": fig.display,
        "s": fig.suppressed,
        "r": fig.reason and str(fig.reason),
        "u": str(fig.unit),
        "t": fig.threshold,
    }


def from_json(row: dict[str, Any]) -> Figure:
    return Figure(row["v"], row["d"], row["s"], row["r"] and Why(row["r"]), Unit(row["u"]), row["t"])


def freeze(built: Built) -> dict[str, Any]:
    """Everything the page and the PDF show but her own words. One query, for the national figures."""
    counts, window = built.sheet.counts, built.sheet.counts.window
    since, before = compared_with(built.sheet)
    last = built.sheet.last
    return {
        "version": VERSION,
        "school": window.school.name,
        "federation": window.school.federation.name,
        "key": window.key,
        "term_label": window.label,
        "academic_year": window.academic_year,
        "as_at": window.on.isoformat(),
        "threshold": built.sheet.threshold,
        "since": last.key if last else "",
        "since_day": before.isoformat() if before else "",
        "compared": bool(since),
        "points": _points(built),
        "key_figures": _key_figures(built),
        "years": _years(built),
        "needs": [_counted(built, label, f"Need: {label}") for label in built.sheet.needs],
        "groups": _groups(built),
        "national": _national(built),
        "movement": _movement(built),
        "provision": _provision(built),
        "targets": _shares(built, "Targets", ("Targets met", "Targets partly met", "Targets not yet met")),
        "plans": _plans(built),
        "duties": _duties(built),
        "reviews": _reviews(built),
        "referrals": _referrals(built),
        "attendance": _attendance(built),
        "staff": {
            "people": counts.support_staff,
            "hours": float(counts.support_hours),
            "training": [{"skill": skill, "people": n} for skill, n in counts.training],
            "agencies": counts.agencies,
        },
    }


def _counted(built: Built, label: str, name: str) -> dict[str, Any]:
    """A count with what changed since the last report."""
    moved = change(built, name)
    return {
        "label": label,
        "figure": to_json(show(built, name)),
        "change": {"d": moved.display, "way": moved.direction, "s": moved.suppressed},
    }


def _key_figures(built: Built) -> dict[str, Any]:
    found = {
        key: _counted(built, label, name) | {"share": to_json(share(built, name, "On roll"))}
        for key, label, name in (
            ("register", "Pupils on the SEND register", "Register"),
            ("support", "Pupils with SEN support", "K"),
            ("ehc", "Pupils with an EHC plan", "E"),
        )
    }
    found["monitoring"] = _counted(built, "Pupils we are watching", "Monitoring")
    found["roll"] = to_json(show(built, "On roll")) if is_shown(built, "On roll") else None
    return found


def _points(built: Built) -> dict[str, Any]:
    """Register, SEN support and EHC plans at each moment told so far, this report's own included, by term key."""
    window = built.sheet.counts.window
    found = dict(told_points(built.sheet.priors))
    for key, label, prefix in [
        *((k, n, f"at:{k}/") for k, n in built.sheet.own_points),
        (window.key, window.label, ""),
    ]:
        found[key] = {"label": label} | {
            short: {
                "figure": to_json(show(built, f"{prefix}{name}")),
                "share": to_json(share(built, f"{prefix}{name}", f"{prefix}On roll")),
            }
            for short, name in (("register", "Register"), ("support", "K"), ("ehc", "E"))
        }
    return found


def _years(built: Built) -> list[dict[str, Any]]:
    return [
        _counted(built, band.label, f"Year {band.key}")
        | {"share": to_json(share(built, f"Year {band.key}", f"Roll {band.key}"))}
        for band in built.sheet.years
    ]


def _groups(built: Built) -> list[dict[str, Any]]:
    """{label, share of the register, share of the school}: boys always, the others where they could be protected."""
    rows = [("Boys", "Boys", "Roll Boys")]
    rows += [
        (label, name, f"All {name}")
        for label, name in (
            ("Eligible for pupil premium", "Pupil premium"),
            ("English as an additional language", "EAL"),
        )
        if is_shown(built, name)
    ]
    found = []
    for label, name, whole in rows:
        if name == "Boys":
            cells = built.safe.cells
            known = is_shown(built, whole)
            of_school = (
                percentage(cells[whole].count, cells["On roll"].count) if known else share(built, whole, "On roll")
            )
        else:
            of_school = share(built, whole, "On roll")
        found.append({"label": label, "on": to_json(share(built, name, "Register")), "whole": to_json(of_school)})
    return found


def _national(built: Built) -> list[dict[str, Any]]:
    """School beside England: the newest figure of each measure for schools of its kind. One query."""
    kind = BREAKDOWNS.get(built.sheet.counts.window.school.kind, PRIMARY)
    rows = NationalFigure.objects.filter(measure__in=[m for *_, m in MEASURES], unit="percent", breakdown=kind)
    newest = {row.measure: row for row in rows.order_by("year")}
    found = []
    for label, name, measure in MEASURES:
        row = newest.get(measure)
        if row is not None:
            value = float(row.value)
            england = Figure(value, f"{value:g}%", unit=Unit.PERCENT)
            found.append({
                "label": label, "school": to_json(share(built, name, "On roll")), "england": to_json(england),
                "year": row.year, "of": kind,
            })  # fmt: skip
    return found


def _movement(built: Built) -> list[dict[str, Any]]:
    if not is_shown(built, "Joined"):
        return []
    rows = [("Joined the register", "Joined")]
    detailed = "movement parts" in built.sheet.optional
    if detailed:
        rows += [("Found at this school", "Identified"), ("Came with SEND", "Arrived")]
    rows.append(("Left the register", "Left"))
    if detailed:
        rows += [("No longer needed it", "Stepped off"), ("Left the school", "Left school")]
    rows += [("SEN support to EHC plan", "Moved up"), ("EHC plan to SEN support", "Moved down")]
    inner = {"Identified", "Arrived", "Stepped off", "Left school"}
    return [{"label": label, "figure": to_json(show(built, name)), "inner": name in inner} for label, name in rows]


# --- provision


def _pounds(amount: Decimal) -> int:
    """Planned cost to the nearest £10."""
    return int((amount / 10).quantize(Decimal(1), rounding=ROUND_HALF_UP) * 10)


def _row(built: Built, label: str, cell: str, items: list, *, effect: dict[str, Any] | None = None) -> dict[str, Any]:
    delivery = delivery_of(items)
    return {
        "label": label,
        "places": to_json(show(built, cell)),
        "delivered": to_json(percentage(delivery.delivered, delivery.planned)),
        "cost": _pounds(cost_of(items)),
        "effect": effect,
    }


def _block(built: Built, block: Block) -> dict[str, Any]:
    rows = [
        _row(
            built, item.name, f"Places: {item.name}", [item],
            effect=effect_json(effectiveness(item, built.sheet.threshold)),
        )
        for item in block.rows
    ]  # fmt: skip
    if block.rest:
        label = f"Smaller {'groups' if block.rows else 'interventions'}, together"
        rows.append(_row(built, label, f"Other places: {block.label}", block.rest))
    return {"label": block.label, "rows": rows} | {
        "total": _row(built, block.label, f"Area: {block.label}", block.everything)
    }


def _provision(built: Built) -> dict[str, Any]:
    counts, blocks = built.sheet.counts, built.sheet.blocks
    everything = list(counts.provisions.values())
    delivery = delivery_of(everything)
    reasons = dict(MissedReason.choices)
    funding = fold_funding(counts.funding, dict(Funding.choices), built.sheet.threshold) if blocks else []
    total = sum(amount for _, amount in funding)
    return {
        "supported": to_json(show(built, "Supported")),
        "blocks": [_block(built, block) for block in blocks],
        "total": _row(built, "Total", "Places", everything) if blocks else None,
        "planned": delivery.planned,
        "delivered": delivery.delivered,
        "not_logged": delivery.not_logged,
        "trips": delivery.missed["trip"],
        "share": to_json(percentage(delivery.delivered, delivery.planned)),
        "reasons": [
            {"label": reasons[reason], "n": n} for reason, n in sorted(delivery.missed.items(), key=lambda r: (-r[1], r[0]))
            if reason != "trip"
        ],
        "hours": round(delivery.delivered_minutes / 60),
        "funding": [
            {"label": label, "share": to_json(percentage(round(amount), round(total)))}
            for label, amount in funding if total and len(funding) > 1
        ],
    }  # fmt: skip


# --- plans, duties, people


def _shares(built: Built, whole: str, parts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_counted(built, name, name) for name in (*parts, whole)]


def _of(built: Built, label: str, part: str, whole: str) -> dict[str, Any]:
    return _counted(built, label, part) | {"share": to_json(share(built, part, whole))}


def _plans(built: Built) -> list[dict[str, Any]]:
    if "plans" not in built.sheet.optional:
        return []
    return [
        _of(built, "Have a plan with targets", "With a plan", "Register"),
        _of(built, "Had their plan reviewed this term", "Plan reviewed", "With a plan"),
        _of(built, "Wait for a review past its date", "Plan late", "With a plan"),
        _of(built, "Parents met us about it this term", "Parents met", "Register"),
    ]


def _duty(built: Built, label: str, name: str) -> dict[str, Any]:
    """Steps due and on time, and a word about the school or the authority. A hidden number of late ones is 1 or more."""
    due, on_time, late = (show(built, f"{name}: {part}") for part in ("due", "on time", "late"))
    if due.value == 0:
        status, words = "none", "None due"
    elif late.value == 0:
        status, words = "ok", "All on time"
    elif late.value is not None:
        status, words = "warn", f"{late.display} late"
    else:
        is_small = late.reason is Why.SMALL and built.safe.cells[f"{name}: late"].count
        status, words = ("warn", "Not all on time") if is_small else ("none", "Not shown")
    return {
        "label": label,
        "due": to_json(due),
        "on_time": to_json(on_time),
        "status": status,
        "words": words,
    }


def _duties(built: Built) -> dict[str, Any]:
    return {
        "school": _duty(built, "Steps that are ours", "Ours"),
        "authority": _duty(built, "Steps of the local authority", "Theirs"),
        "kinds": _kinds(built, "Ours") + _kinds(built, "Theirs"),
    }


def _kinds(built: Built, name: str) -> list[dict[str, Any]]:
    """Which kinds of step were all on time. None where counting them would narrow a hidden number to fewer than three.

    Every kind named was due at least once, and each that was not all on time has a late step.
    """
    steps = {
        key: duties for key, duties in built.sheet.counts.duty_steps.items()
        if duties.due and (key in AUTHORITY_STEPS) == (name == "Theirs")
    }  # fmt: skip
    late = sum(duties.on_time < duties.due for duties in steps.values())
    due, hidden = show(built, f"{name}: due"), show(built, f"{name}: late")
    if due.value is None:
        return []
    if hidden.value is None:
        most = int(due.value) - (len(steps) - late)
        least = late
        if hidden.reason is Why.SMALL:
            least, most = max(least, 1), min(most, built.sheet.threshold)
        if most - least + 1 < FEWEST_VALUES:
            return []
    return [
        {
            "label": "Meeting" if key == "meeting_latest" else STEP_LABELS[key],
            "status": "warn" if duties.on_time < duties.due else "ok",
            "words": "Not all on time" if duties.on_time < duties.due else "All on time",
        }
        for key, duties in steps.items()
    ]


def _reviews(built: Built) -> list[dict[str, Any]]:
    if "reviews" not in built.sheet.optional:
        return []
    return [
        _of(built, "Annual review meeting held this term", "Reviews held", "E"),
        _of(built, "A step of ours is overdue", "Reviews late here", "E"),
        _of(built, "Waiting for the local authority, past its date", "Reviews late there", "E"),
        _counted(built, "EHC needs assessment asked for this term", "Assessments asked"),
        _counted(built, "EHC needs assessment agreed this term", "Assessments agreed"),
    ]


def _referrals(built: Built) -> list[dict[str, Any]]:
    if "referrals" not in built.sheet.optional:
        return []
    return [
        _counted(built, "Pupils with an open referral", "Referrals open"),
        _of(built, "Still waiting to be seen", "Referrals waiting", "Referrals open"),
    ]


def _attendance(built: Built) -> list[dict[str, Any]]:
    """Average attendance of the register and of the whole school, where nearly everybody's is known."""
    roll, on = built.sheet.counts.roll, built.sheet.counts.window.on
    here, register = roll.on_roll(on), roll.register(on)
    known = [child for child in here if child.attendance is not None]
    among = [child for child in known if child.pk in register]
    if len(known) < ENOUGH_ATTENDANCE * len(here) or len(among) < ENOUGH_ATTENDANCE * len(register) or not among:
        return []
    values = {
        name: sum(c.attendance for c in who) / len(who) for name, who in (("Register", among), ("On roll", known))
    }
    found = means(built.safe, {name: value for name, value in values.items() if is_shown(built, name)})
    if len(found) < len(values):
        return []
    return [
        {"label": label, "figure": to_json(found[name])}
        for label, name in (("Pupils with SEND", "Register"), ("All pupils", "On roll"))
    ]
