"""What files were taken in, and until which day each source is complete (tables source_import, source_freshness)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.schema.sources import SourceFreshness, SourceImport
from bridge.store.database import upsert


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One file that was taken in."""

    kind: str
    digest: str
    imported_at: datetime
    row_count: int
    new_count: int
    rejected_count: int


def save_import(db: Session, platform_id: int, record: ImportRecord) -> None:
    """Note that a file was taken in."""
    values = {name: getattr(record, name) for name in ImportRecord.__slots__}
    db.add(SourceImport(platform_id=platform_id, **values))
    db.flush()


def load_imported_kinds(db: Session, platform_id: int) -> dict[str, datetime]:
    """Return the kinds of files that were taken in for a platform, with when each last was; empty: none was."""
    latest = func.max(SourceImport.imported_at)
    is_one = SourceImport.platform_id == platform_id
    return dict(db.execute(select(SourceImport.kind, latest).where(is_one).group_by(SourceImport.kind)).all())


def load_read_times(db: Session, platform_id: int) -> dict[str, datetime]:
    """Return the kinds of sources other than Moodle's log, with when each was last read; empty: none was."""
    is_one = SourceFreshness.platform_id == platform_id
    latest = select(SourceFreshness.kind, func.max(SourceFreshness.read_at)).where(is_one)
    return dict(db.execute(latest.group_by(SourceFreshness.kind).order_by(SourceFreshness.kind)).all())


def find_fed_platforms(db: Session) -> frozenset[int]:
    """Find the platforms that files were taken in for."""
    return frozenset(db.scalars(select(SourceImport.platform_id).distinct()))


def save_covers(db: Session, platform_id: int, kind: str, covers: Mapping[int, date], now: datetime) -> None:
    """Note until which day a source is complete, by course (0: every course). An earlier day never takes one back."""
    is_one = (SourceFreshness.platform_id == platform_id, SourceFreshness.kind == kind)
    columns = (SourceFreshness.course_id, SourceFreshness.covers_to)
    before = dict(db.execute(select(*columns).where(*is_one)).all())
    rows = [
        {
            "platform_id": platform_id,
            "course_id": course_id,
            "kind": kind,
            "covers_to": max(day, before.get(course_id, day)),
            "read_at": now,
        }
        for course_id, day in covers.items()
    ]
    upsert(db, SourceFreshness, rows, key=["platform_id", "course_id", "kind"], update=["covers_to", "read_at"])
