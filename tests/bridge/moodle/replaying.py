"""A real HTTP server that answers with what a test gives it: recordings, or bytes that no sound server sends."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from tests.serving import serving

RECORDINGS = Path(__file__).parents[2] / "recordings"


@dataclass(frozen=True)
class Reply:
    """One answer. `length`: a Content-Length that is not the body's own."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    length: int | None = None
    seconds_per_byte: float = 0.0


@dataclass
class Replaying:
    """The server: its address, what it will answer, what it was asked."""

    url: str
    replies: list[Reply] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def answer_with(self, *replies: Reply | bytes) -> None:
        """Give these answers next; the last one again and again."""
        self.replies[:] = [reply if isinstance(reply, Reply) else Reply(reply) for reply in replies]


@contextmanager
def replaying() -> Iterator[Replaying]:
    """Serve on a free loopback port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    state = Replaying(f"http://127.0.0.1:{server.server_port}")
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode(), keep_blank_values=True)
            state.forms.append({name: values[0] for name, values in form.items()})
            state.lines.append(self.requestline)
            state.headers.append(dict(self.headers))
            reply = state.replies.pop(0) if len(state.replies) > 1 else state.replies[0]
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.length is None else reply.length))
            self.end_headers()
            if reply.seconds_per_byte:
                for byte in reply.body:
                    self.wfile.write(bytes([byte]))
                    if closing.wait(reply.seconds_per_byte):
                        return
            else:
                self.wfile.write(reply.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server.RequestHandlerClass = Handler
    with serving(server):
        try:
            yield state
        finally:
            closing.set()


def load_recording(path: str) -> dict[str, Any]:
    """Return one recording of a real Moodle, such as `ws/get_roster.json`."""
    recording: dict[str, Any] = json.loads((RECORDINGS / path).read_text(encoding="utf-8"))
    return recording


def reply_of(path: str) -> Reply:
    """Return a recording's answer as it was sent."""
    recording = load_recording(path)
    body = recording["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    return Reply(text.encode(), recording["status"], {"Content-Type": recording["content_type"]})
