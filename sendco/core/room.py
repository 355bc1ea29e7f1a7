"""Room on Python's own stack, for speed.

CPython 3.11 and later keep frames in chunks of 16 kB and give a chunk back as soon as the last call in it returns. Where a loop
stands at the end of a chunk, each of its calls asks the system for memory and returns it: up to 260 times a page, and more in a
test, which begins deeper. A frame that is large itself gets a chunk of the next power of two, and what it calls shares the rest.
"""

from collections.abc import Callable
from typing import Any

SLOTS = 70_000
"""Of 8 bytes: 560 kB, hence a chunk of 1 MB. None is touched, so none costs anything."""


def with_room(call: Callable[..., Any], *args: Any) -> Any:
    """What `call(*args)` gives."""
    return call(*args)


with_room.__code__ = with_room.__code__.replace(co_stacksize=SLOTS)
