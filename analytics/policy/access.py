"""Decide who may see what: every access rule of the tool (policy paragraph 23 and the FAQ's "who can see my data").

Only staff who work directly with a learner see that learner by name: a tutor by what Moodle says live of the course, an
adviser or support officer by a stored relationship that holds at this moment, once they are trained and the learner's
school is switched on. An administrator's power over the platform gives no named row. What no rule allows is refused.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.policy.relationships import WORKS_WITH_LEARNERS, Kind, Relationship

TEACHER_ARCHETYPES = frozenset({"teacher", "editingteacher"})
"""Moodle's non-editing and editing teacher; custom roles carry one of these as their archetype."""
LEARNER_ARCHETYPE = "student"


class Action(StrEnum):
    """What can be asked for, `resource:action`."""

    COURSE_VIEW = "course:view"
    """The tutor's panel: the learners of one course by name."""
    LEARNER_VIEW = "learner:view"
    """One learner's page as their tutor sees it."""
    OWN_VIEW = "own:view"
    """A learner's own page for one course."""
    OWN_COURSES_VIEW = "own_courses:view"
    """A learner's own page over all their courses."""
    OWN_HELD_VIEW = "own_held:view"
    """Every stored row about the learner, in words, and how the data is used."""
    OWN_HELD_EXPORT = "own_held:export"
    """The same rows as a file."""
    PEOPLE_VIEW = "people:view"
    """The learners whom an adviser or support officer works with, by name."""
    PERSON_VIEW = "person:view"
    """One of these learners over all their courses."""
    BREAK_GLASS = "break_glass:open"
    """Who looks after the tool gives a reason and may then look at one learner for an hour."""
    TRAINING = "training:acknowledge"
    """Say when one was trained, before any name is shown; no learner's data."""
    ADMIN_VIEW = "admin:view"
    """The state of the tool; no learner's data."""
    ADMIN_CHANGE = "admin:change"
    """Connect, approve, sync now, switch courses; no learner's data."""


class CourseRole(StrEnum):
    """The part a viewer has in the course they came from."""

    TUTOR = "tutor"
    LEARNER = "learner"


class Reason(StrEnum):
    """Why something was allowed or refused; stored in the access log."""

    TEACHES_COURSE = "teaches-course"
    SHARES_GROUP = "shares-group"
    OWN_DATA = "own-data"
    ADVISES = "advises"
    SUPPORTS_SCHOOL = "supports-school"
    WORKS_WITH_LEARNERS = "works-with-learners"
    HOLDS_RELATIONSHIP = "holds-relationship"
    BREAK_GLASS = "break-glass"
    MAINTAINS_TOOL = "maintains-tool"
    ADMINISTERS_TOOL = "administers-tool"
    RIGHTS_UNCHECKED = "rights-unchecked"
    NO_ROLE = "no-role"
    OTHER_COURSE = "other-course"
    OTHER_GROUP = "other-group"
    NOT_OWN = "not-own"
    NO_SUBJECT = "no-subject"
    NO_RELATIONSHIP = "no-relationship"
    TRAINING_NEEDED = "training-needed"
    SCHOOL_OFF = "school-off"
    LEFT_OUT = "left-out"
    NO_RULE = "no-rule"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever launched, with the rights they have at this moment."""

    moodle_user_id: int
    person_id: int | None
    """None: not in any synced roster of the platform."""
    course_id: int | None
    """The course they came from; None where it is not known to the tool."""
    course_role: CourseRole | None
    is_admin: bool
    group_ids: frozenset[int]
    """Surrogate ids of their groups in that course."""
    sees_all_groups: bool
    """False only under separate groups without the right to reach all of them."""
    is_live: bool = True
    """Moodle confirmed these rights within the last 15 minutes."""
    manages_tool: bool = False
    """They run the tool for the whole site; a category's manager is an administrator here without this."""
    own_course_ids: frozenset[int] = field(default=frozenset())
    """Courses in which the viewer is an active learner."""
    relationships: frozenset[Relationship] = field(default=frozenset())
    """Those stored ones that hold at this moment."""
    is_trained: bool = False
    """A day of training up to today is recorded for them."""

    @property
    def works_with_learners(self) -> bool:
        """A stored relationship shows them learners by name, once they are trained."""
        return any(held.kind in WORKS_WITH_LEARNERS for held in self.relationships)

    @property
    def maintains_tool(self) -> bool:
        """They look after the tool: no learner by name, unless they break glass."""
        return any(held.kind is Kind.MAINTAINER for held in self.relationships)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked for: a course, or one person in it."""

    course_id: int | None
    person_id: int | None = None
    group_ids: frozenset[int] = field(default=frozenset())
    """The person's groups in that course."""
    school_id: int | None = None
    """The person's home school; None: the student record has not said."""
    is_school_on: bool = False
    """That school is switched on, with a trained lead."""
    is_left_out: bool = False
    """They left, their data is paused, or they do research in a programme that is not switched on."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and why."""

    is_allowed: bool
    reason: Reason


