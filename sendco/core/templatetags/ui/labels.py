"""Words with a shape beside them: a status, a level of support, an area of need, a cell of a table."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from sendco.core import ui

from .library import register
from .shapes import mark, sprite


@register.simple_tag
def chip(status: str, text: str, plain: bool = False) -> SafeString:
    """A status: shape, word and colour. plain: no background, for tables."""
    css = "chip" + ("" if status == "none" else f" chip-{status}") + (" chip-plain" if plain else "")
    return format_html('<span class="{}">{}{}</span>', css, mark(status), text)


@register.simple_tag
def tag(status: str, text: str = "") -> SafeString:
    """Support status: E (EHC plan), K (SEN support), M (monitoring), N (no SEN). text replaces the words."""
    css, name = ui.SUPPORT.get(status, ("", status))
    return format_html('<span class="{}">{}</span>', f"tag tag-{css}" if css else "tag", text or name)


@register.simple_tag
def need(area: str, text: str = "") -> SafeString:
    """An area of need: ci, cl, se or sp, with its shape and its name, or `text` for a narrower need in that area."""
    if area not in ui.AREAS:
        return format_html('<span class="need">{}</span>', text or area)
    return format_html('<span class="need need-{}">{}{}</span>', area, sprite(f"n-{area}", ""), text or ui.AREAS[area])


@register.simple_tag
def pcell(value: Any, unit: str = "", heat: int = 0, url: str = "", label: str = "") -> SafeString:
    """A cell of the provision map. heat 0 to 4; 0 is a dot, read as "None". label: words added for screen readers."""
    if not heat:
        hidden = mark_safe('<span aria-hidden="true">·</span><span class="visually-hidden">None</span>')
        return format_html('<span class="pcell heat-0">{}</span>', hidden)
    inner = format_html("<b>{}</b>", value)
    if unit:
        inner = format_html("{}<small>{}</small>", inner, unit)
    if label:
        inner = format_html('{}<span class="visually-hidden"> {}</span>', inner, label)
    if url:
        return format_html('<a class="pcell heat-{}" href="{}">{}</a>', heat, url, inner)
    return format_html('<span class="pcell heat-{}">{}</span>', heat, inner)


@register.simple_tag
def tally(status: str, count: int, label: str, url: str = "") -> SafeString:
    """A count with its status in the statutory calendar. label finishes the sentence: " meetings, 1 not ready"."""
    inner = format_html('{}{}<span class="visually-hidden"> {}</span>', mark(status), count, label)
    if url:
        return format_html('<a class="tally tally-{}" href="{}">{}</a>', status, url, inner)
    return format_html('<span class="tally tally-{}">{}</span>', status, inner)
