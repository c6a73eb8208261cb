"""A platform that answers a registration as its test says, and remembers what reached it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.serving import serving

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"


@dataclass(slots=True)
class Hostile:
    """What it answers: `configuration` and `answer` are (status, headers, body)."""

    url: str
    configuration: tuple[int, dict[str, str], bytes] = (200, {}, b"{}")
    answer: tuple[int, dict[str, str], bytes] = (200, {}, b'{"client_id": "hostile"}')
    seconds: float = 0
    """How long it waits before the registration's answer."""
    posts: list[dict[str, str]] = field(default_factory=list)
    """The headers of every registration request."""
    gets: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def query(self) -> dict[str, str]:
        """What it sends a browser to a registration link with."""
        return {"openid_configuration": f"{self.url}/configuration", "registration_token": "eyJ.hostile-token.x"}

    def document(self, **changed: Any) -> dict[str, Any]:
        """Give a configuration that fits; `changed` replaces members, `...` leaves one out."""
        fits = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/auth",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
            "registration_endpoint": f"{self.url}/register",
            "scopes_supported": ["openid"],
            PLATFORM_CONFIGURATION: {"product_family_code": "hostile", "version": "1"},
        }
        return {name: value for name, value in {**fits, **changed}.items() if value is not ...}


@contextmanager
def serve_hostile() -> Iterator[Hostile]:
    """Serve on loopback until the caller is done."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hostile.gets += 1
            self._send(*hostile.configuration)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            hostile.posts.append({name.lower(): value for name, value in self.headers.items()})
            hostile.closing.wait(hostile.seconds)
            self._send(*hostile.answer)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            try:
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except OSError:
                pass  # the tool gave up, as it should

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.block_on_close = True, False
    hostile = Hostile(f"http://127.0.0.1:{server.server_address[1]}")
    with serving(server):
        try:
            yield hostile
        finally:
            hostile.closing.set()