def find_course_role(
    *, launched_as_instructor: bool, archetypes: AbstractSet[str], is_enrolled: bool, is_active: bool
) -> CourseRole | None:
    """Return the viewer's part in the course: a tutor launches as Instructor AND has a live teacher role there.

    `archetypes` are those of the roles assigned in the course itself, never in a category or the site. Somebody with
    both a teacher's and a student's role is no learner. An enrolment that is not active gives nothing; a role without
    any enrolment stands, as it does in Moodle. No archetype: None.
    """
    if is_enrolled and not is_active:
        return None
    if archetypes & TEACHER_ARCHETYPES:
        return CourseRole.TUTOR if launched_as_instructor else None
    if LEARNER_ARCHETYPE in archetypes and is_active:
        return CourseRole.LEARNER
    return None


def start_action(viewer: Viewer, wished: Action | None = None) -> Action:
    """Return what a viewer sees first; for somebody without a part it is what `decide` will refuse.

    `wished` is the page that they came for; where they have no right to it, or none was wished for, their part decides.
    """
    if wished is not None and wished in _start_pages(viewer):
        return wished
    if viewer.course_role is CourseRole.TUTOR:
        return Action.COURSE_VIEW
    if viewer.course_role is CourseRole.LEARNER:
        return Action.OWN_VIEW
    if viewer.relationships and not viewer.is_trained:
        return Action.TRAINING
    if viewer.works_with_learners:
        return Action.PEOPLE_VIEW
    if viewer.maintains_tool:
        return Action.BREAK_GLASS
    if viewer.is_admin:
        return Action.ADMIN_VIEW
    return Action.TRAINING if viewer.relationships else Action.OWN_VIEW


def _start_pages(viewer: Viewer) -> frozenset[Action]:
    """Return every page that a viewer may begin with."""
    pages = {
        Action.COURSE_VIEW: viewer.course_role is CourseRole.TUTOR,
        Action.OWN_VIEW: viewer.course_role is CourseRole.LEARNER,
        Action.OWN_COURSES_VIEW: viewer.person_id is not None and bool(viewer.own_course_ids),
        Action.PEOPLE_VIEW: viewer.works_with_learners and viewer.is_trained,
        Action.BREAK_GLASS: viewer.maintains_tool and viewer.is_trained,
        Action.TRAINING: bool(viewer.relationships),
        Action.ADMIN_VIEW: viewer.is_admin,
    }
    return frozenset(action for action, is_theirs in pages.items() if is_theirs)


