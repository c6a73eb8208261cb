"""A relationship by staff number knows the account that last came with it, so that learners read who looked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("relationship", sa.Column("seen_moodle_user_id", sa.BigInteger()))


def downgrade() -> None:
    op.drop_column("relationship", "seen_moodle_user_id")
