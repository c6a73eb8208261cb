"""Figures for those without named rights are made of pools of learners, and a frozen one never changes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MESSAGE = "a frozen figure is immutable: it is what was published"


def upgrade() -> None:
    op.create_table(
        "figure_pool",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("pool_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("programme_id", BIG_ID),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made_as_of", sa.Date(), nullable=False),
        sa.Column("closed_as_of", sa.Date()),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_figure_pool_course_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_figure_pool_programme_id"),
        sa.PrimaryKeyConstraint("course_id", "pool_no", name="pk_figure_pool"),
    )
    op.create_table(
        "figure_member",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("pool_no", sa.Integer(), nullable=False),
        sa.Column("left_as_of", sa.Date()),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_figure_member_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_figure_member_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name="pk_figure_member"),
    )
    op.create_index("ix_figure_member_person_id", "figure_member", ["person_id"])
    _guard()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER frozen_figure_is_immutable ON frozen_figure")
        op.execute("DROP FUNCTION refuse_frozen_figure_change()")
    else:
        op.execute("DROP TRIGGER frozen_figure_is_immutable")
    op.drop_table("figure_member")
    op.drop_table("figure_pool")


def _guard() -> None:
    """Let the database refuse every UPDATE of a frozen figure."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_frozen_figure_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER frozen_figure_is_immutable BEFORE UPDATE ON frozen_figure "
            "FOR EACH ROW EXECUTE FUNCTION refuse_frozen_figure_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER frozen_figure_is_immutable BEFORE UPDATE ON frozen_figure "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
