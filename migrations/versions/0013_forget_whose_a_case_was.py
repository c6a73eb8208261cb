"""A case can lose its learner's name while the chain of its entries stays."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("support_case") as table:
        table.alter_column("person_id", existing_type=sa.BigInteger(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM case_entry WHERE case_id IN (SELECT id FROM support_case WHERE person_id IS NULL)")
    op.execute(
        "UPDATE concern SET case_id = NULL WHERE case_id IN (SELECT id FROM support_case WHERE person_id IS NULL)"
    )
    op.execute("DELETE FROM support_case WHERE person_id IS NULL")
    with op.batch_alter_table("support_case") as table:
        table.alter_column("person_id", existing_type=sa.BigInteger(), nullable=False)
