"""The demo's ratings: most pupils have moved of late, a few stand still."""

import pytest

from provision.actions.history import Log
from pupils.rules import is_not_progressing
from sendco.pages.demo.groups import _let_gain

pytestmark = pytest.mark.unit


def logs_of(ratings):
    """Sessions of two lines; the second is no business of the first. None is away, and a session may not happen."""
    return [Log(None, None, None, entries=[(1, each is None, each), (2, False, 1)]) for each in ratings]


def ratings_in(logs, line):
    return [rating for log in logs for pk, away, rating in log.entries if pk == line and not away]


@pytest.mark.parametrize(
    ("ratings", "newest"),
    [([1, 1, 1, 1, 1, 1], 2), ([2, 1, 1, 1, 1, 1], 3), ([0, None, 0, 0, 0, 0, 0], 1), ([3, 2, 2, 2, 2, 2], 3)],
)
def test_a_line_that_stands_still_is_lifted(ratings, newest):
    logs = logs_of(ratings)
    logs.insert(2, Log(None, None, None, reason="trip"))
    _let_gain(logs, 1)
    assert ratings_in(logs, 1)[-1] == newest
    assert is_not_progressing(ratings_in(logs, 1)) is False
    assert ratings_in(logs, 2) == [1] * len(ratings)


@pytest.mark.parametrize("ratings", [[0, 1, 1, 1, 2, 2], [1, 1, 1], []])
def test_a_line_that_moves_or_is_young_stays_as_it_is(ratings):
    logs = logs_of(ratings)
    _let_gain(logs, 1)
    assert ratings_in(logs, 1) == ratings
