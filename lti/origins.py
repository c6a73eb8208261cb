"""What counts as the origin of an address (RFC 6454): scheme, host and port."""

from functools import lru_cache
from urllib.parse import urlsplit


@lru_cache(maxsize=256)
def origin_of(url: str) -> str | None:
    """Return `scheme://host[:port]` of an http(s) address; None for anything else."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host:
        return None
    # It goes into headers and policies as it is.
    if not (host.isascii() and host.isprintable()) or any(c in host for c in " ;,'\"*"):
        return None
    host = f"[{host}]" if ":" in host else host
    default = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if port in (None, default) else f":{port}")
