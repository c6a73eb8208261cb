"""A real forward proxy on loopback: absolute addresses for http, CONNECT for https, a password, names of its own."""

import base64
import http.client
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.serving import serving

USER = "lea"
PASSWORD = "proxy-password-nobody-may-see"
HOP_BY_HOP = {"connection", "proxy-authorization", "proxy-connection", "keep-alive", "te", "transfer-encoding"}


@dataclass
class ForwardProxy:
    """The proxy: its address with and without the password, what it was asked for, and whom it sends where."""

    port: int
    hosts: dict[str, int] = field(default_factory=dict)
    """Name → port on this machine: only the proxy knows these names."""
    asked: list[str] = field(default_factory=list)
    """Request lines, as they came."""
    seen: bytes = b""
    """All that went through towards the other side, as the proxy could read it."""
    refuses_with: int | None = None

    @property
    def url(self) -> str:
        """The address as a setting holds it."""
        return f"http://{USER}:{PASSWORD}@127.0.0.1:{self.port}"

    def is_authorised(self, given: str | None) -> bool:
        """Say whether user and password came."""
        return given == "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


@contextmanager
def forwarding(**hosts: int) -> Iterator[ForwardProxy]:
    """Serve on a free port; in names of `hosts`, `_` stands for a dot."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.daemon_threads = True
    state = ForwardProxy(server.server_port, {name.replace("_", "."): port for name, port in hosts.items()})

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_CONNECT(self) -> None:
            name, _, _ = self.path.rpartition(":")
            if not self._is_let_through(name):
                return
            self.close_connection = True
            with socket.create_connection(("127.0.0.1", state.hosts[name]), timeout=10) as other:
                self.send_response(200)
                self.end_headers()
                self._pass_on(other)

        def _pass_on(self, other: socket.socket) -> None:
            ways = {self.connection: other, other: self.connection}
            while True:
                ready, _, _ = select.select(list(ways), [], [], 10)
                for one in ready:
                    piece = one.recv(65_536)
                    if not piece:
                        return
                    if one is self.connection:
                        state.seen += piece
                    ways[one].sendall(piece)
                if not ready:
                    return

        def _forward(self) -> None:
            parts = urlsplit(self.path)
            if not self._is_let_through(str(parts.hostname)):
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            state.seen += body
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            other = http.client.HTTPConnection("127.0.0.1", state.hosts[str(parts.hostname)], timeout=10)
            try:
                other.request(self.command, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
                answer = other.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                self.close_connection = True
                self.send_response(502)
                self._end_with(b"")
                return
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP | {"content-length"}:
                    self.send_header(name, value)
            self._end_with(content)
            other.close()

        do_GET = do_POST = _forward

        def _is_let_through(self, name: str) -> bool:
            state.asked.append(self.requestline)
            status = state.refuses_with
            if not state.is_authorised(self.headers.get("Proxy-Authorization")):
                status = 407
            elif name not in state.hosts:
                status = 502
            if status is not None:
                self.close_connection = True
                self.send_response(status)
                self._end_with(b"")
            return status is None

        def _end_with(self, content: bytes) -> None:
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    server.RequestHandlerClass = Handler
    with serving(server):
        yield state


@contextmanager
def behind_tls(port: int, certificate: Path, key: Path) -> Iterator[int]:
    """Take TLS off in front of a plain server on `port`; give the port for https."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, context, port), daemon=True).start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        # Closing alone would leave accept() waiting.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, port: int) -> None:
    while True:
        try:
            raw, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve_one, args=(raw, context, port), daemon=True).start()


def _serve_one(raw: socket.socket, context: ssl.SSLContext, port: int) -> None:
    """Pass one request and its answer on; the answer ends with the connection."""
    try:
        with context.wrap_socket(raw, server_side=True) as outer:
            head = b""
            while b"\r\n\r\n" not in head:
                head += outer.recv(65_536)
            lines, _, body = head.partition(b"\r\n\r\n")
            length = 0
            for line in lines.split(b"\r\n"):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            while len(body) < length:
                body += outer.recv(65_536)
            kept = [line for line in lines.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            with socket.create_connection(("127.0.0.1", port), timeout=10) as inner:
                inner.sendall(b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body)
                while piece := inner.recv(65_536):
                    outer.sendall(piece)
    except OSError:  # the client does not trust the certificate, or it left
        raw.close()
