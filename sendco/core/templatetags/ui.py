"""The components as template tags. A builtin library: no `load` needed. `docs/reference/components.md` lists them all.

Small ones, used many times on a page, are plain functions over format_html; larger ones are templates in
`templates/_components/`. None of them queries.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import forms, template
from django.contrib.messages import get_messages
from django.core.paginator import Page
from django.template.defaultfilters import time as django_time
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from sendco.core import ui

register = template.Library()

register.filter("day", ui.day)
register.filter("day_short", ui.day_short)
register.filter("day_month", ui.day_month)
register.filter("weekday", ui.weekday)
register.filter("moment", ui.moment)
register.filter("money", ui.money)
register.filter("minutes", ui.minutes)
register.filter("minutes_words", ui.minutes_words)
register.filter("percent", ui.percent)
register.filter("initials", ui.initials)
register.filter("short_name", ui.short_name)
register.filter("rating_word", ui.rating_word)


@register.filter
def time(value: Any, form: str | None = None) -> str:
    """1:30pm. With a format it is Django's own `time` filter, which this one replaces."""
    return django_time(value, form) if form else ui.clock_time(value)


@register.filter
def iso(value: dt.date | dt.datetime | dt.time | None) -> str:
    """For datetime attributes: 2026-03-14."""
    return value.isoformat() if value else ""


@register.filter
def words(count: int, noun: str) -> str:
    """{{ 4|words:"session" }}: 4 sessions. An uneven plural follows a comma: {{ 2|words:"child,children" }}."""
    one, _, many = noun.partition(",")
    return ui.plural_words(int(count), one, many or None)


# --- Shapes -----------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def _use(name: str, css: str) -> SafeString:
    """Kept: a page draws some hundred of them, from the few names and classes that templates use."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static("img/icons.svg"), name
    )


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A line icon (lucide name). size: "", "sm" or "lg". label: words for screen readers when the icon stands alone."""
    svg = _use(name, f"icon icon-{size}" if size else "icon")
    return format_html('{}<span class="visually-hidden">{}</span>', svg, label) if label else svg


@register.simple_tag
def mark(status: str = "none", css: str = "") -> SafeString:
    """The shape of a status alone (danger, warn, ok, wait, none, no); words must stand beside it."""
    return _use(f"m-{status}", f"mark {css}".strip())


