"""Sessions on the databases that the settings name: the shared one, and ClickHouse for facts where there is one."""

from sqlalchemy import Engine

from bridge.config import Settings
from bridge.store.database import Sessions, make_sessions
from bridge.store.facts_elsewhere import make_facts_engine, put_facts_elsewhere


def open_sessions(engine: Engine, settings: Settings) -> Sessions:
    """Return the session factory of the shared database; its facts are where the settings say. Nothing is asked yet.

    Raises:
        SettingsError: LEA_FACTS_URL is set and the package for ClickHouse is not installed.
    """
    sessions = make_sessions(engine)
    if settings.facts_url:
        put_facts_elsewhere(sessions, make_facts_engine(settings.facts_url, settings.ca_bundle))
    return sessions
