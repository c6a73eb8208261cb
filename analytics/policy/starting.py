"""Find where a viewer begins, and which other pages they may begin with."""

from analytics.policy.access import Action, CourseRole, Viewer


def start_action(viewer: Viewer, wished: Action | None = None) -> Action:
    """Return what a viewer sees first; for somebody without a part it is what `decide` will refuse.

    `wished` is the page that they came for; where they have no right to it, or none was wished for, their part decides.
    """
    if wished is not None and wished in list_start_pages(viewer):
        return wished
    if viewer.course_role is CourseRole.TUTOR:
        return Action.COURSE_VIEW if viewer.is_trained else Action.TRAINING
    if viewer.course_role is CourseRole.LEARNER:
        return Action.OWN_VIEW
    if viewer.relationships and not viewer.is_trained and not viewer.is_faculty:
        return Action.TRAINING
    if viewer.works_with_learners and viewer.is_trained:
        return Action.PEOPLE_VIEW
    if viewer.school_ids and viewer.is_trained:
        return Action.SCHOOL_VIEW
    if viewer.is_faculty:
        return Action.FIGURES_VIEW
    if viewer.maintains_tool:
        return Action.BREAK_GLASS
    if viewer.is_admin:
        return Action.ADMIN_VIEW
    return Action.TRAINING if viewer.relationships else Action.OWN_VIEW


def list_start_pages(viewer: Viewer) -> tuple[Action, ...]:
    """Return every page that a viewer may begin with, nearest to a learner first. Empty: none."""
    pages = {
        Action.OWN_VIEW: viewer.course_role is CourseRole.LEARNER,
        Action.OWN_COURSES_VIEW: viewer.person_id is not None and bool(viewer.own_course_ids),
        Action.COURSE_VIEW: viewer.course_role is CourseRole.TUTOR and viewer.is_trained,
        Action.PEOPLE_VIEW: viewer.works_with_learners and viewer.is_trained,
        Action.SCHOOL_VIEW: bool(viewer.school_ids) and viewer.is_trained,
        Action.FIGURES_VIEW: viewer.is_faculty or bool(viewer.school_ids),
        Action.BREAK_GLASS: viewer.maintains_tool and viewer.is_trained,
        Action.TRAINING: bool(viewer.relationships) or viewer.course_role is CourseRole.TUTOR,
        Action.ADMIN_VIEW: viewer.is_admin,
    }
    return tuple(action for action, is_theirs in pages.items() if is_theirs)