@register.simple_tag
def glyph(rating: int | None, css: str = "", outline: bool = False) -> SafeString:
    """The circle of a rating: 0 to 3, None for away. outline: the tick not filled, for an unchosen "Got it"."""
    name = "gx" if rating is None else f"g{rating}"
    return _use(name + "o" if outline and rating == 3 else name, f"glyph {css}".strip())


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
    return format_html('<span class="need need-{}">{}{}</span>', area, _use(f"n-{area}", ""), text or ui.AREAS[area])


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Initials in a circle, hidden from screen readers: the name stands beside it. size: "", "sm" or "lg"."""
    css = f"avatar avatar-{size}" if size else "avatar"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, ui.initials(name))


@register.simple_tag
def trail(ratings: list[int | None], label: str = "") -> SafeString:
    """The last few ratings as circles, oldest first; screen readers hear the words."""
    ratings = list(ratings)
    spoken = ui.in_sequence([ui.rating_word(rating) for rating in ratings]) or "none yet"
    heard = f"{label or f'Last {len(ratings)} sessions'}: {spoken}"
    circles = mark_safe("".join(glyph(rating) for rating in ratings))  # noqa: S308 - parts are escaped by format_html
    return format_html('<span class="trail"><span class="visually-hidden">{}</span>{}</span>', heard, circles)


@register.simple_tag
def rating_key(away: bool = True) -> SafeString:
    """What the circles mean, as a small list."""
    values: list[int | None] = [0, 1, 2, 3, *([None] if away else [])]
    items = format_html_join("", "<li>{}{}</li>", ((glyph(value), ui.rating_word(value)) for value in values))
    return format_html('<ul class="key" aria-label="Ratings">{}</ul>', items)


@register.simple_tag
def bar(done: float | Decimal, planned: float | Decimal, label: str = "", low: bool | None = None) -> SafeString:
    """A progress bar as SVG. Amber when below three quarters (or as `low` says)."""
    filled = ui.share(done, planned)
    amber = filled < 75 if low is None else low
    return format_html(
        '<svg class="bar" role="img" aria-label="{}" preserveAspectRatio="none" viewBox="0 0 100 8">'
        '<rect{} width="{}" height="8"/></svg>',
        label or f"{done} of {planned}",
        mark_safe(' class="b-warn"') if amber else "",
        filled,
    )


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


@register.simple_tag
def scale(value: int | None, name: str) -> SafeString:
    """The four ratings with the current one marked. name: what is rated, for screen readers."""
    steps = format_html_join(
        "",
        "<span{}>{}{}</span>",
        (
            (mark_safe(' class="on"') if step == value else "", glyph(step, outline=step != value), word)
            for step, word in enumerate(ui.RATINGS)
        ),
    )
    heard = f"{name}: {'not rated' if value is None else ui.RATINGS[value]}"
    return format_html('<span class="scale" role="img" aria-label="{}">{}</span>', heard, steps)


@register.simple_tag
def submit(
    text: str, kind: str = "primary", icon_name: str = "", name: str = "", value: str = "", size: str = ""
) -> SafeString:
    """A submit button; its text starts with a verb and names the object. kind: primary, secondary, quiet, danger."""
    return format_html(
        '<button class="btn btn-{}{}" type="submit"{}>{}{}</button>',
        kind,
        f" btn-{size}" if size else "",
        format_html(' name="{}" value="{}"', name, value) if name else "",
        icon(icon_name) if icon_name else "",
        text,
    )


@register.simple_tag
def ask(question: str, button: str) -> SafeString:
    """In a form whose button has `data-confirm`: the same question for a browser without script, and the act's name."""
    return format_html(
        '<input type="hidden" name="ask" value="{}"><input type="hidden" name="ask_button" value="{}">',
        question,
        button,
    )


# --- Blocks -----------------------------------------------------------------------------------------


@register.simple_block_tag
def page_head(content: str, title: str, lead: str = "", eyebrow: str = "") -> SafeString:
    """Title, one-sentence summary and, inside the block, at most three actions, one of them primary."""
    return format_html(
        '<div class="page-head"><div>{}<h1>{}</h1>{}</div>{}</div>',
        format_html('<p class="eyebrow">{}</p>', eyebrow) if eyebrow else "",
        title,
        format_html('<p class="lead">{}</p>', lead) if lead else "",
        format_html('<div class="actions">{}</div>', content) if content.strip() else "",
    )


@register.simple_block_tag
def panel(
    content: str,
    title: str,
    id: str = "",
    link: str = "",
    link_text: str = "",
    hint: str = "",
    body: bool = True,
    css: str = "",
    level: int = 2,
    hide_title: bool = False,
) -> SafeString:
    """A titled surface. body=False leaves the content unpadded, for tables, rows and forms with their own parts."""
    key = id or slugify(title) or "panel"
    heading = format_html(
        '<h{0} id="h-{1}"{2}>{3}</h{0}>', level, key, mark_safe(' class="visually-hidden"') if hide_title else "", title
    )
    head = (
        heading
        if hide_title
        else format_html(
            '<div class="panel-head">{}{}{}</div>',
            heading,
            format_html('<a href="{}">{}</a>', link, link_text) if link else "",
            format_html("<p>{}</p>", hint) if hint else "",
        )
    )
    return format_html(
        '<section class="{}" id="{}" aria-labelledby="h-{}">{}{}</section>',
        f"panel {css}".strip(),
        key,
        key,
        head,
        format_html('<div class="panel-body">{}</div>', content) if body else content,
    )


