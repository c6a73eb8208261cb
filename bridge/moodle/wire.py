"""The plugin's answers as they travel: names and types of its external structures, decoded by msgspec.

A text longer than its limit, or one with NUL, is no error: `rows` cuts and cleans it. Everything else that does not fit
rejects its row.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from bridge.records import Id, IdOrNone, LogRow, Seconds

Flag = bool | Literal[0, 1]
"""Moodle mixes both forms."""
Name = Annotated[str, Meta(max_length=1_000)]
IdNumber = Annotated[str, Meta(max_length=255)]
Short = Annotated[str, Meta(max_length=100)]
Word = Annotated[str, Meta(max_length=30)]
ModName = Annotated[str, Meta(max_length=50)]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class WireLogPage(Struct):
    maxid: IdOrNone
    events: list[LogRow]


class WireBucket(Struct):
    bucket: IdOrNone
    count: IdOrNone
    idsum: int
    """A sum of ids can be larger than an id."""


class WireLogCounts(Struct):
    maxid: IdOrNone
    buckets: list[WireBucket]


class WireVersion(Struct):
    release: Short
    version: IdOrNone
    moodleversion: Short
    moodlerelease: Short
    now: Seconds
    timezone: Short
    loglifetime: Count
    logenabled: Flag
    userid: Id


class WireCourse(Struct):
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
    courses: list[WireCourse]


class WireRole(Struct):
    shortname: Short
    archetype: Word


class WireEnrolment(Struct):
    method: ModName
    active: Flag
    timestart: Seconds
    timeend: Seconds
    timecreated: Seconds


class WireUser(Struct):
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
    id: Id
    name: Name


class WireRoster(Struct):
    courseid: Id
    users: list[WireUser]
    groups: list[WireGroup]


class WireActivity(Struct):
    cmid: Id
    modname: ModName
    name: Name
    visible: Flag
    section: Annotated[int, Meta(ge=-1, le=2**31 - 1)]
    own: Flag


class WireActivities(Struct):
    courseid: Id
    activities: list[WireActivity]


class WireTaskLearner(Struct):
    userid: Id
    duedate: Seconds
    extended: Flag
    excused: Flag
    timesubmitted: Seconds


class WireTask(Struct):
    cmid: Id
    modname: ModName
    name: Name
    duedate: Seconds
    excusedknown: Flag
    visible: Flag
    teamwork: Flag
    learners: list[WireTaskLearner]


class WireTasks(Struct):
    courseid: Id
    tasks: list[WireTask]


class WireDeletion(Struct):
    id: Id
    kind: Literal["user", "course", "activity", "erasure"]
    objectid: Id
    courseid: IdOrNone
    timecreated: Seconds


class WireDeletions(Struct):
    maxid: IdOrNone
    deletions: list[WireDeletion]


class WireViewerAccess(Struct):
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
