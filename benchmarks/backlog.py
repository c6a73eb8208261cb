"""A backlog of the log over HTTP: how long and how often its rows are fetched, and how much memory that takes."""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import requests

from benchmarks.databases import NOW, Place, sqlite_place
from benchmarks.generator import FIRST_COURSE, University, make_university
from benchmarks.harness import Result
from benchmarks.log_server import CONTEXT, TOKEN, Log, serving
from bridge.moodle.client import MoodleClient
from bridge.moodle.functions import ENDPOINT, PAGE_SIZE, Function
from bridge.sync.context import Sync
from bridge.sync.log import sync_log
from bridge.sync.report import Tally
from bridge.sync.settle import settle_log

BACKLOG_DAYS = 14
MEMORY_DAYS = 84
PARTS = (3, 1)
"""Memory is told for these parts of the events, and compared with that of a tenth."""
RUNS_AFTER = 3
"""Runs that follow a backlog, two of which settle it: what they fetch once more counts, too."""
TIMEOUT = 60


def backlog(folder: Path, university: University, rows: int) -> Iterator[Result]:
    """Give how long the fetching takes beside the serving alone, and the rows that were served beside those there are.

    Each side runs once: a backlog comes once. The server waits as long over a page as a real Moodle did.
    """
    log = Log(university.learners, university.courses, rows, BACKLOG_DAYS)
    work = f"a backlog of {rows:,} rows, SQLite"
    with serving(log, at_moodles_pace=True) as server, sqlite_place(folder, "backlog", university) as place:
        bare = fetch_all(server.url)
        assert server.take_count() == rows
        seconds = take_all(make_sync(place, server.url, university))
        for number in range(RUNS_AFTER):
            later = make_sync(place, server.url, university, timedelta(minutes=15 * (number + 1)))
            sync_log(later, Tally("log"))
            settle_log(later, Tally("settle"))
        yield Result(work, "serving it at Moodle's pace", bare, seconds, 1.2, rows, "rows")
        fetched = server.take_count()
        yield Result(f"{work}: rows fetched", "rows there are", rows, fetched, 1.1, rows, "rows", measure="rows")


def fetch_all(url: str) -> float:
    """Read every page and throw it away; return seconds."""
    started, after = time.perf_counter(), 0
    with requests.Session() as session:
        while True:
            form = {"wsfunction": str(Function.LOG_EVENTS), "afterid": after, "toid": 0, "limit": PAGE_SIZE}
            body = session.post(url + ENDPOINT, data=form, timeout=TIMEOUT).content
            if (place := body.rfind(b'{"id":')) < 0:
                return time.perf_counter() - started
            after = int(body[place + len(b'{"id":') :].partition(b",")[0])


def make_sync(place: Place, url: str, university: University, later: timedelta = timedelta(0)) -> Sync:
    """Make a run that reads every course from a server, at NOW or later."""
    at = NOW + later
    client = MoodleClient(url, TOKEN, now=at.timestamp)
    told = {FIRST_COURSE + number for number in range(university.courses)}
    return replace(place.sync, moodle=client, told=told, now=lambda: at)


def take_all(sync: Sync) -> float:
    """Take the whole log in; return seconds."""
    started = time.perf_counter()
    sync_log(sync, Tally("log"))
    return time.perf_counter() - started


def memory(folder: Path, university: University, events: int) -> Iterator[Result]:
    """Give the most memory that processes held that took logs of several lengths in, each beside that of a tenth."""
    peaks = {part: measure(folder, university, events // part) for part in (10, *PARTS)}
    for part in PARTS:
        count = events // part
        yield Result(
            f"memory of taking {count:,} rows in, SQLite", f"the same of {events // 10:,}", peaks[10], peaks[part], 1.1,
            count, "rows", measure="MB",
        )  # fmt: skip


def measure(folder: Path, university: University, events: int) -> float:
    """Take a log in by a process of its own; return the most memory that it held, in megabytes."""
    log = Log(university.learners, university.courses, events, MEMORY_DAYS)
    with serving(log, at_moodles_pace=False) as server, ProcessPoolExecutor(1, mp_context=CONTEXT) as pool:
        return pool.submit(_take_apart, folder, log, server.url).result()


def _take_apart(folder: Path, log: Log, url: str) -> float:
    university = make_university(log.learners, log.courses)
    with sqlite_place(folder, f"of-{log.rows}", university) as place:
        take_all(make_sync(place, url, university))
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM"))
    return int(peak) / 1024
