"""The plugin's answers as they travel: names and types of its external structures, decoded by msgspec.

A text longer than its limit, or one with NUL, is no error: `rows` cuts and cleans it. Everything else that does not fit
rejects its row.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bridge.log_records import Id, IdOrNone, LogRow, Seconds

Flag = bool | Literal[0, 1]
"""Moodle mixes both forms."""
Name = Annotated[str, Meta(max_length=1_000)]
IdNumber = Annotated[str, Meta(max_length=255)]
Short = Annotated[str, Meta(max_length=100)]
Word = Annotated[str, Meta(max_length=30)]
ModName = Annotated[str, Meta(max_length=50)]
Capability = Annotated[str, Meta(max_length=255)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class WireLogPage(Struct):
    """The answer of local_lea_get_log_events."""

    maxid: IdOrNone
    events: list[LogRow]


class WireBucket(Struct):
    """One bucket of local_lea_get_log_counts."""

    bucket: IdOrNone
    count: IdOrNone
    idsum: int
    """A sum of ids can be larger than an id."""


class WireLogCounts(Struct):
    """The answer of local_lea_get_log_counts."""

    maxid: IdOrNone
    buckets: list[WireBucket]


class WireCapability(Struct):
    """One capability of the service user."""

    name: Capability
    held: Flag


class WireVersion(Struct):
    """The answer of local_lea_get_version; an older plugin's is read, too, so that it can be called too old."""

    release: Short
    version: IdOrNone
    moodleversion: Short
    moodlerelease: Short
    now: Seconds
    timezone: Short
    loglifetime: Count
    logenabled: Flag
    userid: Id
    capabilities: list[WireCapability] = []
    allowstealth: Flag = False
    cronlastrun: Seconds = 0
    tool: Word = ""


class WireCourse(Struct):
    """One course of local_lea_get_courses."""

    id: Id
    shortname: Name
    fullname: Name
    idnumber: IdNumber
    categoryid: IdOrNone
    categoryname: Name
    startdate: Seconds
    enddate: Seconds
    visible: Flag
    groupmode: Annotated[int, Meta(ge=0, le=2)]


class WireCourses(Struct):
    """The answer of local_lea_get_courses."""

    courses: list[WireCourse]


class WireRole(Struct):
    """One role in the course itself."""

    shortname: Short
    archetype: Word


class WireEnrolment(Struct):
    """One enrolment of a person."""

    method: ModName
    active: Flag
    timestart: Seconds
    timeend: Seconds
    timecreated: Seconds


class WireUser(Struct):
    """One person of local_lea_get_roster."""

    id: Id
    firstname: Name
    lastname: Name
    fullname: Name
    idnumber: IdNumber
    suspended: Flag
    roles: list[WireRole]
    enrolments: list[WireEnrolment]
    groups: list[Id]


class WireGroup(Struct):
    """One group of local_lea_get_roster."""

    id: Id
    name: Name


class WireRoster(Struct):
    """The answer of local_lea_get_roster."""

    courseid: Id
    users: list[WireUser]
    groups: list[WireGroup]


class WireActivity(Struct):
    """One activity of local_lea_get_activities."""

    cmid: Id
    modname: ModName
    name: Name
    visible: Flag
    section: Annotated[int, Meta(ge=-1, le=2**31 - 1)]
    own: Flag


class WireActivities(Struct):
    """The answer of local_lea_get_activities."""

    courseid: Id
    activities: list[WireActivity]


class WireTaskLearner(Struct):
    """One task as it stands for one learner."""

    userid: Id
    duedate: Seconds
    extended: Flag
    excused: Flag
    timesubmitted: Seconds


class WireTask(Struct):
    """One task of local_lea_get_tasks."""

    cmid: Id
    modname: ModName
    name: Name
    duedate: Seconds
    excusedknown: Flag
    visible: Flag
    teamwork: Flag
    learners: list[WireTaskLearner]


class WireTasks(Struct):
    """The answer of local_lea_get_tasks."""

    courseid: Id
    tasks: list[WireTask]


class WireMark(Struct):
    """What a register says of one learner and one session."""

    userid: Id
    status: Literal["attended", "absent", "excused"]


class WireSession(Struct):
    """One session of local_lea_get_attendance."""

    id: Id
    cmid: Id
    time: Seconds
    marks: list[WireMark]


class WireAttendance(Struct):
    """The answer of local_lea_get_attendance."""

    courseid: Id
    installed: Flag
    registers: Count
    sessions: list[WireSession]


class WireDeletion(Struct):
    """One row of local_lea_get_deletions."""

    id: Id
    kind: Literal["user", "course", "activity", "erasure"]
    objectid: Id
    courseid: IdOrNone
    timecreated: Seconds


class WireDeletions(Struct):
    """The answer of local_lea_get_deletions."""

    maxid: IdOrNone
    deletions: list[WireDeletion]


class WireViewerAccess(Struct):
    """The answer of local_lea_get_viewer_access."""

    userid: Id
    courseid: Id
    known: Flag
    suspended: Flag
    deleted: Flag
    enrolled: Flag
    active: Flag
    roles: list[WireRole]
    groups: list[Id]
    groupmode: Annotated[int, Meta(ge=0, le=2)]
    accessallgroups: Flag
    manages: Flag = False
    opens: Word = ""
    """Launches go on while an older plugin waits to be upgraded: it gives neither."""


class WireContact(Struct):
    """The answer of local_lea_get_contact."""

    userid: Id
    courseid: Id
    learns: Flag
    email: IdNumber
    personalemail: IdNumber
    phones: Annotated[list[IdNumber], Meta(max_length=4)]


class WirePlacement(Struct):
    """One course of local_lea_set_courses."""

    courseid: Id
    known: Flag
    cmid: IdOrNone
    problem: ModName


class WirePlacements(Struct):
    """The answer of local_lea_set_courses."""

    tool: Word
    sitecmid: IdOrNone
    siteproblem: ModName
    courses: list[WirePlacement]
