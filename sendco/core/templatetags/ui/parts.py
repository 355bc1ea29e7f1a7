"""The parts of a page that show a record: figures, steps, lists, and nothing to show."""

from __future__ import annotations

from typing import Any

from django import template
from django.contrib.messages import get_messages

from sendco.core import ui

from .library import register


@register.inclusion_tag("_components/stats.html")
def stats(items: list[dict[str, Any]], label: str = "Key figures") -> dict[str, Any]:
    """3 to 5 key figures. item: value, label; may have unit, meta, url, status."""
    items = list(items)
    return {"items": items, "label": label, "css": {3: " stats-3", 5: " stats-5"}.get(len(items), "")}


@register.inclusion_tag("_components/apdr.html")
def apdr(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Assess, plan, do, review. step: label, note, state ("done", "now" or "")."""
    return {"steps": steps}


@register.inclusion_tag("_components/timeline.html")
def timeline(items: list[dict[str, Any]]) -> dict[str, Any]:
    """Newest first. item: date, title; may have text, url, kind ("next" or "minor"), prefix ("Due")."""
    return {"items": items}


@register.inclusion_tag("_components/countdown.html")
def countdown(steps: list[dict[str, Any]]) -> dict[str, Any]:
    """Statutory steps. step: title, date, status, text (a word or two: it is a chip); may have note (a sentence beside it),
    state (done, now), rule, source, working_date, owner, url and action (a link to where it is recorded).

    date is the legal date; working_date the last school day on which it can be done.
    """
    return {"steps": steps}


@register.inclusion_tag("_components/horizon.html")
def horizon(months: list[dict[str, Any]], weeks: list[dict[str, Any]], rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Twelve weeks of duties.

    months: name, weeks (how many). weeks: label, now, closed. rows: label, cells (one list of tallies a week; a tally:
    status, count, label, url).
    """
    lines = [{"label": row["label"], "cells": list(zip(weeks, row["cells"], strict=True))} for row in rows]
    return {"months": months, "weeks": weeks, "rows": lines}


@register.inclusion_tag("_components/provision_line.html")
def provision_line(
    what: str,
    who: str,
    done: int = 0,
    planned: int = 0,
    unit: str = "sessions",
    weekly: int | None = None,
    url: str = "",
) -> dict[str, Any]:
    """What a pupil gets: delivered of planned, and minutes a week. Amber below three quarters."""
    low = bool(planned) and ui.share(done, planned) < 75
    return {
        "what": what, "who": who, "done": done, "planned": planned, "url": url, "weekly": weekly, "low": low,
        "dose": f"{done} of {planned} {unit}" if planned else "Not planned yet",
    }  # fmt: skip


@register.inclusion_tag("_components/empty.html")
def empty(
    title: str, text: str = "", url: str = "", action: str = "", good: bool = False, level: int = 3
) -> dict[str, Any]:
    """Why it is empty and one next step. good: good news, shown with a tick."""
    return {"title": title, "text": text, "url": url, "action": action, "good": good, "level": level}


@register.inclusion_tag("_components/deflist.html")
def deflist(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs of term and value; an empty value shows as "Not known"."""
    return {"items": items}


@register.inclusion_tag("_components/toasts.html", takes_context=True)
def toasts(context: template.Context) -> dict[str, Any]:
    """Django's messages. One with the extra tag "undo:<url>" has an Undo button that posts there."""
    shown = []
    request = context.get("request")
    for message in get_messages(request) if request else ():
        undo = next((part[5:] for part in message.tags.split() if part.startswith("undo:")), "")
        kind = {"error": "danger", "warning": "warn"}.get(message.level_tag, "ok")
        shown.append({"text": message.message, "kind": kind, "undo": undo})
    return {"toasts": shown, "csrf_token": context.get("csrf_token")}