def decide(viewer: Viewer, action: Action, subject: Subject) -> Decision:
    """Decide whether `viewer` may do `action` to `subject`; what no rule allows is refused."""
    match action:
        case Action.COURSE_VIEW:
            return _decide_course(viewer, subject)
        case Action.LEARNER_VIEW:
            return _decide_learner(viewer, subject)
        case Action.OWN_VIEW | Action.OWN_COURSES_VIEW | Action.OWN_HELD_VIEW | Action.OWN_HELD_EXPORT:
            return _decide_own(viewer, action, subject)
        case Action.PEOPLE_VIEW:
            return _decide_named(viewer, Reason.WORKS_WITH_LEARNERS if viewer.works_with_learners else None)
        case Action.PERSON_VIEW:
            return _decide_person(viewer, subject)
        case Action.BREAK_GLASS:
            return _decide_named(viewer, Reason.MAINTAINS_TOOL if viewer.maintains_tool else None)
        case Action.TRAINING:
            return _decide_training(viewer)
        case Action.ADMIN_VIEW if viewer.is_admin:
            return Decision(True, Reason.ADMINISTERS_TOOL)
        case Action.ADMIN_CHANGE if viewer.manages_tool:
            return Decision(True, Reason.ADMINISTERS_TOOL)
    return Decision(False, Reason.NO_RULE)


def _decide_course(viewer: Viewer, subject: Subject) -> Decision:
    if viewer.course_role is not CourseRole.TUTOR:
        return Decision(False, Reason.NO_ROLE)
    if subject.course_id is None or subject.course_id != viewer.course_id:
        return Decision(False, Reason.OTHER_COURSE)
    if not viewer.is_live:
        return Decision(False, Reason.RIGHTS_UNCHECKED)
    return Decision(True, Reason.TEACHES_COURSE)


def _decide_learner(viewer: Viewer, subject: Subject) -> Decision:
    course = _decide_course(viewer, subject)
    if not course.is_allowed:
        return course
    if subject.person_id is None:
        return Decision(False, Reason.NO_SUBJECT)
    if viewer.sees_all_groups:
        return course
    if viewer.group_ids & subject.group_ids:
        return Decision(True, Reason.SHARES_GROUP)
    return Decision(False, Reason.OTHER_GROUP)


def _decide_named(viewer: Viewer, reason: Reason | None) -> Decision:
    if reason is None:
        return Decision(False, Reason.NO_RELATIONSHIP)
    if not viewer.is_live:
        return Decision(False, Reason.RIGHTS_UNCHECKED)
    if not viewer.is_trained:
        return Decision(False, Reason.TRAINING_NEEDED)
    return Decision(True, reason)


def _decide_person(viewer: Viewer, subject: Subject) -> Decision:
    """Decide about one learner. Groups of a course are no matter here: the relationship is not the course's."""
    if subject.person_id is None:
        return Decision(False, Reason.NO_SUBJECT)
    reason = _find_relationship(viewer, subject)
    named = _decide_named(viewer, reason)
    if not named.is_allowed:
        return named
    if not subject.is_school_on and reason is not Reason.BREAK_GLASS:
        return Decision(False, Reason.SCHOOL_OFF)
    if subject.is_left_out:
        return Decision(False, Reason.LEFT_OUT)
    return named


def _find_relationship(viewer: Viewer, subject: Subject) -> Reason | None:
    """Return by what a viewer may see a learner, the closer one first; None: by nothing."""
    held = viewer.relationships
    if Relationship(Kind.ADVISER, subject.person_id) in held:
        return Reason.ADVISES
    if subject.school_id is not None and Relationship(Kind.SUPPORT_OFFICER, None, subject.school_id) in held:
        return Reason.SUPPORTS_SCHOOL
    if viewer.maintains_tool and Relationship(Kind.BREAK_GLASS, subject.person_id) in held:
        return Reason.BREAK_GLASS
    return None


def _decide_training(viewer: Viewer) -> Decision:
    if not viewer.relationships:
        return Decision(False, Reason.NO_RELATIONSHIP)
    if not viewer.is_live:
        return Decision(False, Reason.RIGHTS_UNCHECKED)
    return Decision(True, Reason.HOLDS_RELATIONSHIP)


def _decide_own(viewer: Viewer, action: Action, subject: Subject) -> Decision:
    if viewer.person_id is None or not viewer.own_course_ids:
        return Decision(False, Reason.NO_ROLE)
    if subject.person_id != viewer.person_id:
        return Decision(False, Reason.NOT_OWN)
    if action is Action.OWN_VIEW and subject.course_id not in viewer.own_course_ids:
        return Decision(False, Reason.OTHER_COURSE)
    return Decision(True, Reason.OWN_DATA)
