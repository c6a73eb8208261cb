"""Read and publish schools' processes (table school_process): without one nothing raises a concern in a school."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from analytics.language import gettext
from analytics.level_document import digest_of
from analytics.policy.process import Process, check_process, process_from_json, process_to_json
from bridge.errors import BridgeError
from bridge.schema.casework import SchoolProcess
from bridge.schema.records import School
from bridge.store.turns import take_turn


class ProcessRefused(BridgeError):
    """A process that cannot be published; nothing was."""

    code = "process-refused"
    next_step = "Fill in what is missing and publish again."


@dataclass(frozen=True, slots=True)
class PublishedProcess:
    """One version of a school's process."""

    process_id: int
    school_id: int
    version: str
    process: Process
    published_by: str
    published_at: datetime
    is_proved: bool
    """The digest is that of the stored document."""


def load_process(db: Session, school_id: int) -> PublishedProcess | None:
    """Return the process in force in a school: the last published one; None before the first."""
    row = db.scalars(_of(school_id).order_by(SchoolProcess.id.desc()).limit(1)).first()
    return None if row is None else _read(row)


def load_process_versions(db: Session, school_id: int) -> tuple[PublishedProcess, ...]:
    """Return all versions of a school's process, the oldest first. Empty before the first."""
    return tuple(map(_read, db.scalars(_of(school_id).order_by(SchoolProcess.id))))


def publish_process(
    db: Session, school_id: int, process: Process, *, published_by: str, now: datetime
) -> PublishedProcess:
    """Publish a process as the school's next version, in force at once, and return it.

    Raises:
        ProcessError: something is missing or out of bounds (`analytics.policy.process`).
        ProcessRefused: there is no such school, nobody is named as who publishes, or it says what is in force already.
    """
    check_process(process)
    school = db.get(School, school_id)
    if school is None or not published_by.strip():
        said = gettext("A process is published for a school, by a person with a name. Nothing was changed.")
        raise ProcessRefused(said)
    document = process_to_json(process)
    take_turn(db)
    last = load_process(db, school_id)
    if last is not None and process_to_json(last.process) == document:
        raise ProcessRefused(gettext("This process is in force already. Nothing was changed."))
    count = db.scalar(select(func.count()).select_from(SchoolProcess).where(SchoolProcess.school_id == school_id)) or 0
    row = SchoolProcess(
        platform_id=school.platform_id,
        school_id=school_id,
        version=f"{school.code} process {count + 1}",
        document=document,
        digest=digest_of(document),
        published_by=published_by.strip()[:200],
        published_at=now,
    )
    db.add(row)
    db.flush()
    return _read(row)


def _of(school_id: int) -> Select[SchoolProcess]:
    return select(SchoolProcess).where(SchoolProcess.school_id == school_id)


def _read(row: SchoolProcess) -> PublishedProcess:
    return PublishedProcess(
        process_id=row.id,
        school_id=row.school_id,
        version=row.version,
        process=process_from_json(row.document),
        published_by=row.published_by,
        published_at=row.published_at,
        is_proved=digest_of(row.document) == row.digest,
    )
