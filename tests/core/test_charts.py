from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.suppression import Figure, Unit, Why
from sendco.core import charts
from sendco.core.charts import Bar, Beside, Delivery, Interval, Series, Slope, Stack
from sendco.core.charts.shapes import Scale, nice_ticks, number, signed, spread, tenth, two_lines, width_of

pytestmark = pytest.mark.unit

SMALL = Figure(None, "5 or fewer", True, Why.SMALL)
HIDDEN = Figure(None, "not shown", True, Why.PROTECTS_OTHERS)


def pupils(value):
    return Figure(value, str(value))


def share(value):
    return Figure(value, f"{value}%", unit=Unit.PERCENT)


def bars():
    rows = [Bar("Reception", SMALL), Bar("Year 1", pupils(9), "15%"), Bar("Year 2", pupils(18))]
    return charts.bar_chart("by-year", "Most pupils are in Year 2", "Pupils on the register", rows)


def delivery():
    rows = [Delivery("Willow", 28, 30), Delivery("Rowan", 0, 30)]
    return charts.delivery_chart("dose", "One group missed sessions", "Sessions of 30", rows, minimum=24)


def stacked():
    rows = [
        Stack("Autism", (pupils(20), pupils(9))),
        Stack("Speech", (pupils(31), SMALL)),
        Stack("Hearing", (SMALL, HIDDEN)),
    ]
    return charts.stacked_chart("stack", "SEN support leads", "Pupils by need", ["SEN support", "EHC plan"], rows)


def dumbbells():
    rows = [Beside("SEN support", share(14), share(15)), Beside("Autism", HIDDEN, share(9))]
    return charts.dumbbell_chart("beside", "Close to England", "Share of all pupils", rows)


def lines():
    rows = [
        Series("SEN support", (share(11), share(12), HIDDEN, share(13), share(14))),
        Series("England", (share(12), share(13), share(14), share(14), HIDDEN)),
    ]
    return charts.line_chart(
        "trend", "The share has risen", "January census", ["2022", "2023", "2024", "2025", "2026"], rows
    )


def slopes():
    rows = [Slope(78, 88, "Ana P"), Slope(85, 83, "Kai L"), Slope(80, 82, is_sure=False)]
    return charts.slope_chart("who", "Most pupils caught up", "Language score", rows, expected=(81, 82))


def intervals():
    rows = [
        Interval("Talk Together", "18", 6.2, 3.9, 8.5, is_main=True),
        Interval("Motor", "5 or fewer", words="Too early"),
    ]
    return charts.interval_chart("gain", "Talk Together shows a gain", "Points", rows, band=(-1, 1))


EVERY = [bars, delivery, stacked, dumbbells, lines, slopes, intervals]


def of(drawing, tag, css=""):
    return [shape for shape in drawing.shapes if shape.tag == tag and css in [*shape.css.split(), ""]]


def words(drawing):
    return [shape.words for shape in drawing.shapes if shape.tag == "text"]


# --- what every chart keeps


@pytest.mark.parametrize("make", EVERY)
def test_every_chart_draws_well_formed_svg_with_title_and_description(make):
    chart = make()
    html = render_to_string("core/charts/_chart.html", {"chart": chart})
    root = ElementTree.fromstring(html.strip())
    drawings = root.findall(".//{http://www.w3.org/2000/svg}svg")
    assert [svg.get("class") for svg in drawings] == ["chart chart-w", "chart chart-n"]
    for svg, name in zip(drawings, ("w", "n"), strict=True):
        title, description = svg[0], svg[1]
        assert (title.text, description.text) == (chart.title, chart.alt)
        assert svg.get("aria-labelledby") == f"chart-{chart.key}-{name}-t chart-{chart.key}-{name}-d"
        assert svg.get("role") == "img"


@pytest.mark.parametrize("make", EVERY)
def test_every_chart_keeps_to_the_content_security_policy_and_to_presentation_attributes(make):
    html = render_to_string("core/charts/_chart_print.html", {"chart": make()})
    assert "style=" not in html
    assert "<style" not in html
    assert "None" not in html
    assert 'font-size="15"' in html
    assert "mm" in html


