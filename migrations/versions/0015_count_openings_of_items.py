"""What is opened of a course is counted once a week, without names, and a frozen count never changes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MESSAGE = "a frozen count is immutable: it is what was published"


def upgrade() -> None:
    op.create_table(
        "frozen_opening",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("week_no", sa.Integer(), nullable=False),
        sa.Column("learners", sa.Integer(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_frozen_opening_course_id"),
        sa.PrimaryKeyConstraint("course_id", "as_of", name="pk_frozen_opening"),
    )
    _guard()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER frozen_opening_is_immutable ON frozen_opening")
        op.execute("DROP FUNCTION refuse_frozen_opening_change()")
    else:
        op.execute("DROP TRIGGER frozen_opening_is_immutable")
    op.drop_table("frozen_opening")


def _guard() -> None:
    """Let the database refuse every UPDATE of a frozen count."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_frozen_opening_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER frozen_opening_is_immutable BEFORE UPDATE ON frozen_opening "
            "FOR EACH ROW EXECUTE FUNCTION refuse_frozen_opening_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER frozen_opening_is_immutable BEFORE UPDATE ON frozen_opening "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
