"""The records a made-up Moodle site consists of: people, courses, activities, tasks and its log."""

import bisect
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

IGNORED_EVENT = "\\core\\event\\webservice_function_called"
TEACHERS = frozenset({"teacher", "editingteacher"})
FRONT_PAGE = 1
"""The course id of the site's own front page."""


class LogRow(NamedTuple):
    """One row of the log, as the plugin shapes it, and whether it is anonymous. Times are Unix seconds, 0 is none."""

    id: int
    eventname: str
    edulevel: int
    userid: int
    relateduserid: int
    courseid: int
    cmid: int
    timecreated: int
    origin: str
    realuserid: int
    other: str
    anonymous: int = 0


@dataclass(frozen=True, slots=True)
class User:
    """An account of the site."""

    id: int
    username: str
    firstname: str
    lastname: str
    idnumber: str = ""
    suspended: bool = False
    deleted: bool = False
    is_admin: bool = False
    is_manager: bool = False
    """Manager of the category that all courses stand in: rights from above the course, none in it."""
    email: str = ""
    personal_email: str = ""
    phones: tuple[str, ...] = ()

    @property
    def fullname(self) -> str:
        """The name as this site writes it."""
        return f"{self.firstname} {self.lastname}"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """One enrolment; times are Unix seconds, 0 is open."""

    method: str = "manual"
    active: bool = True
    timestart: int = 0
    timeend: int = 0
    timecreated: int = 0

    def holds(self, now: int) -> bool:
        """Say whether it gives access at `now`, Unix seconds."""
        return self.active and self.timestart <= now and (self.timeend == 0 or now < self.timeend)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody enrolled in a course. `roles`: short names, each its own archetype. `groups`: group ids."""

    roles: tuple[str, ...]
    enrolments: tuple[Enrolment, ...]
    groups: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """An activity of a course; `own` marks this tool's own one."""

    cmid: int
    modname: str
    name: str
    section: int
    visible: bool = True
    own: bool = False


@dataclass(frozen=True, slots=True)
class LearnerTask:
    """What holds for one learner: the due date (0 none), excused or not, first hand-in (0 none)."""

    duedate: int
    excused: bool = False
    timesubmitted: int = 0


@dataclass(frozen=True, slots=True)
class Task:
    """An assignment or quiz. `learners`: user id → what holds for that learner."""

    cmid: int
    modname: str
    name: str
    duedate: int
    learners: dict[int, LearnerTask]
    excusedknown: bool = True
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Session:
    """A session of a register. `marks`: user id → attended, absent or excused; empty: the register was not taken."""

    id: int
    cmid: int
    time: int
    marks: dict[int, str]


@dataclass(frozen=True, slots=True)
class Course:
    """A course. `members` and `tasks` may be changed while the site runs; replace an entry to change it."""

    id: int
    shortname: str
    fullname: str
    idnumber: str
    categoryid: int
    categoryname: str
    startdate: int
    enddate: int
    members: dict[int, Member]
    activities: list[Activity]
    tasks: dict[int, Task]
    groups: dict[int, str] = field(default_factory=dict)
    groupmode: int = 0
    visible: bool = True
    sessions: list[Session] = field(default_factory=list)
    """Of the course's Attendance activities."""

    @property
    def own_activity(self) -> Activity:
        """The activity that launches the tool. Raises: LookupError when the course has none."""
        for activity in self.activities:
            if activity.own:
                return activity
        raise LookupError(f"Course {self.id} has no activity of the tool.")


def make_front_page() -> Course:
    """Make the site's front page, which has nobody in it and nothing on it yet."""
    return Course(FRONT_PAGE, "site", "Site home", "", 0, "", 0, 0, {}, [], {})


