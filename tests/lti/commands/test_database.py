"""`lea db`: the document with the periods in force, and who may be a reader of the views."""

from sqlalchemy import text

from bridge.store.database import make_engine
from tests.lti.commands.console import Console

ROLE = "lea_console_reader"


def test_the_document_is_printed_with_the_periods_in_force(console: Console) -> None:
    told = console.lea("db", "document", LEA_RETENTION_DAYS="alerts=12")
    assert told.exit_code == 0, told.output
    assert "for 12 days after the alert" in told.output


def test_a_role_of_postgresql_is_given_the_views_and_a_file_of_sqlite_is_refused(console: Console) -> None:
    engine = make_engine(console.settings["LEA_DATABASE_URL"])
    is_postgresql = engine.dialect.name == "postgresql"
    try:
        if is_postgresql:
            with engine.begin() as connection:
                connection.execute(text(f"CREATE ROLE {ROLE}"))
        told = console.lea("db", "reader", ROLE)
        assert told.exit_code == (0 if is_postgresql else 1), told.output
        assert ("reads bi_figures_v1, bi_openings_v1" if is_postgresql else "has no roles") in told.output
    finally:
        if is_postgresql:
            with engine.begin() as connection:
                connection.execute(text(f"DROP OWNED BY {ROLE}"))
                connection.execute(text(f"DROP ROLE {ROLE}"))
        engine.dispose()
