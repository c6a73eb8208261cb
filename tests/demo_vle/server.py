"""A threaded HTTP server that binds to loopback addresses alone, so that the demo cannot be deployed."""

import ipaddress
import socket
import threading

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

POLL_SECONDS = 0.05
"""How soon a running server notices that it shall stop; tests start and stop many."""


class NotLoopback(ValueError):
    """The demo was asked to listen on an address that others can reach."""


class QuietHandler(WSGIRequestHandler):
    """Serves without writing a line for each request."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing: a cut connection is part of the tests."""


def require_loopback(host: str) -> str:
    """Give the address back. Raises: NotLoopback unless it is a loopback address such as 127.0.0.1."""
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise NotLoopback(f"The demo VLE serves invented people on loopback only, not on {host!r}. Use 127.0.0.1.")


class LoopbackServer:
    """A server in a thread of its own."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        """Bind; port 0 takes any free one. Raises: NotLoopback, OSError when the port is taken."""
        family = socket.AF_INET6 if ":" in require_loopback(host) else socket.AF_INET
        # Bound here because werkzeug ends the whole process when a port is taken.
        with socket.create_server((host, port), family=family) as bound:
            self._server: BaseWSGIServer = make_server(
                host, port, app, threaded=True, request_handler=QuietHandler, fd=bound.fileno()
            )
        self._thread = threading.Thread(target=self._serve, name="demo-vle", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.port)

    def start(self) -> None:
        """Serve from now on."""
        self._thread.start()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=POLL_SECONDS)

    def stop(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
