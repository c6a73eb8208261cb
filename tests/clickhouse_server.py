"""A server that speaks ClickHouse's HTTP protocol and lets the embedded engine answer: what this tool's client asks of.

Its statements, its blocks and its errors are the engine's; the network is real, and can be cut. It stands in for
ClickHouse's own server, which no package brings: users have one password and every right.
"""

import base64
import itertools
import ssl
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame  # type: ignore[import-untyped]  # it has no types

from tests.certificates import Certificate
from tests.clickhouse import EmbeddedClickHouse
from tests.serving import serving

USER, PASSWORD = "lea", "a-made-up-password"
OF_THE_TRANSPORT = frozenset(
    {
        "buffer_size",
        "client_protocol_version",
        "compress",
        "database",
        "decompress",
        "default_format",
        "enable_http_compression",
        "http_headers_progress_interval_ms",
        "query",
        "query_id",
        "role",
        "send_progress_in_http_headers",
        "session_check",
        "session_id",
        "session_timeout",
        "wait_end_of_query",
    }
)
"""Parameters that the server takes for itself; the others are settings, or values of the statement."""
BLOCK = b"FORMAT Native\n"
"""Behind it an insert has its rows."""
OPENED: dict[str, Callable[[bytes], bytes]] = {"": bytes, "lz4": lz4.frame.decompress}
"""By `Content-Encoding`; the client packs what it inserts."""


@dataclass
class ClickHouseServer:
    """The server of one database, as a test sees it."""

    url: str
    statements: list[str] = field(default_factory=list)
    """Those that were run, in order."""
    cuts: Iterator[bool] = field(default_factory=lambda: itertools.repeat(False))
    """Of each insert, whether the connection is cut when it was carried out and before that is answered."""


@contextmanager
def clickhouse_server(
    embedded: EmbeddedClickHouse, certificate: Certificate | None = None
) -> Iterator[ClickHouseServer]:
    """Serve a new database of the embedded engine; with a certificate by TLS."""
    with embedded.new_database() as inner:
        database, folder = urlsplit(inner).path.strip("/"), dict(parse_qsl(urlsplit(inner).query))["path"]

        class Handler(_Handler):
            engine_path = folder

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        url = f"clickhousedb://{USER}:{PASSWORD}@127.0.0.1:{server.server_address[1]}/{database}"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate.certificate, certificate.key)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            url += "?secure=true"
        Handler.served = ClickHouseServer(url)
        with serving(server):
            yield Handler.served


class _Refused(Exception):
    """What the engine said."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    engine_path: str
    served: ClickHouseServer

    def do_GET(self) -> None:
        """Run a statement, or say that the server is there."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Run a statement; what it inserts is the body."""
        body = (
            self.rfile.read(int(self.headers["Content-Length"])) if "Content-Length" in self.headers else self._chunks()
        )
        self._answer(OPENED[self.headers.get("Content-Encoding", "")](body))

    def _chunks(self) -> bytes:
        found = []
        while size := int(self.rfile.readline(), 16):
            found.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(found)

    def _answer(self, body: bytes) -> None:
        told = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != told:
            self._say(403, b"Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)", "516")
            return
        values = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        whole = values.get("query", "").encode() + body
        head, marker, block = whole.partition(BLOCK) if whole.lstrip().startswith(b"INSERT") else (whole, b"", b"")
        statement = (head if marker else whole).decode()
        try:
            answer = self._run(values, statement, block if marker else None)
        except _Refused as error:
            code = str(error).partition("Code: ")[2].partition(".")[0] or "0"
            self._say(500, str(error).encode(), code)
            return
        self.served.statements.append(statement)
        if statement.startswith("INSERT") and next(self.served.cuts):
            self.close_connection = True
            self.connection.close()
            return
        self._say(200, answer)

    def _run(self, values: dict[str, str], statement: str, block: bytes | None) -> bytes:
        connection = chdb.connect(self.engine_path)
        try:
            for name, value in values.items():
                if name not in OF_THE_TRANSPORT and not name.startswith("param_"):
                    connection.query(f"SET {name} = '{value}'")
            if values.get("database"):
                connection.query(f"USE {values['database']}")
            if block is None:
                bound = {name.removeprefix("param_"): value for name, value in values.items() if name[:6] == "param_"}
                return bytes(connection.query(statement, "TabSeparated", params=bound).bytes())
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "block"
                file.write_bytes(block)
                connection.query(f"{statement} FROM INFILE '{file}' FORMAT Native")
            return b""
        except RuntimeError as error:
            raise _Refused(str(error)) from error
        finally:
            connection.close()

    def _say(self, status: int, body: bytes, code: str = "") -> None:
        self.send_response(status)
        if code:
            self.send_header("X-ClickHouse-Exception-Code", code)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        """Keep quiet."""
