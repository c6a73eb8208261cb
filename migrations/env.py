"""Alembic's environment: the engine comes from `bridge.store.migrations`, the tables from `bridge.schema`."""

from alembic import context
from sqlalchemy import Connection

from bridge.schema import Base


def refer(connection: Connection, word: str) -> None:
    """Switch SQLite's foreign keys ON or OFF, and with them what a rename checks.

    Outside of any transaction: inside of one it would do nothing.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        assert driver is not None  # noqa: S101 (narrowing: the connection is open)
        driver.cursor().execute(f"PRAGMA foreign_keys={word}")
        # A view that reads the table would not let its new form take the old name.
        driver.cursor().execute(f"PRAGMA legacy_alter_table={'OFF' if word == 'ON' else 'ON'}")


engine = context.config.attributes["engine"]
with engine.connect() as connection:
    # SQLite changes a table by dropping it and making it anew. With foreign keys on, the drop would fail, or take the
    # rows along that refer to it.
    refer(connection, "OFF")
    try:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        if connection.dialect.name == "sqlite":
            lost = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if lost:
                raise RuntimeError(f"Nothing was changed: rows would be left without what they refer to, {lost[:5]}.")
        connection.commit()
    finally:
        connection.rollback()
        refer(connection, "ON")
