"""The schema's version: bring a database up to date, and refuse to run on one that is not."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

import migrations
from bridge.errors import DatabaseNotReady


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to `revision`, keeping its rows."""
    command.upgrade(_config(engine), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take the database back to `revision` ("base": no tables)."""
    command.downgrade(_config(engine), revision)


def check_version(engine: Engine) -> None:
    """Do nothing if the database is at this code's version.

    Raises:
        DatabaseNotReady: it is behind, ahead, or empty.
    """
    wanted = ScriptDirectory.from_config(_config(engine)).get_current_head()
    with engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise DatabaseNotReady(found, wanted)
