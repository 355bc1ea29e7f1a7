"""The marks of a long list, drawn from symbols inside the page: fifty rows of links to the icon file weigh too much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from django import template
from django.contrib.staticfiles import finders
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from sendco.core import ui

register = template.Library()

_SYMBOL = re.compile(r'<symbol id="([\w-]+)".*?</symbol>', re.DOTALL)
_STEP = 24
_SHOWN = 6


@cache
def _all_symbols() -> dict[str, str]:
    """{name: symbol} of the icon file, read once a process."""
    with open(finders.find("img/icons.svg"), encoding="utf-8") as file:
        return {found[1]: found[0] for found in _SYMBOL.finditer(file.read())}


@register.simple_tag
def symbols(names: str) -> SafeString:
    """The named symbols, hidden, for `href="#name"` further down the same page."""
    found = "".join(_all_symbols()[name] for name in names.split())
    return mark_safe(f'<svg class="sprite" width="0" height="0" aria-hidden="true">{found}</svg>')  # noqa: S308 - our own file


@register.simple_tag
def short_trail(ratings: Sequence[int | None]) -> SafeString:
    """As the `trail` tag, in a third of the bytes: one drawing, oldest first. Needs `symbols "g0 g1 g2 g3 gx"`.

    Each symbol is centred in the drawing, so that a place is one offset to the left or right.
    """
    return _six(tuple(ratings)[-_SHOWN:])


@lru_cache(maxsize=4096)
def _six(last: tuple[int | None, ...]) -> SafeString:
    marks = format_html_join(
        "", '<use href="#g{}" x="{}"/>',
        (("x" if rating is None else rating, _STEP * index - 60) for index, rating in enumerate(last)),
    )  # fmt: skip
    heard = ui.in_sequence([ui.rating_word(rating) for rating in last])
    return format_html(
        '<span class="visually-hidden">{}</span><svg class="six" viewBox="0 0 141 20" aria-hidden="true">{}</svg>',
        heard,
        marks,
    )
