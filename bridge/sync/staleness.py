"""Notice that a source has had nothing new, or nothing was removed, for long; leave one alert for each outage."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bridge.config import Settings
from bridge.store.alerts import RETENTION_WAITS, STALE_FILES, STALE_MOODLE, NewAlert, save_alert
from bridge.store.courses import load_synced_courses
from bridge.store.database import Sessions, writing
from bridge.store.metrics import REMOVAL_LATE, SyncFigures, load_removal_times, load_sync_figures
from bridge.store.platforms import load_platforms
from bridge.store.sources import load_read_times

WAITS = (
    "Nothing of this platform was removed by its period since {since} UTC, so data is kept for longer than it says. "
    "Ask whoever runs the tool: `lea doctor` says what to do, whether its Moodle comes back or is gone for good."
)


def note_stale_sources(sessions: Sessions, settings: Settings, now: datetime) -> int:
    """Leave an alert about each source that is stale and has none since it last was not; return how many.

    A platform that was never read to its end, or has no course switched on, is being set up: none about it.
    """
    with writing(sessions) as db:
        new = 0
        if settings.stale_hours:
            by_moodle = load_sync_figures(db, now)
            new += sum(_note_moodle(db, one, now, timedelta(hours=settings.stale_hours)) for one in by_moodle)
        if settings.stale_file_days:
            longest = timedelta(days=settings.stale_file_days)
            new += sum(_note_files(db, one.platform_id, now, longest) for one in load_platforms(db))
    return new


def _note_moodle(db: Session, figures: SyncFigures, now: datetime, longest: timedelta) -> bool:
    if figures.fresh_at is None or figures.succeeded_at is None or not load_synced_courses(db, figures.platform_id):
        return False
    since = min(figures.fresh_at, figures.succeeded_at)
    if now - since <= longest:
        return False
    why = ", ".join(f"{code} ({count} times)" for code, count in sorted(figures.failures.items()))
    detail = (
        f"Nothing is known of Moodle since {since:%Y-%m-%d %H:%M} UTC. Syncs of the last day that failed: "
        f"{why or 'none; does `lea worker` run?'} Pages say until when they know. `lea doctor` says what to do."
    )
    return save_alert(db, NewAlert(figures.platform_id, now, STALE_MOODLE, None, detail[:500]), since)


def _note_files(db: Session, platform_id: int, now: datetime, longest: timedelta) -> int:
    new = 0
    for kind, read_at in load_read_times(db, platform_id).items():
        if now - read_at > longest:
            detail = (
                f"No {kind} came since {read_at:%Y-%m-%d %H:%M} UTC. Its marker is left out of weeks that it does not "
                "reach. Look at what brings it; `lea status` lists what was taken in."
            )
            new += save_alert(db, NewAlert(platform_id, now, f"{STALE_FILES}{kind}"[:50], None, detail[:500]), read_at)
    return new


def note_waiting_removal(sessions: Sessions, now: datetime) -> int:
    """Leave an alert about each platform of which nothing was removed by its period for REMOVAL_LATE; return how many.

    One for each time that it waits. A platform before its first night is being set up: none about it.
    """
    new = 0
    with writing(sessions) as db:
        for platform_id, at in load_removal_times(db).items():
            if now - at > REMOVAL_LATE:
                detail = WAITS.format(since=f"{at:%Y-%m-%d %H:%M}")
                new += save_alert(db, NewAlert(platform_id, now, RETENTION_WAITS, None, detail), at)
    return new
