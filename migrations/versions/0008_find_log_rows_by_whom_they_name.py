"""Log rows are found by whom else they name: what is held about somebody is read without reading the whole window."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

COLUMNS = ("related_moodle_user_id", "real_moodle_user_id")


def upgrade() -> None:
    for column in COLUMNS:
        is_named = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_log_event_{column}", "log_event", [column], sqlite_where=is_named, postgresql_where=is_named
        )


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_log_event_{column}", "log_event")
