"""What people decide has its tables: processes, concerns, cases, disputes, complaints, services, templates."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
MESSAGE = "a published process is immutable: publish another version"
TABLES = (
    "complaint",
    "message_template",
    "school_process",
    "support_case",
    "support_service",
    "case_entry",
    "concern",
    "dispute",
    "learner_choice",
    "self_declared",
    "hand_over",
)
"""In the order they are made."""


def upgrade() -> None:
    _make_complaint()
    _make_message_template()
    _make_school_process()
    _make_support_case()
    _make_support_service()
    _make_case_entry()
    _make_concern()
    _make_dispute()
    _make_learner_choice()
    _make_self_declared()
    _make_hand_over()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_school_process_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER school_process_is_immutable BEFORE UPDATE ON school_process "
            "FOR EACH ROW EXECUTE FUNCTION refuse_school_process_change()"
        )
    else:
        op.execute(
            "CREATE TRIGGER school_process_is_immutable BEFORE UPDATE ON school_process "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_school_process_change()")


def _make_complaint() -> None:
    op.create_table(
        "complaint",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("stage", sa.String(10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("acknowledged_by", sa.String(200)),
        sa.Column("acknowledged_at", INSTANT),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.String(200)),
        sa.Column("answered_at", INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_complaint_person_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_complaint_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_complaint"),
    )
    op.create_index("ix_complaint_person_id", "complaint", ["person_id"], unique=False)


def _make_message_template() -> None:
    op.create_table(
        "message_template",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(200), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_message_template_platform_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_message_template_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message_template"),
        sa.UniqueConstraint("school_id", "name", name="uq_message_template_school_id_name"),
    )


def _make_school_process() -> None:
    op.create_table(
        "school_process",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("version", sa.String(100), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("published_by", sa.String(200), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_school_process_platform_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_school_process_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_school_process"),
        sa.UniqueConstraint("school_id", "version", name="uq_school_process_school_id_version"),
    )


def _make_support_case() -> None:
    op.create_table(
        "support_case",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("opened_by", sa.String(200), nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_support_case_person_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_support_case_platform_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_support_case_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_support_case"),
    )
    op.create_index("ix_support_case_person_id", "support_case", ["person_id"], unique=False)
    op.create_index("ix_support_case_school_id", "support_case", ["school_id"], unique=False)


def _make_support_service() -> None:
    op.create_table(
        "support_service",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID),
        sa.Column("need", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("url", sa.String(1000)),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_support_service_platform_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_support_service_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_support_service"),
    )


def _make_case_entry() -> None:
    op.create_table(
        "case_entry",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("case_id", BIG_ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("kind", sa.String(30), nullable=False),
        sa.Column("by_moodle_user_id", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.String(200), nullable=False),
        sa.Column("by_role", sa.String(30), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("withheld_reason", sa.Text()),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("commitment", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_case_entry_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_entry"),
        sa.UniqueConstraint("case_id", "position", name="uq_case_entry_case_id_position"),
    )


def _make_concern() -> None:
    op.create_table(
        "concern",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("week_no", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("level_version", sa.String(100), nullable=False),
        sa.Column("rule_version", sa.String(100), nullable=False),
        sa.Column("process_id", BIG_ID, nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("is_beyond_budget", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("case_id", BIG_ID),
        sa.Column("closed_at", INSTANT),
        sa.Column("outcome", sa.String(20)),
        sa.Column("closed_by", sa.String(200)),
        sa.Column("closing_reason", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["support_case.id"], name="fk_concern_case_id"),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_concern_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_concern_person_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_concern_platform_id"),
        sa.ForeignKeyConstraint(["process_id"], ["school_process.id"], name="fk_concern_process_id"),
        sa.PrimaryKeyConstraint("id", name="pk_concern"),
        sa.UniqueConstraint("course_id", "person_id", "week_no", name="uq_concern_course_id_person_id_week_no"),
    )
    op.create_index("ix_concern_person_id", "concern", ["person_id"], unique=False)


def _make_dispute() -> None:
    op.create_table(
        "dispute",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("week_no", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("paused_until", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.String(200)),
        sa.Column("answered_at", INSTANT),
        sa.Column("was_right", sa.Boolean()),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_dispute_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_dispute_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_dispute"),
    )
    op.create_index("ix_dispute_person_id_course_id", "dispute", ["person_id", "course_id"], unique=False)


def _make_learner_choice() -> None:
    op.create_table(
        "learner_choice",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("shows_comparison", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("goal", sa.Text()),
        sa.Column("goal_a_week", sa.Integer()),
        sa.Column("chosen_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_learner_choice_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_learner_choice_person_id"),
        sa.PrimaryKeyConstraint("person_id", "course_id", name="pk_learner_choice"),
    )


def _make_self_declared() -> None:
    op.create_table(
        "self_declared",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_self_declared_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_self_declared_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_self_declared"),
    )
    op.create_index("ix_self_declared_person_id_course_id", "self_declared", ["person_id", "course_id"], unique=False)


def _make_hand_over() -> None:
    op.create_table(
        "hand_over",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("concern_id", BIG_ID),
        sa.Column("from_school_id", BIG_ID, nullable=False),
        sa.Column("to_school_id", BIG_ID, nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.String(200), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("acknowledged_by", sa.String(200)),
        sa.Column("acknowledged_at", INSTANT),
        sa.ForeignKeyConstraint(["concern_id"], ["concern.id"], name="fk_hand_over_concern_id"),
        sa.ForeignKeyConstraint(["from_school_id"], ["school.id"], name="fk_hand_over_from_school_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_hand_over_person_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_hand_over_platform_id"),
        sa.ForeignKeyConstraint(["to_school_id"], ["school.id"], name="fk_hand_over_to_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_hand_over"),
    )
    op.create_index("ix_hand_over_person_id", "hand_over", ["person_id"], unique=False)
    op.create_index("ix_hand_over_to_school_id", "hand_over", ["to_school_id"], unique=False)
    # ### end Alembic commands ###
