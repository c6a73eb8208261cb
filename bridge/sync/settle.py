"""Step 10: find rows that became visible late, by comparing counts; see `bridge.sync.log` for why.

The same comparison, over the whole raw window, is the nightly reconcile. Rows of erased people are never stored again,
so their buckets differ and are read again each time; nothing comes of it.
"""

from collections.abc import Collection
from datetime import timedelta

from bridge.log_records import CountBucket, LogPage
from bridge.moodle.functions import BUCKET_SIZE, Function
from bridge.store.courses import SyncedCourse
from bridge.store.cursor import Cursor, load_cursor, move_cursor
from bridge.store.database import reading, writing
from bridge.store.log_events import count_raw_rows, find_stored_ids
from bridge.store.quarantine import load_rejected_ids, release
from bridge.sync.context import Sync
from bridge.sync.facts import make_folder
from bridge.sync.log import observe, save_page
from bridge.sync.report import Tally

SPAN = 100 * BUCKET_SIZE
"""Ids that one call counts: neither Moodle's time limit nor ours is met on a large table."""


def settle_log(sync: Sync, tally: Tally) -> None:
    """Settle the log up to its mark if that is old enough, and take the newest observed maximum as the next mark.

    Waits while a backlog or a backfill is under way: rows that were never read would look like late ones.

    Raises:
        MoodleError: a count or a page could not be read; the mark stays and the next run compares again.
        CursorMoved: another run committed first.
    """
    cursor = observe(sync)
    courses = sync.courses_to_read()
    if cursor.fresh_at is None or not all(course.is_backfilled for course in courses):
        return
    if cursor.mark_at is None:
        _set_mark(sync, cursor, cursor.settled_to)
        return
    if cursor.read_to < cursor.mark_id:
        return
    if cursor.fresh_at - cursor.mark_at < timedelta(seconds=sync.settings.settle_seconds):
        return
    compare_range(sync, tally, courses, max(cursor.settled_to, cursor.purged_to), cursor.mark_id)
    _set_mark(sync, observe(sync), cursor.mark_id)


def _set_mark(sync: Sync, cursor: Cursor, settled_to: int) -> None:
    with writing(sync.sessions) as db:
        # Observed after it was asked for, so its age is counted from now on.
        move_cursor(db, cursor, settled_to=settled_to, mark_id=cursor.read_to, mark_at=sync.now())


def reconcile_window(sync: Sync, tally: Tally) -> None:
    """Compare the whole settled raw window with Moodle once more, and read again what differs.

    Raises:
        MoodleError: a count or a page could not be read; what was found before stays.
    """
    cursor = observe(sync)
    compare_range(sync, tally, sync.courses(), cursor.purged_to, cursor.settled_to)


def compare_range(sync: Sync, tally: Tally, courses: Collection[SyncedCourse], from_id: int, to_id: int) -> None:
    """Compare ids above `from_id` up to `to_id` by bucket and read the buckets that differ again. Empty: nothing."""
    if not courses:
        return
    moodle_course_ids = [course.moodle_course_id for course in courses]
    for start in range(from_id, to_id, SPAN):
        end = min(start + SPAN, to_id)
        counted = sync.client.log_counts(start, end, moodle_course_ids, BUCKET_SIZE)
        theirs = {bucket.bucket: bucket for bucket in counted.buckets}
        ours = _count_ours(sync, courses, start, end)
        for number in sorted(theirs):
            if theirs[number] != ours.get(number):
                first = max(start, number * BUCKET_SIZE - 1)
                last = min(end, (number + 1) * BUCKET_SIZE - 1)
                _read_again(sync, tally, courses, first, last, theirs[number].count)
        sync.progress.advance()


def _count_ours(sync: Sync, courses: Collection[SyncedCourse], from_id: int, to_id: int) -> dict[int, CountBucket]:
    """Count our raw rows, and what lies in quarantine: it was seen, and will not get better by being read again."""
    course_ids = [course.course_id for course in courses]
    with reading(sync.sessions) as db:
        counted = count_raw_rows(db, sync.platform_id, course_ids, from_id, to_id, BUCKET_SIZE)
        rejected = load_rejected_ids(db, sync.platform_id, Function.LOG_EVENTS)
        in_range = {log_id for log_id in rejected if from_id < log_id <= to_id}
        in_range -= find_stored_ids(db, sync.platform_id, in_range)
    for log_id in in_range:
        number = log_id // BUCKET_SIZE
        known = counted.get(number, CountBucket(number, 0, 0))
        counted[number] = CountBucket(number, known.count + 1, known.id_sum + log_id)
    return counted


def _read_again(sync: Sync, tally: Tally, courses: Collection[SyncedCourse], first: int, last: int, count: int) -> None:
    """Read ids above `first` up to `last` until as many rows came as were counted, or none comes any more."""
    seen: set[str] = set()
    while len(seen) < count and first < last:
        page = sync.client.log_events(first, last, [course.moodle_course_id for course in courses])
        if not page.rows and not page.rejected:
            return
        first = max(first + 1, _save_again(sync, tally, courses, page))
        seen |= {str(row.log_id) for row in page.rows} | {entry.source_key for entry in page.rejected}


def _save_again(sync: Sync, tally: Tally, courses: Collection[SyncedCourse], page: LogPage) -> int:
    """Save a page that was read again, let go from quarantine what is whole now, and return its last id."""
    with writing(sync.sessions) as db:
        seen = load_cursor(db, sync.platform_id)
        saved = save_page(sync, db, page, make_folder(db, sync.platform_id, courses, sync.settings))
        rejected = load_rejected_ids(db, sync.platform_id, Function.LOG_EVENTS)
        healed = rejected & {row.log_id for row in page.rows}
        release(db, sync.platform_id, Function.LOG_EVENTS, [str(log_id) for log_id in healed])
        move_cursor(db, seen)
    tally.count_page(page, saved.new_rows)
    return saved.last_id
