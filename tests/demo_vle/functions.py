"""The web service functions: the plugin's twelve and core_webservice_get_site_info, answered from a world."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.demo_vle.log_functions import log_counts, log_events
from tests.demo_vle.parameters import Parameter, Values, course_of, ids_of, switched_on_course_of
from tests.demo_vle.provisioning import set_courses
from tests.demo_vle.site import CAPABILITIES, Site
from tests.demo_vle.worlds.model import TEACHERS, Course, Member

Json = dict[str, object]
PLUGIN_RELEASE = "0.2.0"
PLUGIN_VERSION = 2026112500
MOODLE_VERSION = 2024100706
MOODLE_RELEASE = "4.5.6 (Build: 20250811)"
ELSEWHERE = frozenset(
    {
        "core_course_delete_courses",
        "core_course_get_contents",
        "core_course_get_courses",
        "core_enrol_get_enrolled_users",
    }
)
"""Functions of Moodle's own that exist but are not in the service."""


@dataclass(frozen=True, slots=True)
class Function:
    """One web service function and what it asks for."""

    answer: Callable[[Site, Values], object]
    parameters: tuple[Parameter, ...] = ()
    capability: str | None = None


def version(site: Site, _: Values) -> Json:
    """Answer local_lea_get_version."""
    return {
        "release": PLUGIN_RELEASE,
        "version": PLUGIN_VERSION,
        "moodleversion": str(MOODLE_VERSION),
        "moodlerelease": MOODLE_RELEASE,
        "now": site.seconds(),
        "timezone": site.world.timezone,
        "loglifetime": 0,
        "logenabled": True,
        "userid": site.world.bot_id,
        "capabilities": [{"name": name, "held": name in site.capabilities} for name in CAPABILITIES],
        "allowstealth": site.allow_stealth,
        "cronlastrun": 0 if site.cron_age_seconds is None else site.seconds() - site.cron_age_seconds,
        "tool": site.tool_state,
    }


def courses(site: Site, values: Values) -> Json:
    """Answer local_lea_get_courses: those asked for, all but the site when none is named."""
    wanted = ids_of(values, "courseids")
    found = [course for number, course in sorted(site.world.courses.items()) if not wanted or number in wanted]
    keys = (
        "id", "shortname", "fullname", "idnumber", "categoryid", "categoryname",
        "startdate", "enddate", "visible", "groupmode",
    )  # fmt: skip
    return {"courses": [{key: getattr(course, key) for key in keys} for course in found]}


def roster(site: Site, values: Values) -> Json:
    """Answer local_lea_get_roster: everybody enrolled whose account is not deleted."""
    course = switched_on_course_of(site, values)
    users = []
    for user_id, member in sorted(course.members.items()):
        user = site.world.users[user_id]
        if user.deleted:
            continue
        users.append(
            {
                "id": user.id,
                "firstname": user.firstname,
                "lastname": user.lastname,
                "fullname": user.fullname,
                "idnumber": user.idnumber,
                "suspended": user.suspended,
                "roles": _roles(member),
                "enrolments": [
                    {key: getattr(one, key) for key in ("method", "active", "timestart", "timeend", "timecreated")}
                    for one in member.enrolments
                ],
                "groups": list(member.groups),
            }
        )
    groups = [{"id": number, "name": name} for number, name in sorted(course.groups.items())]
    return {"courseid": course.id, "users": users, "groups": groups}


def activities(site: Site, values: Values) -> Json:
    """Answer local_lea_get_activities."""
    course = switched_on_course_of(site, values)
    keys = ("cmid", "modname", "name", "visible", "section", "own")
    found = [{key: getattr(activity, key) for key in keys} for activity in course.activities]
    return {"courseid": course.id, "activities": found}


def tasks(site: Site, values: Values) -> Json:
    """Answer local_lea_get_tasks: each task with what holds for each learner of the course."""
    course = switched_on_course_of(site, values)
    return {"courseid": course.id, "tasks": [_task(site, course, cmid) for cmid in course.tasks]}


def attendance(site: Site, values: Values) -> Json:
    """Answer local_lea_get_attendance: the sessions so far that somebody was marked at."""
    course = switched_on_course_of(site, values)
    now = site.seconds()
    sessions = [
        {
            "id": session.id,
            "cmid": session.cmid,
            "time": session.time,
            "marks": [{"userid": user_id, "status": status} for user_id, status in session.marks.items()],
        }
        for session in course.sessions
        if session.time <= now and session.marks
    ]
    registers = len({session.cmid for session in course.sessions})
    return {"courseid": course.id, "installed": True, "registers": registers, "sessions": sessions}


def deletions(site: Site, values: Values) -> Json:
    """Answer local_lea_get_deletions: rows after an id."""
    rows = [row for row in site.world.deletions if row.id > int(values["afterid"])]
    keys = ("id", "kind", "objectid", "courseid", "timecreated")
    last = site.world.deletions[-1].id if site.world.deletions else 0
    return {"maxid": last, "deletions": [{key: getattr(row, key) for key in keys} for row in rows]}


def viewer_access(site: Site, values: Values) -> Json:
    """Answer local_lea_get_viewer_access: what somebody is in a course right now."""
    course = course_of(site, values)
    user_id = int(values["userid"])
    user = site.world.users.get(user_id)
    member = course.members.get(user_id)
    if user is None or user.deleted:
        member = None
    now = site.seconds()
    all_groups = user is not None and (
        user.is_admin or user.is_manager or (member is not None and "editingteacher" in member.roles)
    )
    return {
        "userid": user_id,
        "courseid": course.id,
        "known": user is not None,
        "suspended": user is not None and user.suspended,
        "deleted": user is not None and user.deleted,
        "enrolled": member is not None,
        "active": member is not None and any(one.holds(now) for one in member.enrolments),
        "roles": _roles(member) if member else [],
        "groups": list(member.groups) if member else [],
        "groupmode": course.groupmode,
        "accessallgroups": all_groups,
        "manages": user is not None and user.is_admin and not user.deleted and not user.suspended,
        "opens": "my" if user_id in site.opening_my else "",
    }


