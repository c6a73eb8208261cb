"""Erasures are marked by a keyed hash alone: the table of Moodle user ids goes, its rows become tombstones."""

import os
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from bridge.errors import SettingsError
from bridge.user_keys import make_user_keys

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SECRET = "LEA_SECRET_KEY"  # noqa: S105 (the variable's name)
ERASED = sa.text(
    "SELECT e.platform_id, p.moodle_url, e.moodle_user_id, e.moodle_course_id, e.log_to, e.erased_at"
    " FROM erasure e JOIN platform p ON p.id = e.platform_id"
)
MARK = sa.text(
    "INSERT INTO tombstone (platform_id, user_key, moodle_course_id, log_to, erased_at)"
    " VALUES (:platform_id, :user_key, :moodle_course_id, :log_to, :erased_at)"
)


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(ERASED).all()
    secret_key = os.environ.get(SECRET, "")
    if rows and not secret_key:
        raise SettingsError({SECRET: ["is missing; the marks of erasures are made with it, and nothing was changed"]})
    for row in rows:
        keys = make_user_keys(row.platform_id, row.moodle_url, secret_key)
        mark = {name: getattr(row, name) for name in ("platform_id", "moodle_course_id", "log_to", "erased_at")}
        connection.execute(MARK, mark | {"user_key": keys.of(row.moodle_user_id)})
    op.drop_table("erasure")


def downgrade() -> None:
    """Make the table again, empty: nobody can turn a keyed hash back into an id."""
    op.create_table(
        "erasure",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("moodle_user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_to", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_erasure_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "moodle_user_id", "moodle_course_id", name="pk_erasure"),
    )
