"""One id for all that follows from one request or one run: in every log line and in what is asked of Moodle."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

NAME = "request_id"
"""As it stands in the logs."""
HEADER = "X-Request-Id"


def correlate(request_id: str) -> None:
    """Let everything that this thread does from now on carry an id, until it is given another one."""
    bind_contextvars(**{NAME: request_id})


@contextmanager
def correlated_run() -> Iterator[None]:
    """Let everything inside carry an id of its own, such as run-3F09A2B7C1."""
    with bound_contextvars(**{NAME: f"run-{secrets.token_hex(5).upper()}"}):
        yield


def correlation_headers() -> dict[str, str]:
    """Return the header that tells Moodle's side the id; empty where none is set."""
    found = get_contextvars().get(NAME)
    return {} if found is None else {HEADER: str(found)}
