"""How many launches and registrations one address may begin in a minute: each leaves a row before anybody is known.

Each process of `lea serve` counts for itself, in memory alone: no address is stored or logged. Who asks is the
connection's other end, or what a proxy named in LEA_PROXY_ADDRESSES says of its own client; nobody else is believed.
"""

import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Callable

from flask import Flask, current_app, request
from werkzeug.exceptions import TooManyRequests

from lti.services import services

EXTENSION = "lea address limit"
LIMITED = frozenset({"launch.login", "registration.dry_run", "registration.register"})
"""Routes that cost something and are open to anybody."""
WINDOW_SECONDS = 60.0
MOST_ADDRESSES = 20_000
"""Remembered in a window; further ones share one count, so that memory stays bounded."""
FURTHER = "further"


class AddressLimit:
    """Counts by address within a minute; several threads may ask."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most_addresses: int = MOST_ADDRESSES) -> None:
        self._clock, self._most = clock, most_addresses
        self._counts: Counter[str] = Counter()
        self._ends_at = 0.0
        self._lock = threading.Lock()

    def count(self, address: str) -> int:
        """Count one more of an address, and return how many that makes in this minute."""
        with self._lock:
            if self._clock() >= self._ends_at:
                self._counts.clear()
                self._ends_at = self._clock() + WINDOW_SECONDS
            is_known = address in self._counts or len(self._counts) < self._most
            name = address if is_known else FURTHER
            self._counts[name] += 1
            return self._counts[name]


def register_address_limit(app: Flask) -> None:
    """Refuse what one address begins too often."""
    app.extensions[EXTENSION] = AddressLimit()
    app.before_request(_check)


def _check() -> None:
    most = services().settings.logins_per_minute
    if not most or request.endpoint not in LIMITED:
        return
    forwarded = request.headers.get("X-Forwarded-For", "")
    address = find_client(request.remote_addr, forwarded, services().settings.proxy_addresses)
    limit: AddressLimit = current_app.extensions[EXTENSION]
    if address is not None and limit.count(address) > most:
        raise TooManyRequests


def find_client(remote: str | None, forwarded: str, proxies: frozenset[str]) -> str | None:
    """Return who asks: an IPv4 address, or the network of an IPv6 one. None: nobody can be told from anybody else.

    `forwarded` is X-Forwarded-For; it is read from its end, and only as far as the proxies that are known wrote it.
    """
    chain = [part.strip() for part in forwarded.split(",")] if forwarded else []
    asks = _read(remote or "")
    while asks is not None and str(asks) in proxies:
        asks = _read(chain.pop()) if chain else None
    if asks is None or asks.is_loopback:
        return None
    # One household or phone has a whole /64 to itself.
    return str(asks) if asks.version == 4 else str(ipaddress.ip_network((asks, 64), strict=False))


def _read(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
