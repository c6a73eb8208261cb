"""Which courses are switched on, and the one activity of the tool that each gets; source: local_lea's provisioning."""

from dataclasses import replace

from tests.demo_vle.parameters import Values, ids_of
from tests.demo_vle.site import Site
from tests.demo_vle.worlds.model import FRONT_PAGE, Activity, Course

Json = dict[str, object]
OBSTACLES = {"missing": "notool", "pending": "pendingtool"}


def set_courses(site: Site, values: Values) -> Json:
    """Answer local_lea_set_courses: take the list over, queue what is to be done, say how each course stands."""
    if values["clientids"]:
        site.is_tool_found = bool(site.client_ids & set(values["clientids"].split(",")))
    wanted = sorted(ids_of(values, "courseids") - {FRONT_PAGE})
    site.switched_on = frozenset(number for number in wanted if number in site.world.courses)
    obstacle = OBSTACLES.get(site.tool_state, "")
    for number in (*site.placed, *site.switched_on, FRONT_PAGE):
        is_off = not is_wanted(site, number)
        if needs_work(site, number) and (is_off or not obstacle):
            site.queued.add(number)
    site_cmid, site_problem = _report(site, FRONT_PAGE, obstacle)
    courses = []
    for number in wanted:
        cmid, problem = _report(site, number, obstacle)
        courses.append({"courseid": number, "known": number in site.world.courses, "cmid": cmid, "problem": problem})
    return {"tool": site.tool_state, "sitecmid": site_cmid, "siteproblem": site_problem, "courses": courses}


def run_cron(site: Site) -> None:
    """Carry out what is queued: make, adopt, show or hide."""
    site.cron_age_seconds = 0
    while site.queued:
        number = site.queued.pop()
        course = site.world.find_course(number)
        if course is None:
            continue
        if is_wanted(site, number):
            own = find_own(course) or _make(site, course)
            _show(course, own, visible=True)
            site.placed[number] = own.cmid
        elif (held := _held(site, number)) is not None:
            _show(course, held, visible=False)


def is_wanted(site: Site, number: int) -> bool:
    """Say whether a course is to have the activity; the front page always is."""
    return number == FRONT_PAGE or number in site.switched_on


def needs_work(site: Site, number: int) -> bool:
    """Say whether a course's activity must be made, adopted, shown or hidden."""
    held = _held(site, number)
    if is_wanted(site, number):
        return held is None or not held.visible
    return held is not None and held.visible


def find_own(course: Course) -> Activity | None:
    """Find the tool's activity in a course; None when it has none."""
    return next((activity for activity in course.activities if activity.own), None)


def _held(site: Site, number: int) -> Activity | None:
    course = site.world.find_course(number)
    cmid = site.placed.get(number)
    return None if course is None else next((one for one in course.activities if one.cmid == cmid), None)


def _make(site: Site, course: Course) -> Activity:
    own = Activity(site.world.next_cmid(), "lti", "Engagement", 0, own=True)
    course.activities.append(own)
    return own


def _show(course: Course, activity: Activity, *, visible: bool) -> None:
    course.activities[course.activities.index(activity)] = replace(activity, visible=visible)


def _report(site: Site, number: int, obstacle: str) -> tuple[int, str]:
    """Give activity and problem of one course."""
    if site.world.find_course(number) is None:
        return 0, "unknowncourse"
    held = _held(site, number)
    cmid = 0 if held is None else held.cmid
    return cmid, obstacle or ("queued" if needs_work(site, number) else "")
