"""Refuse to change an evaluation: what was shown stays as it was shown; only whole rows can be erased."""

from collections.abc import Sequence

from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

MESSAGE = "an evaluation is immutable: a later week gets its own row"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_evaluation_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER evaluation_is_immutable BEFORE UPDATE ON evaluation "
            "FOR EACH ROW EXECUTE FUNCTION refuse_evaluation_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER evaluation_is_immutable BEFORE UPDATE ON evaluation "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER evaluation_is_immutable ON evaluation")
        op.execute("DROP FUNCTION refuse_evaluation_change()")
    else:
        op.execute("DROP TRIGGER evaluation_is_immutable")