@register.simple_block_tag
def note(content: str, kind: str = "") -> SafeString:
    """A message in its place. kind: "", ok, warn or danger."""
    shape = mark(kind) if kind else icon("info")
    return format_html('<div class="{}">{}<div>{}</div></div>', f"note note-{kind}" if kind else "note", shape, content)


@register.simple_block_tag
def menu(
    content: str, label: str, icon_name: str = "ellipsis", text: str = "", css: str = "btn-secondary"
) -> SafeString:
    """A disclosure with links or form buttons inside; works without script. text: visible words beside the icon."""
    summary = format_html("{}{}", icon(icon_name), text) if text else icon(icon_name, label=label)
    return format_html(
        '<details class="menu"><summary class="btn {}"{}>{}</summary><div class="menu-list">{}</div></details>',
        css if text else f"{css} btn-icon",
        format_html(' aria-label="{}"', label) if text and label != text else "",
        summary,
        content,
    )


@register.simple_block_tag
def dialog(content: str, id: str, title: str) -> SafeString:
    """A native dialog. A button with data-dialog="<id>" opens it; one inside with data-close closes it."""
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title"><h2 id="{0}-title">{1}</h2>{2}</dialog>',
        id,
        title,
        content,
    )


@register.simple_block_tag
def bulk_bar(content: str, count: int = 0) -> SafeString:
    """Actions on the chosen rows, inside the form that holds their checkboxes. Script keeps the count."""
    return format_html(
        '<div class="bulk" data-bulk role="group" aria-label="Actions on chosen rows">'
        '<span role="status" data-bulk-count>{}</span>{}</div>',
        ui.plural_words(count, "pupil chosen", "pupils chosen") if count else "Choose rows, then an action",
        content,
    )


# --- Templates ----------------------------------------------------------------------------------------


@register.inclusion_tag("_components/stats.html")
def stats(items: list[dict[str, Any]], label: str = "Key figures") -> dict[str, Any]:
    """3 to 5 key figures. item: value, label; may have unit, meta, url, status."""
    items = list(items)
    return {"items": items, "label": label, "css": {3: " stats-3", 5: " stats-5"}.get(len(items), "")}


