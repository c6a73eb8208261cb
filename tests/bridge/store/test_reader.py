"""A reader's role reads the views and nothing else of a real PostgreSQL, however it asks."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DatabaseError

from bridge.describe.views import VIEWS
from bridge.errors import ReaderRefused
from bridge.schema import Base
from bridge.store.database import make_engine, make_sessions
from bridge.store.reader import grant_views
from tests.bridge.store.test_views import save_world
from tests.databases import PostgresCluster

NAMES = [view.name for view in VIEWS]
ROLE = "lea_bi"
ONE_DATABASE = "REVOKE CREATE ON SCHEMA public FROM PUBLIC"


@pytest.fixture
def owner(postgres_cluster: PostgresCluster) -> Iterator[Engine]:
    with postgres_cluster.new_database() as url:
        engine = make_engine(url)
        save_world(make_sessions(engine))
        run(engine, f"CREATE ROLE {ROLE} LOGIN PASSWORD 'test'", ONE_DATABASE)
        yield engine
        run(engine, f"DROP OWNED BY {ROLE}", f"DROP ROLE {ROLE}")
        engine.dispose()


@pytest.fixture
def reader(owner: Engine) -> Iterator[Engine]:
    """A connection as the reader, logged in by itself."""
    url = make_url(owner.url).set(username=ROLE, password="test")
    engine = create_engine(url)
    yield engine
    engine.dispose()


def run(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_a_reader_reads_every_view(owner: Engine, reader: Engine) -> None:
    grant_views(owner, ROLE, NAMES)
    grant_views(owner, ROLE, NAMES)
    with reader.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == ROLE
        for name in NAMES:
            assert connection.execute(text(f"SELECT * FROM {name}")).all() != []


def test_a_reader_reads_no_table_and_writes_nothing(owner: Engine, reader: Engine) -> None:
    grant_views(owner, ROLE, NAMES)
    tables = [*Base.metadata.tables, "alembic_version"]
    refused = [f"SELECT 1 FROM {name}" for name in tables] + [f"DELETE FROM {name}" for name in (*tables, *NAMES)]
    refused += ["CREATE TABLE mine (a int)", "UPDATE bi_figures_v1 SET name = 'x'"]
    for statement in refused:
        with pytest.raises(DatabaseError), reader.begin() as connection:
            connection.execute(text(statement))


LEAK = (
    "CREATE FUNCTION pg_temp.seen(n int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE COST 0.0000001 AS "
    "$$ BEGIN RAISE NOTICE 'seen %', n; RETURN true; END $$"
)


def test_a_readers_own_function_sees_no_row_that_a_view_leaves_out(owner: Engine, reader: Engine) -> None:
    grant_views(owner, ROLE, NAMES)
    seen: list[str] = []
    with reader.begin() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.add_notice_handler(lambda told: seen.append(told.message_primary))
        connection.execute(text(LEAK))
        connection.execute(text("SELECT * FROM bi_openings_v1 WHERE pg_temp.seen(learners)")).all()
    # The small course's 19 learners are below what is told.
    assert set(seen) == {"seen 40"}


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["GRANT SELECT ON person TO lea_bi"], "rights on person"),
        (["GRANT SELECT (full_name) ON person TO lea_bi"], "rights on person"),
        (["GRANT SELECT ON evaluation TO PUBLIC"], "rights on evaluation"),
        (["GRANT INSERT ON course TO lea_bi"], "rights on course"),
        (["GRANT CREATE ON SCHEMA public TO lea_bi"], "may make tables"),
        (["GRANT pg_read_all_data TO lea_bi"], "member of other roles"),
        (["ALTER ROLE lea_bi CREATEROLE"], "may read or change more"),
    ],
)
def test_a_role_that_could_do_more_is_refused_and_nothing_is_granted(
    owner: Engine, statements: list[str], told: str
) -> None:
    run(owner, *statements)
    with pytest.raises(ReaderRefused, match=told):
        grant_views(owner, ROLE, NAMES)
    with owner.connect() as connection:
        granted = "SELECT table_name FROM information_schema.role_table_grants WHERE grantee = :role"
        assert not set(connection.scalars(text(granted), {"role": ROLE})) & set(NAMES)


def test_no_such_role_the_own_role_and_sqlite_are_refused(owner: Engine) -> None:
    with pytest.raises(ReaderRefused, match="There is no role nobody"):
        grant_views(owner, "nobody", NAMES)
    with pytest.raises(ReaderRefused, match="own role"):
        grant_views(owner, str(owner.url.username), NAMES)
    lite = make_engine("sqlite://")
    with pytest.raises(ReaderRefused, match="SQLite"):
        grant_views(lite, ROLE, NAMES)
    lite.dispose()


def test_a_roles_name_is_quoted(owner: Engine) -> None:
    strange = 'a "b"; DROP TABLE person; --'
    with pytest.raises(ReaderRefused, match="There is no role"):
        grant_views(owner, strange, NAMES)
    quoted = owner.dialect.identifier_preparer.quote(strange)
    run(owner, f"CREATE ROLE {quoted}")
    try:
        grant_views(owner, strange, NAMES)
    finally:
        run(owner, f"DROP OWNED BY {quoted}", f"DROP ROLE {quoted}")
