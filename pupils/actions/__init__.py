"""Every change to pupils that touches several rows or is audited.

Keyword-only, `by=` a user or None for the machine.
"""

from .contacts import add_contact, change_contact, remove_contact
from .documents import add_document, remove_document, restore_document
from .grants import end_grant, grant_access
from .needs import add_need, change_need, end_need, move_need
from .plans import add_target, agree_plan, change_plan, change_target, review_plan, start_plan
from .progress import record_progress, undo_progress
from .pupil import add_pupil, change_pupil, remove_from_roll
from .record import (
    add_adjustment,
    add_note,
    add_score,
    add_strategy,
    change_adjustment,
    change_note,
    change_strategy,
    end_strategy,
    remove_score,
    write_profile,
)
from .support import change_support, record_parents_told, take_up_support, withdraw_planned_support
from .tags import set_tags, tag_pupils, untag_pupils
from .views import delete_view, save_view

__all__ = [
    "add_adjustment", "add_contact", "add_document", "add_need", "add_note", "add_pupil", "add_score", "add_strategy",
    "add_target", "agree_plan", "change_adjustment", "change_contact", "change_need", "change_note", "change_plan",
    "change_pupil", "change_strategy", "change_support", "change_target", "delete_view", "end_grant", "end_need",
    "end_strategy", "grant_access", "move_need", "record_parents_told", "record_progress", "remove_contact",
    "remove_document", "remove_from_roll", "remove_score", "restore_document", "review_plan", "save_view", "set_tags",
    "start_plan", "tag_pupils", "take_up_support", "undo_progress", "untag_pupils", "withdraw_planned_support", "write_profile",
]  # fmt: skip
