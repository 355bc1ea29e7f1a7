"""Bars: horizontal, with a track, stacked, and the school beside England as a dumbbell."""

from collections.abc import Sequence
from dataclasses import dataclass

from sendco.core.figures import Figure, Unit

from .shapes import (
    ACCENT,
    GRID,
    INK,
    INK_2,
    MUTE,
    NARROW,
    ON_SERIES,
    SERIES,
    SURFACE,
    TRACK,
    TRACK_LINE,
    WIDE,
    Chart,
    DataTable,
    Drawing,
    Pen,
    Scale,
    nice_ticks,
    number,
    two_lines,
    width_of,
)

BAR = 22
ROW = 38
NARROW_ROW = 54
LABEL_GAP = 12
LONGEST_LABEL = 230


@dataclass(frozen=True, slots=True)
class Bar:
    """note: words after the figure, for example the share of a year group."""

    label: str
    figure: Figure
    note: str = ""

    @property
    def words(self) -> str:
        has_note = self.note and not self.figure.suppressed
        return f"{self.figure.display} ({self.note})" if has_note else self.figure.display


@dataclass(frozen=True, slots=True)
class Delivery:
    """Sessions had of sessions planned. Not pupils, so never suppressed."""

    label: str
    done: int
    planned: int


@dataclass(frozen=True, slots=True)
class Stack:
    label: str
    parts: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    label: str
    school: Figure
    national: Figure


def largest_first(bars: Sequence[Bar]) -> list[Bar]:
    """Sorted for reading, with suppressed bars last by name: their place must not tell their size."""
    return sorted(bars, key=lambda bar: (bar.figure.value is None, -(bar.figure.value or 0), bar.label))


def bar_chart(
    key: str,
    title: str,
    subtitle: str,
    bars: Sequence[Bar],
    *,
    alt: str = "",
    column: str = "Pupils",
    notes: Sequence[str] = (),
) -> Chart:
    """Horizontal bars from 0. A suppressed figure has its words and no bar; the scale is made from shown values
    alone."""
    most = max((bar.figure.value for bar in bars if bar.figure.value), default=1)
    return Chart(
        key,
        title,
        subtitle,
        alt or _sentence("Bar chart", [(bar.label, bar.words) for bar in bars]),
        wide=_bars(bars, most, narrow=False),
        narrow=_bars(bars, most, narrow=True),
        table=DataTable(("", column), tuple((bar.label, bar.words) for bar in bars)),
        notes=tuple(notes),
    )


def _bars(bars: Sequence[Bar], most: float, *, narrow: bool) -> Drawing:
    pen, width, left = Pen(), _width(narrow), _left([bar.label for bar in bars], narrow)
    room = max((width_of(bar.words) for bar in bars), default=0) + LABEL_GAP
    scale = Scale(0, most, left, max(width - room, left + 40))
    for n, bar in enumerate(bars):
        top = _place(pen, n, bar.label, narrow)
        end = left
        if bar.figure.value is not None:
            end = scale(bar.figure.value)
            pen.rect(left, top, end - left, BAR, SERIES[0], css="b1")
        if bar.figure.suppressed:
            pen.text(left, top + 16, bar.words)
        else:
            pen.strong(end + 8, top + 16, bar.words)
    return pen.done(width, _height(len(bars), narrow))


def delivery_chart(
    key: str, title: str, subtitle: str, rows: Sequence[Delivery], *, minimum: int | None = None, alt: str = ""
) -> Chart:
    """Progress bars: sessions had on a track of those planned, with the recommended minimum as a dashed line."""
    words = [(row.label, f"{row.done} of {row.planned}") for row in rows]
    more = f" The recommended minimum is {minimum}." if minimum is not None else ""
    return Chart(
        key,
        title,
        subtitle,
        alt or _sentence("Progress bars of sessions had", words) + more,
        wide=_deliveries(rows, minimum, narrow=False),
        narrow=_deliveries(rows, minimum, narrow=True),
        table=DataTable(("", "Planned", "Had"), tuple((row.label, str(row.planned), str(row.done)) for row in rows)),
    )


