"""Changes with their 95% ranges about a zero line."""

from collections.abc import Sequence
from dataclasses import dataclass

from .shapes import (
    BAND,
    GRID,
    INK,
    MUTE,
    NARROW,
    SERIES,
    SURFACE,
    Chart,
    DataTable,
    Drawing,
    Pen,
    Scale,
    nice_ticks,
    number,
    signed,
    width_of,
)

WIDTH = 680
ROW = 34
NARROW_ROW = 74


@dataclass(frozen=True, slots=True)
class Interval:
    """A group's gain and its 95% range, already turned so that a gain is positive.

    n: how many pupils, as it may be shown. gain, lo and hi are None when there is nothing to show; `words` then says
    why.
    """

    label: str
    n: str
    gain: float | None = None
    lo: float | None = None
    hi: float | None = None
    words: str = ""
    is_main: bool = False

    @property
    def told(self) -> str:
        if self.gain is None:
            return self.words
        if self.lo is None or self.hi is None:
            return number(round(self.gain, 1))
        low, high = number(round(self.lo, 1)), number(round(self.hi, 1))
        return f"{number(round(self.gain, 1))} ({low} to {high})"


def interval_chart(
    key: str,
    title: str,
    subtitle: str,
    rows: Sequence[Interval],
    *,
    band: tuple[float, float] | None = None,
    alt: str = "",
    notes: Sequence[str] = ("If a line crosses 0, we cannot tell yet whether pupils are catching up.",),
) -> Chart:
    """Gains as dots with their ranges about a zero line. A row without a gain has its words and no mark."""
    told = "; ".join(f"{row.label}, {row.n}: {row.told}" for row in rows)
    return Chart(
        key,
        title,
        subtitle,
        alt or f"Dots with 95% ranges. {told}.",
        wide=_intervals(rows, band, narrow=False),
        narrow=_intervals(rows, band, narrow=True),
        table=DataTable(("", "Pupils", "Gain (95% range)"), tuple((row.label, row.n, row.told) for row in rows)),
        notes=tuple(notes),
    )


def _intervals(rows: Sequence[Interval], band: tuple[float, float] | None, *, narrow: bool) -> Drawing:
    pen, width = Pen(), NARROW if narrow else WIDTH
    ends = [v for row in rows for v in (row.gain, row.lo, row.hi) if v is not None] + [0, *(band or ())]
    ticks = nice_ticks(min(ends), max(ends), count=4 if narrow else 5)
    left = 20.0 if narrow else max((width_of(row.label) for row in rows), default=0) + 100
    room = 24 if narrow else max((width_of(row.told) for row in rows), default=0) + 16
    across = Scale(ticks[0], ticks[-1], left, max(width - room, left + 120))
    step = NARROW_ROW if narrow else ROW
    head, bottom = 28, 28 + step * len(rows) + 6
    if band:
        pen.rect(across(band[0]), head, across(band[1]) - across(band[0]), bottom - head, BAND, css="band")
    # On a narrow drawing words stand above each mark, so the rules keep to the marks.
    spans = [(head + step * n + 40, head + step * n + 68) for n in range(len(rows))] if narrow else [(head, bottom)]
    for tick in ticks:
        for top, end in spans:
            pen.line(across(tick), top, across(tick), end, GRID, css="grid")
        pen.text(across(tick), bottom + 18, signed(tick), anchor="middle")
    for top, end in spans:
        pen.line(across(0), top - (0 if narrow else 6), across(0), end, INK, css="zero", width=1.5)
    _sides(pen, across, width)
    for n, row in enumerate(rows):
        _one_interval(pen, row, head + step * n, across, narrow)
    return pen.done(max(width, int(across.end + room)), bottom + 26)


def _sides(pen: Pen, across: Scale, width: int) -> None:
    zero = across(0)
    if zero - width_of("Fell behind") > 0:
        pen.text(zero - 10, 14, "Fell behind", anchor="end")
    if zero + width_of("Caught up") < width:
        pen.text(zero + 10, 14, "Caught up")


def _one_interval(pen: Pen, row: Interval, top: float, across: Scale, narrow: bool) -> None:
    label_y, y = (top + 16, top + 54) if narrow else (top + 22, top + 17)
    pen.title(0, label_y, row.label)
    if narrow:
        pen.text(0, label_y + 19, f"{row.n}, {row.told}")
    else:
        pen.text(across.start - 12, label_y, row.n, anchor="end")
        (pen.strong if row.is_main else pen.text)(across.end + 16, label_y, row.told)
    if row.gain is None:
        return
    suffix, colour = ("", SERIES[0]) if row.is_main else ("-mute", MUTE)
    if row.lo is not None and row.hi is not None:
        pen.line(across(row.lo), y, across(row.hi), y, colour, css=f"ci{suffix}", width=3)
    pen.circle(across(row.gain), y, 8 if row.is_main else 6, colour, css=f"pt{suffix}", stroke=SURFACE, width=2)
