"""Levels are published per school, programme and course as documents with a proof; other sources come in."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
MESSAGE = "a published level is immutable: publish another version"
DEFAULT_RULE = {
    "version": "default-1",
    "reasons": [["silent", [["CLOCK_DAYS", "10"], ["E_BELOW", "2/5"]]], ["task", [["OVERDUE_DAYS", "7"]]]],
    "review_weeks": None,
    "worth": ["4", "17/25"],
}
"""What every level had before rules were published with them."""


def upgrade() -> None:
    _make_sources()
    _widen_teaching()
    _publish_documents()
    _make_drafts_and_figures()


def downgrade() -> None:
    op.drop_table("frozen_figure")
    op.drop_table("level_draft")
    _take_documents_back()
    op.drop_column("evaluation", "unused_markers")
    with op.batch_alter_table("course_school") as batch:
        batch.drop_constraint("fk_course_school_programme_id", type_="foreignkey")
        for column in ("is_core", "credits", "programme_id"):
            batch.drop_column(column)
    with op.batch_alter_table("outage") as batch:
        for column in ("repaired_at", "noted_by"):
            batch.drop_column(column)
    with op.batch_alter_table("calendar_break") as batch:
        batch.drop_column("kind")
    with op.batch_alter_table("teaching_calendar") as batch:
        batch.drop_constraint("fk_teaching_calendar_school_id", type_="foreignkey")
        for column in ("made_at", "first_monday", "school_id", "scope"):
            batch.drop_column(column)
    for table in ("source_import", "source_freshness", "source_item", "register_mark", "register_session"):
        op.drop_table(table)


def _make_sources() -> None:
    op.create_table(
        "register_session",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("marker", sa.String(20), nullable=False),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("session_key", sa.String(100), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_register_session_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_register_session"),
        sa.UniqueConstraint(
            "course_id",
            "marker",
            "source",
            "session_key",
            name="uq_register_session_course_id_marker_source_session_key",
        ),
    )
    op.create_table(
        "register_mark",
        sa.Column("session_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["register_session.id"], name="fk_register_mark_session_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_register_mark_person_id"),
        sa.PrimaryKeyConstraint("session_id", "person_id", name="pk_register_mark"),
    )
    op.create_index("ix_register_mark_person_id", "register_mark", ["person_id"])
    op.create_table(
        "source_item",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("marker", sa.String(20), nullable=False),
        sa.Column("source", sa.String(30), nullable=False),
        sa.Column("item_key", sa.String(100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_source_item_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_source_item"),
        sa.UniqueConstraint(
            "course_id", "marker", "source", "item_key", name="uq_source_item_course_id_marker_source_item_key"
        ),
    )
    op.create_table(
        "source_freshness",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("course_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("covers_to", sa.Date(), nullable=False),
        sa.Column("read_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_source_freshness_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "course_id", "kind", name="pk_source_freshness"),
    )
    op.create_table(
        "source_import",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("imported_at", INSTANT, nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("new_count", sa.BigInteger(), nullable=False),
        sa.Column("rejected_count", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_source_import_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_source_import"),
    )
    op.create_index("ix_source_import_platform_id_imported_at", "source_import", ["platform_id", "imported_at"])


def _widen_teaching() -> None:
    with op.batch_alter_table("teaching_calendar") as batch:
        batch.add_column(sa.Column("scope", sa.String(10), nullable=False, server_default="platform"))
        batch.add_column(sa.Column("school_id", BIG_ID))
        batch.add_column(sa.Column("first_monday", sa.Date()))
        batch.add_column(sa.Column("made_at", INSTANT))
        batch.create_foreign_key("fk_teaching_calendar_school_id", "school", ["school_id"], ["id"])
    with op.batch_alter_table("calendar_break") as batch:
        batch.add_column(sa.Column("kind", sa.String(20), nullable=False, server_default="break"))
    with op.batch_alter_table("outage") as batch:
        batch.add_column(sa.Column("noted_by", sa.String(200), nullable=False, server_default=""))
        batch.add_column(sa.Column("repaired_at", INSTANT))
    with op.batch_alter_table("course_school") as batch:
        batch.add_column(sa.Column("programme_id", BIG_ID))
        batch.add_column(sa.Column("credits", sa.Integer()))
        batch.add_column(sa.Column("is_core", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.create_foreign_key("fk_course_school_programme_id", "programme", ["programme_id"], ["id"])
    # Not in a batch, which would make the table anew and lose its trigger.
    op.add_column("evaluation", sa.Column("unused_markers", sa.JSON(), nullable=False, server_default="[]"))
    # What courses had so far was the whole platform's.
    op.execute("UPDATE course SET calendar_id = NULL")


def _publish_documents() -> None:
    with op.batch_alter_table("published_level") as batch:
        batch.add_column(sa.Column("programme_id", BIG_ID))
        batch.add_column(sa.Column("school_id", BIG_ID))
        batch.add_column(sa.Column("document", sa.JSON()))
        batch.add_column(sa.Column("digest", sa.String(64)))
        batch.add_column(sa.Column("published_by", sa.String(200)))
        batch.add_column(sa.Column("published_at", INSTANT))
        batch.create_foreign_key("fk_published_level_programme_id", "programme", ["programme_id"], ["id"])
        batch.create_foreign_key("fk_published_level_school_id", "school", ["school_id"], ["id"])
    rows = _published_table()
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows)).mappings().all():
        document = {"expectations": _expectations_of(row), "rule": DEFAULT_RULE}
        proof = json.dumps(document, sort_keys=True, separators=(",", ":"))
        values = {
            "document": document,
            "digest": hashlib.sha256(proof.encode()).hexdigest(),
            "published_by": row["agreed_by"],
            "published_at": sa.func.current_timestamp(),
        }
        connection.execute(sa.update(rows).where(rows.c.id == row["id"]).values(**values))
    with op.batch_alter_table("published_level") as batch:
        for column in ("level", "a_day", "markers", "weights"):
            batch.drop_column(column)
        batch.alter_column("document", existing_type=sa.JSON(), nullable=False)
        batch.alter_column("digest", existing_type=sa.String(64), nullable=False)
        batch.alter_column("published_by", existing_type=sa.String(200), nullable=False)
        batch.alter_column("published_at", existing_type=INSTANT, nullable=False)
    _guard("published_level", MESSAGE)


def _published_table() -> sa.Table:
    return sa.Table(
        "published_level",
        sa.MetaData(),
        sa.Column("id", BIG_ID, primary_key=True),
        sa.Column("level", sa.Integer()),
        sa.Column("a_day", sa.Integer()),
        sa.Column("markers", sa.JSON()),
        sa.Column("weights", sa.JSON()),
        sa.Column("agreed_by", sa.String(200)),
        sa.Column("document", sa.JSON()),
        sa.Column("digest", sa.String(64)),
        sa.Column("published_by", sa.String(200)),
        sa.Column("published_at", INSTANT),
    )


def _expectations_of(row: sa.RowMapping) -> list[dict[str, Any]]:
    return [
        {
            "marker": marker,
            "weight": int(row["weights"].get(marker, 1)),
            "level": row["level"] if marker == "activity" else None,
            "a_day": row["a_day"] if marker == "activity" else None,
        }
        for marker in ("activity", "tasks", "attendance")
        if marker in row["markers"]
    ]


def _take_documents_back() -> None:
    _unguard("published_level")
    with op.batch_alter_table("published_level") as batch:
        batch.add_column(sa.Column("level", sa.Integer(), nullable=False, server_default="4"))
        batch.add_column(sa.Column("a_day", sa.Integer(), nullable=False, server_default="2"))
        batch.add_column(sa.Column("markers", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("weights", sa.JSON(), nullable=False, server_default="{}"))
    rows = _published_table()
    connection = op.get_bind()
    for row in connection.execute(sa.select(rows.c.id, rows.c.document)).mappings().all():
        expected = {one["marker"]: one for one in row["document"]["expectations"]}
        activity = expected.get("activity", {"level": 4, "a_day": 2})
        values = {
            "level": activity["level"],
            "a_day": activity["a_day"],
            "markers": [name for name in ("activity", "tasks", "attendance") if name in expected],
            "weights": {name: one["weight"] for name, one in expected.items()},
        }
        connection.execute(sa.update(rows).where(rows.c.id == row["id"]).values(**values))
    with op.batch_alter_table("published_level") as batch:
        for column in ("level", "a_day", "markers", "weights"):
            batch.alter_column(column, server_default=None)
        batch.drop_constraint("fk_published_level_programme_id", type_="foreignkey")
        batch.drop_constraint("fk_published_level_school_id", type_="foreignkey")
        for column in ("published_at", "published_by", "digest", "document", "school_id", "programme_id"):
            batch.drop_column(column)


def _make_drafts_and_figures() -> None:
    op.create_table(
        "level_draft",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID),
        sa.Column("programme_id", BIG_ID),
        sa.Column("school_id", BIG_ID),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.String(200), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_level_draft_platform_id"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_level_draft_course_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_level_draft_programme_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_level_draft_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_level_draft"),
    )
    op.create_table(
        "frozen_figure",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("scope", sa.String(20), nullable=False),
        sa.Column("scope_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(50), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_frozen_figure_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "as_of", "scope", "scope_id", "part", name="pk_frozen_figure"),
    )


def _guard(table: str, message: str) -> None:
    """Let the database refuse every UPDATE of a table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE FUNCTION refuse_{table}_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{message}'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION refuse_{table}_change()"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {table}_is_immutable BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def _unguard(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_is_immutable ON {table}")
        op.execute(f"DROP FUNCTION refuse_{table}_change()")
    else:
        op.execute(f"DROP TRIGGER {table}_is_immutable")
