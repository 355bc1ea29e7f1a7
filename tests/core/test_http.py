"""Whose tries are counted: a caller cannot write that himself."""

import pytest
from django.test import RequestFactory

from sendco.accounts.adapter import InvitedOnlyAdapter
from sendco.core.http import caller_address

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("proxies", "header", "remote", "address"),
    [
        (0, None, "10.0.0.1", "10.0.0.1"),
        (0, "198.51.100.7", "10.0.0.1", "10.0.0.1"),
        (1, "198.51.100.7", "10.0.0.1", "198.51.100.7"),
        (1, "6.6.6.6, 198.51.100.7", "10.0.0.1", "198.51.100.7"),
        (1, "6.6.6.6,7.7.7.7 , 198.51.100.7:51000", "10.0.0.1", "198.51.100.7"),
        (2, "6.6.6.6, 198.51.100.7, 10.0.0.2", "10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "10.0.0.1", "10.0.0.1"),
        (1, "", "10.0.0.1", "10.0.0.1"),
        (1, None, "10.0.0.1", "10.0.0.1"),
        (1, "unknown", "10.0.0.1", "10.0.0.1"),
        (1, "[2001:db8::7]:443", "::1", "2001:db8::7"),
        (1, "2001:DB8:0::7", "::1", "2001:db8::7"),
        (0, None, "", "unknown"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(settings, proxies, header, remote, address):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote)
    if header is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = header
    assert caller_address(request) == address
    assert InvitedOnlyAdapter().get_client_ip(request) == address
