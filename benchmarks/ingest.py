"""A page of the log: bytes → validated → committed, against the database's own bare way of taking the same rows.

The bare side gets the finished tuples, the same tables with the same indexes, and one transaction: no JSON, no checks,
no folding, no cursor.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.databases import NOW, Place, add_history, postgres_place, sqlite_place
from benchmarks.generator import University, make_answer, make_events
from benchmarks.harness import Contest, Side
from bridge.moodle.functions import Call, Function
from bridge.moodle.payloads import decode_log_page
from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.database import writing
from bridge.store.fact_statements import FACT_COLUMNS
from bridge.store.log_events import RAW_COLUMNS
from bridge.sync.facts import Folder
from bridge.sync.log import save_page
from tests.databases import PostgresCluster

PAGE_ROWS = 5_000
PAGE_DAYS = 0.005
"""A million rows a day come to 5,000 in seven minutes."""
HISTORY_WEEKS = 12
HISTORY_DAYS = 7 * HISTORY_WEEKS
FIRST_ID = 1_000_000_000
"""Above every id of the history."""
CALL = Call(Function.LOG_EVENTS)
Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of Moodle, and what it becomes in the two large tables."""

    body: bytes
    raw: Rows
    facts: Rows


class Pages:
    """The pages of a benchmark: the nth is the same for both sides, and none comes twice."""

    def __init__(self, university: University, folder: Folder) -> None:
        self._university, self.folder = university, folder
        self._made: dict[int, Page] = {}

    def __getitem__(self, number: int) -> Page:
        if number not in self._made:
            events = make_events(
                self._university,
                PAGE_ROWS,
                above=FIRST_ID + number * PAGE_ROWS * 4,
                start=HISTORY_DAYS,
                days=PAGE_DAYS,
            )
            body = make_answer(self._university, events)
            raw, facts = self.folder.fold(decode_log_page(CALL, body, 0, NOW.timestamp()).rows, NOW)
            self._made[number] = Page(body, raw, [tuple(fact) for fact in sorted(facts)])
        return self._made[number]


def ingest(place: Place, folder: Folder, page: Page) -> float:
    """Take a page as `sync_log` does, from its bytes to the commit; return seconds."""
    started = time.perf_counter()
    decoded = decode_log_page(CALL, page.body, 0, NOW.timestamp())
    with writing(place.sessions) as db:
        cursor = load_cursor(db, place.platform_id)
        saved = save_page(place.sync, db, decoded, folder)
        move_cursor(db, cursor, read_to=saved.last_id)
    seconds = time.perf_counter() - started
    assert saved.new_rows == len(page.raw)
    return seconds


def executemany(place: Place, page: Page) -> float:
    """Insert a page's finished rows by sqlite3's executemany in one transaction; return seconds."""
    with closing(place.connect()) as connection:
        started = time.perf_counter()
        connection.execute("BEGIN IMMEDIATE")
        for table, columns, rows in _tables(page.raw, page.facts):
            marks = ", ".join("?" * len(columns))
            names = ", ".join(columns)
            connection.executemany(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 (own names)
        connection.execute("COMMIT")
        return time.perf_counter() - started


def copy(place: Place, page: Page) -> float:
    """Send a page's finished rows by PostgreSQL's COPY in one transaction; return seconds.

    COPY cannot leave out what is there: facts of the pages before are taken out beforehand.
    """
    with closing(place.connect()) as connection:
        cursor = connection.cursor()
        days = [fact[0] for fact in page.facts]
        is_there = f"SELECT {', '.join(FACT_COLUMNS)} FROM presence WHERE day_no BETWEEN %s AND %s"  # noqa: S608 (own names)
        there = set(cursor.execute(is_there, (min(days), max(days))).fetchall())
        facts = [fact for fact in page.facts if fact not in there]
        started = time.perf_counter()
        for table, columns, rows in _tables(page.raw, facts):
            with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as sink:
                for row in rows:
                    sink.write_row(row)
        connection.commit()
        return time.perf_counter() - started


def _tables(raw: Rows, facts: Rows) -> tuple[tuple[str, Sequence[str], Rows], ...]:
    return (("log_event", RAW_COLUMNS, raw), ("presence", FACT_COLUMNS, facts))


@contextmanager
def sqlite_page(folder: Path, university: University) -> Iterator[Contest]:
    """Give the contest of a page on SQLite."""
    with sqlite_place(folder, "bare", university) as bare, sqlite_place(folder, "ours", university) as ours:
        pages = Pages(university, ours.folder())
        yield Contest(
            f"ingest a {PAGE_ROWS:,}-row page, SQLite",
            "sqlite3 executemany",
            lambda number: executemany(bare, pages[number]),
            lambda number: ingest(ours, pages.folder, pages[number]),
            most=1 / 0.60,
            amount=PAGE_ROWS,
        )


@contextmanager
def postgres_page(cluster: PostgresCluster, university: University) -> Iterator[Contest]:
    """Give the contest of a page on PostgreSQL."""
    with postgres_place(cluster, university) as bare, postgres_place(cluster, university) as ours:
        pages = Pages(university, ours.folder())
        yield Contest(
            f"ingest a {PAGE_ROWS:,}-row page, PostgreSQL",
            "COPY",
            lambda number: copy(bare, pages[number]),
            lambda number: ingest(ours, pages.folder, pages[number]),
            most=1 / 0.50,
            amount=PAGE_ROWS,
        )


@contextmanager
def batch_on_history(folder: Path, university: University, history: int) -> Iterator[tuple[Contest, Contest]]:
    """Give the contests of a batch onto `history` events: with executemany onto nothing, and with a tenth of them."""
    with ExitStack() as stack:
        bare = stack.enter_context(sqlite_place(folder, "bare", university))
        tenth = stack.enter_context(sqlite_place(folder, "tenth", university))
        whole = stack.enter_context(sqlite_place(folder, "whole", university))
        for place, count in ((tenth, history // 10), (whole, history)):
            _add_weeks(place, university, count)
        pages = Pages(university, whole.folder())

        def onto(place: Place) -> Side:
            return lambda number: ingest(place, place.folder(), pages[number])

        work = f"a {PAGE_ROWS:,}-event batch onto {history:,} of history, SQLite"
        first = Contest(work, "executemany onto none", lambda n: executemany(bare, pages[n]), onto(whole), most=10)
        second = Contest(
            work, f"the same onto {history // 10:,}", onto(tenth), lambda n: onto(whole)(n + 1_000), most=1.5
        )
        yield replace(first, amount=PAGE_ROWS), replace(second, amount=PAGE_ROWS)


def _add_weeks(place: Place, university: University, count: int) -> None:
    """Write the facts of `count` events, a week at a time: of a hundred million at once memory holds too little."""
    for week in range(HISTORY_WEEKS):
        share = count * (week + 1) // HISTORY_WEEKS - count * week // HISTORY_WEEKS
        # Another place in the log is another draw of the seed.
        add_history(place, university, make_events(university, share, above=week, start=7 * week, days=7))