@pytest.mark.parametrize("make", EVERY)
def test_every_chart_stays_in_its_box(make):
    chart = make()
    for drawing in (chart.wide, chart.narrow):
        for shape in drawing.shapes:
            xs = {
                "rect": lambda s: (s.x, s.x + s.width),
                "line": lambda s: (s.x1, s.x2),
                "circle": lambda s: (s.cx - s.r, s.cx + s.r),
                "polyline": lambda s: [float(point.split(",")[0]) for point in s.points.split()],
                "text": _extent,
            }[shape.tag](shape)
            assert min(xs) >= -1, shape
            assert max(xs) <= drawing.width + 1, shape


def _extent(text):
    wide = width_of(text.words) * 0.85  # the measure is generous
    start = {"start": text.x, "middle": text.x - wide / 2, "end": text.x - wide}[text.anchor]
    return start, start + wide


@pytest.mark.parametrize("make", EVERY)
def test_every_chart_has_a_table_twin_with_each_cell(make):
    chart = make()
    assert all(len(row) == len(chart.table.head) for row in chart.table.rows)
    html = render_to_string("core/charts/_table.html", {"chart": chart})
    assert html.count('<th scope="row">') == len(chart.table.rows)


def test_words_are_escaped():
    chart = charts.bar_chart("x", "A <b>", "B & C", [Bar("<script>", pupils(6))])
    html = render_to_string("core/charts/_chart.html", {"chart": chart})
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


# --- suppressed figures have no geometry


def test_a_suppressed_bar_has_its_words_and_no_bar():
    chart = bars()
    first, second = of(chart.wide, "rect")
    assert first.width == pytest.approx(second.width / 2, abs=0.1)
    assert "5 or fewer" in words(chart.wide)
    assert chart.alt == "Bar chart. Reception 5 or fewer, Year 1 9 (15%), Year 2 18."
    assert chart.table.rows[0] == ("Reception", "5 or fewer")


def test_suppressed_bars_are_sorted_last_by_name():
    rows = [Bar("B", HIDDEN), Bar("C", pupils(7)), Bar("A", SMALL), Bar("D", pupils(20)), Bar("E", pupils(0))]
    assert [bar.label for bar in charts.largest_first(rows)] == ["D", "C", "E", "A", "B"]


def test_a_suppressed_part_of_a_stack_takes_no_length():
    chart = stacked()
    assert len(of(chart.wide, "rect", "seg")) == 3
    assert words(chart.wide).count("and more") == 1
    assert words(chart.wide).count("not shown") == 1
    first, second = of(chart.wide, "rect", "seg")[:2]
    assert second.x == pytest.approx(first.x + first.width, abs=0.1)


def test_a_suppressed_side_of_a_dumbbell_is_not_drawn_or_joined():
    chart = dumbbells()
    assert len(of(chart.wide, "line", "ci-mute")) == 1
    assert len(of(chart.wide, "circle", "pt")) == 2  # the key and one school
    assert len(of(chart.wide, "circle", "pt-open")) == 3


def test_a_line_is_broken_at_a_suppressed_point():
    chart = lines()
    runs = [line.points.count(",") for line in of(chart.wide, "polyline")]
    assert runs == [2, 2, 4]
    assert len(of(chart.wide, "circle")) + len(of(chart.wide, "rect")) == 8
    assert "England, not shown" in words(chart.wide)


def test_a_line_chart_with_a_lone_point_draws_a_marker_only():
    chart = charts.line_chart("x", "T", "S", ["a", "b"], [Series("One", (share(10), HIDDEN))])
    assert of(chart.wide, "polyline") == []
    assert len(of(chart.wide, "circle")) == 1


def test_an_interval_without_a_gain_has_its_words_and_no_mark():
    chart = intervals()
    assert len(of(chart.wide, "circle")) == 1
    assert "Too early" in words(chart.wide)
    assert chart.table.rows == (("Talk Together", "18", "6.2 (3.9 to 8.5)"), ("Motor", "5 or fewer", "Too early"))


@pytest.mark.parametrize("make", [bars, stacked, dumbbells, lines])
def test_no_scale_is_made_from_a_suppressed_figure(make):
    """The value is not even there: a figure that is suppressed carries none."""
    chart = make()
    assert "None" not in " ".join(words(chart.wide) + words(chart.narrow))


