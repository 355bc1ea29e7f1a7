"""Every step of an import. Keyword-only, `by=` a user or None for the machine."""

from .apply import RowsChanged, apply_import, discard, start
from .run import Outcome, run_import
from .stage import choose_rows, match_columns, read_batch, receive, stage
from .undo import start_undo, undo_import

__all__ = [
    "Outcome", "RowsChanged", "apply_import", "choose_rows", "discard", "match_columns", "read_batch", "receive",
    "run_import", "stage", "start", "start_undo", "undo_import",
]  # fmt: skip
