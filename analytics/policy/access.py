"""Decide who may see what: every access rule of the tool (policy paragraph 23 and the FAQ's "who can see my data").

Only staff who work directly with a learner see that learner by name, once they are trained: a tutor by what Moodle
says live of the course, an adviser or support officer by a stored relationship that holds at this moment, where the
learner's school is switched on. An administrator's power over the platform gives no named row, nor does leading a
school, but for what learners write to its lead. Whoever runs commands on the server does what only commands do. What
no rule allows is refused.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum

from analytics.policy.actions import OF_THE_OPERATOR, Action, Reason
from analytics.policy.relationships import WORKS_WITH_LEARNERS, Kind, Relationship

__all__ = [
    "Action",
    "CourseRole",
    "Decision",
    "Reason",
    "Subject",
    "Viewer",
    "decide",
    "find_course_role",
]

TEACHER_ARCHETYPES = frozenset({"teacher", "editingteacher"})
"""Moodle's non-editing and editing teacher; custom roles carry one of these as their archetype."""
LEARNER_ARCHETYPE = "student"


class CourseRole(StrEnum):
    """The part a viewer has in the course they came from."""

    TUTOR = "tutor"
    LEARNER = "learner"


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
    is_operator: bool = False
    """They run `lea` on the server; bound by contract, and by what a command is named to do."""

    @property
    def works_with_learners(self) -> bool:
        """A stored relationship shows them learners by name, once they are trained."""
        return any(held.kind in WORKS_WITH_LEARNERS for held in self.relationships)

    @property
    def school_ids(self) -> tuple[int, ...]:
        """The schools that they lead, the same order each time; empty: none."""
        return tuple(sorted(held.school_id or 0 for held in self.relationships if held.kind is Kind.LEAD))

    @property
    def is_faculty(self) -> bool:
        """They read figures of every school, and no learner by name."""
        return any(held.kind is Kind.FACULTY for held in self.relationships)

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
    """The person's home school, or the school asked for; None: the student record has not said."""
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


def decide(viewer: Viewer, action: Action, subject: Subject) -> Decision:
    """Decide whether `viewer` may do `action` to `subject`; what no rule allows is refused."""
    match action:
        case Action.COURSE_VIEW | Action.COURSE_EXPORT | Action.RESOURCES_VIEW:
            return _decide_course(viewer, subject)
        case Action.LEARNER_VIEW:
            return _decide_learner(viewer, subject)
        case Action.STATEMENT_VIEW:
            return _decide_statement(viewer, subject)
        case Action.OWN_VIEW | Action.OWN_COURSES_VIEW | Action.OWN_HELD_VIEW | Action.OWN_HELD_EXPORT:
            return _decide_own(viewer, action, subject)
        case Action.OWN_CHANGE | Action.OWN_COMPLAIN:
            return _decide_own(viewer, action, subject)
        case Action.PEOPLE_VIEW | Action.PEOPLE_EXPORT | Action.WORK_EXPORT | Action.PEOPLE_MESSAGE:
            return _decide_named(viewer, Reason.WORKS_WITH_LEARNERS if viewer.works_with_learners else None)
        case Action.PERSON_VIEW:
            return _decide_person(viewer, subject)
        case Action.DISPUTE_ANSWER | Action.CASE_VIEW | Action.CASE_CHANGE:
            person = _decide_person(viewer, subject)
            return Decision(False, Reason.NO_RULE) if person.reason is Reason.BREAK_GLASS else person
        case Action.CASE_WITHHOLD:
            return _decide_school(viewer, subject) if subject.person_id else Decision(False, Reason.NO_SUBJECT)
        case Action.HAND_OVER_RAISE:
            return _decide_hand_over(viewer, subject)
        case Action.BREAK_GLASS:
            return _decide_named(viewer, Reason.MAINTAINS_TOOL if viewer.maintains_tool else None)
        case Action.TRAINING:
            return _decide_training(viewer)
        case Action.SCHOOL_VIEW | Action.SCHOOL_CHANGE | Action.COMPLAINTS_VIEW | Action.COMPLAINT_ANSWER:
            return _decide_school(viewer, subject)
        case Action.COMPLAINT_EXPORT:
            return _decide_school(viewer, subject)
        case Action.FIGURES_VIEW:
            return _decide_figures(viewer, subject)
        case Action.ADMIN_VIEW if viewer.is_admin:
            return Decision(True, Reason.ADMINISTERS_TOOL)
        case Action.ADMIN_CHANGE if viewer.manages_tool:
            return Decision(True, Reason.ADMINISTERS_TOOL)
        case _ if action in OF_THE_OPERATOR and viewer.is_operator:
            return Decision(True, Reason.OPERATES_TOOL)
    return Decision(False, Reason.NO_RULE)


