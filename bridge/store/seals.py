"""Seal access rows in batches and check the seals (table access_seal; `analytics.policy.sealing` says how)."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from analytics.policy.sealing import AuditRow, Seal, chain, commit_row, find_fault, is_forgotten
from bridge.errors import RecordBroken
from bridge.schema.access import AccessRow, AccessSeal
from bridge.secrets import derive_key
from bridge.store.database import Sessions, reading, writing

BATCH = 1_000
"""Rows of one batch at most: while a batch is sealed, new rows wait."""
SALT_BYTES = 24


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of all seals found."""

    fault: str | None
    """The first thing that does not fit; None: everything does."""
    last_seal: Seal | None
    """None: nothing was ever sealed."""
    row_count: int
    """Sealed rows that are there and were checked; up to the fault, where there is one."""
    forgotten_count: int
    """Among them, rows from which an erasure or the end of their period took a name."""
    purged_count: int
    """Sealed rows that are gone because their period was over."""
    unsealed_count: int


def seal_key(secret_key: str) -> bytes:
    """Return the key of the seals, which is not in the database."""
    return derive_key(secret_key, "access seals")


def seal_accesses(sessions: Sessions, key: bytes, now: datetime) -> int:
    """Seal every row that is not sealed yet, a transaction for each batch; return how many rows. None: 0."""
    sealed = 0
    while count := _seal_batch(sessions, key, now):
        sealed += count
    return sealed


def _seal_batch(sessions: Sessions, key: bytes, now: datetime) -> int:
    with writing(sessions) as db:
        _keep_writers_out(db)
        previous = load_last_seal(db)
        rows = _load_rows(db, previous.last_id if previous else 0, None, BATCH)
        if not rows:
            return 0
        salts = [secrets.token_urlsafe(SALT_BYTES) for _ in rows]
        made = [
            {"id": row.row_id, "salt": salt, "commitment": commit_row(row, salt)}
            for row, salt in zip(rows, salts, strict=True)
        ]
        db.execute(update(AccessRow), made)
        committed = _load_rows(db, previous.last_id if previous else 0, rows[-1].row_id)
        seal = Seal(0, rows[0].row_id, rows[-1].row_id, len(rows), now, "")
        digest = chain(key, previous.digest if previous else "", seal, committed)
        db.add(
            AccessSeal(
                first_id=seal.first_id, last_id=seal.last_id, row_count=seal.row_count, digest=digest, sealed_at=now
            )
        )
    return len(rows)


def _keep_writers_out(db: Session) -> None:
    """Wait for rows that are being written, and hold up others: an id below the last one must not turn up later.

    SQLite has one writer at a time anyway.
    """
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("LOCK TABLE access_log IN SHARE ROW EXCLUSIVE MODE"))


def verify_seals(sessions: Sessions, key: bytes, purged_before: datetime) -> Verified:
    """Check every seal, the oldest first, up to the first fault.

    `purged_before`: batches that were sealed before then may have lost their rows, the oldest ones first.
    """
    previous, checked, forgotten, purged = None, 0, 0, 0
    with reading(sessions) as db:
        for seal in _load_seals(db):
            rows = _load_rows(db, previous.last_id if previous else 0, seal.last_id)
            is_purged = not rows and checked == 0 and seal.sealed_at < purged_before
            fault = None if is_purged else find_fault(key, previous, seal, rows)
            if fault is not None:
                return Verified(fault, seal, checked, forgotten, purged, _count_unsealed(db, seal.last_id))
            purged += seal.row_count if is_purged else 0
            checked += len(rows)
            forgotten += sum(map(is_forgotten, rows))
            previous = seal
        last_id = previous.last_id if previous else 0
        unsealed = _count_unsealed(db, last_id)
        fault = _find_lost_seal(db, last_id)
    return Verified(fault, previous, checked, forgotten, purged, unsealed)


def reseal(db: Session, old: bytes, new: bytes, purged_before: datetime) -> int:
    """Seal every batch anew by the key `new`, once each was checked; return how many. What it sealed already stays.

    A batch whose rows are gone because their period was over keeps its digest: the next one is made of it.

    Raises:
        RecordBroken: a batch is not as it was sealed, so no seal may be put over it.
    """
    stored, digest, checked, count = None, "", 0, 0
    for seal in _load_seals(db):
        rows = _load_rows(db, stored.last_id if stored else 0, seal.last_id)
        is_purged = not rows and checked == 0 and seal.sealed_at < purged_before
        faults = [] if is_purged else [find_fault(key, stored, seal, rows) for key in (old, new)]
        if faults and None not in faults:
            raise RecordBroken(str(faults[0]))
        digest = seal.digest if is_purged else chain(new, digest, seal, rows)
        if digest != seal.digest:
            db.execute(update(AccessSeal).where(AccessSeal.id == seal.seal_id).values(digest=digest))
            count += 1
        checked += len(rows)
        stored = seal
    lost = _find_lost_seal(db, stored.last_id if stored else 0)
    if lost is not None:
        raise RecordBroken(lost)
    return count


def load_seal(db: Session, seal_id: int) -> Seal | None:
    """Return one seal; None where there is none of this number."""
    row = db.get(AccessSeal, seal_id)
    return None if row is None else _to_seal(row)


def load_last_seal(db: Session) -> Seal | None:
    """Return the newest seal; None: nothing was ever sealed."""
    row = db.scalar(select(AccessSeal).order_by(AccessSeal.last_id.desc()).limit(1))
    return None if row is None else _to_seal(row)


def _find_lost_seal(db: Session, last_id: int) -> str | None:
    is_sealed = AccessRow.commitment.is_not(None)
    lost = db.scalar(select(func.min(AccessRow.id)).where(AccessRow.id > last_id, is_sealed))
    return None if lost is None else f"row {lost:,} was sealed, and its seal is missing"


def _count_unsealed(db: Session, last_id: int) -> int:
    return db.scalar(select(func.count()).select_from(AccessRow).where(AccessRow.id > last_id)) or 0


def _load_seals(db: Session) -> Iterator[Seal]:
    # All at once: they are few, and the rows are read meanwhile.
    return map(_to_seal, db.scalars(select(AccessSeal).order_by(AccessSeal.first_id)).all())


def _to_seal(row: AccessSeal) -> Seal:
    return Seal(row.id, row.first_id, row.last_id, row.row_count, row.sealed_at, row.digest)


def _load_rows(db: Session, after: int, up_to: int | None, limit: int | None = None) -> Sequence[AuditRow]:
    # Columns, not objects: what was read before in this session must not stand in for what is there now.
    columns = (
        AccessRow.id.label("row_id"),
        AccessRow.at,
        AccessRow.platform_id,
        AccessRow.viewer_moodle_user_id,
        AccessRow.viewer_role,
        AccessRow.action,
        AccessRow.moodle_course_id,
        AccessRow.subject_person_id,
        AccessRow.is_allowed,
        AccessRow.reason,
        AccessRow.detail,
        AccessRow.request_id,
        AccessRow.salt,
        AccessRow.commitment,
    )
    statement = select(*columns).where(AccessRow.id > after).order_by(AccessRow.id).limit(limit)
    if up_to is not None:
        statement = statement.where(AccessRow.id <= up_to)
    return [AuditRow(**found._asdict()) for found in db.execute(statement)]
