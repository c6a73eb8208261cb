"""People and their part in a course, as Moodle's roster gives them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class Person(Base):
    """One row per Moodle user seen in a synced course's roster, learner or staff."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("platform_id", "moodle_user_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    moodle_user_id: Mapped[int] = mapped_column(BigInteger)
    idnumber: Mapped[str] = mapped_column(String(255), default="")
    given_name: Mapped[str] = mapped_column(Text)
    family_name: Mapped[str] = mapped_column(Text)
    full_name: Mapped[str] = mapped_column(Text)
    """As the site displays names."""
    is_suspended: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None]
    """Set when Moodle reports the deletion: access is blocked from then on."""


class Enrolment(Base):
    """One row per person enrolled in a course, now or earlier; the learner–course table that facts are read through."""

    __tablename__ = "enrolment"
    __table_args__ = (Index(None, "person_id", "course_id"),)

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    is_learner: Mapped[bool]
    """A student-archetype role and no teacher-archetype role, both in this course."""
    is_active: Mapped[bool]
    """Some enrolment is active today and the account is not suspended."""
    enrolled_on: Mapped[date]
    """The first day, in the institution's zone."""
    ends_on: Mapped[date | None]


class CourseRole(Base):
    """One row per Moodle role that a person holds in a course's own context."""

    __tablename__ = "course_role"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    shortname: Mapped[str] = mapped_column(String(100), primary_key=True)
    archetype: Mapped[str] = mapped_column(String(30))


class CourseGroup(Base):
    """One row per group of a course."""

    __tablename__ = "course_group"
    __table_args__ = (UniqueConstraint("course_id", "moodle_group_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    moodle_group_id: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)


class GroupMember(Base):
    """One row per person in a group."""

    __tablename__ = "group_member"
    __table_args__ = (Index(None, "person_id"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("course_group.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
