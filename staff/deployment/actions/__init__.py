"""Every change to absences and cover. Keyword-only; `by=None` is the machine."""

from .absences import add_absence, change_absence, remove_absence
from .cover import answer_cover, ask_to_cover, give_cover, take_back

__all__ = ["add_absence", "answer_cover", "ask_to_cover", "change_absence", "give_cover", "remove_absence", "take_back"]
