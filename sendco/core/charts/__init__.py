"""Charts worked out in Python and drawn by one template, the same on a page and in a PDF.

    bars = [Bar("Year 1", figure(safe, "Year 1")), Bar("Year 2", figure(safe, "Year 2"))]
    chart = bar_chart("by-year", "Most pupils are in Year 2", "Pupils on the register", bars)

Then `{% include "core/charts/_chart.html" with chart=chart only %}`, or `_chart_print.html` in a PDF. Numbers of
pupils come as `sendco.core.figures.Figure`: one that is suppressed has no shape, and no scale is made from it.
"""

from .bars import Bar, Beside, Delivery, Stack, bar_chart, delivery_chart, dumbbell_chart, largest_first, stacked_chart
from .intervals import Interval, interval_chart
from .points import Series, Slope, line_chart, slope_chart
from .shapes import Chart, DataTable, Drawing

__all__ = [
    "Bar", "Beside", "Chart", "DataTable", "Delivery", "Drawing", "Interval", "Series", "Slope", "Stack", "bar_chart",
    "delivery_chart", "dumbbell_chart", "interval_chart", "largest_first", "line_chart", "slope_chart", "stacked_chart",
]  # fmt: skip
