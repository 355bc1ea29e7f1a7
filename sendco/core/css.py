"""Join and squeeze the stylesheet's source parts. Standard library only: nobody needs Node to change a colour.

The parts in `static/css/src/` are joined in the order of their names. `@copy SELECTOR;` repeats the declarations of the
first rule with exactly that selector, so that the dark palette is written once.
"""

import re
from pathlib import Path

_COPY = re.compile(r"@copy\s+([^;]+);")
_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")


def build(source: Path) -> str:
    """The whole stylesheet as one squeezed string. Raises ValueError when a copied rule does not exist."""
    text = "\n".join(part.read_text(encoding="utf-8") for part in sorted(source.glob("*.css")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = _COPY.sub(lambda match: _declarations(text, match.group(1).strip()), text)
    return squeeze(text).replace("../../", "../")


def squeeze(text: str) -> str:
    """Drop white space that means nothing; leave strings and calc() as they are."""
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append(match.group(0))
        return f"\x00{len(kept) - 1}\x00"

    text = _STRINGS.sub(keep, text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    text = re.sub(r"([{;][\w-]+): ", r"\1:", text)
    text = text.replace(";}", "}").replace("}", "}\n").replace("\n}", "}")
    return re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match.group(1))], text).strip() + "\n"


def _declarations(text: str, selector: str) -> str:
    match = re.search(r"(?:^|[},])\s*" + re.escape(selector) + r"\s*\{([^{}]*)\}", text)
    if match is None:
        raise ValueError(f"Nothing to copy: no rule for {selector}")
    return match.group(1)
