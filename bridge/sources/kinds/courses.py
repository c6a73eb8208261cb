"""Courses, and who is in them: for sites that no plugin tells of. Where Moodle tells, its word stands."""

from collections.abc import Mapping
from typing import Any

from analytics.language import mark
from bridge.log_records import Rejected
from bridge.records import ActivityRecord, CourseRecord, EnrolmentSpan, MoodleRole, Roster, RosterUser
from bridge.sources.cells import LONGEST_NAME, LONGEST_NUMBER, Day, YesNo, one_of, text, whole_number
from bridge.sources.contract import COURSE, Column, Intake, Rows, Source
from bridge.sources.kinds.common import by_course, leave_to_moodle, to_instant
from bridge.store.activities import load_activity_words, replace_activities
from bridge.store.courses import load_course_id, save_course_details, skip_backfill, switch_on
from bridge.store.engagement import mark_course_stale, mark_stale
from bridge.store.erasure import set_apart_deleted
from bridge.store.roster import replace_roster
from bridge.store.tasks import save_missing_dates
from bridge.store.tombstones import load_erasures, load_user_keys

ARCHETYPES = ("student", "teacher", "editingteacher")


def _take_courses(intake: Intake, rows: Rows) -> None:
    if leave_to_moodle(intake, rows):
        return
    for _, record in rows.records():
        moodle_id = record["course_id"]
        is_new = moodle_id not in intake.roll.course_ids
        if is_new:
            switch_on(intake.db, intake.platform_id, [moodle_id], intake.now, record["starts_on"])
        starts = save_course_details(
            intake.db, intake.platform_id, [_course_record(intake, record)], intake.settings.zone, intake.now
        )
        course_id = load_course_id(intake.db, intake.platform_id, moodle_id)
        assert course_id is not None  # noqa: S101 (narrowing: it was switched on above)
        if is_new:
            # There is no log to be read again: what files bring is all.
            skip_backfill(intake.db, course_id)
        for one in starts.moved:
            mark_course_stale(intake.db, one)
        intake.tally.new += is_new or bool(starts.moved)


def _course_record(intake: Intake, record: Mapping[str, Any]) -> CourseRecord:
    return CourseRecord(
        moodle_course_id=record["course_id"],
        shortname=record["shortname"],
        fullname=record.get("fullname") or record["shortname"],
        idnumber=record.get("idnumber") or "",
        category_id=0,
        category_name="",
        starts_at=to_instant(intake, record["starts_on"]),
        ends_at=None,
        is_visible=True,
        group_mode=0,
    )


def _take_roster(intake: Intake, rows: Rows) -> None:
    if leave_to_moodle(intake, rows):
        return
    keys = load_user_keys(intake.db, intake.platform_id, intake.settings.secret_key)
    for moodle_id, records in by_course(intake, rows).items():
        course_id = intake.roll.course_ids[moodle_id]
        users = tuple(_user(intake, own) for own in _by_person(records).values())
        set_apart_deleted(intake.db, keys, [user.moodle_user_id for user in users])
        change = replace_roster(
            intake.db,
            intake.platform_id,
            course_id,
            # With rows that do not fit nobody can be said to be missing.
            Roster(moodle_id, users, (), (Rejected("", "a row of the file"),) if intake.tally.rejected else ()),
            zone=intake.settings.zone,
            now=intake.now,
            erasures=load_erasures(intake.db, keys),
        )
        changed = change.changed_learner_ids | save_missing_dates(intake.db, course_id)
        mark_stale(intake.db, course_id, changed)
        intake.tally.new += len(change.changed_learner_ids)


def _by_person(records: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for record in records:
        found.setdefault(record["user_id"], []).append(record)
    return found


def _user(intake: Intake, records: list[dict[str, Any]]) -> RosterUser:
    """Return one person of a course; several rows are several enrolments or roles."""
    first = records[0]
    given, family = first.get("given_name") or "", first.get("family_name") or ""
    number = first.get("idnumber") or ""
    return RosterUser(
        moodle_user_id=first["user_id"],
        given_name=given,
        family_name=family,
        full_name=f"{given} {family}".strip() or number or f"Learner {first['user_id']}",
        idnumber=number,
        is_suspended=any(record.get("suspended") for record in records),
        roles=tuple({MoodleRole(role, role) for record in records if (role := record.get("role") or ARCHETYPES[0])}),
        enrolments=tuple(
            EnrolmentSpan(
                method="file",
                is_active=True,
                starts_at=to_instant(intake, record["enrolled_on"]),
                ends_at=None if record.get("ends_on") is None else to_instant(intake, record["ends_on"]),
                created_at=None,
            )
            for record in records
        ),
        group_ids=(),
    )


def _take_activities(intake: Intake, rows: Rows) -> None:
    if leave_to_moodle(intake, rows):
        return
    for moodle_id, records in by_course(intake, rows).items():
        course_id = intake.roll.course_ids[moodle_id]
        before = load_activity_words(intake.db, course_id)
        given = [
            ActivityRecord(record["cmid"], record.get("modname") or "", record["name"], True, 0, False)
            for record in records
        ]
        replace_activities(intake.db, course_id, given, is_complete=False, now=intake.now)
        intake.tally.new += sum(before.get(one.cmid) != (one.modname, one.name) for one in given)


ROLE = one_of(*ARCHETYPES)
NAME = Column(
    "fullname", mark("Its name as learners know it; without it the short name."), text(LONGEST_NAME), False, True
)
COURSES = Source(
    kind="courses",
    title=mark("Courses"),
    words="A course that this tool is to show. It is switched on.",
    columns=(
        COURSE,
        Column("shortname", mark("Its short name."), text(LONGEST_NAME, least=1)),
        Column("starts_on", mark("Its first day; week 1 is the week of this day."), Day()),
        NAME,
        Column("idnumber", mark("The institution's number of the course."), text(LONGEST_NUMBER), False, True),
    ),
    take=_take_courses,
)
ROSTER = Source(
    kind="roster",
    title=mark("The list of people of a course"),
    words="One enrolment. A file holds everybody of each course that it names: who is missing has left.",
    columns=(
        COURSE,
        Column("user_id", mark("Moodle's number of the person."), whole_number(1)),
        Column("enrolled_on", mark("From which day on."), Day()),
        Column("idnumber", mark("The institution's number of the person."), text(LONGEST_NUMBER), False, True),
        Column("given_name", mark("Given name."), text(LONGEST_NAME), False, True),
        Column("family_name", mark("Family name."), text(LONGEST_NAME), False, True),
        Column("ends_on", mark("The first day on which the person is no longer enrolled."), Day(), False, True),
        Column("role", mark("`student` (also where it is empty), `teacher` or `editingteacher`."), ROLE, False, True),
        Column("suspended", mark("`yes` where the account is suspended."), YesNo(), False, True),
    ),
    take=_take_roster,
    is_whole=True,
)
ACTIVITIES = Source(
    kind="activities",
    title=mark("The activities of a course"),
    words="The name of an activity, as pages show it. Without it, an activity is shown by its number.",
    columns=(
        COURSE,
        Column("cmid", mark("Moodle's number of the activity."), whole_number(1)),
        Column("name", mark("Its name."), text(LONGEST_NAME, least=1)),
        Column("modname", mark("Its kind, such as `quiz`."), text(50), False, True),
    ),
    take=_take_activities,
    is_whole=True,
)