def _decide_course(viewer: Viewer, subject: Subject) -> Decision:
    if viewer.course_role is not CourseRole.TUTOR:
        return Decision(False, Reason.NO_ROLE)
    if subject.course_id is None or subject.course_id != viewer.course_id:
        return Decision(False, Reason.OTHER_COURSE)
    if not viewer.is_live:
        return Decision(False, Reason.RIGHTS_UNCHECKED)
    if not viewer.is_trained:
        return Decision(False, Reason.TRAINING_NEEDED)
    return Decision(True, Reason.TEACHES_COURSE)


def _decide_statement(viewer: Viewer, subject: Subject) -> Decision:
    """Decide about what is published of a course: nobody is named, so neither training nor Moodle's word is needed."""
    if subject.course_id is None:
        return Decision(False, Reason.OTHER_COURSE)
    if subject.course_id in viewer.own_course_ids:
        return Decision(True, Reason.TAKES_COURSE)
    if subject.course_id == viewer.course_id and viewer.course_role is not None:
        is_tutor = viewer.course_role is CourseRole.TUTOR
        return Decision(True, Reason.TEACHES_COURSE if is_tutor else Reason.TAKES_COURSE)
    if subject.school_id is not None and subject.school_id in viewer.school_ids:
        return Decision(True, Reason.LEADS_SCHOOL)
    return Decision(False, Reason.OTHER_COURSE)


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


def _decide_hand_over(viewer: Viewer, subject: Subject) -> Decision:
    """Decide about telling a learner's home school; `subject.school_id` is the school that owns the course."""
    if subject.person_id is None:
        return Decision(False, Reason.NO_SUBJECT)
    is_officer = subject.school_id is not None
    is_officer = is_officer and Relationship(Kind.SUPPORT_OFFICER, None, subject.school_id) in viewer.relationships
    named = _decide_named(viewer, Reason.SUPPORTS_SCHOOL if is_officer else None)
    if named.is_allowed and not subject.is_school_on:
        return Decision(False, Reason.SCHOOL_OFF)
    return Decision(False, Reason.LEFT_OUT) if named.is_allowed and subject.is_left_out else named


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


def _decide_school(viewer: Viewer, subject: Subject) -> Decision:
    """Decide about a school's relationships, trainings, courses and complaints: its lead's, no other row by name."""
    if not viewer.school_ids:
        return Decision(False, Reason.NO_RELATIONSHIP)
    if subject.school_id not in viewer.school_ids:
        return Decision(False, Reason.OTHER_SCHOOL)
    return _decide_named(viewer, Reason.LEADS_SCHOOL)


def _decide_figures(viewer: Viewer, subject: Subject) -> Decision:
    """Decide about figures of a school, or of the platform (no school): nobody is named, so no training is needed."""
    if not viewer.is_faculty and not viewer.school_ids:
        return Decision(False, Reason.NO_RELATIONSHIP)
    if not viewer.is_faculty and subject.school_id not in viewer.school_ids:
        return Decision(False, Reason.OTHER_SCHOOL)
    if not viewer.is_live:
        return Decision(False, Reason.RIGHTS_UNCHECKED)
    return Decision(True, Reason.IS_FACULTY if viewer.is_faculty else Reason.LEADS_SCHOOL)


def _decide_training(viewer: Viewer) -> Decision:
    is_tutor = viewer.course_role is CourseRole.TUTOR
    if not viewer.relationships and not is_tutor:
        return Decision(False, Reason.NO_RELATIONSHIP)
    if not viewer.is_live:
        return Decision(False, Reason.RIGHTS_UNCHECKED)
    return Decision(True, Reason.HOLDS_RELATIONSHIP if viewer.relationships else Reason.TEACHES_COURSE)


def _decide_own(viewer: Viewer, action: Action, subject: Subject) -> Decision:
    if viewer.person_id is None or not viewer.own_course_ids:
        return Decision(False, Reason.NO_ROLE)
    if subject.person_id != viewer.person_id:
        return Decision(False, Reason.NOT_OWN)
    if action in (Action.OWN_VIEW, Action.OWN_CHANGE) and subject.course_id not in viewer.own_course_ids:
        return Decision(False, Reason.OTHER_COURSE)
    return Decision(True, Reason.OWN_DATA)
