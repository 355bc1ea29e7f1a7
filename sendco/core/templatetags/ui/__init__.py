"""The components as template tags. A builtin library: no `load` needed. `docs/reference/components.md` lists them all.

Small ones, used many times on a page, are plain functions over format_html; larger ones are templates in
`templates/_components/`. None of them queries. One module a kind; importing this package fills the library.
"""

from . import blocks, forms, labels, links, parts, shapes, values
from .library import register

__all__ = ["blocks", "forms", "labels", "links", "parts", "register", "shapes", "values"]
