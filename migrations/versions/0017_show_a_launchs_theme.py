"""A session knows in which theme the launch asks for its pages."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("viewer_session", sa.Column("theme", sa.String(10), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("viewer_session", "theme")