def _deliveries(rows: Sequence[Delivery], minimum: int | None, *, narrow: bool) -> Drawing:
    pen, width, left = Pen(), _width(narrow), _left([row.label for row in rows], narrow)
    room = max((width_of(f"{row.done} of {row.planned}") for row in rows), default=0) + LABEL_GAP
    most = max([row.planned for row in rows] + [minimum or 0, 1])
    scale = Scale(0, most, left, width - room)
    head = 22 if minimum is not None else 0
    for n, row in enumerate(rows):
        top = _place(pen, n, row.label, narrow, head)
        pen.rect(left, top, scale(row.planned) - left, BAR, TRACK, css="b0", stroke=TRACK_LINE, rx=3)
        if row.done:
            pen.rect(left, top, scale(min(row.done, row.planned)) - left, BAR, SERIES[0], css="b1", rx=3)
        pen.strong(scale(most) + 10, top + 16, f"{row.done} of {row.planned}")
    height = _height(len(rows), narrow, head)
    if minimum is not None:
        pen.line(scale(minimum), 18, scale(minimum), height, ACCENT, css="expect", width=1.75, dash="6 4")
        _inside(pen, scale(minimum), 13, f"{minimum} recommended", width)
    return pen.done(width, height)


def stacked_chart(
    key: str,
    title: str,
    subtitle: str,
    names: Sequence[str],
    stacks: Sequence[Stack],
    *,
    alt: str = "",
    notes: Sequence[str] = (),
) -> Chart:
    """Stacked bars with the parts named above in order.

    A suppressed part takes no length and the bar is not stretched to fill, so nothing can be measured off the page;
    words at the end say that something is left out.
    """
    rows = tuple((stack.label, *(part.display for part in stack.parts)) for stack in stacks)
    told = [(row[0], ", ".join(f"{name} {text}" for name, text in zip(names, row[1:], strict=True))) for row in rows]
    return Chart(
        key,
        title,
        subtitle,
        alt or _sentence("Stacked bar chart", told, between="; "),
        wide=_stacks(names, stacks, narrow=False),
        narrow=_stacks(names, stacks, narrow=True),
        table=DataTable(("", *names), rows),
        notes=tuple(notes),
    )


def _stacks(names: Sequence[str], stacks: Sequence[Stack], *, narrow: bool) -> Drawing:
    pen, width = Pen(), _width(narrow)
    left = _left([stack.label for stack in stacks], narrow)
    head = _key(pen, names, width) + 8
    most = max((sum(part.value or 0 for part in stack.parts) for stack in stacks), default=0) or 1
    room = width_of("and more") + LABEL_GAP if any(part.suppressed for s in stacks for part in s.parts) else 0
    scale = Scale(0, most, left, width - room)
    for n, stack in enumerate(stacks):
        top = _place(pen, n, stack.label, narrow, head)
        so_far = 0.0
        for colour, part in enumerate(stack.parts):
            if not part.value:
                continue
            start, end = scale(so_far), scale(so_far + part.value)
            tint = colour % len(SERIES)
            pen.rect(start, top, end - start, BAR, SERIES[tint], css=f"c-{tint + 1} seg", stroke=SURFACE)
            if width_of(part.display) + 6 < end - start:
                words = {"anchor": "middle", "fill": ON_SERIES[tint], "weight": 600, "css": f"on-{tint + 1}"}
                pen.text((start + end) / 2, top + 16, part.display, **words)
            so_far += part.value
        if any(part.suppressed for part in stack.parts):
            pen.text(scale(so_far) + (8 if so_far else 0), top + 16, "and more" if so_far else "not shown")
    return pen.done(width, _height(len(stacks), narrow, head))


def _key(pen: Pen, names: Sequence[str], width: int) -> float:
    """Swatches with their names, wrapped. Returns the height used."""
    x, y = 0.0, 14.0
    for n, name in enumerate(names):
        needs = 20 + width_of(name) + 14
        if x and x + needs > width:
            x, y = 0.0, y + 22
        pen.rect(x, y - 11, 13, 13, SERIES[n % len(SERIES)], css=f"c-{n % len(SERIES) + 1}")
        pen.text(x + 19, y, name, fill=INK)
        x += needs
    return y + 8


