"""Every step of an import. Keyword-only, `by=` a user or None for the machine."""

from .applying import RowsChanged, apply_import, discard, start
from .choosing import choose_rows
from .retention import Tidied, tidy
from .running import Outcome, run_import
from .staging import stage
from .undoing import start_undo, undo_import
from .uploads import match_columns, read_batch, receive

__all__ = [
    "Outcome", "RowsChanged", "Tidied", "apply_import", "choose_rows", "discard", "match_columns", "read_batch", "receive",
    "run_import", "stage", "start", "start_undo", "tidy", "undo_import",
]  # fmt: skip
