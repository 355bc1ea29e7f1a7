"""What a school tells those above it."""

from django.dispatch import Signal

calendar_changed = Signal()
"""Terms or closures of a school changed. Sent inside the transaction with `school_id` and `by`."""
