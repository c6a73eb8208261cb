"""Step 8: Moodle's log, forward by id, each page with its facts and the cursor in one transaction.

Why not simply `id > last seen`. Ids are given when rows are inserted, and a row can become visible after a higher id
was already seen: such a row would be lost for ever. Times are no cursor either: rows
arrive minutes, or with a restored course years, after their time.

Why not read again from a table maximum that was observed two minutes ago. Between two runs a quarter of an hour apart
the newest such maximum *is* the last run's end, so nothing is read again, and a row that became visible a second after
that run is lost. Reading again from further back fetches a backlog over and over.

So two marks move apart from each other:

- `read_to` goes forward page by page, once: raw rows, facts and cursor commit together, by compare-and-set. A page
  without rows moves it to the table's maximum, which the plugin read before the rows. One that has some, but is not
  full, proves nothing: it was cut, or the rows behind it are of other courses. So it is read on from its last row,
  until the maximum that was observed is reached.
- `settled_to` follows behind (`bridge.sync.settle`): a table maximum that was observed at `mark_at` can be settled when
  it is at least `settle_seconds` old, because then every row up to it is visible. Counts and id sums up to it are
  compared with ours, and only buckets that differ are read again. Then the newest observed maximum is the next mark.

A backlog is so fetched once, and a late row is found whatever the time between two runs. While a full page is saved,
Moodle is asked for the next one already: a backlog takes as long as the slower of the two, not as long as both.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bridge.log_records import LogPage
from bridge.moodle.errors import UnexpectedShape
from bridge.moodle.functions import PAGE_SIZE, Function
from bridge.store.courses import begin_backfills
from bridge.store.cursor import Cursor, load_cursor, move_cursor
from bridge.store.database import reading, writing
from bridge.store.engagement import mark_all_stale
from bridge.store.facts import put_facts
from bridge.store.log_events import save_raw_rows
from bridge.store.login_as import save_login_as_refusals
from bridge.store.quarantine import save_rejected
from bridge.sync.context import Sync
from bridge.sync.facts import Folder, make_folder
from bridge.sync.report import Tally


@dataclass(frozen=True, slots=True)
class Saved:
    """What one page brought."""

    new_rows: int
    last_id: int
    """The largest usable id on the page, set aside or not; 0 on an empty one."""


@dataclass(frozen=True, slots=True)
class Observed:
    """The table's maximum id, as Moodle told it."""

    max_id: int
    asked_at: datetime
    """The answer holds as of when it was asked for: one that came after midnight does not know the day before."""


def sync_log(sync: Sync, tally: Tally) -> None:
    """Read the log of the switched-on courses from where the last run stopped to the table's end.

    Raises:
        MoodleError: a page could not be read; the pages before it stay, the next run goes on from there.
        CursorMoved: another run committed first; its pages stand, none of this one's last.
    """
    courses = sync.courses_to_read()
    with writing(sync.sessions) as db:
        start = load_cursor(db, sync.platform_id)
        begin_backfills(db, [course.course_id for course in courses], start.read_to)
        folder = make_folder(db, sync.platform_id, courses, sync.settings)
    with ThreadPoolExecutor(1, "lea-log") as reader:
        _read(sync, tally, start, folder, reader)


Asked = tuple[datetime, LogPage]
"""When a page was asked for, and the page."""


def _read(sync: Sync, tally: Tally, start: Cursor, folder: Folder, reader: ThreadPoolExecutor) -> None:
    """Save page after page; `reader` asks for the next one meanwhile, and nobody else uses the client then."""
    course_ids = sorted(folder.course_ids)

    def ask(after_id: int) -> Asked:
        asked_at = sync.now()
        return asked_at, sync.client.log_events(after_id, 0, course_ids)

    cursor: Cursor | None = start
    end: Observed | None = None
    ahead: Future[Asked] | None = None
    while cursor is not None:
        asked_at, page = ask(cursor.read_to) if ahead is None else ahead.result()
        goes_on = is_full(page) and last_id(page) > cursor.read_to
        ahead = reader.submit(copy_context().run, ask, last_id(page)) if goes_on else None
        if page.max_id < cursor.read_to:
            tally.notes.append(
                f"Moodle's log ends at {page.max_id}, before {cursor.read_to} where it was read to: the site was"
                " restored, or its log emptied. It is read on from its new end."
            )
        # Rows are written meanwhile: an end that moved on with every short page would never be reached.
        if end is None or is_full(page):
            end = Observed(page.max_id, asked_at)
        cursor = _take(sync, tally, cursor, page, folder, end, asked_at)


def last_id(page: LogPage) -> int:
    """Return the largest usable id on a page, set aside or not; 0 on an empty one."""
    ids = [row.log_id for row in page.rows]
    ids += [int(entry.source_key) for entry in page.rejected if entry.source_key.isdigit()]
    return max(ids, default=0)


def is_full(page: LogPage) -> bool:
    """Say whether a page has as many rows as were asked for."""
    return len(page.rows) + len(page.rejected) >= PAGE_SIZE


def _take(
    sync: Sync, tally: Tally, cursor: Cursor, page: LogPage, folder: Folder, end: Observed, asked_at: datetime
) -> Cursor | None:
    """Commit one page with the cursor; return where to read on, None at the end."""
    with writing(sync.sessions) as db:
        saved = save_page(sync, db, page, folder)
        goes_on = saved.last_id > cursor.read_to
        if is_full(page) and not goes_on:
            raise UnexpectedShape(Function.LOG_EVENTS, detail=f"a full page without an id above {cursor.read_to}")
        is_end = not goes_on or (saved.last_id >= end.max_id and not is_full(page))
        changes: dict[str, Any] = {"read_to": saved.last_id if goes_on else page.max_id}
        if is_end:
            changes["fresh_at"] = end.asked_at if goes_on else asked_at
        if page.max_id < cursor.settled_to:
            changes |= {"settled_to": page.max_id, "mark_at": None, "mark_id": 0}
        moved = move_cursor(db, cursor, **changes)
    tally.count_page(page, saved.new_rows)
    sync.progress.advance(len(page.rows))
    return None if is_end else moved


def save_page(sync: Sync, db: Session, page: LogPage, folder: Folder) -> Saved:
    """Write a page's raw rows, facts, stale learners and quarantine; the cursor is the caller's, in one transaction.

    Refusals under "log in as" become access rows, which the learner sees.
    """
    now = sync.now()
    raw, facts = folder.fold(page.rows, now)
    new_rows = save_raw_rows(db, raw)
    put_facts(db, facts)
    save_login_as_refusals(db, sync.platform_id, folder.find_refusals(page.rows))
    mark_all_stale(db, dict.fromkeys((fact[1], fact[2]) for fact in facts))
    save_rejected(db, sync.platform_id, Function.LOG_EVENTS, page.rejected, now)
    return Saved(new_rows, last_id(page))


def observe(sync: Sync) -> Cursor:
    """Return the cursor as it stands."""
    with reading(sync.sessions) as db:
        return load_cursor(db, sync.platform_id)
