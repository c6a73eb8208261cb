"""Fetch from, or post to, an address that an outsider chose, without becoming their tool.

Only https to public addresses and to hosts that the administrator named (unless trials are allowed), the public address
that was checked is the one that is dialled, no redirects, no credentials, a cap after decompression, and an end to the
whole affair after five seconds. Through a proxy (LEA_EGRESS_PROXY) the proxy looks names up; addresses and names that
are not public are refused all the same.
"""

import ipaddress
import json
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from bridge.egress import DIRECT, Egress, is_local_name

CONNECT_SECONDS = 3.0
WHOLE_SECONDS = 5.0
MOST_BYTES = 256 * 1024
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""An IPv4 address behind it (RFC 6052)."""
LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
"""Likewise, by an institution's own choice (RFC 8215)."""
CHUNK_BYTES = 16 * 1024
HEADERS = {"User-Agent": "LearnerEngagementAnalytics", "Connection": "close"}


class FetchFailed(Exception):
    """The document could not be had; `reason` is a short code for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document and the headers it came with, their names in lower case."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer(Fetched):
    """What a server answered, a refusal too: its status beside body and headers."""

    status: int


@dataclass(frozen=True, slots=True)
class _Asked:
    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


def fetch_document(url: str, *, allow_insecure: bool = False, egress: Egress = DIRECT) -> Fetched:
    """Return the document at `url`, of at most 256 kB, within five seconds.

    `allow_insecure` is for trials: it permits http and addresses that are not public. `egress` is the way out.

    Raises:
        FetchFailed: the address is not permitted, or nothing usable came in time.
    """
    answer = send_request("GET", url, {"Accept": "application/json"}, allow_insecure=allow_insecure, egress=egress)
    if answer.status != 200:
        raise FetchFailed(f"status-{answer.status}")
    return answer


def read_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that an answer's body is; None: it is no JSON, nested too deep, or no object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def send_request(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None = None,
    *,
    allow_insecure: bool = False,
    egress: Egress = DIRECT,
) -> Answer:
    """Send one request under the same limits and return the answer, whatever its status; redirects are not followed.

    Secrets travel in `headers` or `body`, never in `url`.

    Raises:
        FetchFailed: the address is not permitted, or no whole answer came in time.
    """
    _check_address(url, allow_insecure=allow_insecure, egress=egress)
    answers: SimpleQueue[Answer | FetchFailed] = SimpleQueue()
    deadline = time.monotonic() + WHOLE_SECONDS
    asked = _Asked(method, url, headers, body)

    def work() -> None:
        try:
            answers.put(_send(asked, deadline, allow_insecure=allow_insecure, egress=egress))
        except (FetchFailed, requests.RequestException, HTTPError, OSError, ValueError) as error:
            answers.put(_name_failure(error))

    # Name lookups and dripping headers have no timeout of their own, so the wait is what is bounded.
    threading.Thread(target=work, daemon=True, name="fetch").start()
    try:
        answer = answers.get(timeout=WHOLE_SECONDS + 0.2)
    except Empty:
        raise FetchFailed("timeout") from None
    if isinstance(answer, FetchFailed):
        raise answer
    return answer


def _name_failure(error: Exception) -> FetchFailed:
    if isinstance(error, FetchFailed):
        return error
    # What a proxy answers to CONNECT is no ProxyError: http.client raises a plain OSError.
    is_the_proxys = isinstance(error, requests.exceptions.ProxyError) or "Tunnel connection failed" in str(error)
    return FetchFailed("proxy" if is_the_proxys else type(error).__name__)


def _check_address(url: str, *, allow_insecure: bool, egress: Egress) -> None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise FetchFailed("bad-address") from None
    if parts.scheme not in (("https", "http") if allow_insecure else ("https",)):
        raise FetchFailed("not-https")
    # Other digits and dots than ASCII's become an address only after this check.
    if not parts.hostname or not parts.netloc.isascii() or parts.username is not None or parts.password is not None:
        raise FetchFailed("bad-address")
    # Without a proxy the connection itself checks the address that it dials.
    is_free = allow_insecure or egress.may_be_private(url)
    if egress.proxy_for(url) is not None and not is_free and not _may_be_public(parts.hostname):
        raise FetchFailed("not-public")


def _may_be_public(host: str) -> bool:
    """Say whether a host may be handed to a proxy: a literal address must be public, a name must look like one."""
    try:
        return _is_public(host.rstrip("."))  # proxies take 127.0.0.1. for 127.0.0.1, as browsers do
    except ValueError:
        return not is_local_name(host)


def _send(asked: _Asked, deadline: float, *, allow_insecure: bool, egress: Egress) -> Answer:
    with requests.Session() as session:
        egress.prepare(session, asked.url)  # no other proxy and no ~/.netrc behind the checked address's back
        is_free = allow_insecure or egress.may_be_private(asked.url)
        session.mount("https://", _GuardedAdapter(allow_private=is_free))
        session.mount("http://", _GuardedAdapter(allow_private=is_free))
        answer = session.request(
            asked.method,
            asked.url,
            headers={**HEADERS, **asked.headers},
            data=asked.body,
            timeout=(CONNECT_SECONDS, WHOLE_SECONDS),
            allow_redirects=False,
            stream=True,
        )
        with answer:
            if answer.status_code == 407:
                raise FetchFailed("proxy")
            body = _read(answer, deadline)
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(body, headers, answer.status_code)


def _read(answer: requests.Response, deadline: float) -> bytes:
    parts: list[bytes] = []
    size = 0
    while chunk := answer.raw.read1(CHUNK_BYTES, decode_content=True):
        size += len(chunk)
        if size > MOST_BYTES:
            raise FetchFailed("too-large")
        if time.monotonic() > deadline:
            raise FetchFailed("timeout")
        parts.append(chunk)
    return b"".join(parts)


def find_public_address(host: str, port: int) -> str:
    """Return an address of `host` to dial, provided that all of its addresses are public.

    Raises:
        FetchFailed: the name does not resolve, or an address is private, local or reserved.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise FetchFailed("no-such-host") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(map(_is_public, addresses)):
        raise FetchFailed("not-public")
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is not None and not inner.is_global:
            return False
        if parsed in NAT64:
            return ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF).is_global
        if parsed in LOCAL_NAT64 or parsed.is_reserved:
            return False
    return parsed.is_global and not parsed.is_multicast


class _Pinned:
    """Dial the address that was checked; TLS and the Host header keep the name."""

    _dns_host: str
    port: int

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            self._dns_host = find_public_address(name, self.port)
        except FetchFailed as error:
            raise NewConnectionError(self, error.reason) from error  # type: ignore[arg-type] # it is an HTTPConnection
        try:
            connected: socket.socket = super()._new_conn()  # type: ignore[misc] # the class this is mixed into
        finally:
            self._dns_host = name
        return connected


class _PinnedHTTPSConnection(_Pinned, HTTPSConnection):
    """https to a public address."""


class _PinnedHTTPConnection(_Pinned, HTTPConnection):
    """http to a public address."""


class _PinnedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedHTTPSConnection


class _PinnedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PinnedHTTPConnection


class _GuardedAdapter(HTTPAdapter):
    """Requests' adapter, with pools that check and pin addresses unless private ones are allowed."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: object) -> None:
        """Make the pools; called by requests."""
        manager = PoolManager(num_pools=connections, maxsize=maxsize, block=block)
        if not self._allow_private:
            manager.pool_classes_by_scheme = {"http": _PinnedHTTPPool, "https": _PinnedHTTPSPool}
        self.poolmanager = manager
