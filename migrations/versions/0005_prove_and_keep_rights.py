"""Seals and alerts over access rows; restrictions, decided erasures, tombstones, and proofs of purges."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("access_log", sa.Column("salt", sa.String(32), nullable=True))
    op.add_column("access_log", sa.Column("commitment", sa.String(64), nullable=True))
    op.create_index("ix_access_log_viewer_moodle_user_id_at", "access_log", ["viewer_moodle_user_id", "at"])
    op.create_table(
        "access_seal",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("first_id", sa.BigInteger(), nullable=False),
        sa.Column("last_id", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sealed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_seal"),
        sa.UniqueConstraint("first_id", name="uq_access_seal_first_id"),
        sa.UniqueConstraint("last_id", name="uq_access_seal_last_id"),
    )
    _create_alert()
    _create_rights()
    op.create_table(
        "retention_run",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("kept_days", sa.Integer(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("left_over", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_retention_run_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_retention_run"),
    )
    op.create_index("ix_retention_run_platform_id_at", "retention_run", ["platform_id", "at"])


def downgrade() -> None:
    for table in ("retention_run", "tombstone", "erasure_decision", "restriction", "alert", "access_seal"):
        op.drop_table(table)
    op.drop_index("ix_access_log_viewer_moodle_user_id_at", "access_log")
    op.drop_column("access_log", "commitment")
    op.drop_column("access_log", "salt")


def _create_alert() -> None:
    op.create_table(
        "alert",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(50), nullable=False),
        sa.Column("viewer_moodle_user_id", sa.BigInteger(), nullable=True),
        sa.Column("detail", sa.String(500), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_alert_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
    )
    op.create_index("ix_alert_platform_id_at", "alert", ["platform_id", "at"])


def _create_rights() -> None:
    op.create_table(
        "restriction",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_restriction_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_restriction"),
    )
    op.create_index("ix_restriction_person_id", "restriction", ["person_id"])
    op.create_table(
        "erasure_decision",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("user_key", sa.String(64), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=False),
        sa.Column("decided_by", sa.String(200), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_erasure_decision_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_erasure_decision"),
    )
    op.create_table(
        "tombstone",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("user_key", sa.String(64), nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), nullable=False),
        sa.Column("log_to", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_tombstone_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "user_key", "moodle_course_id", name="pk_tombstone"),
    )
