"""How many pages with learners' names one person may open in an hour; beyond it, an alert (threat model, row 13)."""

from datetime import datetime, time, timedelta

from flask import g
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from analytics.calendar import local_date
from analytics.policy.access import Action
from bridge.store.access_log import count_named_views
from bridge.store.alerts import NewAlert, save_alert
from bridge.store.viewer_sessions import NewSession, count_sessions
from lti.services import services

KIND = "too-many-views"
"""Of the alert; also the code of the page that refuses."""
HOUR = timedelta(hours=1)
LAUNCHES_PER_HOUR = 240
"""One in fifteen seconds, all hour long: more than anybody opens by hand."""
UNNAMED = frozenset(
    {
        Action.ADMIN_CHANGE,
        Action.TRAINING,
        Action.BREAK_GLASS,
        Action.SCHOOL_CHANGE,
        Action.OWN_CHANGE,
        Action.OWN_COMPLAIN,
    }
)
"""Recorded, and nobody but the viewer is named."""


def check_launches(db: Session, launch: NewSession, now: datetime) -> None:
    """Let nobody begin more sessions in an hour than a person can: a script with somebody's launches stops here.

    Raises:
        TooManyRequests: they began as many already.
    """
    if count_sessions(db, launch.platform_id, launch.moodle_user_id, now - HOUR) >= LAUNCHES_PER_HOUR:
        raise TooManyRequests


def is_over_limit(db: Session, launch: NewSession, now: datetime) -> bool:
    """Say whether a viewer was shown as many pages with names within the last hour as one person may be shown."""
    shown = count_named_views(db, launch.platform_id, launch.moodle_user_id, now - HOUR, UNNAMED)
    return shown >= services().settings.named_views_per_hour


def alert_contact(db: Session, launch: NewSession, role: str, now: datetime) -> None:
    """Leave an alert and a line of the log about a viewer who wanted more; once for each viewer and local day."""
    settings = services().settings
    midnight = datetime.combine(local_date(now, settings.zone), time(), settings.zone)
    detail = (
        f"Pages with learners’ names opened within an hour: {settings.named_views_per_hour:,}, the most there may be. "
        f"The next one was refused. As {role}, in the course with Moodle’s number {launch.moodle_course_id}."
    )
    if save_alert(db, NewAlert(launch.platform_id, now, KIND, launch.moodle_user_id, detail), midnight):
        # Who it was is in the alert: the log holds nobody.
        services().log.warning("alert", kind=KIND, platform_id=launch.platform_id, request_id=g.request_id)