@dataclass(frozen=True, slots=True)
class Deletion:
    """A row of the plugin's own table of deletions. `kind`: user, course, activity or erasure."""

    id: int
    kind: str
    objectid: int
    courseid: int
    timecreated: int


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody a visitor of the demo may be. `course_ids`: the courses this person can open."""

    key: str
    user_id: int
    title: str
    story: str
    course_ids: tuple[int, ...]


class Log:
    """The log table: rows ascending by id, some of which may not be visible yet."""

    def __init__(self, rows: Iterable[LogRow] = ()) -> None:
        self._rows = sorted(rows)
        self._ids = [row.id for row in self._rows]
        self._hidden: set[int] = set()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[LogRow]:
        return iter(tuple(self._rows))

    def add(self, row: LogRow) -> None:
        """Add a row at the place of its id; an id that is there already is replaced."""
        with self._lock:
            place = bisect.bisect_left(self._ids, row.id)
            if place < len(self._ids) and self._ids[place] == row.id:
                self._rows[place] = row
            else:
                self._ids.insert(place, row.id)
                self._rows.insert(place, row)

    def append(self, row: LogRow) -> LogRow:
        """Add a row with the next free id, whatever id it has. Returns it as added."""
        with self._lock:
            added = row._replace(id=self._ids[-1] + 1 if self._ids else 1)
            self._ids.append(added.id)
            self._rows.append(added)
        return added

    def hide(self, ids: Collection[int]) -> None:
        """Keep rows from readers, as an INSERT that has not committed does."""
        self._hidden.update(ids)

    def show(self, ids: Collection[int] | None = None) -> None:
        """Let hidden rows be seen; all of them when no ids are given."""
        self._hidden.difference_update(set(self._hidden) if ids is None else ids)

    def max_id(self) -> int:
        """Give the highest visible id; 0 for an empty log."""
        with self._lock:
            return next((number for number in reversed(self._ids) if number not in self._hidden), 0)

    def between(self, after_id: int, to_id: int) -> Iterator[LogRow]:
        """Walk through the visible rows with after_id < id <= to_id, ascending."""
        with self._lock:
            first, last = bisect.bisect_right(self._ids, after_id), bisect.bisect_right(self._ids, to_id)
        for place in range(first, last):
            row = self._rows[place]
            if row.id not in self._hidden:
                yield row


@dataclass(slots=True)
class World:
    """A whole site. Everything may be changed while it is served."""

    name: str
    sitename: str
    users: dict[int, User]
    courses: dict[int, Course]
    log: Log
    personas: tuple[Persona, ...]
    bot_id: int
    bot_ids: frozenset[int]
    """Users of the service, the bot among them: their rows are left out."""
    timezone: str = "Europe/London"
    deletions: list[Deletion] = field(default_factory=list)
    upcoming: list[LogRow] = field(default_factory=list)
    """What will happen, ascending by time: a living world adds it to the log when its time has come."""
    front_page: Course = field(default_factory=make_front_page)
    """Where the site's home is; Moodle counts it as a course."""

    def find_course(self, course_id: int) -> Course | None:
        """Find a course, or the front page; None when there is none."""
        return self.front_page if course_id == FRONT_PAGE else self.courses.get(course_id)

    def course(self, course_id: int) -> Course:
        """Find a course, or the front page. Raises: LookupError when there is none."""
        course = self.find_course(course_id)
        if course is None:
            raise LookupError(f"No course has the id {course_id}.")
        return course

    def next_cmid(self) -> int:
        """Give the id of an activity that is made now."""
        courses = (*self.courses.values(), self.front_page)
        return 1 + max((activity.cmid for course in courses for activity in course.activities), default=0)

    def course_of(self, cmid: int) -> Course:
        """Find the course of an activity. Raises: LookupError when there is none."""
        for course in (*self.courses.values(), self.front_page):
            if any(activity.cmid == cmid for activity in course.activities):
                return course
        raise LookupError(f"No activity has the id {cmid}.")

    def person(self, who: "str | int | Persona") -> User:
        """Find a user by persona key, persona or user id. Raises: LookupError when there is none."""
        if isinstance(who, Persona):
            return self.users[who.user_id]
        if isinstance(who, int):
            return self.users[who]
        for persona in self.personas:
            if persona.key == who:
                return self.users[persona.user_id]
        raise LookupError(f"The world {self.name} has no persona {who!r}; it has {[p.key for p in self.personas]}.")

    def delete(self, kind: str, object_id: int, *, course_id: int = 0, at: int = 0) -> Deletion:
        """Note a deletion in the plugin's own table, `at` Unix seconds. Returns the row."""
        last = self.deletions[-1].id if self.deletions else 0
        row = Deletion(last + 1, kind, object_id, course_id, at)
        self.deletions.append(row)
        return row

    def visit(self, user_id: int, cmid: int, at: int) -> LogRow:
        """Let a user open an activity now, `at` Unix seconds. Returns the log row."""
        course = self.course_of(cmid)
        modname = next(activity.modname for activity in course.activities if activity.cmid == cmid)
        event = f"\\mod_{modname}\\event\\course_module_viewed"
        return self.log.append(LogRow(0, event, 2, user_id, 0, course.id, cmid, at, "web", 0, ""))
