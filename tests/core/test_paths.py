"""Addresses worked out once are those that `reverse` gives."""

import pytest
from django.urls import NoReverseMatch, reverse, set_script_prefix

from sendco.core.paths import path_to

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("name", ["pages:pupil", "pages:pupil-plan", "reviews:review", "provision:session-log"])
@pytest.mark.parametrize("pk", [1, 7, 918273645])
def test_an_address_with_a_number(name, pk):
    assert path_to(name, pk) == reverse(name, args=[pk])


@pytest.mark.parametrize("name", ["pages:home", "pupils:register", "notifications:list"])
def test_an_address_without_one(name):
    assert path_to(name) == reverse(name)


def test_it_follows_where_the_product_is_mounted():
    assert path_to("pages:pupil", 3) == "/pupils/3/"
    set_script_prefix("/send/")
    try:
        assert path_to("pages:pupil", 3) == "/send/pupils/3/"
    finally:
        set_script_prefix("/")


def test_an_unknown_name_is_an_error():
    with pytest.raises(NoReverseMatch):
        path_to("pages:nowhere", 1)
