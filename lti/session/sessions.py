"""Begin, find and end viewer sessions; a session's key is the hash of its page token, which only its pages hold."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bridge.secrets import hash_token
from bridge.store.relationships import note_holder
from bridge.store.viewer_sessions import NewSession, ViewerSession, load_session, revoke_session, save_session
from lti.errors import SessionEnded
from lti.language import speak_as_launch
from lti.theme import show_as_launch

IDLE_FOR = timedelta(minutes=30)
NOTED_EVERY = timedelta(minutes=1)
"""A session's use is written down once in so long: a page that changes nothing else then waits for no other writer."""
LASTS_FOR = timedelta(hours=4)
LONGEST_TOKEN = 100


def new_page_token() -> str:
    """Return a page token nobody can guess: 256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def begin_session(db: Session, launch: NewSession, page_token: str, part: str | None, now: datetime) -> None:
    """Store a session under its page token; it ends after 30 idle minutes, and after 4 hours however busy it is.

    `part` is what the viewer is in the course, or for the tool, as the session begins: it ends with it.
    """
    note_holder(db, launch.platform_id, launch.idnumber.strip(), launch.moodle_user_id)
    save_session(
        db,
        launch,
        page_token_hash=hash_token(page_token),
        course_role=part,
        now=now,
        ends_at=now + LASTS_FOR,
    )


def find_session(db: Session, page_token: str, now: datetime) -> ViewerSession:
    """Return the running session of a page token; an ended one's language is spoken too, by the page that says so.

    Raises:
        SessionEnded: there is none, or it was ended, idle for too long, or is too old.
    """
    found = load_session(db, hash_token(page_token)) if 0 < len(page_token) <= LONGEST_TOKEN else None
    if found is not None:
        speak_as_launch(found.launch.locale)
        show_as_launch(found.launch.theme)
    if found is None or found.revoked_at is not None:
        raise SessionEnded
    # Last seen is up to a minute earlier than it was: nobody has less than the half hour that they were promised.
    if now - found.last_seen_at > IDLE_FOR + NOTED_EVERY or now >= found.ends_at:
        raise SessionEnded
    return found


def end_session(db: Session, page_token: str, now: datetime) -> None:
    """End the session of a page token for good; an unknown one is left alone."""
    found = load_session(db, hash_token(page_token)) if 0 < len(page_token) <= LONGEST_TOKEN else None
    if found is not None:
        speak_as_launch(found.launch.locale)
        revoke_session(db, found.session_id, now)
