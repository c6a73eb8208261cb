"""A small file beside the database with the marks of erasures, so that a restored backup learns of the later ones.

It names nobody: each mark is a keyed hash, Moodle's course id, a log id and a time. One JSON object per line.
"""

import json
import os
import tempfile
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from bridge.config import Settings
from bridge.errors import TombstoneFileError
from bridge.store.database import Sessions, reading, writing
from bridge.store.reapplying import apply_tombstones
from bridge.store.tombstones import TombstoneRecord, load_tombstones, merge_tombstones
from bridge.user_keys import KEY_LENGTH

SUFFIX = ".tombstones"


def find_tombstone_file(settings: Settings, sessions: Sessions) -> Path | None:
    """Return where the marks are kept: LEA_TOMBSTONE_FILE, else beside a SQLite file. None: nowhere."""
    if settings.tombstone_file is not None:
        return Path(settings.tombstone_file)
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)  # noqa: S101 (narrowing for the type checker: make_sessions binds one)
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == ":memory:":
        return None
    return Path(engine.url.database + SUFFIX)


def agree_with_file(sessions: Sessions, settings: Settings) -> int:
    """Erase again whom the file knows as erased and the database does not; then write down what the file lacks.

    Return how many marks were new to the database. Without a file's name nothing happens: 0.

    Raises:
        TombstoneFileError: the file cannot be read or written; nothing was served or synced in its spite.
    """
    path = find_tombstone_file(settings, sessions)
    if path is None:
        return 0
    in_file = read_tombstones(path)
    with reading(sessions) as db:
        in_database = load_tombstones(db)
    merged = merge_tombstones(in_database, in_file)
    applied = 0
    if merged != in_database:
        with writing(sessions) as db:
            applied = apply_tombstones(db, in_file, settings.secret_key)
    if merged != in_file:
        write_tombstones(path, merged)
    return applied


def read_tombstones(path: Path) -> frozenset[TombstoneRecord]:
    """Return the marks in a file. Empty: there is no such file yet, or nobody was erased.

    Raises:
        TombstoneFileError: it is there and cannot be read as one.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return frozenset(_read_line(line) for line in lines if line.strip())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TombstoneFileError(path, "cannot be read") from error


def write_tombstones(path: Path, records: Collection[TombstoneRecord]) -> None:
    """Write marks over the file in one piece, readable by this user alone.

    Raises:
        TombstoneFileError: it cannot be written; the file is as it was.
    """
    text = "".join(_to_line(record) for record in sorted(records))
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise TombstoneFileError(path, "cannot be written") from error


def _to_line(record: TombstoneRecord) -> str:
    mark = {
        "platform": record.moodle_url,
        "user_key": record.user_key,
        "course": record.moodle_course_id,
        "log_to": record.log_to,
        "erased_at": record.erased_at.isoformat(),
    }
    return json.dumps(mark) + "\n"


def _read_line(line: str) -> TombstoneRecord:
    mark = json.loads(line)
    erased_at = datetime.fromisoformat(mark["erased_at"])
    user_key = str(mark["user_key"])
    if erased_at.tzinfo is None or len(user_key) != KEY_LENGTH:
        raise ValueError("not a mark of an erasure")
    return TombstoneRecord(str(mark["platform"]), user_key, int(mark["course"]), int(mark["log_to"]), erased_at)
