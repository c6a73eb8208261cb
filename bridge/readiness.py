"""Whether this copy of the tool can do its work now: what a load balancer and `lea doctor` ask."""

from enum import StrEnum

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bridge.config import Settings
from bridge.errors import DatabaseNotReady, FactsMisplaced, SecretUnreadable
from bridge.secrets import decrypt
from bridge.store.database import Sessions, reading
from bridge.store.facts import load_fact_days
from bridge.store.facts_place import check_facts_place
from bridge.store.keys import load_tool_keys
from bridge.store.migrations import check_version
from bridge.store.platforms import load_platforms
from bridge.store.viewers import load_connection


class Unready(StrEnum):
    """Why the tool cannot do its work."""

    DATABASE = "database"
    """It does not answer."""
    MIGRATIONS = "migrations"
    """Its tables are of another version."""
    FACTS = "facts"
    """The presence facts are not where LEA_FACTS_URL says, or their database does not answer."""
    SECRET_KEY = "secret-key"  # noqa: S105 (a reason, no secret)
    """A saved secret does not open with this LEA_SECRET_KEY."""


def find_unready(sessions: Sessions, settings: Settings) -> Unready | None:
    """Return the first thing that keeps the tool from its work; None: it is ready. Nothing is asked of Moodle."""
    engine = sessions.kw["bind"]
    assert isinstance(engine, Engine)  # noqa: S101 (narrowing for the type checker: make_sessions binds one)
    try:
        check_version(engine)
        if not _has_facts(sessions):
            return Unready.FACTS
        for encrypted in _load_secrets(sessions):
            decrypt(encrypted, settings.secret_key)
    except SQLAlchemyError:
        return Unready.DATABASE
    except DatabaseNotReady:
        return Unready.MIGRATIONS
    except SecretUnreadable:
        return Unready.SECRET_KEY
    return None


def _has_facts(sessions: Sessions) -> bool:
    try:
        check_facts_place(sessions)
        with reading(sessions) as db:
            load_fact_days(db)
    except (FactsMisplaced, SQLAlchemyError):
        return False
    return True


def _load_secrets(sessions: Sessions) -> list[str]:
    with reading(sessions) as db:
        with_token = [one.platform_id for one in load_platforms(db) if one.has_token]
        connections = [load_connection(db, platform_id) for platform_id in with_token]
        keys = [key.private_key for key in load_tool_keys(db)]
    return [found[1] for found in connections if found is not None] + keys
