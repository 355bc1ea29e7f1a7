"""Every change to provision of several rows, or that needs the audit trail. Keyword-only; `by=None` is the machine."""

from .catalogue import add_intervention, change_intervention, decide
from .groups import Exit, change_group, finish_group, plan_group
from .members import add_member, remove_member
from .scores import Result, record_entry_exit
from .sessions import add_session, lines_on, log_session, miss_session, undo_log

__all__ = [
    "Exit",
    "Result",
    "add_intervention",
    "add_member",
    "add_session",
    "change_group",
    "change_intervention",
    "decide",
    "finish_group",
    "lines_on",
    "log_session",
    "miss_session",
    "plan_group",
    "record_entry_exit",
    "remove_member",
    "undo_log",
]
