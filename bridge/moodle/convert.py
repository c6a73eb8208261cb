"""Wire structs → the records of `bridge.records`."""

from collections.abc import Iterable
from datetime import UTC, datetime

from bridge import records
from bridge.log_records import CountBucket, LogCounts, Rejected
from bridge.moodle import wire
from bridge.moodle.payloads import instant

OPENS_MY = "my"
"""What `opens` holds while somebody comes by "My engagement"."""


def to_version(answer: wire.WireVersion) -> records.PluginVersion:
    """Return the handshake's record."""
    return records.PluginVersion(
        release=answer.release,
        version=answer.version,
        moodle_version=answer.moodleversion,
        moodle_release=answer.moodlerelease,
        now=datetime.fromtimestamp(answer.now, UTC),
        zone_name=answer.timezone,
        log_life_days=answer.loglifetime,
        is_log_enabled=bool(answer.logenabled),
        bot_moodle_user_id=answer.userid,
        capabilities=tuple(records.CapabilityHeld(one.name, bool(one.held)) for one in answer.capabilities),
        allows_stealth=bool(answer.allowstealth),
        cron_ran_at=instant(answer.cronlastrun),
        tool_state=answer.tool,
    )


def to_courses(answer: wire.WireCourses, rejected: Iterable[Rejected]) -> records.Courses:
    """Return the courses of the site."""
    return records.Courses(tuple(_to_course(course) for course in answer.courses), tuple(rejected))


def _to_course(course: wire.WireCourse) -> records.CourseRecord:
    return records.CourseRecord(
        moodle_course_id=course.id,
        shortname=course.shortname,
        fullname=course.fullname,
        idnumber=course.idnumber,
        category_id=course.categoryid,
        category_name=course.categoryname,
        starts_at=instant(course.startdate),
        ends_at=instant(course.enddate),
        is_visible=bool(course.visible),
        group_mode=course.groupmode,
    )


def to_counts(answer: wire.WireLogCounts) -> LogCounts:
    """Return the counted buckets."""
    buckets = tuple(CountBucket(bucket.bucket, bucket.count, bucket.idsum) for bucket in answer.buckets)
    return LogCounts(answer.maxid, buckets)


def to_roster(answer: wire.WireRoster, rejected: Iterable[Rejected]) -> records.Roster:
    """Return who is enrolled in a course."""
    groups = tuple(records.RosterGroup(group.id, group.name) for group in answer.groups)
    return records.Roster(answer.courseid, tuple(_to_user(user) for user in answer.users), groups, tuple(rejected))


def _to_user(user: wire.WireUser) -> records.RosterUser:
    return records.RosterUser(
        moodle_user_id=user.id,
        given_name=user.firstname,
        family_name=user.lastname,
        full_name=user.fullname,
        idnumber=user.idnumber,
        is_suspended=bool(user.suspended),
        roles=_to_roles(user.roles),
        enrolments=tuple(_to_span(enrolment) for enrolment in user.enrolments),
        group_ids=tuple(user.groups),
    )


def _to_roles(roles: Iterable[wire.WireRole]) -> tuple[records.MoodleRole, ...]:
    return tuple(records.MoodleRole(role.shortname, role.archetype) for role in roles)


def _to_span(enrolment: wire.WireEnrolment) -> records.EnrolmentSpan:
    return records.EnrolmentSpan(
        method=enrolment.method,
        is_active=bool(enrolment.active),
        starts_at=instant(enrolment.timestart),
        ends_at=instant(enrolment.timeend),
        created_at=instant(enrolment.timecreated),
    )


def to_activities(answer: wire.WireActivities, rejected: Iterable[Rejected]) -> records.Activities:
    """Return the activities of a course."""
    activities = tuple(
        records.ActivityRecord(
            cmid=activity.cmid,
            modname=activity.modname,
            name=activity.name,
            is_visible=bool(activity.visible),
            section=activity.section,
            is_own=bool(activity.own),
        )
        for activity in answer.activities
    )
    return records.Activities(answer.courseid, activities, tuple(rejected))


def to_tasks(answer: wire.WireTasks, rejected: Iterable[Rejected]) -> records.Tasks:
    """Return the tasks of a course."""
    return records.Tasks(answer.courseid, tuple(_to_task(task) for task in answer.tasks), tuple(rejected))


def _to_task(task: wire.WireTask) -> records.TaskRecord:
    return records.TaskRecord(
        cmid=task.cmid,
        modname=task.modname,
        name=task.name,
        due_at=instant(task.duedate),
        is_excused_known=bool(task.excusedknown),
        is_visible=bool(task.visible),
        is_teamwork=bool(task.teamwork),
        learners=tuple(_to_learner(learner) for learner in task.learners),
    )


def _to_learner(learner: wire.WireTaskLearner) -> records.LearnerTaskRecord:
    return records.LearnerTaskRecord(
        moodle_user_id=learner.userid,
        due_at=instant(learner.duedate),
        is_extended=bool(learner.extended),
        is_excused=bool(learner.excused),
        handed_in_at=instant(learner.timesubmitted),
    )


def to_attendance(answer: wire.WireAttendance, rejected: Iterable[Rejected]) -> records.Attendance:
    """Return the registers of a course."""
    sessions = tuple(
        records.SessionRecord(
            session_id=session.id,
            cmid=session.cmid,
            held_at=datetime.fromtimestamp(session.time, UTC),
            marks=tuple((mark.userid, mark.status) for mark in session.marks),
        )
        for session in answer.sessions
    )
    return records.Attendance(answer.courseid, bool(answer.installed), answer.registers, sessions, tuple(rejected))


def to_deletions(answer: wire.WireDeletions, rejected: Iterable[Rejected]) -> records.DeletionPage:
    """Return one page of the feed of deletions."""
    deletions = tuple(
        records.Deletion(
            deletion_id=deletion.id,
            kind=records.DeletionKind(deletion.kind),
            object_id=deletion.objectid,
            moodle_course_id=deletion.courseid,
            occurred_at=instant(deletion.timecreated),
        )
        for deletion in answer.deletions
    )
    return records.DeletionPage(answer.maxid, deletions, tuple(rejected))


def to_viewer_access(answer: wire.WireViewerAccess) -> records.ViewerAccess:
    """Return Moodle's live word on a viewer."""
    return records.ViewerAccess(
        moodle_user_id=answer.userid,
        moodle_course_id=answer.courseid,
        is_known=bool(answer.known),
        is_suspended=bool(answer.suspended),
        is_deleted=bool(answer.deleted),
        is_enrolled=bool(answer.enrolled),
        is_active=bool(answer.active),
        roles=_to_roles(answer.roles),
        group_ids=tuple(answer.groups),
        group_mode=answer.groupmode,
        sees_all_groups=bool(answer.accessallgroups),
        manages=bool(answer.manages),
        opens_my=answer.opens == OPENS_MY,
    )


def to_contact(answer: wire.WireContact) -> records.Contact:
    """Return how a learner can be reached."""
    return records.Contact(bool(answer.learns), answer.email, answer.personalemail, tuple(answer.phones))


def to_placements(answer: wire.WirePlacements) -> records.Placements:
    """Return what became of the list of switched-on courses."""
    courses = tuple(
        records.CoursePlacement(course.courseid, bool(course.known), course.cmid or None, course.problem)
        for course in answer.courses
    )
    return records.Placements(answer.tool, answer.sitecmid or None, answer.siteproblem, courses)
