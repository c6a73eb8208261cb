"""Seal access rows, so that one that is changed, taken out or added later is found (threat model, row 14).

Each sealed row has a commitment of two halves, one over its viewer and one over its subject, each with its own salt. A
batch's digest is made of the digest before, the batch's bounds, its rows' commitments and what in them names nobody. An
erasure takes out a name with its salt: the commitment stays and tells nobody whose it was, so the chain holds and the
rest of the row is still checked. The digest needs a key that is not in the database: whoever can write to that alone
cannot make a new chain.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

HALF = 16
"""Characters of one salt: 96 random bits."""
FORGOTTEN = "." * HALF
"""In place of a salt that an erasure took out; no salt has a full stop."""
NOBODY = 0
"""In place of a viewer that an erasure took out: no Moodle user has this number."""
HALF_COMMITMENT = 32


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One access row with what seals it."""

    row_id: int
    at: datetime
    platform_id: int
    viewer_moodle_user_id: int
    viewer_role: str
    action: str
    moodle_course_id: int
    subject_person_id: int | None
    is_allowed: bool
    reason: str
    detail: str | None
    request_id: str
    salt: str | None
    """32 characters, the viewer's half first; None until it is sealed."""
    commitment: str | None
    """64 characters, the viewer's half first; None until it is sealed."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The bounds and the digest of one batch of rows."""

    seal_id: int
    first_id: int
    last_id: int
    row_count: int
    sealed_at: datetime
    digest: str


def commit_row(row: AuditRow, salt: str) -> str:
    """Return a row's commitment: 64 characters, with `salt` of 32 URL-safe random ones."""
    viewer = _hash(salt[:HALF], [*_plain(row), row.viewer_moodle_user_id])
    return viewer + _hash(salt[HALF:], [*_plain(row), row.subject_person_id])


def _plain(row: AuditRow) -> list[str | int | bool | None]:
    """Give what stays of a row, whoever is forgotten."""
    at = row.at.astimezone(UTC).isoformat(timespec="microseconds")
    where = (row.row_id, at, row.platform_id, row.moodle_course_id)
    return [*where, row.viewer_role, row.action, row.is_allowed, row.reason, row.detail, row.request_id]


def _hash(salt: str, values: list[str | int | bool | None]) -> str:
    # 24 of SHA-256's 32 bytes, so that both halves fit beside each other.
    told = json.dumps([salt, *values], ensure_ascii=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(told).digest()[:24]).decode()


def chain(key: bytes, previous: str, bounds: Seal, rows: Sequence[AuditRow]) -> str:
    """Return the digest of a batch: hex, 64 characters; `previous` is empty for the first, `bounds.digest` is not used.

    `rows` have their commitments and are in the order of their ids.
    """
    sealed_at = bounds.sealed_at.astimezone(UTC).isoformat(timespec="microseconds")
    links = [[row.commitment or "", _hash("", _plain(row))] for row in rows]
    told = [previous, bounds.first_id, bounds.last_id, bounds.row_count, sealed_at, links]
    return hmac.new(key, json.dumps(told, separators=(",", ":")).encode(), hashlib.sha256).hexdigest()


def fits(row: AuditRow) -> bool:
    """Say whether a row is what was committed to, as far as nothing of it was forgotten; False for an unsealed one."""
    if row.salt is None or row.commitment is None or len(row.salt) != 2 * HALF:
        return False
    made = commit_row(row, row.salt)
    viewer_is_right = made[:HALF_COMMITMENT] == row.commitment[:HALF_COMMITMENT]
    subject_is_right = made[HALF_COMMITMENT:] == row.commitment[HALF_COMMITMENT:]
    if row.salt[:HALF] == FORGOTTEN:
        viewer_is_right = row.viewer_moodle_user_id == NOBODY
    if row.salt[HALF:] == FORGOTTEN:
        subject_is_right = row.subject_person_id is None
    return viewer_is_right and subject_is_right


def is_forgotten(row: AuditRow) -> bool:
    """Say whether an erasure took a name out of a sealed row."""
    return row.salt is not None and FORGOTTEN in (row.salt[:HALF], row.salt[HALF:])


def find_fault(key: bytes, previous: Seal | None, seal: Seal, rows: Sequence[AuditRow]) -> str | None:
    """Return what is wrong with a sealed batch, the first fault only; None: it is as it was sealed.

    `previous` is the seal before; `rows` are all rows after it up to the last of `seal`, by id.
    """
    batch = f"batch {seal.seal_id} (rows {seal.first_id:,} to {seal.last_id:,})"
    for row in rows:
        if row.row_id < seal.first_id or row.commitment is None:
            return f"{batch}: row {row.row_id:,} was added after it was sealed"
        if not fits(row):
            return f"{batch}: row {row.row_id:,} was changed after it was sealed"
    gone = seal.row_count - len(rows)
    if gone > 0:
        return f"{batch}: {_say_gone(seal, rows, gone)}"
    if gone < 0:
        return f"{batch}: {-gone:,} more {'row is' if gone == -1 else 'rows are'} there than were sealed"
    if not hmac.compare_digest(chain(key, previous.digest if previous else "", seal, rows), seal.digest):
        return f"{batch}: the digest does not fit: a row or the seal was replaced, or another LEA_SECRET_KEY sealed it"
    return None


def _say_gone(seal: Seal, rows: Sequence[AuditRow], gone: int) -> str:
    here = {row.row_id for row in rows}
    edge = next((row_id for row_id in (seal.first_id, seal.last_id) if row_id not in here), None)
    if gone == 1:
        return "a row is missing" if edge is None else f"row {edge:,} is missing"
    return f"{gone:,} rows are missing" + ("" if edge is None else f", row {edge:,} among them")
