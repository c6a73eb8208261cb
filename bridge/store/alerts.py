"""Write and read what the data-protection contact is to look at (table alert)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select, update
from sqlalchemy.orm import Session

from bridge.schema.access import Alert
from bridge.schema.people import Person
from bridge.schema.platforms import Platform

STALE_MOODLE = "source-stale-moodle"
STALE_FILES = "source-stale-"
"""Beginning of the kind of an alert that a source is stale: the tool itself noticed, for whoever runs it."""
RETENTION_WAITS = "retention-waits"
"""The kind of an alert that nothing is removed by its period: for the data-protection contact."""


@dataclass(frozen=True, slots=True)
class NewAlert:
    """What is to be looked at."""

    platform_id: int
    at: datetime
    kind: str
    viewer_moodle_user_id: int | None
    """None: nobody, the tool itself noticed."""
    detail: str
    """At most 500 characters; nothing about a learner."""


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """One alert as it is listed."""

    alert_id: int
    at: datetime
    platform_name: str
    kind: str
    viewer_moodle_user_id: int | None
    viewer_name: str | None
    """None where the viewer is not (any more) in a roster."""
    detail: str
    mailed_at: datetime | None
    """None: not sent by mail."""

    @property
    def is_about_a_source(self) -> bool:
        """Say whether it is for whoever runs the tool, and not for the data-protection contact."""
        return self.kind.startswith(STALE_FILES)


def save_alert(db: Session, alert: NewAlert, since: datetime) -> bool:
    """Add an alert, unless there is one of the kind about this viewer since then; return whether it was added.

    One from after now, by a clock that ran ahead, keeps none from being added.
    """
    # Two requests at the same moment wait for each other here; SQLite has one writer at a time anyway.
    db.execute(select(Platform.id).where(Platform.id == alert.platform_id).with_for_update(key_share=True))
    is_known = (
        Alert.platform_id == alert.platform_id,
        Alert.kind == alert.kind,
        Alert.viewer_moodle_user_id == alert.viewer_moodle_user_id,
        Alert.at.between(since, alert.at),
    )
    if db.scalar(select(Alert.id).where(*is_known).limit(1)) is not None:
        return False
    db.add(
        Alert(
            platform_id=alert.platform_id,
            at=alert.at,
            kind=alert.kind,
            viewer_moodle_user_id=alert.viewer_moodle_user_id,
            detail=alert.detail,
        )
    )
    return True


def load_alerts(db: Session, since: datetime) -> tuple[AlertRecord, ...]:
    """Load the alerts of all platforms since then, the latest first; empty: none."""
    is_viewer = and_(Person.platform_id == Alert.platform_id, Person.moodle_user_id == Alert.viewer_moodle_user_id)
    rows = db.execute(
        select(Alert, Platform.name, Person.full_name)
        .join(Platform, Platform.id == Alert.platform_id)
        .outerjoin(Person, is_viewer)
        .where(Alert.at >= since)
        .order_by(Alert.at.desc(), Alert.id.desc())
    )
    return tuple(_make_record(row.Alert, row.name, row.full_name) for row in rows)


def load_unsent_alerts(db: Session, since: datetime, limit: int) -> tuple[AlertRecord, ...]:
    """Load the alerts since then that no mail told of yet, the oldest first, without names; empty: none."""
    rows = db.execute(
        select(Alert, Platform.name)
        .join(Platform, Platform.id == Alert.platform_id)
        .where(Alert.at >= since, Alert.mailed_at.is_(None))
        .order_by(Alert.at, Alert.id)
        .limit(limit)
    )
    return tuple(_make_record(row.Alert, row.name, None) for row in rows)


def mark_alerts_sent(db: Session, alert_ids: Collection[int], now: datetime) -> None:
    """Write down that a mail told of these alerts."""
    db.execute(update(Alert).where(Alert.id.in_(alert_ids)).values(mailed_at=now))


def _make_record(row: Alert, platform_name: str, viewer_name: str | None) -> AlertRecord:
    return AlertRecord(
        alert_id=row.id,
        at=row.at,
        platform_name=platform_name,
        kind=row.kind,
        viewer_moodle_user_id=row.viewer_moodle_user_id,
        viewer_name=viewer_name or None,
        detail=row.detail,
        mailed_at=row.mailed_at,
    )
