"""Small drawings: icons, the marks of a status, the circles of a rating, bars.

Used many times on a page, so plain functions over format_html.
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from sendco.core import ui

from .library import register


@lru_cache(maxsize=1024)
def sprite(name: str, css: str) -> SafeString:
    """Kept: a page draws some hundred of them, from the few names and classes that templates use."""
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static("img/icons.svg"), name
    )


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """A line icon (lucide name). size: "", "sm" or "lg". label: words for screen readers when the icon stands alone."""
    svg = sprite(name, f"icon icon-{size}" if size else "icon")
    return format_html('{}<span class="visually-hidden">{}</span>', svg, label) if label else svg


@register.simple_tag
def mark(status: str = "none", css: str = "") -> SafeString:
    """The shape of a status alone (danger, warn, ok, wait, none); words must stand beside it."""
    return sprite(f"m-{status}", f"mark {css}".strip())


@register.simple_tag
def glyph(rating: int | None, css: str = "", outline: bool = False) -> SafeString:
    """The circle of a rating: 0 to 3, None for away. outline: the tick not filled, for an unchosen "Got it"."""
    name = "gx" if rating is None else f"g{rating}"
    return sprite(name + "o" if outline and rating == 3 else name, f"glyph {css}".strip())


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
def logo() -> SafeString:
    """The mark and the name."""
    return mark_safe(
        '<svg class="logo-mark" viewBox="0 0 32 32" aria-hidden="true">'
        '<rect class="lm-a" width="32" height="32" rx="9"/><circle class="lm-b" cx="9.5" cy="21.5" r="3"/>'
        '<circle class="lm-b" cx="16.5" cy="15.5" r="3.75"/>'
        '<circle class="lm-b" cx="23" cy="8" r="4.5"/></svg><span>SENDCo</span>'
    )