def contact(site: Site, values: Values) -> Json:
    """Answer local_lea_get_contact: how a learner of the course can be reached; empty for everybody else."""
    course = switched_on_course_of(site, values)
    user_id = int(values["userid"])
    user, member = site.world.users.get(user_id), course.members.get(user_id)
    learns = user is not None and member is not None and not user.deleted and not user.suspended
    learns = learns and member is not None and not is_teacher(member) and "student" in member.roles
    learns = learns and member is not None and any(one.holds(site.seconds()) for one in member.enrolments)
    known = user if learns else None
    return {
        "courseid": course.id,
        "userid": user_id,
        "learns": learns,
        "email": "" if known is None else known.email,
        "personalemail": "" if known is None else known.personal_email,
        "phones": [] if known is None else list(known.phones),
    }


def site_info(site: Site, _: Values) -> Json:
    """Answer core_webservice_get_site_info as far as a client needs it, with Moodle's types."""
    bot = site.world.users[site.world.bot_id]
    names = sorted(name for name in FUNCTIONS if name not in site.left_out_of_service)
    return {
        "sitename": site.world.sitename,
        "username": bot.username,
        "firstname": bot.firstname,
        "lastname": bot.lastname,
        "fullname": bot.fullname,
        "lang": "en",
        "userid": bot.id,
        "siteurl": site.url,
        "userpictureurl": f"{site.url}/theme/image.php/boost/core/1/u/f1",
        "functions": [
            {"name": name, "version": str(PLUGIN_VERSION if name.startswith("local_lea_") else MOODLE_VERSION)}
            for name in names
        ],
        "downloadfiles": 0,
        "uploadfiles": 0,
        "release": MOODLE_RELEASE,
        "version": str(MOODLE_VERSION),
        "mobilecssurl": "",
        "advancedfeatures": [{"name": "enablecompletion", "value": 1}],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 2097152,
        "userhomepage": 1,
        "userprivateaccesskey": "",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": False,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": 0,
    }


def is_teacher(member: Member) -> bool:
    """Say whether a member's roles let them manage external tools, as both kinds of teacher may."""
    return bool(TEACHERS & set(member.roles))


def _roles(member: Member) -> list[Json]:
    return [{"shortname": role, "archetype": role} for role in member.roles]


def _task(site: Site, course: Course, cmid: int) -> Json:
    task = course.tasks[cmid]
    now = site.seconds()
    learners: list[Json] = []
    for user_id, own in sorted(task.learners.items()):
        user, member = site.world.users[user_id], course.members.get(user_id)
        if user.deleted or member is None or "student" not in member.roles:
            continue
        learners.append(
            {
                "userid": user_id,
                "duedate": own.duedate,
                "extended": own.duedate > task.duedate > 0,
                "excused": task.excusedknown and own.excused,
                "timesubmitted": own.timesubmitted if own.timesubmitted <= now else 0,
            }
        )
    keys = ("cmid", "modname", "name", "duedate", "excusedknown", "visible")
    return {**{key: getattr(task, key) for key in keys}, "teamwork": False, "learners": learners}


_COURSE = Parameter("courseid")
_COURSES = Parameter("courseids", kind="sequence", default="")
_READ_COURSES, _READ_LOG = "local/lea:readcourses", "local/lea:readlog"
_READ_ROSTER, _READ_TASKS = "local/lea:readroster", "local/lea:readtasks"
_SWITCH_COURSES, _VIEW_CONTACT = "local/lea:switchcourses", "local/lea:viewcontact"

FUNCTIONS: Mapping[str, Function] = {
    "core_webservice_get_site_info": Function(site_info),
    "local_lea_get_version": Function(version, (), _READ_COURSES),
    "local_lea_get_courses": Function(courses, (_COURSES,), _READ_COURSES),
    "local_lea_get_activities": Function(activities, (_COURSE,), _READ_COURSES),
    "local_lea_get_deletions": Function(deletions, (Parameter("afterid"),), _READ_COURSES),
    "local_lea_get_log_events": Function(
        log_events,
        (Parameter("afterid"), Parameter("toid", default="0"), _COURSES, Parameter("limit", default="5000")),
        _READ_LOG,
    ),
    "local_lea_get_log_counts": Function(
        log_counts,
        (
            Parameter("fromid"),
            Parameter("toid"),
            Parameter("courseids", kind="sequence"),
            Parameter("bucket", default="5000"),
        ),
        _READ_LOG,
    ),
    "local_lea_get_roster": Function(roster, (_COURSE,), _READ_ROSTER),
    "local_lea_get_viewer_access": Function(viewer_access, (Parameter("userid"), _COURSE), _READ_ROSTER),
    "local_lea_get_contact": Function(contact, (_COURSE, Parameter("userid")), _VIEW_CONTACT),
    "local_lea_get_tasks": Function(tasks, (_COURSE,), _READ_TASKS),
    "local_lea_get_attendance": Function(attendance, (_COURSE,), _READ_TASKS),
    "local_lea_set_courses": Function(
        set_courses,
        (Parameter("clientids", kind="raw"), Parameter("courseids", kind="sequence")),
        _SWITCH_COURSES,
    ),
}
