"""Which exports are refused: without a purpose, for a forbidden one, or one too many in a day (the FAQ's promises)."""

from datetime import datetime, timedelta

from flask import g, request
from sqlalchemy.orm import Session

from analytics.policy.actions import EXPORTS, Action
from analytics.policy.purposes import ForbiddenUse, Purpose, read_purpose
from bridge.store.access_log import count_exports
from bridge.store.alerts import NewAlert, save_alert
from bridge.store.viewer_sessions import NewSession
from lti.errors import PageError, PurposeRefused, TooManyExports
from lti.services import services

FIELD = "purpose"
ALERT = "too-many-exports"
DAY = timedelta(days=1)


def find_export_refusal(db: Session, launch: NewSession, action: Action, now: datetime) -> PageError | None:
    """Return why an export, within the viewer's rights, is refused; None: it is made.

    To answer a complaint is the purpose of its evidence, and of no list.
    """
    chosen = chosen_purpose()
    if chosen is None:
        return PurposeRefused("purpose-missing")
    if isinstance(chosen, ForbiddenUse):
        return PurposeRefused("purpose-forbidden")
    if (chosen is Purpose.COMPLAINT) != (action is Action.COMPLAINT_EXPORT):
        return PurposeRefused("purpose-missing")
    made = count_exports(db, launch.platform_id, launch.moodle_user_id, now - DAY, EXPORTS)
    return TooManyExports() if made >= services().settings.exports_per_day else None


def chosen_purpose() -> Purpose | ForbiddenUse | None:
    """Return what the form gives as the purpose; None for nothing, and for what is on no list."""
    return read_purpose(request.form.get(FIELD, ""))


def detail_of(action: Action) -> str | None:
    """Return what an export's access row says of its purpose; None for other actions, and for no purpose on a list."""
    chosen = chosen_purpose() if action in EXPORTS else None
    return None if chosen is None else chosen.value


def alert_of_exports(db: Session, launch: NewSession, role: str, now: datetime) -> None:
    """Leave an alert about a viewer who wanted one file more than one person may take in a day; once a day."""
    most = services().settings.exports_per_day
    detail = (
        f"Files with learners’ names taken within a day: {most:,}, the most there may be. "
        f"The next one was refused. As {role}, in the course with Moodle’s number {launch.moodle_course_id}."
    )
    if save_alert(db, NewAlert(launch.platform_id, now, ALERT, launch.moodle_user_id, detail), now - DAY):
        services().log.warning("alert", kind=ALERT, platform_id=launch.platform_id, request_id=g.request_id)
