"""Small-number suppression: no reader of a report can work out a count of 1 to 5 pupils (the threshold is a setting).

    table = Table(threshold=5)
    table.grid("register", {"Autism": {"Year 1": 2, "Year 2": 7}, "Speech": {"Year 1": 9, "Year 2": 8}})
    table.prior(Snapshot.from_json(last_report.snapshot))
    safe = protect(table)
    figure(safe, "Autism/Year 1").display      # "5 or fewer"

How it works, what it promises and what it cannot: `docs/reference/suppression.md`.
"""

from .audit import Recovered, recoverable
from .engine import CannotProtect, Protected, protect
from .figures import Change, Figure, Unit, Why, compare, compare_with_prior, figure, means, percent, percentage
from .table import Cell, Inconsistent, Label, Relation, Snapshot, Table, View

__all__ = [
    "CannotProtect", "Cell", "Change", "Figure", "Inconsistent", "Label", "Protected", "Recovered", "Relation",
    "Snapshot", "Table", "Unit", "View", "Why", "compare", "compare_with_prior", "figure", "means", "percent",
    "percentage", "protect", "recoverable",
]  # fmt: skip
