"""A learner's page finds who opened their course's list by the course, and not among all lists ever opened."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

INDEX = "ix_access_log_moodle_course_id_at"
NAMES_NOBODY = sa.text("subject_person_id IS NULL")


def upgrade() -> None:
    op.create_index(
        INDEX, "access_log", ["moodle_course_id", "at"], sqlite_where=NAMES_NOBODY, postgresql_where=NAMES_NOBODY
    )


def downgrade() -> None:
    op.drop_index(INDEX, "access_log")
