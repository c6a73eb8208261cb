"""Carry out erasures once more that a restored backup has forgotten: marks come from a file beside the database."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.base import Base
from bridge.schema.platforms import Platform
from bridge.store.erasure import KEPT_WITHOUT_NAME, erase_person, is_user_column
from bridge.store.tombstones import TombstoneRecord, load_tombstones, merge_tombstones, save_tombstone
from bridge.user_keys import UserKeys, make_user_keys


def apply_tombstones(db: Session, records: Collection[TombstoneRecord], secret_key: str) -> int:
    """Erase whoever the database holds again although they were erased; return how many marks were new to it.

    Marks of platforms that are not connected are left out. Empty: nothing happens, 0.
    """
    known = load_tombstones(db)
    missing = merge_tombstones(known, records) - known
    platforms = {url: platform_id for platform_id, url in db.execute(select(Platform.id, Platform.moodle_url))}
    applied = 0
    for moodle_url, platform_id in platforms.items():
        marks = [mark for mark in sorted(missing) if mark.moodle_url == moodle_url]
        if marks:
            _apply(db, make_user_keys(platform_id, moodle_url, secret_key), marks)
        applied += len(marks)
    return applied


def _apply(db: Session, keys: UserKeys, marks: Collection[TombstoneRecord]) -> None:
    users = {keys.of(user): user for user in _load_users(db, keys.platform_id)}
    for mark in marks:
        user = users.get(mark.user_key)
        if user is not None:
            erase_person(db, keys, user, mark.moodle_course_id, mark.log_to, mark.erased_at)
        save_tombstone(db, keys.platform_id, mark.user_key, mark.moodle_course_id, mark.log_to, mark.erased_at)


def _load_users(db: Session, platform_id: int) -> frozenset[int]:
    """Return every Moodle user id that any table of a platform holds."""
    found: set[int] = set()
    for table in Base.metadata.sorted_tables:
        if "platform_id" not in table.columns or table.name in KEPT_WITHOUT_NAME - {"person"}:
            continue
        for column in filter(is_user_column, table.columns):
            is_one = (table.columns.platform_id == platform_id, column.is_not(None))
            found.update(db.scalars(select(column).where(*is_one).distinct()))
    return frozenset(found)
