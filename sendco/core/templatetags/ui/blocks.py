"""Tags that wrap what stands between them: page head, panel, note, menu, dialog."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from sendco.core import ui

from .library import register
from .shapes import icon, mark


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
    """A disclosure with links or form buttons inside; works without script. text: visible words beside the icon.

    What is heard begins with what is seen, so that somebody can say it to press it.
    """
    if text and text.casefold() not in label.casefold():
        label = f"{text}: {label}"
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
