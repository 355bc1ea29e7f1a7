"""Every change to pupils that touches several rows or is audited. Keyword-only, `by=` a user or None for the machine."""

from .contacts import add_contact, change_contact, remove_contact
from .grants import end_grant, grant_access
from .needs import add_need, change_need, end_need, move_need
from .pupil import add_pupil, change_pupil, remove_from_roll
from .support import change_support, record_parents_told
from .tags import set_tags, tag_pupils
from .views import delete_view, save_view

__all__ = [
    "add_contact", "add_need", "add_pupil", "change_contact", "change_need", "change_pupil", "change_support",
    "delete_view", "end_grant", "end_need", "grant_access", "move_need", "record_parents_told", "remove_contact",
    "remove_from_roll", "save_view", "set_tags", "tag_pupils",
]  # fmt: skip
