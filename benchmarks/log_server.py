"""A process that serves a made-up log as the plugin does, over real HTTP: at a real Moodle's pace, or at its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from typing import Any
from urllib.parse import parse_qs

import msgspec
import numpy as np

from benchmarks.generator import Events, University, make_events, make_rows, make_university
from bridge.moodle.functions import ENDPOINT, Function

MOODLE_SECONDS, MOODLE_ROWS = 0.329, 5_000
"""What Moodle 4.5.6 took for a page of so many rows (two cores, PHP 8.2, PostgreSQL 15; median over one reader)."""
CALL_SECONDS = 0.045
"""Of these, what a call costs without any row."""
TOKEN = "t" * 32
CONTEXT = get_context("spawn")
"""The server shares nothing with who asks, memory least of all."""


@dataclass(frozen=True, slots=True)
class Log:
    """Which log is served."""

    learners: int
    courses: int
    rows: int
    days: float

    def make(self) -> tuple[University, Events]:
        """Make it: the same for the same numbers."""
        university = make_university(self.learners, self.courses)
        return university, make_events(university, self.rows, days=self.days)


@dataclass(frozen=True, slots=True)
class Server:
    """The running process, as who asks knows it."""

    url: str
    served: Any
    """How many rows of the log it gave out (a shared number)."""

    def take_count(self) -> int:
        """Return how many rows were given out since the last time."""
        with self.served.get_lock():
            count, self.served.value = int(self.served.value), 0
        return count


@contextmanager
def serving(log: Log, *, at_moodles_pace: bool) -> Iterator[Server]:
    """Serve a log until the block ends."""
    served = CONTEXT.Value("q", 0)
    ours, theirs = CONTEXT.Pipe()
    process = CONTEXT.Process(target=_serve, args=(log, at_moodles_pace, served, theirs), daemon=True)
    process.start()
    try:
        yield Server(f"http://127.0.0.1:{ours.recv()}", served)
    finally:
        process.terminate()
        process.join()


def _serve(log: Log, at_moodles_pace: bool, served: Any, told: Any) -> None:
    university, events = log.make()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            started = time.monotonic()
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            body, rows = _answer(university, events, {name: values[-1] for name, values in form.items()})
            if at_moodles_pace:
                wanted = CALL_SECONDS + (MOODLE_SECONDS - CALL_SECONDS) * rows / MOODLE_ROWS
                time.sleep(max(0.0, wanted - (time.monotonic() - started)))
            with served.get_lock():
                served.value += rows
            self.send_response(200 if self.path == ENDPOINT else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.send(server.server_address[1])
        server.serve_forever()


def _answer(university: University, events: Events, form: dict[str, str]) -> tuple[bytes, int]:
    """Return the answer and the number of rows of the log in it."""
    max_id, to_id = int(events.ids[-1]), int(form["toid"])
    last = int(np.searchsorted(events.ids, to_id or max_id, side="right"))
    if form["wsfunction"] == Function.LOG_COUNTS:
        ids = events.ids[int(np.searchsorted(events.ids, int(form["fromid"]), side="right")) : last]
        return msgspec.json.encode({"maxid": max_id, "buckets": _count(ids, int(form["bucket"]))}), 0
    first = int(np.searchsorted(events.ids, int(form["afterid"]), side="right"))
    chosen = slice(first, min(first + int(form["limit"]), last))
    page = Events(**{one.name: getattr(events, one.name)[chosen] for one in fields(Events)})
    rows = make_rows(university, page)
    return msgspec.json.encode({"maxid": max_id, "events": rows}), len(rows)


def _count(ids: Any, size: int) -> list[dict[str, int]]:
    numbers, places = np.unique(ids // size, return_inverse=True)
    counts, sums = np.bincount(places), np.zeros(len(numbers), dtype=np.int64)
    np.add.at(sums, places, ids)
    columns = zip(numbers.tolist(), counts.tolist(), sums.tolist(), strict=True)
    return [{"bucket": number, "count": count, "idsum": total} for number, count, total in columns]
