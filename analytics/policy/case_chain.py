"""Chain what people wrote down in cases, so that a changed or missing step is found, and an erasure leaves it whole.

Each entry has a salted commitment over what it says and who wrote it. The keyed digest of an entry is made of the
digest before (of all cases), the commitment, and what names nobody. An erasure empties body, name and salt: the
commitment stays and tells nobody whose it was.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from analytics.policy.sealing import NOBODY


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """One step of a case with what chains it."""

    entry_id: int
    case_id: int
    position: int
    at: datetime
    kind: str
    by_role: str
    by_moodle_user_id: int
    by_name: str = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    salt: str = field(repr=False)
    """32 URL-safe random characters; empty once an erasure took it."""
    commitment: str = ""
    digest: str = ""


def commit_entry(entry: ChainedEntry) -> str:
    """Return the commitment of an entry with its salt: hex, 64 characters."""
    told = [entry.salt, *_plain(entry), entry.by_moodle_user_id, entry.by_name, entry.body]
    return hashlib.sha256(_write(told)).hexdigest()


def chain_entry(key: bytes, previous: str, entry: ChainedEntry) -> str:
    """Return the digest of an entry that has its commitment: hex, 64 characters; `previous` is empty for the first."""
    return hmac.new(key, _write([previous, entry.commitment, *_plain(entry)]), hashlib.sha256).hexdigest()


def is_emptied(entry: ChainedEntry) -> bool:
    """Say whether an erasure, or the end of the period, took what an entry says."""
    return not entry.salt


def find_entry_fault(key: bytes, entries: Iterable[ChainedEntry], also: bytes | None = None) -> str | None:
    """Return what is wrong with the entries of all cases, by id, the first fault only; None: they are as written.

    `also`: a second key that may have chained an entry, while one takes the other's place. Empty: nothing is wrong.
    """
    previous, positions = "", dict[int, int]()
    for entry in entries:
        positions[entry.case_id] = positions.get(entry.case_id, 0) + 1
        if entry.position != positions[entry.case_id]:
            return f"an entry of case {entry.case_id:,} before entry {entry.entry_id:,} is missing"
        if not _fits(entry):
            return f"entry {entry.entry_id:,} of case {entry.case_id:,} was changed after it was written"
        keys = (key,) if also is None else (key, also)
        if not any(hmac.compare_digest(chain_entry(one, previous, entry), entry.digest) for one in keys):
            return (
                f"entry {entry.entry_id:,} of case {entry.case_id:,} does not follow the one before: one was taken out,"
                " added or replaced, or another LEA_SECRET_KEY chained it"
            )
        previous = entry.digest
    return None


def _fits(entry: ChainedEntry) -> bool:
    if is_emptied(entry):
        return not entry.body and not entry.by_name and entry.by_moodle_user_id == NOBODY
    return hmac.compare_digest(commit_entry(entry), entry.commitment)


def _plain(entry: ChainedEntry) -> list[str | int]:
    """Give what stays of an entry, whoever is forgotten."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return [entry.case_id, entry.position, at, entry.kind, entry.by_role]


def _write(told: list[Any]) -> bytes:
    return json.dumps(told, ensure_ascii=True, separators=(",", ":"), sort_keys=True).encode()
