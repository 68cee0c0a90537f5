"""The network address of who asks, behind as many proxies as the office has put before the product."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

IPV6_HOUSEHOLD = (
    64  # bits that a provider gives to one household (RFC 6177), which may use any address below them
)


def client_address(request: HttpRequest | None) -> str | None:
    """Return the address of the client; None without a request or where there is none (a Unix socket).

    Each proxy appends the address it was asked from to X-Forwarded-For, so that only the last TRUSTED_PROXIES entries
    were written by our own; the first of these is the client's. What stands left of it is the client's own claim.
    """
    if request is None:
        return None
    hops = [
        part for line in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if (part := line.strip())
    ]
    count = settings.TRUSTED_PROXIES
    if count and hops and (found := _address(hops[-count] if len(hops) >= count else hops[0])):
        return str(found)
    found = _address(request.META.get("REMOTE_ADDR", ""))
    return str(found) if found else None


def network_of(address: str | None) -> str:
    """Return what is slowed down together: an IPv4 address, or the network of a household; "" for no address."""
    found = _address(address or "")
    if isinstance(found, IPv6Address):
        return str(ip_network((found, IPV6_HOUSEHOLD), strict=False))
    return str(found) if found else ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the address in `text`, which some proxies write with a port; None if there is none. An IPv4 address that
    came through a socket of both kinds is an IPv4 address."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