def dumbbell_chart(
    key: str,
    title: str,
    subtitle: str,
    rows: Sequence[Beside],
    *,
    school: str = "School",
    national: str = "England",
    alt: str = "",
    notes: Sequence[str] = (),
) -> Chart:
    """School beside England for each measure: filled dot and open dot, joined. A side that is suppressed is not drawn
    and neither is the join."""
    told = [(row.label, f"{school} {row.school.display}, {national} {row.national.display}") for row in rows]
    return Chart(
        key,
        title,
        subtitle,
        alt or _sentence("Dumbbell chart", told, between="; "),
        wide=_dumbbells(rows, school, national, narrow=False),
        narrow=_dumbbells(rows, school, national, narrow=True),
        table=DataTable(
            ("", school, national), tuple((row.label, row.school.display, row.national.display) for row in rows)
        ),
        notes=tuple(notes),
    )


def _dumbbells(rows: Sequence[Beside], school: str, national: str, *, narrow: bool) -> Drawing:
    pen, width = Pen(), _width(narrow)
    left = _left([row.label for row in rows], narrow)
    values = [fig.value for row in rows for fig in (row.school, row.national) if fig.value is not None]
    ticks = nice_ticks(0, max(values, default=1))
    unit = "%" if any(row.national.unit is Unit.PERCENT for row in rows) else ""
    room = max((width_of(row.school.display) for row in rows), default=0) + LABEL_GAP
    scale = Scale(0, ticks[-1], left + 16, width - room - 16)
    head, bottom = 30.0, _height(len(rows), narrow, 30.0)
    pen.circle(7, 10, 6, SERIES[0], css="pt", stroke=SURFACE, width=2)
    pen.text(19, 15, school, fill=INK)
    x = 19 + width_of(school) + 24
    pen.circle(x, 10, 5, SURFACE, css="pt-open", stroke=INK_2, width=2)
    pen.text(x + 12, 15, national, fill=INK)
    for tick in ticks:
        pen.line(scale(tick), head, scale(tick), bottom, GRID, css="grid")
        pen.text(scale(tick), bottom + 18, number(tick, unit), anchor="middle")
    for n, row in enumerate(rows):
        middle = _place(pen, n, row.label, narrow, head) + BAR / 2
        ours, theirs = row.school.value, row.national.value
        if ours is not None and theirs is not None:
            pen.line(scale(theirs), middle, scale(ours), middle, MUTE, css="ci-mute", width=2.5)
        if theirs is not None:
            pen.circle(scale(theirs), middle, 5.5, SURFACE, css="pt-open", stroke=INK_2, width=2)
        if ours is not None:
            pen.circle(scale(ours), middle, 7, SERIES[0], css="pt", stroke=SURFACE, width=2)
        say = pen.text if row.school.suppressed else pen.strong
        say(width, middle + 5, row.school.display, anchor="end")
    return pen.done(width, bottom + 24)


# --- shared by all bars


def _width(narrow: bool) -> int:
    return NARROW if narrow else WIDE


def _left(labels: Sequence[str], narrow: bool) -> float:
    """Where bars begin: after the labels, or at the edge when each label stands above its bar."""
    if narrow:
        return 0
    lines = [line for label in labels for line in two_lines(label, LONGEST_LABEL)]
    return max((width_of(line) for line in lines), default=0) + LABEL_GAP


def _place(pen: Pen, n: int, label: str, narrow: bool, head: float = 0) -> float:
    """Write a row's label; returns the top of its bar."""
    if narrow:
        top = head + n * NARROW_ROW
        pen.title(0, top + 16, label)
        return top + 24
    top = head + n * ROW + 8
    lines = two_lines(label, LONGEST_LABEL)
    for at, line in enumerate(lines):
        pen.title(0, top + 16 + 17 * at - 8 * (len(lines) - 1), line)
    return top


def _height(rows: int, narrow: bool, head: float = 0) -> float:
    return head + rows * (NARROW_ROW if narrow else ROW) + 8


def _inside(pen: Pen, x: float, y: float, words: str, width: int) -> None:
    """A centred label kept within the drawing."""
    half = width_of(words) / 2
    pen.title(min(max(x, half), width - half), y, words, anchor="middle")


def _sentence(start: str, parts: Sequence[tuple[str, str]], between: str = ", ") -> str:
    return f"{start}. " + between.join(f"{label} {words}" for label, words in parts) + "."
