"""Who looked at whom."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class AccessRow(Base):
    """One row per person shown by name to somebody, and per refusal; a class list is one row without a subject."""

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "subject_person_id", "at"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    viewer_moodle_user_id: Mapped[int] = mapped_column(BigInteger)
    viewer_role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(50))
    moodle_course_id: Mapped[int] = mapped_column(BigInteger)
    subject_person_id: Mapped[int | None] = mapped_column(BigInteger)
    is_allowed: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(100))
    detail: Mapped[str | None] = mapped_column(String(200))
    """What an administrator changed, such as the courses' ids; nothing about a person."""
    request_id: Mapped[str] = mapped_column(String(40))
