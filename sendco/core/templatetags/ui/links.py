"""Ways about: breadcrumbs, tabs, filters in force, pages, sorted columns."""

from __future__ import annotations

from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sendco.core import ui
from sendco.core.paths import path_to

from .library import register
from .shapes import icon


@register.inclusion_tag("_components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """{% breadcrumbs "SEND register" url "Kofi Mensah" %}: text and url in turn; the last is the page itself."""
    return {"links": list(zip(pairs[:-1:2], pairs[1:-1:2], strict=True)), "current": pairs[-1]}


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


@register.simple_tag
def path(name: str) -> str:
    """An address that takes no arguments, like `url`, but worked out once in a process: for what every page shows."""
    return path_to(name)


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
