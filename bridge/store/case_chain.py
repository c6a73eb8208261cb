"""Append to, empty and check the chain of what people wrote down in cases (table case_entry)."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from analytics.policy.case_chain import ChainedEntry, chain_entry, commit_entry, find_entry_fault, is_emptied
from analytics.policy.sealing import NOBODY
from bridge.errors import RecordBroken
from bridge.schema.casework import CaseEntry, Concern, SupportCase
from bridge.secrets import derive_key
from bridge.store.database import Sessions, reading

SALT_BYTES = 24


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes something down, as they are now."""

    moodle_user_id: int
    name: str
    role: str
    """By what right: adviser, support-officer or lead."""


@dataclass(frozen=True, slots=True)
class VerifiedCases:
    """What a check of all case entries found."""

    fault: str | None
    """The first thing that does not fit; None: everything does."""
    entry_count: int
    emptied_count: int
    """Among them, entries from which an erasure or the end of their period took what they said."""
    last: str
    """Number and digest of the newest entry, to be kept elsewhere; empty: there is none."""


def case_key(secret_key: str) -> bytes:
    """Return the key of the chain, which is not in the database."""
    return derive_key(secret_key, "case entries")


def append_entry(
    db: Session, key: bytes, case_id: int, kind: str, body: Mapping[str, Any], author: Author, now: datetime
) -> CaseEntry:
    """Add a step to a case and to the chain; the caller has checked that it may be written down."""
    # Two entries must not follow the same one. SQLite has one writer at a time anyway.
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("LOCK TABLE case_entry IN SHARE ROW EXCLUSIVE MODE"))
    previous = db.scalars(select(CaseEntry.digest).order_by(CaseEntry.id.desc()).limit(1)).first() or ""
    last = db.scalar(select(func.max(CaseEntry.position)).where(CaseEntry.case_id == case_id)) or 0
    entry = ChainedEntry(
        entry_id=0,
        case_id=case_id,
        position=last + 1,
        at=now,
        kind=kind,
        by_role=author.role,
        by_moodle_user_id=author.moodle_user_id,
        by_name=author.name[:200],
        body=body,
        salt=secrets.token_urlsafe(SALT_BYTES),
    )
    entry = replace(entry, commitment=commit_entry(entry))
    row = CaseEntry(
        case_id=case_id,
        position=entry.position,
        at=now,
        kind=kind,
        by_moodle_user_id=entry.by_moodle_user_id,
        by_name=entry.by_name,
        by_role=entry.by_role,
        body=dict(body),
        salt=entry.salt,
        commitment=entry.commitment,
        digest=chain_entry(key, previous, entry),
    )
    db.add(row)
    db.flush()
    return row


def empty_cases(db: Session, case_ids: Collection[int]) -> int:
    """Take everything out of some cases that says something of somebody, with the salts; return how many entries.

    Cases and entries stay as links of the chain and name nobody. Empty: 0.
    """
    is_theirs = CaseEntry.case_id.in_(case_ids)
    count = db.scalar(select(func.count()).select_from(CaseEntry).where(is_theirs, CaseEntry.salt != "")) or 0
    nothing = {"body": {}, "salt": "", "by_name": "", "by_moodle_user_id": NOBODY, "withheld_reason": None}
    quietly = {"synchronize_session": False}
    db.execute(update(CaseEntry).where(is_theirs).values(nothing).execution_options(**quietly))
    is_one = SupportCase.id.in_(case_ids)
    db.execute(update(SupportCase).where(is_one).values(person_id=None, opened_by="").execution_options(**quietly))
    concerns = update(Concern).where(Concern.case_id.in_(case_ids)).values(case_id=None)
    db.execute(concerns.execution_options(**quietly))
    db.expire_all()
    return count


def verify_cases(sessions: Sessions, key: bytes) -> VerifiedCases:
    """Check every entry of every case, the oldest first, up to the first fault."""
    with reading(sessions) as db:
        entries = [_to_chained(row) for row in db.scalars(select(CaseEntry).order_by(CaseEntry.id))]
    last = _write_head(entries[-1].entry_id, entries[-1].digest) if entries else ""
    return VerifiedCases(find_entry_fault(key, entries), len(entries), sum(map(is_emptied, entries)), last)


def rechain_cases(db: Session, old: bytes, new: bytes) -> int:
    """Chain every entry anew by the key `new`, once each was checked; return how many. What it chained already stays.

    Raises:
        RecordBroken: an entry is not as it was written, so nothing may be chained over it.
    """
    entries = [_to_chained(row) for row in db.scalars(select(CaseEntry).order_by(CaseEntry.id))]
    fault = find_entry_fault(new, entries, also=old)
    if fault is not None:
        raise RecordBroken(fault)
    previous, changed = "", []
    for entry in entries:
        previous = chain_entry(new, previous, entry)
        if previous != entry.digest:
            changed.append({"id": entry.entry_id, "digest": previous})
    db.expire_all()
    if changed:
        db.execute(update(CaseEntry), changed)
    return len(changed)


def load_case_head(db: Session) -> str:
    """Return number and digest of the newest entry of all cases, as `VerifiedCases.last` has them; empty: none yet."""
    row = db.execute(select(CaseEntry.id, CaseEntry.digest).order_by(CaseEntry.id.desc()).limit(1)).first()
    return "" if row is None else _write_head(row.id, row.digest)


def find_entry_digest(db: Session, entry_id: int) -> str | None:
    """Return the digest of one entry; None where there is none of this number."""
    return db.scalar(select(CaseEntry.digest).where(CaseEntry.id == entry_id))


def _write_head(entry_id: int, digest: str) -> str:
    return f"{entry_id}:{digest}"


def _to_chained(row: CaseEntry) -> ChainedEntry:
    return ChainedEntry(
        entry_id=row.id,
        case_id=row.case_id,
        position=row.position,
        at=row.at,
        kind=row.kind,
        by_role=row.by_role,
        by_moodle_user_id=row.by_moodle_user_id,
        by_name=row.by_name,
        body=row.body,
        salt=row.salt,
        commitment=row.commitment,
        digest=row.digest,
    )
