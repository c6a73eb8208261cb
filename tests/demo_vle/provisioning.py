"""Which courses are switched on, and the one activity of the tool that each gets; source: local_lea's provisioning."""

from tests.demo_vle.parameters import Values, ids_of
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import FRONT_PAGE, Activity, Course

Json = dict[str, object]


def set_courses(site: Site, values: Values) -> Json:
    """Answer local_lea_set_courses: take the list over, queue what is to be made, say how each course stands.

    A client id that the site does not know changes nothing of what the site knows of the tool.
    """
    site.switched_on = frozenset(number for number in ids_of(values, "courseids") if number in site.world.courses)
    state = site.tool_state if site.client_ids & set(values["clientids"].split(",")) else "missing"
    wanted = [*sorted(ids_of(values, "courseids")), FRONT_PAGE]
    placed = {number: _place(site, number, state) for number in wanted}
    site_cmid, site_problem = placed.pop(FRONT_PAGE)
    return {
        "tool": state,
        "sitecmid": site_cmid,
        "siteproblem": site_problem,
        "courses": [
            {"courseid": number, "known": number in site.world.courses, "cmid": cmid, "problem": problem}
            for number, (cmid, problem) in placed.items()
        ],
    }


def run_cron(site: Site) -> None:
    """Make the activities that are queued."""
    while site.queued:
        course = site.world.find_course(site.queued.pop())
        if course is not None and find_own(course) is None:
            course.activities.append(Activity(site.world.next_cmid(), "lti", "Engagement", 0, own=True))


def find_own(course: Course) -> Activity | None:
    """Find the tool's activity in a course; None when it has none."""
    return next((activity for activity in course.activities if activity.own), None)


def _place(site: Site, number: int, state: str) -> tuple[int, str]:
    """Give activity and problem of one course; queue the making where that can help."""
    course = site.world.find_course(number)
    if course is None:
        return 0, "unknowncourse"
    if state != "ready":
        return 0, "notool" if state == "missing" else "pendingtool"
    own = find_own(course)
    if own is not None:
        return own.cmid, ""
    site.queued.add(number)
    return 0, "queued"
