"""A made-up term in which learners join, leave and are erased, and the figures that are frozen of it week by week."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analytics.bands import Band
from bridge.store.casework_figures import CaseState
from bridge.store.figures import CourseWeek, FrozenRow, HeldPool, Shown
from bridge.sync.figures import CountedCourse, change_pools, count_course, make_rows

KEY = b"k" * 32
Place = tuple[int, int]
"""Course and learner."""
Name = tuple[int, str, int, str]
"""Week, scope, key and part of a published row."""


def case_of(person_id: int) -> CaseState:
    """Say what people did about a learner with a concern: half are contacted, a third were wrong, half are open."""
    return CaseState(person_id % 2 == 0, person_id % 3 == 0, person_id % 4 < 2)


@dataclass
class Learner:
    """What is true of a learner in a course; only their own tutor would know."""

    programme_id: int | None = None
    band: Band | None = Band.MEETING
    has_concern: bool = False
    is_active: bool = True
    is_refused: bool = False
    """Their data is paused, or the account was deleted."""


@dataclass
class Course:
    """One course with its pools as the database would hold them."""

    course_id: int
    school_id: int | None
    learners: dict[int, Learner] = field(default_factory=dict)
    pools: dict[int, tuple[int | None, int, set[int]]] = field(default_factory=dict)
    """Number → programme, size, members."""
    seen: set[int] = field(default_factory=set)
    erased: set[int] = field(default_factory=set)
    """Whoever of them comes back is a new person with a new number and new evidence."""

    def erase(self, person_id: int) -> None:
        """Delete everything that is held of a learner."""
        self.learners.pop(person_id, None)
        self.erased.add(person_id)
        self.seen.discard(person_id)
        for _, _, members in self.pools.values():
            members.discard(person_id)

    def close_week(self) -> CountedCourse:
        """Do what the step does in one week, and keep what it writes."""
        week = self._week()
        change = change_pools(KEY, week)
        for number, size in change.sizes.items():
            programme_id, _, members = self.pools[number]
            self.pools[number] = (programme_id, size, members - change.left)
        for number, programme_id, people in change.made:
            self.pools[number] = (programme_id, len(people), set(people))
            self.seen |= set(people)
        return count_course(KEY, week, change)

    def _week(self) -> CourseWeek:
        known = self.learners.items()
        active = {who for who, one in known if one.is_active and not one.is_refused}
        return CourseWeek(
            course_id=self.course_id,
            school_id=self.school_id,
            shown={who: Shown(one.band, one.has_concern, one.is_active and not one.is_refused) for who, one in known},
            active=frozenset(active),
            refused=frozenset(who for who, one in known if one.is_refused),
            programmes={who: one.programme_id for who, one in known},
            enrolled=sum(one.is_active for _, one in known),
            pools=tuple(
                HeldPool(number, programme_id, size, frozenset(members))
                for number, (programme_id, size, members) in sorted(self.pools.items())
                if size
            ),
            seen=frozenset(self.seen),
            last_pool_no=max(self.pools, default=0),
            casework={who: case_of(who) for who, one in known if one.has_concern},
        )


@dataclass
class Term:
    """Courses, everything that was published of them, and what an attacker may know besides: who was in each row."""

    courses: list[Course]
    published: dict[Name, Mapping[str, int | None]] = field(default_factory=dict)
    members: dict[Name, frozenset[Place]] = field(default_factory=dict)
    truth: dict[Name, dict[Place, Learner]] = field(default_factory=dict)
    weeks: int = 0

    def close_week(self) -> list[FrozenRow]:
        """Freeze one week."""
        self.weeks += 1
        counted = [course.close_week() for course in self.courses]
        rows = make_rows(counted)
        for row in rows:
            name = (self.weeks, row.scope, row.scope_id, row.part)
            self.published[name] = row.figures
            self.members[name] = frozenset(_members_of(row, counted))
            learners = {course.course_id: course.learners for course in self.courses}
            self.truth[name] = {(c, who): learners[c][who] for c, who in self.members[name]}
        return rows

    def row(self, scope: str, scope_id: int = 0, part: str = "all") -> Mapping[str, int | None]:
        """Return the latest figures of a group."""
        return self.published[(self.weeks, scope, scope_id, part)]


def _members_of(row: FrozenRow, counted: list[CountedCourse]) -> set[Place]:
    places: set[Place] = set()
    for course in counted:
        for pool in course.pools:
            programme_id = pool.rounded.pool.programme_id
            is_in = {
                "platform": True,
                "school": course.school_id == row.scope_id,
                "programme": programme_id == row.scope_id,
                "course": course.course_id == row.scope_id and row.part in ("all", f"programme:{programme_id}"),
            }[row.scope]
            places |= {(course.course_id, who) for who in pool.people} if is_in else set()
    return places


def make_course(course_id: int, programmes: Mapping[int | None, int], first: int = 1, school_id: int = 1) -> Course:
    """Make a course with so many learners of each programme, numbered from `first` on."""
    course = Course(course_id, school_id)
    for programme_id, count in programmes.items():
        for _ in range(count):
            course.learners[first] = Learner(programme_id)
            first += 1
    return course