@register.inclusion_tag("_components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """{% breadcrumbs "SEND register" url "Kofi Mensah" %}: text and url in turn; the last is the page itself."""
    return {"links": list(zip(pairs[:-1:2], pairs[1:-1:2], strict=True)), "current": pairs[-1]}


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
    """Statutory steps. step: title, date, status, text; may have state (done, now), rule, source, working_date, owner.

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


@register.inclusion_tag("_components/link_bar.html")
def view_tabs(items: list[dict[str, Any]], label: str = "Saved views") -> dict[str, Any]:
    """Saved views over a list. item: text, url, current; may have count."""
    return {"items": items, "label": label, "css": "views"}


@register.inclusion_tag("_components/link_bar.html")
def subnav(items: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """The sections of one record. item: text, url, current; may have count."""
    return {"items": items, "label": label, "css": "subnav"}


@register.inclusion_tag("_components/link_bar.html")
def segmented(items: list[dict[str, Any]], label: str) -> dict[str, Any]:
    """Two to four ways of seeing one thing. item: text, url, current."""
    return {"items": items, "label": label, "css": "segmented"}


@register.inclusion_tag("_components/filter_pills.html")
def filter_pills(pills: list[dict[str, str]], clear_url: str = "") -> dict[str, Any]:
    """Each filter in force as a link that takes it off. pill: text, url."""
    return {"pills": pills, "clear_url": clear_url}


@register.inclusion_tag("_components/deflist.html")
def deflist(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs of term and value; an empty value shows as "Not known"."""
    return {"items": items}


@register.inclusion_tag("_components/pager.html", takes_context=True)
def pager(context: template.Context, page: Page, noun: str = "pupil", param: str = "page") -> dict[str, Any]:
    """Page links that keep the query string. noun: "pupil" or "child,children"."""
    query = context["request"].GET.copy()
    one, _, many = noun.partition(",")

    def url(number: int) -> str:
        query[param] = str(number)
        return f"?{query.urlencode()}"

    count = page.paginator.count
    return {
        "page": page,
        "links": [
            {"number": number, "url": url(number) if number else "", "current": number == page.number}
            for number in ui.page_numbers(page.number, page.paginator.num_pages)
        ],
        "previous": url(page.number - 1) if page.has_previous() else "",
        "next": url(page.number + 1) if page.has_next() else "",
        "shown": f"{page.start_index():,} to {page.end_index():,} of {ui.plural_words(count, one, many or None)}"
        if page.has_other_pages()
        else ui.plural_words(count, one, many or None),
    }


@register.simple_tag(takes_context=True)
def sort_link(context: template.Context, key: str, text: str, current: str = "", param: str = "sort") -> SafeString:
    """A header cell whose link sorts by `key` and turns round at the second press. current: in force, as "-name"."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    active, down = current.lstrip("-") == key, current == f"-{key}"
    query[param] = f"-{key}" if active and not down else key
    order = format_html(' aria-sort="{}"', "descending" if down else "ascending") if active else ""
    arrow = icon("arrow-down" if down else "arrow-up", "sm") if active else ""
    return format_html(
        '<th scope="col"{}><a class="sort" href="?{}">{}{}</a></th>', order, query.urlencode(), text, arrow
    )


@register.inclusion_tag("_components/rating_input.html")
def rating_input(name: str, label: str, value: int | str | None = None, id_prefix: str = "") -> dict[str, Any]:
    """The four ratings as a radio group. name: of the form field; label: what is rated."""
    chosen = "" if value is None else str(value)
    steps = [{"value": step, "word": word, "on": chosen == str(step)} for step, word in enumerate(ui.RATINGS)]
    return {"name": name, "label": label, "steps": steps, "prefix": id_prefix or name}


@register.inclusion_tag("_components/logger.html")
def logger(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The session logger. row: key, name (first name and initial), value (0 to 3 or None), away; may have error.

    Fields sent: rating-<key>, away-<key>, and everyone=<0 to 3> from the top row when there is no script.
    """
    return {"rows": rows, "steps": [{"value": step, "word": word} for step, word in enumerate(ui.RATINGS)]}


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


@register.simple_tag
def logo() -> SafeString:
    """The mark and the name."""
    return mark_safe(
        '<svg class="logo-mark" viewBox="0 0 32 32" aria-hidden="true">'
        '<rect class="lm-a" width="32" height="32" rx="9"/><circle class="lm-b" cx="9.5" cy="21.5" r="3"/>'
        '<circle class="lm-b" cx="16.5" cy="15.5" r="3.75"/>'
        '<circle class="lm-b" cx="23" cy="8" r="4.5"/></svg><span>SENDCo</span>'
    )


# --- Forms ------------------------------------------------------------------------------------------


@register.filter
def is_choice_group(field: forms.BoundField) -> str:
    """How a field with several inputs is drawn: "options" (radios, checkboxes), "parts" (three selects) or ""."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "options"
    return "parts" if field.use_fieldset and not isinstance(widget, forms.FileInput) else ""


@register.inclusion_tag("_components/error_summary.html")
def error_summary(form: forms.BaseForm | forms.BaseFormSet | None) -> dict[str, Any]:
    """ "There is a problem": every error of a form or formset, each linked to its field. Empty when there is none."""
    if not form or not form.is_bound:
        return {"problems": []}
    if isinstance(form, forms.BaseFormSet):
        problems = [{"href": "", "text": text} for text in form.non_form_errors()]
        return {"problems": problems + [problem for each in form for problem in _problems(each)]}
    return {"problems": _problems(form)}


def _problems(form: forms.BaseForm) -> list[dict[str, str]]:
    found = [{"href": "", "text": text} for text in form.non_field_errors()]
    for field in form:
        href = ""
        if not field.is_hidden:
            href = field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
        found.extend({"href": href, "text": text} for text in field.errors)
    return found
