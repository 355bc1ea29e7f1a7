"""Lines over terms, and slopes from entry to exit."""

from collections.abc import Sequence
from dataclasses import dataclass

from sendco.core.figures import Figure, Unit

from .shapes import (
    DASHES,
    GRID,
    INK,
    MUTE,
    NARROW,
    SERIES,
    SURFACE,
    WIDE,
    Chart,
    DataTable,
    Drawing,
    Pen,
    Scale,
    nice_ticks,
    number,
    signed,
    spread,
    width_of,
)

LINE_HEIGHT = 190
SLOPE_HEIGHT = 400
FALLING = "#E8601A"


# --- lines


@dataclass(frozen=True, slots=True)
class Series:
    """figures: one for each point, in the order of the chart's points."""

    label: str
    figures: tuple[Figure, ...]


def line_chart(
    key: str,
    title: str,
    subtitle: str,
    points: Sequence[str],
    series: Sequence[Series],
    *,
    alt: str = "",
    from_zero: bool = True,
    notes: Sequence[str] = (),
) -> Chart:
    """Lines over terms, labelled at their ends, told apart by colour, dash and marker.

    A line is broken at a suppressed point and never joined across it, so no height can be read between its neighbours.
    from_zero: False for scores, whose axis may start elsewhere.
    """
    told = "; ".join(f"{s.label} {', '.join(_at(points, s))}" for s in series)
    return Chart(
        key,
        title,
        subtitle,
        alt or f"Line chart. {told}.",
        wide=_lines(points, series, from_zero, narrow=False),
        narrow=_lines(points, series, from_zero, narrow=True),
        table=DataTable(("", *points), tuple((s.label, *(f.display for f in s.figures)) for s in series)),
        notes=tuple(notes),
    )


def _at(points: Sequence[str], series: Series) -> list[str]:
    return [f"{figure.display} in {point}" for point, figure in zip(points, series.figures, strict=True)]


def _lines(points: Sequence[str], series: Sequence[Series], from_zero: bool, *, narrow: bool) -> Drawing:
    pen, width = Pen(), NARROW if narrow else WIDE
    values = [figure.value for s in series for figure in s.figures if figure.value is not None]
    ticks = nice_ticks(0 if from_zero else min(values, default=0), max(values, default=1))
    unit = "%" if any(f.unit is Unit.PERCENT for s in series for f in s.figures) else ""
    left = max(width_of(number(tick, unit)) for tick in ticks) + 8
    names = [f"{s.label}, {s.figures[-1].display}" for s in series]
    key_height = 22 * len(series) + 8 if narrow else 0
    room = 24 if narrow else max((width_of(name) for name in names), default=0) + 18
    bottom = key_height + 12 + LINE_HEIGHT
    up = Scale(ticks[0], ticks[-1], bottom, key_height + 12)
    across = Scale(0, max(len(points) - 1, 1), left + 12, width - room)
    for tick in ticks:
        pen.line(left, up(tick), width - room, up(tick), GRID, css="grid")
        pen.text(left - 8, up(tick) + 5, number(tick, unit), anchor="end")
    every = _every(points, across)
    for n, point in enumerate(points):
        if (len(points) - 1 - n) % every == 0:
            pen.text(across(n), bottom + 22, point, anchor="middle")
    for n, s in enumerate(series):
        _one_line(pen, n, s, across, up)
    if narrow:
        for n, name in enumerate(names):
            _marker(pen, n, 8, 12 + 22 * n)
            pen.text(22, 17 + 22 * n, name, fill=INK)
    else:
        _end_labels(pen, names, series, up, width - room + 12)
    return pen.done(width, bottom + 30)


