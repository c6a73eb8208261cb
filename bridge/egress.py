"""The way out: outgoing calls go through the institution's proxy and trust its certificate authorities, where set."""

import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
LOCAL_SUFFIXES = (
    ".localhost", ".local", ".internal", ".home.arpa", ".localdomain",
    ".lan", ".intranet", ".private", ".corp", ".home",
)  # fmt: skip
"""Of no public name: RFC 6761, RFC 8375, and those of private networks in appendix G of RFC 6762."""


@dataclass(frozen=True, slots=True)
class Egress:
    """How outgoing calls leave this machine."""

    proxy: str | None = field(default=None, repr=False)
    """`http://[user:password@]host:port`; None: straight to the address."""
    ca_bundle: str | None = None
    """A PEM file of certificate authorities that are trusted instead of the built-in ones."""
    private_hosts: frozenset[str] = frozenset()
    """Host names in lower case that may have private addresses: a Moodle inside the institution's own network."""

    def prepare(self, session: requests.Session, url: str) -> None:
        """Let `session` reach `url` this way and no other: the environment's proxies and ~/.netrc are not looked at.

        This machine's own addresses are asked directly, because a proxy elsewhere could not reach them.
        """
        session.trust_env = False
        session.auth = _no_auth
        session.verify = self.ca_bundle or True
        session.proxies = {} if (proxy := self.proxy_for(url)) is None else {"http": proxy, "https": proxy}

    def proxy_for(self, url: str) -> str | None:
        """Return the proxy that calls to `url` go through; None when they go directly."""
        return None if urlsplit(url).hostname in LOOPBACK else self.proxy

    def may_be_private(self, url: str) -> bool:
        """Say whether the administrator named the host of `url` as one inside the institution's own network."""
        return urlsplit(url).hostname in self.private_hosts


DIRECT = Egress()
HOST_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]{2,39}")


def read_addresses(text: str) -> frozenset[str]:
    """Return the IP addresses of a list with commas between, each as it is written shortest. Empty text: none.

    Raises:
        ValueError: an entry is no IP address.
    """
    return frozenset(str(ipaddress.ip_address(part.strip())) for part in text.split(",") if part.strip())


def read_hosts(text: str) -> frozenset[str]:
    """Return the host names of a list with commas between, in lower case. Empty text: none.

    Raises:
        ValueError: an entry is no host name or address as it stands in a URL, without scheme, port or wildcard.
    """
    hosts = frozenset(part.strip().lower() for part in text.split(",") if part.strip())
    for host in hosts:
        if HOST_NAME.fullmatch(host) is None:
            raise ValueError(f"{host!r} is no host name such as moodle.example.ac.uk")
    return hosts


def find_proxy_problem(proxy: str) -> str | None:
    """Say what is wrong with a proxy's address, without repeating it: it may hold a password. None: it will do."""
    try:
        parts = urlsplit(proxy)
        is_whole = bool(parts.hostname and parts.port) and parts.path in ("", "/")
    except ValueError:
        is_whole = False
    if not is_whole or parts.scheme != "http" or parts.query or parts.fragment:
        return "must be http://host:port, or http://user:password@host:port (special characters as %40 and the like)"
    return None


def find_bundle_problem(path: str) -> str | None:
    """Say why a file of certificate authorities cannot be used; None: it can."""
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError) as error:  # SSLError is an OSError
        return f"is no readable PEM file of certificate authorities ({type(error).__name__})"
    return None


def is_local_name(host: str) -> bool:
    """Say whether a host, which a proxy shall resolve, is by its mere name not of the public internet.

    Raises nothing; addresses, also in the old forms that resolvers still take (`127.1`, `0x7f000001`), are local names
    unless they are written as usual: the caller judges those.
    """
    name = host.rstrip(".").lower()
    if ":" in name:
        return False
    try:
        packed = socket.inet_aton(name)
    except OSError:
        return "." not in name or name.endswith(LOCAL_SUFFIXES)
    return socket.inet_ntoa(packed) != name


def _no_auth(request: requests.PreparedRequest) -> requests.PreparedRequest:
    # Without it requests would look for the host in ~/.netrc.
    return request
