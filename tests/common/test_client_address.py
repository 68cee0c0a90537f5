"""Whose address counts behind proxies: the right-most one that is not our own proxy's, never what a client claims."""

import pytest
from django.test import RequestFactory

from accounts.models import AccessRecord
from common.security.client_address import client_address, network_of

CLIENT, GATEWAY, PROXY, CLAIMED = "203.0.113.9", "192.0.2.8", "127.0.0.1", "198.51.100.1"


@pytest.mark.parametrize(
    ("proxies", "header", "seen"),
    [
        (0, "", PROXY),
        (0, CLAIMED, PROXY),
        (1, CLIENT, CLIENT),
        (1, f"{CLAIMED}, {CLIENT}", CLIENT),
        (1, f"{CLAIMED},,{CLIENT} ", CLIENT),
        (2, f"{CLAIMED}, {CLIENT}, {GATEWAY}", CLIENT),
        (2, GATEWAY, GATEWAY),
        (1, "", PROXY),
        (1, "no address", PROXY),
        (1, f"{CLIENT}:40312", CLIENT),
        (1, "[2001:db8::7]:40312", "2001:db8::7"),
        (1, "2001:0DB8::7", "2001:db8::7"),
        (1, f"::ffff:{CLIENT}", CLIENT),
    ],
)
def test_the_address_is_the_one_that_our_outermost_proxy_saw(settings, proxies, header, seen):
    settings.TRUSTED_PROXIES = proxies
    more = {"HTTP_X_FORWARDED_FOR": header} if header else {}
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=PROXY, **more)) == seen


def test_without_a_request_or_a_network_there_is_none(settings):
    assert client_address(None) is None
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None


def test_a_household_is_slowed_down_as_one():
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert network_of("203.0.113.9") == "203.0.113.9" and network_of(None) == ""


def test_the_audit_trail_names_the_client_and_not_the_proxy(client, cast, settings):
    settings.TRUSTED_PROXIES = 1
    client.post(
        "/login/", {"username": "clerk", "password": "wrong"}, HTTP_X_FORWARDED_FOR=f"{CLAIMED}, {CLIENT}"
    )
    assert AccessRecord.objects.get().address == CLIENT
