"""A run of a course ends at an instant, too, midnight where the institution is: tasks are due at a time of day."""

import os
from collections.abc import Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision: str = "0023"
down_revision: str | None = "0022"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

ZONE, DEFAULT = "LEA_ZONE", "Europe/London"
RUN = sa.table(
    "course_run",
    sa.column("course_id"),
    sa.column("run_no"),
    sa.column("ended_on", sa.Date()),
    sa.column("ended_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column("course_run", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    zone = ZoneInfo(os.environ.get(ZONE) or DEFAULT)
    for run in connection.execute(sa.select(RUN.c.course_id, RUN.c.run_no, RUN.c.ended_on)).all():
        ended_at = datetime.combine(run.ended_on, time(), zone).astimezone(ZoneInfo("UTC"))
        is_it = (RUN.c.course_id == run.course_id, RUN.c.run_no == run.run_no)
        connection.execute(RUN.update().where(*is_it).values(ended_at=ended_at))
    with op.batch_alter_table("course_run") as table:
        table.alter_column("ended_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    op.drop_column("course_run", "ended_at")
