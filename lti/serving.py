"""How gunicorn serves the tool: what one client may send and how long it may take (docs/threat-model.md, row 23).

A reverse proxy in front takes slow clients off the tool's hands. These limits hold without one, too: by itself
gunicorn's threaded worker waits for ever for the end of a request, and a few dripping clients would take every thread.
"""

import contextlib
import logging
import socket
import sys
import time
from typing import Any

from gunicorn.http.errors import (
    ExpectationFailed,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import _DEFER, DEFAULT_WORKER_DATA_TIMEOUT, ThreadWorker

REQUEST_SECONDS = 15.0
"""For a whole request, its body included, from its first byte on."""
SEND_SECONDS = 30.0
"""For the answer to be taken."""
THREADS = 8
CONNECTIONS = 200
LONGEST_REQUEST_LINE = 8000
"""A registration link carries Moodle's registration token in its query; login hints are shorter."""
MOST_HEADERS = 60
LONGEST_HEADER = 8000


def gunicorn_command(host: str, port: int, workers: int) -> list[str]:
    """Return the command that serves the tool; headers about who asked are taken from nobody, not even a proxy."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker-class": f"{__name__}.{PatientWorker.__name__}",
        "threads": THREADS,
        "worker-connections": CONNECTIONS,
        "timeout": 60,
        "graceful-timeout": 30,
        "keep-alive": 5,
        "limit-request-line": LONGEST_REQUEST_LINE,
        "limit-request-fields": MOST_HEADERS,
        "limit-request-field_size": LONGEST_HEADER,
        "forwarded-allow-ips": "",
        "forwarder-headers": "",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return [sys.executable, "-m", "gunicorn", *words, "--no-control-socket", "wsgi:application"]


class PatientUnreader(SocketUnreader):  # type: ignore[misc] # gunicorn has no types
    """Reads a request until its time is up; then it ends as if the client had left."""

    until = 0.0

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes; none when the client left or the time is up."""
        left = self.until - time.monotonic()
        if left > 0:
            self.sock.settimeout(left)
            try:
                return bytes(super().chunk(size_hint))
            except TimeoutError:
                pass
            finally:
                self.sock.settimeout(SEND_SECONDS)
        # What comes late must not be taken for the next request.
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RD)
        return b""


class PatientWorker(ThreadWorker):  # type: ignore[misc] # gunicorn has no types
    """gunicorn's threaded worker with an end to its patience, and without addresses in its log."""

    def init_process(self) -> None:
        """Begin to serve."""
        # At DEBUG gunicorn logs every path, and one of ours is a registration link.
        self.log.error_log.addFilter(lambda record: record.levelno > logging.DEBUG)
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Serve one request of a connection."""
        if not conn.initialized:
            if not conn.wait_for_data(DEFAULT_WORKER_DATA_TIMEOUT):
                return _DEFER
            conn.sock.setblocking(True)
            conn.init()
            conn.parser.unreader = PatientUnreader(conn.sock)
        conn.parser.unreader.until = time.monotonic() + REQUEST_SECONDS
        return super().handle(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answer a request that is no HTTP, or that failed, and log the kind of error alone."""
        # gunicorn's own way logs the request line, and a query string may hold a token.
        if isinstance(exc, ParseException):
            status, reason = REFUSALS.get(type(exc), (400, "Bad Request"))
            self.log.warning("Refused a request: %s", type(exc).__name__)
        else:
            status, reason = 500, "Internal Server Error"
            self.log.error("A request failed", exc_info=exc)
        with contextlib.suppress(OSError):
            body = f"{reason}\n".encode()
            head = (
                f"HTTP/1.1 {status} {reason}\r\nConnection: close\r\nContent-Type: text/plain\r\n"
                f"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            client.sendall(head.encode() + body)


REFUSALS = {
    LimitRequestLine: (414, "URI Too Long"),
    LimitRequestHeaders: (431, "Request Header Fields Too Large"),
    UnsupportedTransferCoding: (501, "Not Implemented"),
    ExpectationFailed: (417, "Expectation Failed"),
}
