"""Create the tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "continue_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("launch", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code_hash", name="pk_continue_code"),
    )
    with op.batch_alter_table("continue_code", schema=None) as batch_op:
        batch_op.create_index("ix_continue_code_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_table(
        "platform",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("moodle_url", sa.String(length=1000), nullable=False),
        sa.Column("moodle_token", sa.Text(), nullable=True),
        sa.Column("bot_moodle_user_id", sa.BigInteger(), nullable=True),
        sa.Column("plugin_release", sa.String(length=64), nullable=True),
        sa.Column("clock_skew_seconds", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_platform"),
        sa.UniqueConstraint("moodle_url", name="uq_platform_moodle_url"),
    )
    op.create_table(
        "presence",
        sa.Column("day_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("course_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cmid", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("day_no", "course_id", "person_id", "cmid", "kind", name="pk_presence"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tool_key",
        sa.Column("kid", sa.String(length=64), nullable=False),
        sa.Column("private_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name="pk_tool_key"),
    )
    op.create_table(
        "access_log",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("viewer_moodle_user_id", sa.BigInteger(), nullable=False),
        sa.Column("viewer_role", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=50), nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_person_id", sa.BigInteger(), nullable=True),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_access_log_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_access_log"),
    )
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.create_index("ix_access_log_subject_person_id_at", ["subject_person_id", "at"], unique=False)

    op.create_table(
        "deletion_cursor",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_deletion_cursor_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", name="pk_deletion_cursor"),
    )
    op.create_table(
        "erasure",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("moodle_user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("log_to", sa.BigInteger(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_erasure_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "moodle_user_id", "moodle_course_id", name="pk_erasure"),
    )
    op.create_table(
        "log_cursor",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("read_to", sa.BigInteger(), nullable=False),
        sa.Column("settled_to", sa.BigInteger(), nullable=False),
        sa.Column("mark_id", sa.BigInteger(), nullable=False),
        sa.Column("mark_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fresh_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("purged_to", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_log_cursor_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", name="pk_log_cursor"),
    )
    op.create_table(
        "outage",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_outage_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outage"),
    )
    op.create_table(
        "person",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("moodle_user_id", sa.BigInteger(), nullable=False),
        sa.Column("idnumber", sa.String(length=255), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("full_name", sa.Text(), nullable=False),
        sa.Column("is_suspended", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_person_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("platform_id", "moodle_user_id", name="uq_person_platform_id_moodle_user_id"),
    )
    op.create_table(
        "quarantine",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(length=50), nullable=False),
        sa.Column("source_key", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_quarantine_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_quarantine"),
        sa.UniqueConstraint("platform_id", "source", "source_key", name="uq_quarantine_platform_id_source_source_key"),
    )
    op.create_table(
        "registration",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("issuer", sa.String(length=1000), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("auth_login_url", sa.Text(), nullable=False),
        sa.Column("auth_token_url", sa.Text(), nullable=False),
        sa.Column("key_set_url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_registration_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_registration"),
        sa.UniqueConstraint("issuer", "client_id", name="uq_registration_issuer_client_id"),
    )
    op.create_table(
        "sync_run",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("job", sa.String(length=50), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("error_code", sa.String(length=100), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_new", sa.BigInteger(), nullable=False),
        sa.Column("rows_quarantined", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_sync_run_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sync_run"),
    )
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sync_run_platform_id_job_started_at", ["platform_id", "job", "started_at"], unique=False
        )

    op.create_table(
        "teaching_calendar",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("week_count", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_teaching_calendar_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teaching_calendar"),
    )
    op.create_table(
        "viewer_access",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("moodle_user_id", sa.BigInteger(), nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_viewer_access_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "moodle_user_id", "moodle_course_id", name="pk_viewer_access"),
    )
    op.create_table(
        "calendar_break",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("calendar_id", BIG_ID, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["teaching_calendar.id"], name="fk_calendar_break_calendar_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_calendar_break"),
    )
    op.create_table(
        "course",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), nullable=False),
        sa.Column("shortname", sa.Text(), nullable=False),
        sa.Column("fullname", sa.Text(), nullable=False),
        sa.Column("idnumber", sa.String(length=255), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("group_mode", sa.Integer(), nullable=False),
        sa.Column("calendar_id", BIG_ID, nullable=True),
        sa.Column("switched_on_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("switched_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("backfilled_to", sa.BigInteger(), nullable=False),
        sa.Column("backfill_until", sa.BigInteger(), nullable=True),
        sa.Column("roster_synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tasks_synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["calendar_id"], ["teaching_calendar.id"], name="fk_course_calendar_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_course_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_course"),
        sa.UniqueConstraint("platform_id", "moodle_course_id", name="uq_course_platform_id_moodle_course_id"),
    )
    op.create_table(
        "deployment",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("lti_deployment_id", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_deployment_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_deployment"),
        sa.UniqueConstraint(
            "registration_id", "lti_deployment_id", name="uq_deployment_registration_id_lti_deployment_id"
        ),
    )
    op.create_table(
        "exemption",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_exemption_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_exemption"),
    )
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.create_index("ix_exemption_person_id", ["person_id"], unique=False)

    op.create_table(
        "lti_login",
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=128), nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("lti_deployment_id", sa.String(length=255), nullable=True),
        sa.Column("target_link_uri", sa.Text(), nullable=False),
        sa.Column("bind_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_lti_login_registration_id"),
        sa.PrimaryKeyConstraint("state_hash", name="pk_lti_login"),
    )
    with op.batch_alter_table("lti_login", schema=None) as batch_op:
        batch_op.create_index("ix_lti_login_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "platform_key_set",
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("key_set", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_platform_key_set_registration_id"),
        sa.PrimaryKeyConstraint("registration_id", name="pk_platform_key_set"),
    )
    op.create_table(
        "viewer_session",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("page_token_hash", sa.String(length=64), nullable=False),
        sa.Column("registration_id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("lti_deployment_id", sa.String(length=255), nullable=False),
        sa.Column("moodle_user_id", sa.BigInteger(), nullable=False),
        sa.Column("moodle_course_id", sa.BigInteger(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("lti_role", sa.String(length=20), nullable=False),
        sa.Column("is_platform_admin", sa.Boolean(), nullable=False),
        sa.Column("course_role", sa.String(length=20), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_viewer_session_platform_id"),
        sa.ForeignKeyConstraint(["registration_id"], ["registration.id"], name="fk_viewer_session_registration_id"),
        sa.PrimaryKeyConstraint("id", name="pk_viewer_session"),
        sa.UniqueConstraint("page_token_hash", name="uq_viewer_session_page_token_hash"),
    )
    op.create_table(
        "activity",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("cmid", sa.BigInteger(), nullable=False),
        sa.Column("modname", sa.String(length=50), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("section", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_activity_course_id"),
        sa.PrimaryKeyConstraint("course_id", "cmid", name="pk_activity"),
    )
    op.create_table(
        "course_group",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("moodle_group_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_group_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_course_group"),
        sa.UniqueConstraint("course_id", "moodle_group_id", name="uq_course_group_course_id_moodle_group_id"),
    )
    op.create_table(
        "course_role",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("shortname", sa.String(length=100), nullable=False),
        sa.Column("archetype", sa.String(length=30), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_course_role_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_course_role_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", "shortname", name="pk_course_role"),
    )
    op.create_table(
        "enrolment",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("is_learner", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_enrolment_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_enrolment_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name="pk_enrolment"),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_person_id_course_id", ["person_id", "course_id"], unique=False)

    op.create_table(
        "evaluation",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("week_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("is_week_counted", sa.Boolean(), nullable=False),
        sa.Column("e_numerator", sa.Integer(), nullable=True),
        sa.Column("e_denominator", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("band", sa.String(length=40), nullable=True),
        sa.Column("shown_band", sa.String(length=40), nullable=False),
        sa.Column("clock_days", sa.Integer(), nullable=False),
        sa.Column("concern_reasons", sa.JSON(), nullable=False),
        sa.Column("overdue_task_ids", sa.JSON(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("level_version", sa.String(length=100), nullable=False),
        sa.Column("calendar_version", sa.String(length=100), nullable=False),
        sa.Column("code_version", sa.String(length=30), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_evaluation_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_evaluation_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", "week_no", name="pk_evaluation"),
    )
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.create_index("ix_evaluation_person_id_course_id", ["person_id", "course_id"], unique=False)

    op.create_table(
        "learner_state",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("last_evidence_on", sa.Date(), nullable=True),
        sa.Column("clock_days", sa.Integer(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_learner_state_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_learner_state_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name="pk_learner_state"),
    )
    op.create_table(
        "learner_week",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("week_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("why_not", sa.String(length=30), nullable=True),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("mark_numerator", sa.Integer(), nullable=True),
        sa.Column("mark_denominator", sa.Integer(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_learner_week_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_learner_week_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", "week_no", name="pk_learner_week"),
    )
    with op.batch_alter_table("learner_week", schema=None) as batch_op:
        batch_op.create_index("ix_learner_week_person_id_course_id", ["person_id", "course_id"], unique=False)

    op.create_table(
        "log_event",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("log_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("moodle_user_id", sa.BigInteger(), nullable=False),
        sa.Column("related_moodle_user_id", sa.BigInteger(), nullable=True),
        sa.Column("real_moodle_user_id", sa.BigInteger(), nullable=True),
        sa.Column("cmid", sa.BigInteger(), nullable=False),
        sa.Column("event_name", sa.String(length=255), nullable=False),
        sa.Column("edulevel", sa.SmallInteger(), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("other", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day_no", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_log_event_course_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_log_event_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", "log_id", name="pk_log_event"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("log_event", schema=None) as batch_op:
        batch_op.create_index("ix_log_event_course_id_moodle_user_id", ["course_id", "moodle_user_id"], unique=False)
        batch_op.create_index("ix_log_event_platform_id_arrived_at", ["platform_id", "arrived_at"], unique=False)

    op.create_table(
        "published_level",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=True),
        sa.Column("version", sa.String(length=100), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("a_day", sa.Integer(), nullable=False),
        sa.Column("markers", sa.JSON(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("agreed_by", sa.String(length=200), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_published_level_course_id"),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_published_level_platform_id"),
        sa.PrimaryKeyConstraint("id", name="pk_published_level"),
        sa.UniqueConstraint("platform_id", "version", name="uq_published_level_platform_id_version"),
    )
    op.create_table(
        "stale_learner",
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_stale_learner_course_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_stale_learner_person_id"),
        sa.PrimaryKeyConstraint("course_id", "person_id", name="pk_stale_learner"),
    )
    op.create_table(
        "task",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("course_id", BIG_ID, nullable=False),
        sa.Column("cmid", sa.BigInteger(), nullable=False),
        sa.Column("modname", sa.String(length=50), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_excused_known", sa.Boolean(), nullable=False),
        sa.Column("is_visible", sa.Boolean(), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name="fk_task_course_id"),
        sa.PrimaryKeyConstraint("id", name="pk_task"),
        sa.UniqueConstraint("course_id", "cmid", name="uq_task_course_id_cmid"),
    )
    op.create_table(
        "group_member",
        sa.Column("group_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["course_group.id"], name="fk_group_member_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_group_member_person_id"),
        sa.PrimaryKeyConstraint("group_id", "person_id", name="pk_group_member"),
    )
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.create_index("ix_group_member_person_id", ["person_id"], unique=False)

    op.create_table(
        "learner_task",
        sa.Column("task_id", BIG_ID, nullable=False),
        sa.Column("person_id", BIG_ID, nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("is_excused", sa.Boolean(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_learner_task_person_id"),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name="fk_learner_task_task_id"),
        sa.PrimaryKeyConstraint("task_id", "person_id", name="pk_learner_task"),
    )
    with op.batch_alter_table("learner_task", schema=None) as batch_op:
        batch_op.create_index("ix_learner_task_person_id", ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("learner_task", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_task_person_id")

    op.drop_table("learner_task")
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.drop_index("ix_group_member_person_id")

    op.drop_table("group_member")
    op.drop_table("task")
    op.drop_table("stale_learner")
    op.drop_table("published_level")
    with op.batch_alter_table("log_event", schema=None) as batch_op:
        batch_op.drop_index("ix_log_event_platform_id_arrived_at")
        batch_op.drop_index("ix_log_event_course_id_moodle_user_id")

    op.drop_table("log_event")
    with op.batch_alter_table("learner_week", schema=None) as batch_op:
        batch_op.drop_index("ix_learner_week_person_id_course_id")

    op.drop_table("learner_week")
    op.drop_table("learner_state")
    with op.batch_alter_table("evaluation", schema=None) as batch_op:
        batch_op.drop_index("ix_evaluation_person_id_course_id")

    op.drop_table("evaluation")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolment_person_id_course_id")

    op.drop_table("enrolment")
    op.drop_table("course_role")
    op.drop_table("course_group")
    op.drop_table("activity")
    op.drop_table("viewer_session")
    op.drop_table("platform_key_set")
    with op.batch_alter_table("lti_login", schema=None) as batch_op:
        batch_op.drop_index("ix_lti_login_expires_at")

    op.drop_table("lti_login")
    with op.batch_alter_table("exemption", schema=None) as batch_op:
        batch_op.drop_index("ix_exemption_person_id")

    op.drop_table("exemption")
    op.drop_table("deployment")
    op.drop_table("course")
    op.drop_table("calendar_break")
    op.drop_table("viewer_access")
    op.drop_table("teaching_calendar")
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.drop_index("ix_sync_run_platform_id_job_started_at")

    op.drop_table("sync_run")
    op.drop_table("registration")
    op.drop_table("quarantine")
    op.drop_table("person")
    op.drop_table("outage")
    op.drop_table("log_cursor")
    op.drop_table("erasure")
    op.drop_table("deletion_cursor")
    with op.batch_alter_table("access_log", schema=None) as batch_op:
        batch_op.drop_index("ix_access_log_subject_person_id_at")

    op.drop_table("access_log")
    op.drop_table("tool_key")
    op.drop_table("presence")
    op.drop_table("platform")
    op.drop_table("lease")
    with op.batch_alter_table("continue_code", schema=None) as batch_op:
        batch_op.drop_index("ix_continue_code_expires_at")

    op.drop_table("continue_code")
