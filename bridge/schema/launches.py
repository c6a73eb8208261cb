"""LTI logins that are under way, and the one-time codes of the Continue page."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base


class LtiLogin(Base):
    """One row per login that was initiated and not yet launched; consumed by the launch, whatever its outcome."""

    __tablename__ = "lti_login"

    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(128))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    lti_deployment_id: Mapped[str | None] = mapped_column(String(255))
    """As the platform sent it with the login; null where it sent none."""
    target_link_uri: Mapped[str] = mapped_column(Text)
    bind_hash: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ContinueCode(Base):
    """One row per Continue page that was shown: the verified launch waits for the person's own click."""

    __tablename__ = "continue_code"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    launch: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What a session is made of; no token, no return URL."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
