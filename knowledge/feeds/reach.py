"""Where a feed may reach: the internet, and within the company the hosts that the settings name.

Whoever may add a feed could else have the server read what only the server can.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.request import getproxies, proxy_bypass

import httpx2
from django.conf import settings

from knowledge.errors import KnowledgeError

# Addresses of it hold one of IPv4 in their last 32 bits.
NAT64 = IPv6Network("64:ff9b::/96")


@contextmanager
def opened(client: httpx2.Client, address: str) -> Iterator[httpx2.Response]:
    """The response at an address, not yet read.

    A name is looked up once, and what was checked is connected to: another look might find another
    place. Raises KnowledgeError for a place that may not be reached.
    """
    url = httpx2.URL(address)
    places = None if named(url) else looked_up(url)
    # A proxy looks names up by itself, and has its own rules.
    if places is None or is_proxied(url):
        with client.stream("GET", url) as response:
            yield response
        return
    response = first(client, url, places)
    try:
        yield response
    finally:
        response.close()


def first(client: httpx2.Client, url: httpx2.URL, places: list[str]) -> httpx2.Response:
    """The response of the first of the places that takes the connection."""
    how = {"headers": {"Host": url.netloc.decode()}, "extensions": {"sni_hostname": url.host}}
    failed = httpx2.ConnectError("it has no address")
    for place in places:
        try:
            return client.send(
                client.build_request("GET", url.copy_with(host=place), **how), stream=True
            )
        except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
            failed = error
    raise failed


def named(url: httpx2.URL) -> bool:
    """Whether the settings name the host, with its port or without."""
    hosts = {host.strip().lower() for host in settings.SYNC_HOSTS}
    return not hosts.isdisjoint([url.host, url.netloc.decode()])


def is_proxied(url: httpx2.URL) -> bool:
    proxies = getproxies()
    return bool(proxies.get(url.scheme) or proxies.get("all")) and not proxy_bypass(url.host)


def looked_up(url: httpx2.URL) -> list[str]:
    """The addresses of a host; none where it is not known here.

    Raises KnowledgeError where one of them is no public one.
    """
    try:
        found = socket.getaddrinfo(
            url.raw_host.decode(), url.port or url.scheme, type=socket.SOCK_STREAM
        )
    except (OSError, UnicodeError):
        return []
    places = list(dict.fromkeys(place[0] for *_, place in found))
    if not all(is_public(place) for place in places):
        raise KnowledgeError(
            f"{url.host} lies within the company's own network. To follow it, its host must stand"
            " in the setting SYNC_HOSTS."
        )
    return places


def is_public(place: str) -> bool:
    """Whether an address is one of the internet."""
    found: IPv4Address | IPv6Address = ip_address(place.partition("%")[0])
    if isinstance(found, IPv6Address):
        packed = IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None
        found = packed or found.ipv4_mapped or found.sixtofour or found
    return found.is_global and not found.is_multicast
