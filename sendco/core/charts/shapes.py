"""What a chart is made of once it is worked out: shapes with numbers, words, and the same figures as a table.

Colours, widths and fonts are written as presentation attributes, because a PDF renderer does not apply the page's style
sheet inside SVG. On screen the classes let the theme replace them.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

INK = "#1B2530"
INK_2 = "#434E5A"
GRID = "#DDD6C8"
TRACK = "#F0ECE3"
TRACK_LINE = "#E3DDD1"
SURFACE = "#FFFDF9"
ACCENT = "#C9781B"
MUTE = "#8E8A80"
BAND = "#E2EBEC"
SERIES = ("#12436D", "#28A197", "#801650", "#E8601A", "#3D3D3D", "#9775C9")
ON_SERIES = ("#FFFFFF", INK, "#FFFFFF", INK, "#FFFFFF", INK)
"""Words on a segment of each colour: 4.5:1 or more, or 3:1 where large and bold."""
DASHES = ("", "7 4", "2 4", "10 3 2 3", "4 2", "1 3")
FONT = "Atkinson Hyperlegible Next, Verdana, sans-serif"
SIZE = 15
WIDE = 520
NARROW = 324
WIDTHS = {"narrow": 0.34, "digit": 0.66, "capital": 0.7, "percent": 0.9, "other": 0.57}
"""Widths of kinds of character in ems, a little generous, so that words do not meet in the fall-back font either."""


@dataclass(frozen=True, slots=True)
class Rect:
    tag: ClassVar[str] = "rect"
    x: float
    y: float
    width: float
    height: float
    fill: str
    css: str = ""
    stroke: str = "none"
    rx: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    tag: ClassVar[str] = "line"
    x1: float
    y1: float
    x2: float
    y2: float
    stroke: str
    css: str = ""
    width: float = 1
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    tag: ClassVar[str] = "circle"
    cx: float
    cy: float
    r: float
    fill: str
    css: str = ""
    stroke: str = "none"
    width: float = 0


@dataclass(frozen=True, slots=True)
class Polyline:
    tag: ClassVar[str] = "polyline"
    points: str
    stroke: str
    css: str = ""
    width: float = 3
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    tag: ClassVar[str] = "text"
    x: float
    y: float
    words: str
    css: str = ""
    anchor: str = "start"
    fill: str = INK_2
    weight: int = 400


Shape = Rect | Line | Circle | Polyline | Text


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in drawing order, in a box of `width` by `height` units of 1 px."""

    width: int
    height: int
    shapes: tuple[Shape, ...]

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width} {self.height}"

    @property
    def print_width(self) -> str:
        """So that 15 units of text come out at about 10 points on paper."""
        return f"{self.width * 0.25:.1f}mm"

    @property
    def print_height(self) -> str:
        return f"{self.height * 0.25:.1f}mm"


@dataclass(frozen=True, slots=True)
class DataTable:
    """The chart's twin. First column is the row's header; every cell is text as shown, suppressed ones included."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """key: a name for ids, unique on its page. title: the finding, in 10 words or fewer. subtitle: the measure.
    alt: one sentence that says what the drawing shows. notes: what it cannot show."""

    key: str
    title: str
    subtitle: str
    alt: str
    wide: Drawing
    narrow: Drawing
    table: DataTable
    notes: tuple[str, ...] = ()
    level: int = 3


@dataclass(slots=True)
class Pen:
    """Collects shapes; numbers are rounded to a tenth so that the page stays small."""

    shapes: list[Shape] = field(default_factory=list)

    def rect(self, x: float, y: float, width: float, height: float, fill: str, **more) -> None:
        self.shapes.append(Rect(tenth(x), tenth(y), tenth(width), tenth(height), fill, **more))

    def line(self, x1: float, y1: float, x2: float, y2: float, stroke: str, **more) -> None:
        self.shapes.append(Line(tenth(x1), tenth(y1), tenth(x2), tenth(y2), stroke, **more))

    def circle(self, cx: float, cy: float, r: float, fill: str, **more) -> None:
        self.shapes.append(Circle(tenth(cx), tenth(cy), tenth(r), fill, **more))

    def polyline(self, points: Iterable[tuple[float, float]], stroke: str, **more) -> None:
        self.shapes.append(Polyline(" ".join(f"{tenth(x)},{tenth(y)}" for x, y in points), stroke, **more))

    def text(self, x: float, y: float, words: str, **more) -> None:
        self.shapes.append(Text(tenth(x), tenth(y), words, **more))

    def title(self, x: float, y: float, words: str, anchor: str = "start") -> None:
        self.text(x, y, words, css="t-title", anchor=anchor, fill=INK, weight=600)

    def strong(self, x: float, y: float, words: str, anchor: str = "start") -> None:
        self.text(x, y, words, css="t-strong", anchor=anchor, fill=INK, weight=600)

    def done(self, width: int, height: float) -> Drawing:
        return Drawing(width, math.ceil(height), tuple(self.shapes))


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` onto `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def tenth(value: float) -> float | int:
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def width_of(words: str) -> float:
    """About how wide words are in the chart's type, in px. Right to a tenth or so: nothing depends on more."""
    return SIZE * sum(WIDTHS[_kind(character)] for character in words)


def _kind(character: str) -> str:
    if character in " .,;:'()il|!":
        return "narrow"
    if character in "%mwMW":
        return "percent"
    if character.isdigit() or character in "+−":
        return "digit"
    return "capital" if character.isupper() else "other"


def two_lines(words: str, room: float) -> list[str]:
    """Words broken once, where the longer line is shortest; unbroken when they fit or are one word."""
    parts = words.split()
    if width_of(words) <= room or len(parts) < 2:
        return [words]
    breaks = [(" ".join(parts[:n]), " ".join(parts[n:])) for n in range(1, len(parts))]
    return list(min(breaks, key=lambda lines: max(map(width_of, lines))))


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round values that enclose low to high, about `count` steps of 1, 2, 2.5 or 5 times a power of ten."""
    if high <= low:
        high = low + 1
    raw = (high - low) / count
    power = 10 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(n * step, 10) for n in range(first, last + 1)]


def spread(places: Sequence[float], gap: float = SIZE + 3) -> list[float]:
    """Move labels apart just enough that none is nearer than `gap` to the next; the order stays."""
    order = sorted(range(len(places)), key=lambda n: places[n])
    blocks: list[list[float]] = []  # each: middle, number of labels
    for n in order:
        blocks.append([places[n], 1])
        while len(blocks) > 1 and _foot(blocks[-2], gap) + gap > _head(blocks[-1], gap):
            middle, size = blocks.pop()
            other, number = blocks[-1]
            blocks[-1] = [(other * number + middle * size) / (number + size), number + size]
    moved = [_head(block, gap) + gap * n for block in blocks for n in range(int(block[1]))]
    found = [0.0] * len(places)
    for n, place in zip(order, moved, strict=True):
        found[n] = place
    return found


def _head(block: Sequence[float], gap: float) -> float:
    return block[0] - gap * (block[1] - 1) / 2


def _foot(block: Sequence[float], gap: float) -> float:
    return block[0] + gap * (block[1] - 1) / 2


def number(value: float, unit: str = "") -> str:
    """An axis label: `1,200`, `2.5`, `14%`; a true minus sign."""
    words = f"{value:,.10f}".rstrip("0").rstrip(".")
    return words.replace("-", "−") + unit


def signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)
