"""What Moodle says, as frozen records: made by `bridge.moodle`, written by `bridge.store` (plugin local_lea).

Instants are aware UTC and None where Moodle says 0; ids are Moodle's own unless a name says otherwise.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bridge.log_records import Rejected


@dataclass(frozen=True, slots=True)
class CapabilityHeld:
    """One capability that the service user needs."""

    name: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class PluginVersion:
    """The plugin's answer to the handshake; a plugin older than this tool needs leaves the last four out."""

    release: str
    version: int
    moodle_version: str
    moodle_release: str
    now: datetime
    """Moodle's clock."""
    zone_name: str
    log_life_days: int
    """0: the log is kept for ever."""
    is_log_enabled: bool
    bot_moodle_user_id: int
    """The service user."""
    capabilities: tuple[CapabilityHeld, ...]
    """All that the service user needs. Empty: the plugin is too old to say."""
    allows_stealth: bool
    """Activities may be available without standing on the course page."""
    cron_ran_at: datetime | None
    tool_state: str
    """`ready`, `pending` or `missing` among Moodle's external tools; empty: the plugin is too old to say."""


@dataclass(frozen=True, slots=True)
class CourseRecord:
    """One course of the site."""

    moodle_course_id: int
    shortname: str
    fullname: str
    idnumber: str
    category_id: int
    category_name: str
    starts_at: datetime | None
    ends_at: datetime | None
    is_visible: bool
    group_mode: int
    """0 none, 1 separate groups, 2 visible groups."""


@dataclass(frozen=True, slots=True)
class Courses:
    """The courses of the site."""

    courses: tuple[CourseRecord, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class MoodleRole:
    """One role held in a course's own context."""

    shortname: str
    archetype: str


@dataclass(frozen=True, slots=True)
class EnrolmentSpan:
    """One enrolment of a person in a course; a person can have several."""

    method: str
    is_active: bool
    """The enrolment and its method are both switched on; its dates are not considered."""
    starts_at: datetime | None
    ends_at: datetime | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class RosterUser:
    """One enrolled person of a course, learner or staff."""

    moodle_user_id: int
    given_name: str
    family_name: str
    full_name: str
    idnumber: str
    is_suspended: bool
    roles: tuple[MoodleRole, ...]
    enrolments: tuple[EnrolmentSpan, ...]
    group_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RosterGroup:
    """One group of a course."""

    moodle_group_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody enrolled in a course, and its groups."""

    moodle_course_id: int
    users: tuple[RosterUser, ...]
    groups: tuple[RosterGroup, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class ActivityRecord:
    """One activity of a course."""

    cmid: int
    modname: str
    name: str
    is_visible: bool
    section: int
    is_own: bool
    """This tool's own LTI activity."""


@dataclass(frozen=True, slots=True)
class Activities:
    """The activities of a course."""

    moodle_course_id: int
    activities: tuple[ActivityRecord, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class LearnerTaskRecord:
    """One task as it stands for one learner."""

    moodle_user_id: int
    due_at: datetime | None
    """With this learner's override or extension."""
    is_extended: bool
    is_excused: bool
    handed_in_at: datetime | None


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """One thing to hand in."""

    cmid: int
    modname: str
    name: str
    due_at: datetime | None
    is_excused_known: bool
    is_visible: bool
    is_teamwork: bool
    """One member hands in for all: the others' time of submission is no act of theirs."""
    learners: tuple[LearnerTaskRecord, ...]


@dataclass(frozen=True, slots=True)
class Tasks:
    """The tasks of a course."""

    moodle_course_id: int
    tasks: tuple[TaskRecord, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session of a register, with what it says of those who were expected."""

    session_id: int
    cmid: int
    held_at: datetime
    marks: tuple[tuple[int, str], ...]
    """(Moodle user id, status), by `analytics.history.SessionStatus`."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """The registers of a course."""

    moodle_course_id: int
    is_installed: bool
    """The site has the Attendance activity."""
    register_count: int
    """How many of them the course has."""
    sessions: tuple[SessionRecord, ...]
    rejected: tuple[Rejected, ...]


class DeletionKind(StrEnum):
    """What was deleted, or is to be erased."""

    USER = "user"
    COURSE = "course"
    ACTIVITY = "activity"
    ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class Deletion:
    """One entry of the feed of deletions and erasures."""

    deletion_id: int
    kind: DeletionKind
    object_id: int
    """The id of the user, course or activity (cmid); the user's for an erasure."""
    moodle_course_id: int
    """0: the whole site."""
    occurred_at: datetime | None


@dataclass(frozen=True, slots=True)
class DeletionPage:
    """The feed of deletions after an id, ascending."""

    max_id: int
    """Everything up to it has been served."""
    deletions: tuple[Deletion, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class ViewerAccess:
    """Moodle's live word on one person in one course; parent contexts are not considered."""

    moodle_user_id: int
    moodle_course_id: int
    is_known: bool
    is_suspended: bool
    is_deleted: bool
    is_enrolled: bool
    is_active: bool
    roles: tuple[MoodleRole, ...]
    group_ids: tuple[int, ...]
    group_mode: int
    sees_all_groups: bool
    manages: bool = False
    """Holds local/lea:manage on the whole site. False where an older answer does not say."""
    opens_my: bool = False
    """Came by "My engagement" a moment ago."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a learner can be reached, as Moodle says at this moment; shown, and kept nowhere."""

    learns: bool
    """They learn in the course that was asked about; otherwise everything else is empty."""
    email: str = field(repr=False)
    personal_email: str = field(repr=False)
    """Empty: no profile field is named for it, or nothing stands there."""
    phones: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CoursePlacement:
    """What became of one switched-on course in Moodle."""

    moodle_course_id: int
    is_known: bool
    """Moodle has such a course."""
    cmid: int | None
    """The tool's own activity; None: none yet."""
    problem: str
    """Empty, or the plugin's code: queued, notool, pendingtool, nomodule, failed, unknowncourse."""


@dataclass(frozen=True, slots=True)
class Placements:
    """Moodle's answer to the list of switched-on courses."""

    tool_state: str
    """`ready`, `pending` or `missing` among Moodle's external tools."""
    site_cmid: int | None
    """The activity of the staff's start page; None: none yet."""
    site_problem: str
    courses: tuple[CoursePlacement, ...]
    """One for each course of the list."""
    manages: bool = False
    """They run this tool for the whole site (capability local/lea:manage)."""
    opens_my: bool = False
    """They came by "My engagement", not by the course's tab."""
