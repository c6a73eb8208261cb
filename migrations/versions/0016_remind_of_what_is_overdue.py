"""Schools have a mailbox, and a complaint or hand-over that was not acknowledged in time is reminded of once."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("school", sa.Column("mailbox", sa.String(254)))
    op.add_column("complaint", sa.Column("reminded_at", sa.DateTime(timezone=True)))
    op.add_column("hand_over", sa.Column("reminded_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("hand_over", "reminded_at")
    op.drop_column("complaint", "reminded_at")
    op.drop_column("school", "mailbox")
