"""A server that answers as badly as a fetched address can: endless, slow, compressed to burst, or elsewhere."""

import contextlib
import gzip
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from tests.serving import serving

OK = b"HTTP/1.1 200 OK\r\n"
BODY = b'{"keys": []}'
BOMB = gzip.compress(b"0" * 50_000_000)


@dataclass(frozen=True, slots=True)
class AwkwardServer:
    """Where it listens."""

    url: str


class _Handler(socketserver.StreamRequestHandler):
    closing = threading.Event()

    def handle(self) -> None:
        path = self.rfile.readline().split(b" ")[1].decode()
        while self.rfile.readline().strip():
            pass
        with contextlib.suppress(OSError):  # the other side gives up, as it should
            self._answer(path)

    def _answer(self, path: str) -> None:
        write = self.wfile.write
        if path == "/good":
            write(OK + b"Cache-Control: max-age=60\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
        elif path == "/redirect":
            write(b"HTTP/1.1 302 Found\r\nLocation: /good\r\nContent-Length: 0\r\n\r\n")
        elif path == "/500":
            write(b"HTTP/1.1 500 Oh no\r\nContent-Length: 0\r\n\r\n")
        elif path == "/huge":
            write(OK + b"Content-Length: 9000000\r\n\r\n" + b" " * 9_000_000)
        elif path == "/bomb":
            write(OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(BOMB) + BOMB)
        elif path == "/drip":
            write(OK + b"Content-Length: 1000\r\n\r\n")
            self._drip()
        elif path == "/drip-headers":
            write(OK + b"X-Slow: ")
            self._drip()
        else:
            self.closing.wait(30)

    def _drip(self) -> None:
        for _ in range(100):
            self.wfile.write(b" ")
            if self.closing.wait(0.3):
                return


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


def serve_awkwardly() -> Iterator[AwkwardServer]:
    """Serve on loopback until the caller is done."""
    server = _Server(("127.0.0.1", 0), _Handler)
    with serving(server):
        yield AwkwardServer(f"http://127.0.0.1:{server.server_address[1]}")
        _Handler.closing.set()
