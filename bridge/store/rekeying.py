"""Put a new LEA_SECRET_KEY into everything that the old one encrypted, sealed or hashed, in one transaction."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain as joined

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from bridge.errors import MarksUnknown, SecretUnreadable
from bridge.schema.people import Person
from bridge.schema.platforms import Platform, ToolKey
from bridge.schema.rights import ErasureDecision, Tombstone
from bridge.secrets import decrypt, encrypt
from bridge.store.tombstones import TombstoneRecord, save_tombstone
from bridge.user_keys import make_user_keys

LOCKED = "access_log, access_seal, case_entry, tombstone, erasure_decision, tool_key, platform"


def keep_writers_out(db: Session) -> None:
    """Wait for what is being written under the old key, and hold up others; SQLite has one writer at a time anyway."""
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text(f"LOCK TABLE {LOCKED} IN SHARE ROW EXCLUSIVE MODE"))


def rekey_secrets(db: Session, old: str, new: str) -> int:
    """Encrypt every token and private key by the key `new`; return how many. What it opens already stays.

    Raises:
        SecretUnreadable: one opens with neither key.
    """
    count = 0
    for platform in db.scalars(select(Platform).where(Platform.moodle_token.is_not(None))):
        if (again := _encrypt_again(platform.moodle_token or "", old, new)) is not None:
            platform.moodle_token, count = again, count + 1
    for key in db.scalars(select(ToolKey).where(ToolKey.private_key != "")):
        if (again := _encrypt_again(key.private_key, old, new)) is not None:
            key.private_key, count = again, count + 1
    db.flush()
    return count


def _encrypt_again(encrypted: str, old: str, new: str) -> str | None:
    try:
        decrypt(encrypted, new)
    except SecretUnreadable:
        return encrypt(decrypt(encrypted, old), new)
    return None


def translate_marks(
    db: Session, in_file: Collection[TombstoneRecord], old: str, new: str, highest_user: int
) -> Mapping[str, str]:
    """Return the old hash of every erased user → the new one, by trying all user numbers up to `highest_user`.

    It takes some seconds a million. Empty: every mark is the new key's already.

    Raises:
        MarksUnknown: a mark is of neither key.
    """
    found: dict[str, str] = {}
    platforms = {one.moodle_url: one.id for one in db.scalars(select(Platform))}
    for url in sorted({*platforms, *(mark.moodle_url for mark in in_file)}):
        platform_id = platforms.get(url, 0)
        wanted = {mark.user_key for mark in in_file if mark.moodle_url == url}
        for table in (Tombstone, ErasureDecision):
            wanted.update(db.scalars(select(table.user_key).where(table.platform_id == platform_id)))
        people = db.scalars(select(Person.moodle_user_id).where(Person.platform_id == platform_id))
        found |= _translate(url, wanted, joined(people, range(1, highest_user + 1)), old, new)
        if wanted:
            raise MarksUnknown(url, len(wanted), highest_user)
    return found


def _translate(url: str, wanted: set[str], users: Iterable[int], old: str, new: str) -> Mapping[str, str]:
    """Take out of `wanted` whatever the users give; return what of it was the old key's."""
    before, after = make_user_keys(0, url, old), make_user_keys(0, url, new)
    found: dict[str, str] = {}
    for user in users if wanted else ():
        was, will_be = before.of(user), after.of(user)
        if was in wanted:
            found[was] = will_be
        wanted -= {was, will_be}
        if not wanted:
            break
    return found


def rekey_marks(db: Session, translation: Mapping[str, str]) -> int:
    """Write the new hash of each erased user over the old one; return how many rows. Empty: 0."""
    marks = db.scalars(select(Tombstone).where(Tombstone.user_key.in_(translation))).all()
    for mark in marks:
        told = (mark.platform_id, translation[mark.user_key], mark.moodle_course_id, mark.log_to, mark.erased_at)
        db.delete(mark)
        db.flush()
        save_tombstone(db, *told)
    decisions = db.scalars(select(ErasureDecision).where(ErasureDecision.user_key.in_(translation))).all()
    for decision in decisions:
        changed = update(ErasureDecision).where(ErasureDecision.id == decision.id)
        db.execute(changed.values(user_key=translation[decision.user_key]))
    return len(marks) + len(decisions)
