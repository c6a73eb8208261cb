"""Read and write platforms' public keys and the tool's own (tables platform_key_set, tool_key)."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from bridge.schema.platforms import PlatformKeySet, ToolKey
from bridge.store.database import fetch, insert_ignoring

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KeySetRecord:
    """A platform's public keys as last fetched. Never fetched: no keys, and `fetched_at` in 1970."""

    key_set: dict[str, Any]
    fetched_at: datetime
    expires_at: datetime
    attempted_at: datetime


@dataclass(frozen=True, slots=True)
class ToolKeyRecord:
    """One signing key of this tool."""

    kid: str
    private_key: str = field(repr=False)
    """PEM, encrypted; empty once the key is retired."""
    created_at: datetime
    retired_at: datetime | None = None


_SELECT_KEY_SET = select(
    PlatformKeySet.key_set, PlatformKeySet.fetched_at, PlatformKeySet.expires_at, PlatformKeySet.attempted_at
).where(PlatformKeySet.registration_id == bindparam("registration_id"))


def load_key_set(db: Session, registration_id: int) -> KeySetRecord:
    """Return the keys of a registration's platform as last fetched."""
    rows = fetch(db, _SELECT_KEY_SET, registration_id=registration_id)
    return KeySetRecord(*rows[0]) if rows else KeySetRecord({}, NEVER, NEVER, NEVER)


def claim_key_fetch(db: Session, registration_id: int, now: datetime, *, not_within: timedelta) -> bool:
    """Say whether the caller may fetch the keys now: of several callers at most one within `not_within` may."""
    never = {
        "registration_id": registration_id,
        "key_set": {},
        "fetched_at": NEVER,
        "expires_at": NEVER,
        "attempted_at": NEVER,
    }
    insert_ignoring(db, PlatformKeySet, [never])
    claimed = db.execute(
        update(PlatformKeySet)
        .where(PlatformKeySet.registration_id == registration_id, PlatformKeySet.attempted_at <= now - not_within)
        .values(attempted_at=now)
        .returning(PlatformKeySet.registration_id)
    )
    return claimed.one_or_none() is not None


def save_key_set(
    db: Session, registration_id: int, key_set: dict[str, Any], fetched_at: datetime, expires_at: datetime
) -> None:
    """Keep freshly fetched keys in place of the ones before; the caller has claimed the fetch."""
    db.execute(
        update(PlatformKeySet)
        .where(PlatformKeySet.registration_id == registration_id)
        .values(key_set=key_set, fetched_at=fetched_at, expires_at=expires_at)
    )


def load_tool_keys(db: Session, *, with_retired: bool = False) -> tuple[ToolKeyRecord, ...]:
    """Return the tool's keys, newest first; those that are retired only on request. Empty: none was made yet."""
    wanted = select(ToolKey).order_by(ToolKey.created_at.desc(), ToolKey.kid)
    if not with_retired:
        wanted = wanted.where(ToolKey.retired_at.is_(None))
    return tuple(ToolKeyRecord(row.kid, row.private_key, row.created_at, row.retired_at) for row in db.scalars(wanted))


def save_tool_key(db: Session, key: ToolKeyRecord) -> None:
    """Add a key; its private part is encrypted by the caller."""
    db.add(ToolKey(kid=key.kid, private_key=key.private_key, created_at=key.created_at, retired_at=None))


def retire_tool_key(db: Session, kid: str, now: datetime) -> None:
    """Take a key out of use for good: its private part is deleted. Doing it again keeps the first time."""
    is_one = (ToolKey.kid == kid, ToolKey.retired_at.is_(None))
    db.execute(update(ToolKey).where(*is_one).values(retired_at=now, private_key=""))