def test_charts_of_nothing_but_suppressed_figures_can_be_drawn():
    charts.bar_chart("x", "T", "S", [Bar("A", SMALL)])
    charts.stacked_chart("x", "T", "S", ["P"], [Stack("A", (SMALL,))])
    charts.dumbbell_chart("x", "T", "S", [Beside("A", HIDDEN, HIDDEN)])
    charts.line_chart("x", "T", "S", ["a"], [Series("A", (HIDDEN,))])
    assert charts.bar_chart("x", "T", "S", []).wide.height == 8


# --- the drawings themselves


def test_delivery_bars_have_a_track_and_the_minimum():
    chart = delivery()
    assert len(of(chart.wide, "rect", "b0")) == 2
    assert len(of(chart.wide, "rect", "b1")) == 1
    assert [line.dash for line in of(chart.wide, "line", "expect")] == ["6 4"]
    assert chart.alt == "Progress bars of sessions had. Willow 28 of 30, Rowan 0 of 30. The recommended minimum is 24."


def test_slopes_tell_falls_and_doubtful_changes_apart_without_colour():
    chart = slopes()
    assert [line.dash for line in of(chart.wide, "line", "s-down")] == ["5 4"]
    assert len(of(chart.wide, "line", "s-same")) == 1
    assert "Kai L, −2" in words(chart.wide)
    assert "Ana P" not in " ".join(words(chart.wide))
    assert chart.alt == "Slope chart. Average score went from 81 to 84.3. 2 of 3 pupils gained and 1 fell back."


def test_slopes_where_lower_is_better():
    chart = charts.slope_chart("x", "T", "S", [Slope(18, 13), Slope(12, 14)], lower_is_better=True)
    assert chart.alt.endswith("1 of 2 pupils gained and 1 fell back.")
    assert len(of(chart.wide, "line", "s-down")) == 1


def test_series_differ_by_dash_and_marker():
    rows = [Series(str(n), (share(10 + n), share(12 + n))) for n in range(4)]
    chart = charts.line_chart("x", "T", "S", ["a", "b"], rows)
    assert len({line.dash for line in of(chart.wide, "polyline")}) == 4
    assert len(of(chart.wide, "rect")) == 4
    assert len(of(chart.wide, "circle")) == 4


# --- small tools


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [(0, 16, [0, 5, 10, 15, 20]), (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]), (74, 95, [70, 75, 80, 85, 90, 95]), (5, 5, None)],
)
def test_nice_ticks(low, high, ticks):
    found = nice_ticks(low, high)
    assert found == ticks or (ticks is None and found[0] <= low < found[-1])


@settings(max_examples=60)
@given(st.floats(-200, 200), st.floats(0.01, 500))
def test_nice_ticks_enclose_the_values_with_few_steps(low, size):
    ticks = nice_ticks(low, low + size)
    assert ticks[0] <= low + 1e-6
    assert ticks[-1] >= low + size - 1e-6
    assert 2 <= len(ticks) <= 8


@settings(max_examples=60)
@given(st.lists(st.floats(0, 300), max_size=8))
def test_spread_keeps_order_and_distance(places):
    moved = spread(places, 18)
    pairs = sorted(zip(places, moved, strict=True))
    gaps = [b[1] - a[1] for a, b in pairwise(pairs)]
    assert all(abs(gap) >= 18 - 1e-6 for gap in gaps)
    if all(b[0] - a[0] >= 18 for a, b in pairwise(pairs)):
        assert moved == pytest.approx(places)


def test_numbers_in_words():
    assert [number(1200.0), number(-2.5), number(14, "%"), signed(3.0), signed(-1.0), signed(0.0)] == [
        "1,200", "−2.5", "14%", "+3", "−1", "0",
    ]  # fmt: skip
    assert (tenth(2.04), tenth(2.26)) == (2, 2.3)


def test_two_lines_break_where_they_are_most_even():
    assert two_lines("Speech, language and communication", 150) == ["Speech, language", "and communication"]
    assert two_lines("Autism", 10) == ["Autism"]
    assert two_lines("Year 1", 200) == ["Year 1"]


def test_scale():
    assert Scale(0, 10, 100, 0)(2.5) == 75
