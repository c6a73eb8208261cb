"""Ask the rules of access who may see what of one made-up learner; the page about the use of data prints it."""

from dataclasses import replace

from analytics.language import gettext, mark
from analytics.policy.access import Action, CourseRole, Subject, Viewer, decide
from analytics.policy.relationships import Kind, Relationship
from lti.panels.words import capital, listed

COURSE, OTHER_COURSE, LEARNER, OTHER_LEARNER, GROUP, OTHER_GROUP, SCHOOL, OTHER_SCHOOL = 1, 2, 1, 2, 1, 2, 1, 2
TEACHER = Viewer(900, 90, COURSE, CourseRole.TUTOR, False, frozenset(), True, is_trained=True)
STAFF = replace(TEACHER, course_role=None, is_trained=True)


def _holding(kind: Kind, person_id: int | None = None, school_id: int | None = None) -> Viewer:
    return replace(STAFF, relationships=frozenset({Relationship(kind, person_id, school_id)}))


AUDIENCES = (
    (
        mark("You"),
        replace(STAFF, person_id=LEARNER, course_role=CourseRole.LEARNER, own_course_ids=frozenset({COURSE})),
    ),
    (mark("Teachers of your course in Moodle, once trained"), TEACHER),
    (mark("Teachers of your course in Moodle, not trained yet"), replace(TEACHER, is_trained=False)),
    (
        mark("Teachers of your group, where the course keeps its groups separate"),
        replace(TEACHER, sees_all_groups=False, group_ids=frozenset({GROUP})),
    ),
    (
        mark("Teachers of other groups alone, where the course keeps its groups separate"),
        replace(TEACHER, sees_all_groups=False, group_ids=frozenset({OTHER_GROUP})),
    ),
    (mark("Teachers of other courses"), replace(TEACHER, course_id=OTHER_COURSE)),
    (mark("Teachers, while Moodle cannot confirm that they still are"), replace(TEACHER, is_live=False)),
    (mark("Your adviser, once trained"), _holding(Kind.ADVISER, LEARNER)),
    (mark("Your adviser, not trained yet"), replace(_holding(Kind.ADVISER, LEARNER), is_trained=False)),
    (mark("Advisers of others"), _holding(Kind.ADVISER, OTHER_LEARNER)),
    (mark("Student support officers of your home school, once trained"), _holding(Kind.SUPPORT_OFFICER, None, SCHOOL)),
    (mark("Student support officers of other schools"), _holding(Kind.SUPPORT_OFFICER, None, OTHER_SCHOOL)),
    (mark("Learner engagement leads of your home school"), _holding(Kind.LEAD, None, SCHOOL)),
    (mark("Faculty staff"), _holding(Kind.FACULTY)),
    (mark("Maintainers of this tool"), _holding(Kind.MAINTAINER)),
    (
        mark("A maintainer who gave a reason to look at you, for an hour"),
        replace(
            STAFF, relationships=frozenset({Relationship(Kind.MAINTAINER), Relationship(Kind.BREAK_GLASS, LEARNER)})
        ),
    ),
    (
        mark("Other learners"),
        replace(STAFF, person_id=OTHER_LEARNER, course_role=CourseRole.LEARNER, own_course_ids=frozenset({COURSE})),
    ),
    (
        mark("Administrators of Moodle and of this tool"),
        replace(STAFF, person_id=None, is_admin=True, manages_tool=True),
    ),
)
"""Who might look, each as the rules of access see them."""
REQUESTS = (
    (
        mark("the page about you in a course"),
        Action.LEARNER_VIEW,
        Subject(COURSE, LEARNER, frozenset({GROUP})),
    ),
    (
        mark("the page about you over your courses"),
        Action.PERSON_VIEW,
        Subject(None, LEARNER, school_id=SCHOOL, is_school_on=True),
    ),
    (
        mark("what you wrote to your school’s lead, with your name and what is stored behind it"),
        Action.COMPLAINTS_VIEW,
        Subject(None, school_id=SCHOOL, is_school_on=True),
    ),
    (mark("your own pages"), Action.OWN_VIEW, Subject(COURSE, LEARNER)),
    (mark("every stored row about you"), Action.OWN_HELD_VIEW, Subject(None, LEARNER)),
)
"""What shows a learner by name, each as a request about one made-up learner whose school uses the tool."""


def list_audiences() -> tuple[tuple[str, str], ...]:
    """Ask the rules of access who may see what of one learner: (who, what they see)."""
    said = []
    for who, viewer in AUDIENCES:
        seen = [gettext(what) for what, action, subject in REQUESTS if decide(viewer, action, subject).is_allowed]
        said.append((gettext(who), capital(listed(seen)) if seen else gettext("Nothing about you by name")))
    return tuple(said)
