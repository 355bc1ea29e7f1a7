"""Room on Python's stack: a call through it is the same call."""

import pytest

from sendco.core.room import SLOTS, with_room

pytestmark = pytest.mark.unit


def test_gives_what_the_call_gives():
    assert with_room(divmod, 17, 5) == (3, 2)


def test_raises_what_the_call_raises():
    with pytest.raises(ZeroDivisionError):
        with_room(divmod, 17, 0)


def test_has_the_room():
    assert with_room.__code__.co_stacksize == SLOTS
