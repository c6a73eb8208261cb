"""Platforms (Moodle sites), their LTI registrations, and the tool's own keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class Platform(Base):
    """One row per Moodle site."""

    __tablename__ = "platform"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    moodle_url: Mapped[str] = mapped_column(String(1000), unique=True)
    """The site's wwwroot, without a trailing slash; web services are called below it."""
    moodle_token: Mapped[str | None] = mapped_column(Text)
    """The web-service token, encrypted by `bridge.secrets`; never in clear."""
    bot_moodle_user_id: Mapped[int | None] = mapped_column(BigInteger)
    """The service user's Moodle id: its rows are our own footprints."""
    plugin_release: Mapped[str | None] = mapped_column(String(64))
    plugin_version: Mapped[int | None] = mapped_column(BigInteger)
    moodle_release: Mapped[str | None] = mapped_column(String(100))
    clock_skew_seconds: Mapped[int | None]
    """Moodle's clock minus ours, as of the last handshake."""
    handshake_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Registration(Base):
    """One row per client id that a platform gave to this tool; several may serve one platform."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    issuer: Mapped[str] = mapped_column(String(1000))
    client_id: Mapped[str] = mapped_column(String(255))
    auth_login_url: Mapped[str] = mapped_column(Text)
    auth_token_url: Mapped[str] = mapped_column(Text)
    key_set_url: Mapped[str] = mapped_column(Text)
    granted_scopes: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    """The service scopes that the platform granted; empty: launches alone."""
    created_at: Mapped[datetime]


class RegistrationLink(Base):
    """One row per link for Dynamic Registration that was made: it works once, for an hour."""

    __tablename__ = "registration_link"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_by_platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    """Whose administrator made it; null: made by the lea command."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class PendingRegistration(Base):
    """One row per registration that a platform granted and nobody has approved yet: no launch works by it."""

    __tablename__ = "pending_registration"
    __table_args__ = (UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    made_by_platform_id: Mapped[int | None] = mapped_column(ForeignKey("platform.id"))
    """As in the link it came by."""
    name: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(String(1000))
    client_id: Mapped[str] = mapped_column(String(255))
    lti_deployment_id: Mapped[str | None] = mapped_column(String(255))
    auth_login_url: Mapped[str] = mapped_column(Text)
    auth_token_url: Mapped[str] = mapped_column(Text)
    key_set_url: Mapped[str] = mapped_column(Text)
    granted_scopes: Mapped[list[Any]] = mapped_column(JSON)
    registered_at: Mapped[datetime]


class Deployment(Base):
    """One row per deployment id known for a registration."""

    __tablename__ = "deployment"
    __table_args__ = (UniqueConstraint("registration_id", "lti_deployment_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    lti_deployment_id: Mapped[str] = mapped_column(String(255))


class PlatformKeySet(Base):
    """One row per registration: the platform's public keys as last fetched; known kids work while it is down."""

    __tablename__ = "platform_key_set"

    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), primary_key=True)
    key_set: Mapped[dict[str, Any]] = mapped_column(JSON)
    fetched_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    attempted_at: Mapped[datetime]
    """The last try, successful or not: the flood limit for unknown kids counts from here."""


class ToolKey(Base):
    """One row per signing key of this tool; several at once while a rotation overlaps."""

    __tablename__ = "tool_key"

    kid: Mapped[str] = mapped_column(String(64), primary_key=True)
    private_key: Mapped[str] = mapped_column(Text)
    """PEM, encrypted by `bridge.secrets`."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
