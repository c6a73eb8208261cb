"""What marks an erasure: a keyed hash of the user, and up to where Moodle's log stays out (table tombstone)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bridge.schema.platforms import Platform
from bridge.schema.rights import Tombstone
from bridge.store.database import upsert
from bridge.user_keys import UserKeys, make_user_keys

ALL_COURSES = 0


@dataclass(frozen=True, slots=True, order=True)
class TombstoneRecord:
    """One erasure that was carried out, as every copy of the database understands it."""

    moodle_url: str
    user_key: str
    moodle_course_id: int
    """0: every course."""
    log_to: int
    erased_at: datetime


@dataclass(frozen=True, slots=True)
class Erasures:
    """What must not come back on one platform; hashes each user once."""

    keys: UserKeys
    marks: Mapping[tuple[str, int], tuple[int, datetime]]
    """(user key, Moodle course id or 0) → (the last log id that stays out, when it was erased)."""
    _known: dict[int, str] = field(default_factory=dict)

    def covers(self, moodle_user_id: int, moodle_course_id: int, log_id: int, occurred: int) -> bool:
        """Say whether a log row is of before an erasure, by its id or by its time (Unix seconds; rows arrive late)."""
        marks = self._find(moodle_user_id, moodle_course_id)
        return any(log_id <= log_to or occurred <= at.timestamp() for log_to, at in marks)

    def find_time(self, moodle_user_id: int, moodle_course_id: int) -> datetime | None:
        """Return when a user's data of a course was last erased; None: never."""
        return max((at for _, at in self._find(moodle_user_id, moodle_course_id)), default=None)

    def _find(self, moodle_user_id: int, moodle_course_id: int) -> list[tuple[int, datetime]]:
        if not self.marks or not moodle_user_id:
            return []
        key = self._known.get(moodle_user_id)
        if key is None:
            key = self._known[moodle_user_id] = self.keys.of(moodle_user_id)
        found = (self.marks.get((key, course)) for course in (ALL_COURSES, moodle_course_id))
        return [mark for mark in found if mark is not None]


def load_user_keys(db: Session, platform_id: int, secret_key: str) -> UserKeys:
    """Return what recognises the users of a platform."""
    moodle_url = db.scalars(select(Platform.moodle_url).where(Platform.id == platform_id)).one()
    return make_user_keys(platform_id, moodle_url, secret_key)


def load_erasures(db: Session, keys: UserKeys) -> Erasures:
    """Return everything that was erased on a platform."""
    rows = db.scalars(select(Tombstone).where(Tombstone.platform_id == keys.platform_id))
    return Erasures(keys, {(row.user_key, row.moodle_course_id): (row.log_to, row.erased_at) for row in rows})


def load_tombstones(db: Session) -> frozenset[TombstoneRecord]:
    """Return the marks of all platforms. Empty: nobody was erased."""
    rows = db.execute(select(Platform.moodle_url, Tombstone).join(Platform, Platform.id == Tombstone.platform_id))
    return frozenset(
        TombstoneRecord(moodle_url, row.user_key, row.moodle_course_id, row.log_to, row.erased_at)
        for moodle_url, row in rows
    )


def save_tombstone(
    db: Session, platform_id: int, user_key: str, moodle_course_id: int, log_to: int, erased_at: datetime
) -> None:
    """Mark an erasure; an older mark of the same user and course never moves back."""
    before = db.get(Tombstone, (platform_id, user_key, moodle_course_id))
    if before is not None:
        log_to, erased_at = max(log_to, before.log_to), max(erased_at, before.erased_at)
    row = {
        "platform_id": platform_id,
        "user_key": user_key,
        "moodle_course_id": moodle_course_id,
        "log_to": log_to,
        "erased_at": erased_at,
    }
    key = ["platform_id", "user_key", "moodle_course_id"]
    upsert(db, Tombstone, [row], key=key, update=["log_to", "erased_at"])
    if before is not None:
        db.refresh(before)


def merge_tombstones(*several: Iterable[TombstoneRecord]) -> frozenset[TombstoneRecord]:
    """Return one mark for each user and course out of several copies, the furthest of each."""
    merged: dict[tuple[str, str, int], TombstoneRecord] = {}
    for record in (record for records in several for record in records):
        name = (record.moodle_url, record.user_key, record.moodle_course_id)
        known = merged.get(name, record)
        merged[name] = TombstoneRecord(*name, max(known.log_to, record.log_to), max(known.erased_at, record.erased_at))
    return frozenset(merged.values())
