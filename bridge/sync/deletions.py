"""Step 3: what Moodle deleted, and whose data is to be erased (the plugin's table local_lea_deletion).

A deleted user's access ends at once and the data follows its own schedule; an erasure takes the data away now: facts,
raw rows, weeks, evaluations, task dates, roles, groups, visits and names, in one course or in all. What stays is a mark
that names nobody, so that neither a restored backup nor a later comparison with Moodle's log brings the data back, and
the access log's rows without whom they were about.
"""

from sqlalchemy.orm import Session

from bridge.moodle.functions import Function
from bridge.records import Deletion, DeletionKind
from bridge.store.activities import mark_activities_deleted
from bridge.store.courses import mark_course_deleted
from bridge.store.cursor import load_cursor, load_deletion_cursor, save_deletion_cursor
from bridge.store.database import reading, truncate_wal, writing
from bridge.store.engagement import mark_course_stale
from bridge.store.erasure import erase_person, mark_person_deleted
from bridge.store.quarantine import save_rejected
from bridge.store.tombstones import load_user_keys
from bridge.sync.context import Sync
from bridge.sync.report import Tally
from bridge.tombstone_file import agree_with_file


def reapply_tombstones(sync: Sync, tally: Tally) -> None:
    """Erase again whom a restored backup brought back, before anything is read of them; see `bridge.tombstone_file`.

    Raises:
        TombstoneFileError: the file of erasures cannot be read or written.
    """
    applied = agree_with_file(sync.sessions, sync.settings)
    if applied:
        tally.notes.append(f"{applied} erasures were carried out again: the database had been restored.")


def follow_deletions(sync: Sync, tally: Tally) -> None:
    """Carry out what the feed of deletions says since the last run, page by page.

    Raises:
        MoodleError: the feed could not be read; what was carried out before stays.
    """
    while True:
        with reading(sync.sessions) as db:
            read_to = load_deletion_cursor(db, sync.platform_id)
        page = sync.client.deletions(read_to)
        if page.max_id <= read_to:
            return
        now = sync.now()
        with writing(sync.sessions) as db:
            for deletion in page.deletions:
                _carry_out(sync, db, deletion)
            save_rejected(db, sync.platform_id, Function.DELETIONS, page.rejected, now)
            save_deletion_cursor(db, sync.platform_id, page.max_id)
        if any(deletion.kind is DeletionKind.ERASURE for deletion in page.deletions):
            agree_with_file(sync.sessions, sync.settings)
            truncate_wal(sync.sessions)
        tally.rows_read += len(page.deletions) + len(page.rejected)
        tally.rows_quarantined += len(page.rejected)
        sync.progress.advance(len(page.deletions))


def _carry_out(sync: Sync, db: Session, deletion: Deletion) -> None:
    now = sync.now()
    match deletion.kind:
        case DeletionKind.USER:
            mark_person_deleted(db, sync.platform_id, deletion.object_id, now)
        case DeletionKind.COURSE:
            mark_course_deleted(db, sync.platform_id, deletion.object_id, now)
        case DeletionKind.ACTIVITY:
            for course_id in mark_activities_deleted(db, sync.platform_id, [deletion.object_id], now):
                mark_course_stale(db, course_id)
        case DeletionKind.ERASURE:
            log_to = load_cursor(db, sync.platform_id).read_to
            keys = load_user_keys(db, sync.platform_id, sync.settings.secret_key)
            erase_person(db, keys, deletion.object_id, deletion.moodle_course_id, log_to, now)
