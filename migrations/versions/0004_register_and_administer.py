"""Registration links and pending registrations, used form tokens, sync requests, and what administrators see."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("platform", sa.Column("plugin_version", sa.BigInteger(), nullable=True))
    op.add_column("platform", sa.Column("moodle_release", sa.String(100), nullable=True))
    op.add_column("platform", sa.Column("handshake_at", INSTANT, nullable=True))
    op.add_column("registration", sa.Column("granted_scopes", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("viewer_session", sa.Column("memberships_url", sa.Text(), nullable=True))
    op.add_column("access_log", sa.Column("detail", sa.String(200), nullable=True))
    op.add_column("course", sa.Column("tool_cmid", sa.BigInteger(), nullable=True))
    op.add_column("course", sa.Column("tool_problem", sa.String(50), nullable=True))
    op.create_table(
        "registration_link",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("made_by_platform_id", BIG_ID, nullable=True),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("used_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_platform_id"], ["platform.id"], name="fk_registration_link_made_by_platform_id"
        ),
        sa.PrimaryKeyConstraint("token_hash", name="pk_registration_link"),
    )
    op.create_index("ix_registration_link_expires_at", "registration_link", ["expires_at"])
    _create_pending_registration()
    op.create_table(
        "used_form_token",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name="pk_used_form_token"),
    )
    op.create_index("ix_used_form_token_expires_at", "used_form_token", ["expires_at"])
    op.create_table(
        "sync_request",
        sa.Column("platform_id", BIG_ID, nullable=False),
        sa.Column("requested_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["platform_id"], ["platform.id"], name="fk_sync_request_platform_id"),
        sa.PrimaryKeyConstraint("platform_id", name="pk_sync_request"),
    )


def downgrade() -> None:
    for table in ("sync_request", "used_form_token", "pending_registration", "registration_link"):
        op.drop_table(table)
    op.drop_column("course", "tool_problem")
    op.drop_column("course", "tool_cmid")
    op.drop_column("access_log", "detail")
    op.drop_column("viewer_session", "memberships_url")
    op.drop_column("registration", "granted_scopes")
    op.drop_column("platform", "handshake_at")
    op.drop_column("platform", "moodle_release")
    op.drop_column("platform", "plugin_version")


def _create_pending_registration() -> None:
    op.create_table(
        "pending_registration",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("made_by_platform_id", BIG_ID, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.String(1000), nullable=False),
        sa.Column("client_id", sa.String(255), nullable=False),
        sa.Column("lti_deployment_id", sa.String(255), nullable=True),
        sa.Column("auth_login_url", sa.Text(), nullable=False),
        sa.Column("auth_token_url", sa.Text(), nullable=False),
        sa.Column("key_set_url", sa.Text(), nullable=False),
        sa.Column("granted_scopes", sa.JSON(), nullable=False),
        sa.Column("registered_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_platform_id"], ["platform.id"], name="fk_pending_registration_made_by_platform_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_pending_registration"),
        sa.UniqueConstraint("issuer", "client_id", name="uq_pending_registration_issuer_client_id"),
    )
