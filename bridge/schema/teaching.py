"""Courses, what is in them, and the calendar and published levels they are measured by."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bridge.schema.base import Base, BigId


class TeachingCalendar(Base):
    """One row per version of a teaching calendar: of one course, of a school, or of the whole platform.

    A course has its own (`course.calendar_id`), else its school's latest, else the platform's latest.
    """

    __tablename__ = "teaching_calendar"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    name: Mapped[str] = mapped_column(String(200))
    week_count: Mapped[int]
    """Teaching weeks counted from week 1, breaks included."""
    version: Mapped[str] = mapped_column(String(100))
    scope: Mapped[str] = mapped_column(String(10), default="platform", server_default="platform")
    """platform, school or course."""
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    """Set where the scope is school."""
    first_monday: Mapped[date | None]
    """The term's first Monday; null: week 1 is the week of a course's own start."""
    made_at: Mapped[datetime | None]
    """Null: before calendars kept it."""


class CalendarBreak(Base):
    """One row per break, reading week or bank holiday of a calendar, both days included."""

    __tablename__ = "calendar_break"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("teaching_calendar.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default="break", server_default="break")
    """break or reading_week: a week that it touches is not counted; bank_holiday: its days alone are not."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]


class Outage(Base):
    """One row per stretch of days for which the platform's log is missing; it stops the clock until it is repaired."""

    __tablename__ = "outage"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    noted_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    repaired_at: Mapped[datetime | None]
    """The missing rows came after all: its weeks count again, and pages say that they were revised."""


class PublishedLevel(Base):
    """One row per version of a published level. Never updated (a trigger refuses it): scores name it.

    Of a course, else of the programme that owns it, else of its school, else of the whole platform; at most one of the
    three columns is set.
    """

    __tablename__ = "published_level"
    __table_args__ = (UniqueConstraint("platform_id", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    version: Mapped[str] = mapped_column(String(100))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was published: expectations, rule, who intervenes (`analytics.level_document`)."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 over the canonical document with scope, start, who agreed and who published: the proof."""
    effective_from: Mapped[date]
    """A Monday."""
    agreed_by: Mapped[str] = mapped_column(String(200))
    """The person who agreed it for the school."""
    agreed_on: Mapped[date]
    published_by: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime]


class LevelDraft(Base):
    """One row per level that is being written and not published: it measures nobody."""

    __tablename__ = "level_draft"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by: Mapped[str] = mapped_column(String(200))
    saved_at: Mapped[datetime]


class Course(Base):
    """One row per Moodle course that an admin has listed; only switched-on ones are synced."""

    __tablename__ = "course"
    __table_args__ = (UniqueConstraint("platform_id", "moodle_course_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    platform_id: Mapped[int] = mapped_column(ForeignKey("platform.id"))
    moodle_course_id: Mapped[int] = mapped_column(BigInteger)
    shortname: Mapped[str] = mapped_column(Text)
    fullname: Mapped[str] = mapped_column(Text)
    idnumber: Mapped[str] = mapped_column(String(255), default="")
    starts_on: Mapped[date]
    """In the institution's zone; week 1 is the week of this day (Monday to Sunday)."""
    run_no: Mapped[int] = mapped_column(default=1, server_default="1")
    """The run that is taught now, from 1: how often the same Moodle course was taught, as far as it is known here."""
    group_mode: Mapped[int] = mapped_column(default=0)
    """Moodle's: 0 none, 1 separate groups, 2 visible groups."""
    calendar_id: Mapped[int | None] = mapped_column(ForeignKey("teaching_calendar.id"))
    """Its own calendar; null: its school's, else the platform's."""
    switched_on_at: Mapped[datetime | None]
    switched_off_at: Mapped[datetime | None]
    backfilled_to: Mapped[int] = mapped_column(BigInteger, default=0)
    """Log ids up to here were read for this course when it was switched on."""
    backfill_until: Mapped[int | None] = mapped_column(BigInteger)
    """Where the global cursor stood when it was switched on; null until the first sync after that."""
    roster_synced_at: Mapped[datetime | None]
    """Null: no roster yet, so nobody has rights here."""
    activities_synced_at: Mapped[datetime | None]
    """Null: no activities yet, so the tool's own could not be told from the others."""
    tasks_synced_at: Mapped[datetime | None]
    tool_cmid: Mapped[int | None] = mapped_column(BigInteger)
    """The tool's own activity that the plugin keeps in this course; null: none yet."""
    tool_problem: Mapped[str | None] = mapped_column(String(50))
    """The plugin's code for why there is none."""
    deleted_at: Mapped[datetime | None]


class CourseRun(Base):
    """One row per run of a course that is over: it was taught in the same Moodle course before."""

    __tablename__ = "course_run"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    run_no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("teaching_calendar.id"))
    """What it was measured by."""
    first_monday: Mapped[date]
    """Of its week 1, whatever its calendar said otherwise."""
    last_sunday: Mapped[date]
    """Of its last teaching week: what is held of it is kept so long after this day."""
    ended_on: Mapped[date]
    """The first day of the next run: evidence and hand-ins from before it are none of that."""
    ended_at: Mapped[datetime]
    """Midnight of that day where the institution is: what has a time of day is compared with this."""


class Activity(Base):
    """One row per activity (Moodle's course module) of a course."""

    __tablename__ = "activity"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    cmid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    modname: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(Text)
    is_visible: Mapped[bool]
    is_own: Mapped[bool] = mapped_column(default=False)
    """This tool's own activity: opening it is never evidence."""
    section: Mapped[int] = mapped_column(default=0)
    deleted_at: Mapped[datetime | None]


class Task(Base):
    """One row per thing to hand in; `due_at` is the date for learners without one of their own."""

    __tablename__ = "task"
    __table_args__ = (UniqueConstraint("course_id", "cmid"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    cmid: Mapped[int] = mapped_column(BigInteger)
    modname: Mapped[str] = mapped_column(String(50))
    name: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime | None]
    is_excused_known: Mapped[bool]
    """Moodle can say who is excused; without it the task does not enter Tasks."""
    is_visible: Mapped[bool]
    is_teamwork: Mapped[bool] = mapped_column(default=False)
    """One member hands in for all."""
    deleted_at: Mapped[datetime | None]


class LearnerTask(Base):
    """One row per learner and task: this learner's own date, and the first sighting of the hand-in."""

    __tablename__ = "learner_task"
    __table_args__ = (Index(None, "person_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    due_at: Mapped[datetime | None]
    """Overrides and extensions included."""
    is_extended: Mapped[bool]
    is_excused: Mapped[bool]
    handed_in_at: Mapped[datetime | None]
    """The earliest time ever reported: Moodle rewrites it on resubmission."""


class Exemption(Base):
    """One row per stretch of days that do not count for a learner: dates only, never the reason."""

    __tablename__ = "exemption"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
