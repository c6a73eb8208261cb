"""Schools, programmes, student records, relationships and trainings; the number that a viewer launches with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ONE_HOLDER = "holder_moodle_user_id IS NOT NULL OR holder_idnumber IS NOT NULL"


def upgrade() -> None:
    op.add_column("viewer_session", sa.Column("idnumber", sa.String(255), nullable=False, server_default=""))
    _create_schools()
    _create_student_record()
    _create_relationship()
    _create_training()


def downgrade() -> None:
    for table in ("training", "relationship", "student_record", "course_school", "programme", "school"):
        op.drop_table(table)
    op.drop_column("viewer_session", "idnumber")


def _create_schools() -> None:
    op.create_table(
        "school",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("switched_on_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_school_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_school"),
        sa.UniqueConstraint("platform_id", "code", name="uq_school_platform_id_code"),
    )
    op.create_table(
        "programme",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("code", sa.String(50), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("research_on_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_programme_platform_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_programme_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programme"),
        sa.UniqueConstraint("platform_id", "code", name="uq_programme_platform_id_code"),
    )
    op.create_table(
        "course_school",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_school_course_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_course_school_school_id"),
        sa.PrimaryKeyConstraint("course_id", name="pk_course_school"),
    )


def _create_student_record() -> None:
    op.create_table(
        "student_record",
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("school_id", BIG_ID, nullable=False),
        sa.Column("programme_id", BIG_ID, nullable=True),
        sa.Column("credits", sa.Integer(), nullable=True),
        sa.Column("is_part_time", sa.Boolean(), nullable=False),
        sa.Column("is_research", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("fed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_student_record_person_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_student_record_school_id"),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name="fk_student_record_programme_id"),
        sa.PrimaryKeyConstraint("person_id", name="pk_student_record"),
    )
    op.create_index("ix_student_record_school_id", "student_record", ["school_id"])


def _create_relationship() -> None:
    op.create_table(
        "relationship",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("holder_moodle_user_id", sa.BigInteger(), nullable=True),
        sa.Column("holder_idnumber", sa.String(255), nullable=True),
        sa.Column("holder_name", sa.Text(), nullable=False),
        sa.Column("person_id", BIG_ID, nullable=True),
        sa.Column("school_id", BIG_ID, nullable=True),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=True),
        sa.Column("source", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(500), nullable=True),
        sa.CheckConstraint(ONE_HOLDER, name="ck_relationship_one_holder"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_relationship_platform_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_relationship_person_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_relationship_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_relationship"),
    )
    _create_holder_indexes("relationship")
    op.create_index("ix_relationship_person_id", "relationship", ["person_id"])


def _create_training() -> None:
    op.create_table(
        "training",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("holder_moodle_user_id", sa.BigInteger(), nullable=True),
        sa.Column("holder_idnumber", sa.String(255), nullable=True),
        sa.Column("trained_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("source", sa.String(20), nullable=False),
        sa.CheckConstraint(ONE_HOLDER, name="ck_training_one_holder"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_training_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_training"),
    )
    _create_holder_indexes("training")


def _create_holder_indexes(table: str) -> None:
    for column in ("holder_idnumber", "holder_moodle_user_id"):
        op.create_index(f"ix_{table}_platform_id_{column}", table, ["platform_id", column])
