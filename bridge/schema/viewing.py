"""Viewer sessions, and the platform's live word on what a viewer may do in a course."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class ViewerSession(Base):
    """One row per session: it lives in the database and in a page token, never in a cookie."""

    __tablename__ = "viewer_session"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    page_token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    lti_deployment_id: Mapped[str] = mapped_column(String(255))
    moodle_user_id: Mapped[int] = mapped_column(BigInteger)
    moodle_course_id: Mapped[int] = mapped_column(BigInteger)
    display_name: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """As the launch asked for; empty: the setting's."""
    lti_role: Mapped[str] = mapped_column(String(20))
    """The principal context role of the launch: necessary, never sufficient."""
    is_platform_admin: Mapped[bool]
    """The launch named a system or institution administrator: the admin panel, and no named row."""
    memberships_url: Mapped[str | None] = mapped_column(Text)
    """Where the platform says who is a member of the course, if it granted that service."""
    idnumber: Mapped[str] = mapped_column(String(255), default="", server_default="")
    """The institution's own number of the person, from the signed launch; stored relationships are found by it."""
    course_role: Mapped[str | None] = mapped_column(String(20))
    """The part in the course when the session began; the session ends when Moodle's live word differs."""
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    """Noted once a minute."""
    ends_at: Mapped[datetime]
    """The absolute end, however busy the session is."""
    revoked_at: Mapped[datetime | None]


class UsedFormToken(Base):
    """One row per one-time form token that was used, and per message being sent, until it would have expired anyway."""

    __tablename__ = "used_form_token"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ViewerAccess(Base):
    """One row per viewer and course: Moodle's last answer to `get_viewer_access`."""

    __tablename__ = "viewer_access"

    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"), primary_key=True)
    moodle_user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    moodle_course_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    checked_at: Mapped[datetime]
