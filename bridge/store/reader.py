"""Let a role of PostgreSQL read the views for other tools, and make sure that it can read nothing else."""

from collections.abc import Sequence

from sqlalchemy import Connection, Engine, text

from bridge.errors import ReaderRefused

FIND_ROLE = """
SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls AS is_mighty,
       rolname = current_user AS is_own,
       EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS is_member,
       has_schema_privilege(r.oid, current_schema(), 'CREATE') AS may_create
  FROM pg_roles r WHERE rolname = :role
"""
FIND_RIGHTS = """
SELECT c.relname
  FROM pg_class c JOIN pg_roles r ON r.rolname = :role
 WHERE c.relnamespace = current_schema()::regnamespace
   AND (c.relkind = 'S' AND has_sequence_privilege(r.oid, c.oid, 'USAGE, SELECT, UPDATE')
     OR c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND (has_table_privilege(r.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
          OR has_any_column_privilege(r.oid, c.oid, 'INSERT, UPDATE, REFERENCES')
          OR has_any_column_privilege(r.oid, c.oid, 'SELECT') AND NOT c.relname = ANY(:views)))
 ORDER BY c.relname
"""


def grant_views(engine: Engine, role: str, views: Sequence[str]) -> None:
    """Give `role` the right to read `views`; doing it again changes nothing.

    Raises:
        ReaderRefused: SQLite has no roles; there is no such role; or it could do more than read these views. Then
            nothing was changed.
    """
    if engine.dialect.name != "postgresql":
        raise ReaderRefused("This database is SQLite, which has no roles: whoever reads its file reads all of it")
    quote = engine.dialect.identifier_preparer.quote
    with engine.begin() as connection:
        _check_role(connection, role)
        connection.execute(text(f"GRANT USAGE ON SCHEMA {quote(_find_schema(connection))} TO {quote(role)}"))
        for view in views:
            connection.execute(text(f"GRANT SELECT ON {quote(view)} TO {quote(role)}"))
        more = connection.scalars(text(FIND_RIGHTS), {"role": role, "views": list(views)}).all()
        if more:
            raise ReaderRefused(
                f"The role {role} has rights on {', '.join(more[:5])} ({len(more)} in all), by itself or as everybody "
                "has. Take them away (REVOKE … FROM the role, or FROM PUBLIC)"
            )


def _find_schema(connection: Connection) -> str:
    return str(connection.scalar(text("SELECT current_schema()")))


def _check_role(connection: Connection, role: str) -> None:
    found = connection.execute(text(FIND_ROLE), {"role": role}).one_or_none()
    if found is None:
        raise ReaderRefused(f"There is no role {role}. Make it with CREATE ROLE … LOGIN")
    if found.is_own:
        raise ReaderRefused(f"{role} is this tool's own role. Make another one with CREATE ROLE … LOGIN")
    if found.is_mighty:
        raise ReaderRefused(
            f"The role {role} may read or change more than it is granted. Take a role without attributes"
        )
    if found.is_member:
        raise ReaderRefused(
            f"The role {role} is a member of other roles and may do what they may. Take one that is none"
        )
    if found.may_create:
        raise ReaderRefused(
            f"The role {role} may make tables beside these. REVOKE CREATE ON SCHEMA {_find_schema(connection)} FROM "
            "PUBLIC, or from the role"
        )
