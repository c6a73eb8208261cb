"""The tool's own activity in each course, as the plugin keeps it (columns course.tool_cmid, course.tool_problem)."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bridge.records import CoursePlacement
from bridge.schema.platforms import Registration
from bridge.schema.teaching import Course
from bridge.store.panel_course import is_switched_on


def load_client_ids(db: Session, platform_id: int) -> tuple[str, ...]:
    """Return the client ids by which a platform knows this tool, the newest first. Empty: it is not registered."""
    is_its = Registration.platform_id == platform_id
    return tuple(db.scalars(select(Registration.client_id).where(is_its).order_by(Registration.id.desc())))


def save_placements(db: Session, platform_id: int, placements: Sequence[CoursePlacement]) -> None:
    """Write down what the plugin said of each switched-on course; of any other course nothing is known any more."""
    said = {placement.moodle_course_id: placement for placement in placements}
    for course in db.scalars(select(Course).where(Course.platform_id == platform_id)):
        placement = said.get(course.moodle_course_id)
        course.tool_cmid = None if placement is None else placement.cmid
        course.tool_problem = None if placement is None else placement.problem or None
    db.flush()


def count_tabs(db: Session, platform_id: int) -> dict[str, int]:
    """Count the switched-on courses by the plugin's problem code; under "" those that have the tool's activity.

    Courses that Moodle was not told of yet are left out. Empty: no course is switched on, or none was told of.
    """
    is_on = (Course.platform_id == platform_id, is_switched_on(), Course.deleted_at.is_(None))
    problem = func.coalesce(Course.tool_problem, "")
    is_told = (Course.tool_cmid.is_not(None)) | (Course.tool_problem.is_not(None))
    rows = db.execute(select(problem, func.count()).where(*is_on, is_told).group_by(problem))
    return dict(rows.all())