def _every(points: Sequence[str], across: Scale) -> int:
    """Label every so many points that the words do not meet; the newest always has one."""
    step = across(1) - across(0)
    widest = max((width_of(point) for point in points), default=0) + 10
    return max(1, -int(-widest // step))


def _one_line(pen: Pen, n: int, series: Series, across: Scale, up: Scale) -> None:
    run: list[tuple[float, float]] = []
    dots: list[tuple[float, float]] = []
    for place, figure in enumerate((*series.figures, None)):
        if figure is not None and figure.value is not None:
            run.append((across(place), up(figure.value)))
            continue
        if len(run) > 1:
            css = f"l-{n % len(SERIES) + 1}"
            pen.polyline(run, SERIES[n % len(SERIES)], css=css, width=3, dash=DASHES[n % len(DASHES)])
        dots += run
        run = []
    for x, y in dots:
        _marker(pen, n, x, y)


def _marker(pen: Pen, n: int, x: float, y: float) -> None:
    """Round, square, open round, open square, and again."""
    colour, css = SERIES[n % len(SERIES)], f"c-{n % len(SERIES) + 1}"
    open_css, is_open = f"o-{n % len(SERIES) + 1}", n % 4 > 1
    if n % 2:
        fill, stroke = (SURFACE, colour) if is_open else (colour, "none")
        pen.rect(x - 4, y - 4, 8, 8, fill, css=open_css if is_open else css, stroke=stroke)
    elif is_open:
        pen.circle(x, y, 4.5, SURFACE, css=open_css, stroke=colour, width=2)
    else:
        pen.circle(x, y, 4.5, colour, css=css)


def _end_labels(pen: Pen, names: Sequence[str], series: Sequence[Series], up: Scale, x: float) -> None:
    """A line that ends in a suppressed figure is labelled at the foot, not at the height it would have."""
    heights = [up.start if s.figures[-1].value is None else up(s.figures[-1].value) for s in series]
    for name, y in zip(names, spread(heights, 20), strict=True):
        pen.text(x, y + 5, name, fill=INK, weight=600, css="t-strong")


# --- slopes


@dataclass(frozen=True, slots=True)
class Slope:
    """One pupil's entry and exit. name: first name and initial, for staff. is_sure: more than measurement error."""

    entry: float
    exit: float
    name: str = ""
    is_sure: bool = True


def slope_chart(
    key: str,
    title: str,
    subtitle: str,
    slopes: Sequence[Slope],
    *,
    entry: str = "At entry",
    leaving: str = "At exit",
    lower_is_better: bool = False,
    expected: tuple[float, float] | None = None,
    alt: str = "",
) -> Chart:
    """A line for each pupil, for staff pages only: it draws single children.

    Average bold; falls dashed and named; grey where the change is within measurement error. expected: where a group
    picked for low scores would be expected to go with no help, drawn as a pale dashed line.
    """
    sign = -1 if lower_is_better else 1
    gained = sum((s.exit - s.entry) * sign > 0 for s in slopes)
    fell = sum((s.exit - s.entry) * sign < 0 for s in slopes)
    means = _means(slopes)
    said = f"Average score went from {number(round(means[0], 1))} to {number(round(means[1], 1))}. " if means else ""
    rows = tuple(
        (s.name or f"Pupil {n}", number(s.entry), number(s.exit), signed(s.exit - s.entry))
        for n, s in enumerate(slopes, 1)
    )
    return Chart(
        key,
        title,
        subtitle,
        alt or f"Slope chart. {said}{gained} of {len(slopes)} pupils gained and {fell} fell back.",
        wide=_slopes(slopes, entry, leaving, sign, expected, narrow=False),
        narrow=_slopes(slopes, entry, leaving, sign, expected, narrow=True),
        table=DataTable(("", entry, leaving, "Change"), rows),
        notes=("Each line is one pupil. Dashed lines fell back; grey lines are within the test's own error.",),
    )


def _means(slopes: Sequence[Slope]) -> tuple[float, float] | None:
    if not slopes:
        return None
    return sum(s.entry for s in slopes) / len(slopes), sum(s.exit for s in slopes) / len(slopes)


def _slopes(
    slopes: Sequence[Slope],
    entry: str,
    leaving: str,
    sign: int,
    expected: tuple[float, float] | None,
    *,
    narrow: bool,
) -> Drawing:
    pen, width = Pen(), NARROW if narrow else WIDE
    left, right = (70, 214) if narrow else (92, 370)
    values = [v for s in slopes for v in (s.entry, s.exit)] + list(expected or ())
    ticks = nice_ticks(min(values, default=0), max(values, default=1))
    up = Scale(ticks[0], ticks[-1], 40 + SLOPE_HEIGHT, 40)
    for x, words in ((left, entry), (right, leaving)):
        pen.title(x, 20, words, anchor="middle")
    for tick in ticks:
        pen.line(left, up(tick), right, up(tick), GRID, css="grid")
        pen.text(left - 44, up(tick) + 5, number(tick), anchor="end")
    if expected:
        pen.line(left, up(expected[0]), right, up(expected[1]), MUTE, css="ci-mute", width=2, dash="2 5")
    falls = []
    for s in sorted(slopes, key=lambda s: (s.exit - s.entry) * sign < 0):
        has_fallen = (s.exit - s.entry) * sign < 0
        _one_slope(pen, s, left, right, up, has_fallen)
        if has_fallen and s.name:
            falls.append(s)
    labels = [(up(s.exit), s.name if narrow else f"{s.name}, {signed(s.exit - s.entry)}", False) for s in falls]
    means = _means(slopes)
    if means:
        pen.line(left, up(means[0]), right, up(means[1]), SERIES[0], css="s-mean", width=4.5)
        for x, value in zip((left, right), means, strict=True):
            pen.circle(x, up(value), 7, SERIES[0], css="d-mean", stroke=SURFACE, width=2)
        pen.strong(left - 12, up(means[0]) + 5, number(round(means[0], 1)), anchor="end")
        labels.append((up(means[1]), f"Average {number(round(means[1], 0 if narrow else 1))}", True))
    for (_, words, is_mean), y in zip(labels, spread([label[0] for label in labels]), strict=True):
        (pen.strong if is_mean else pen.text)(right + 14, y + 5, words)
    return pen.done(width, 40 + SLOPE_HEIGHT + 16)


def _one_slope(pen: Pen, s: Slope, left: float, right: float, up: Scale, has_fallen: bool) -> None:
    ends = ((left, up(s.entry)), (right, up(s.exit)))
    (x1, y1), (x2, y2) = ends
    if has_fallen:
        pen.line(x1, y1, x2, y2, FALLING, css="s-down", width=2.25, dash="5 4")
    elif s.is_sure:
        pen.line(x1, y1, x2, y2, SERIES[0], css="s-up", width=1.75)
    else:
        pen.line(x1, y1, x2, y2, MUTE, css="s-same", width=1.75)
    for x, y in ends:
        if has_fallen:
            pen.circle(x, y, 4, SURFACE, css="d-down", stroke=FALLING, width=2.25)
        else:
            pen.circle(x, y, 3, SERIES[0] if s.is_sure else MUTE, css="d-up" if s.is_sure else "d-same")
