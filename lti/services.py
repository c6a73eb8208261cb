"""What every request works with: built once by `create_app`, kept on the app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from flask import current_app

from bridge.config import Settings
from bridge.store.database import Sessions
from bridge.viewer_access import MoodleAccess
from lti.launch.memberships import Memberships

EXTENSION = "lea"


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the database, the clock, Moodle and the log of one running app."""

    settings: Settings
    sessions: Sessions
    now: Callable[[], datetime]
    moodle: MoodleAccess
    """How to ask a platform's Moodle for a viewer's rights."""
    memberships: Memberships
    """What to ask a platform for while its Moodle's word on a viewer cannot be had."""
    log: structlog.typing.FilteringBoundLogger


def utc_now() -> datetime:
    """Return the present instant, aware UTC."""
    return datetime.now(UTC)


def services() -> Services:
    """Return the services of the app that handles this request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Services)  # noqa: S101 (narrowing for the type checker: create_app put it there)
    return found
