"""A course says when its activities were read: of one whose were not, no week is evaluated and no item counted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

COURSE = sa.table(
    "course",
    sa.column("activities_synced_at", sa.DateTime(timezone=True)),
    sa.column("tasks_synced_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("course", sa.Column("activities_synced_at", sa.DateTime(timezone=True), nullable=True))
    # The same run reads activities before tasks.
    op.execute(COURSE.update().values(activities_synced_at=COURSE.c.tasks_synced_at))


def downgrade() -> None:
    op.drop_column("course", "activities_synced_at")
