"""Which requests to the plugin are worth keeping, and what to ask a given site for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BOT = "service user"
BARE = "service user without the plugin's capabilities"
UNKNOWN = "nobody"
ABSENT_ID = 999999
SITE_HOME_ID = 1
"""The site home: a course that is never switched on."""
WINDOW_ROWS = 8

Form = Mapping[str, int | str]

TELLING_EVENTS = {
    "submission": "\\assignsubmission_onlinetext\\event\\submission_created",
    "quiz": "\\mod_quiz\\event\\attempt_submitted",
    "grading": "\\core\\event\\user_graded",
    "forum": "\\mod_forum\\event\\discussion_created",
    "refused_log_in_as": "\\local_lea\\event\\loginas_refused",
}
"""Events whose rows show more than a visit's: keys of `other`, a related user, another level of participation."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request worth keeping."""

    name: str
    """The file's name without its ending."""
    function: str
    form: Form = field(default_factory=dict)
    caller: str = BOT
    """Whose token goes with it; the recording names the caller instead of the token."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What of a site is recorded."""

    course_id: int
    viewers: Mapping[str, int]
    """A word for each kind of viewer, with the id of such a user."""
    last_log_id: int
    """The course's last row."""
    windows: Mapping[str, int]
    """A word for each telling place of the log, with the id after which it begins."""
    switched_on: str
    """Ids of all courses that are switched on, the recorded one among them, separated by commas."""
    client_ids: str
    """The tool's client ids on this site, separated by commas; empty: the tool is chosen in the plugin's settings."""


def list_cases(subject: Subject) -> list[Case]:
    """List what is recorded: each function's answers, then each way to be refused."""
    return [*_general(subject), *_log(subject), *_viewers(subject), *_refusals(subject), *_without_capability(subject)]


def find_viewers(roster: Mapping[str, Any]) -> dict[str, int]:
    """Find one user of each kind in a roster: by archetype, suspended account, suspended enrolment.

    Returns user ids by word; kinds that are not there are left out.
    """
    viewers: dict[str, int] = {}
    for user in roster["users"]:
        if user["suspended"]:
            viewers.setdefault("suspended_user", user["id"])
        elif not any(enrolment["active"] for enrolment in user["enrolments"]):
            viewers.setdefault("suspended_enrolment", user["id"])
        else:
            for role in user["roles"]:
                viewers.setdefault(role["archetype"], user["id"])
    return viewers


def find_windows(events: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Find where the log shows something telling: each of `TELLING_EVENTS`, a row made under "log in as".

    Returns the id before the first such row by word; what is not there is left out.
    """
    windows: dict[str, int] = {}
    for event in events:
        words = [word for word, name in TELLING_EVENTS.items() if event["eventname"] == name]
        if event["realuserid"]:
            words.append("log_in_as")
        for word in words:
            windows.setdefault(word, event["id"] - 1)
    return windows


def _general(subject: Subject) -> list[Case]:
    course = {"courseid": subject.course_id}
    switched: Form = {"clientids": subject.client_ids, "courseids": subject.switched_on}
    kinds = ("student", "teacher", "suspended_enrolment")
    reached = [(word, user) for word, user in subject.viewers.items() if word in kinds]
    unknown: Form = {**switched, "courseids": f"{subject.switched_on},{ABSENT_ID}"}
    return [
        Case("get_version", "local_lea_get_version"),
        Case("set_courses_unknown", "local_lea_set_courses", unknown),
        Case("set_courses", "local_lea_set_courses", switched),
        Case("get_courses", "local_lea_get_courses"),
        Case("get_courses_one", "local_lea_get_courses", {"courseids": str(subject.course_id)}),
        Case("get_courses_unknown", "local_lea_get_courses", {"courseids": str(ABSENT_ID)}),
        Case("get_roster", "local_lea_get_roster", course),
        Case("get_activities", "local_lea_get_activities", course),
        Case("get_tasks", "local_lea_get_tasks", course),
        Case("get_attendance", "local_lea_get_attendance", course),
        *(Case(f"get_contact_{word}", "local_lea_get_contact", {**course, "userid": user}) for word, user in reached),
        Case("get_deletions", "local_lea_get_deletions", {"afterid": 0}),
        Case("get_deletions_none_left", "local_lea_get_deletions", {"afterid": ABSENT_ID}),
    ]


def _log(subject: Subject) -> list[Case]:
    events, counts = "local_lea_get_log_events", "local_lea_get_log_counts"
    courses: dict[str, int | str] = {"courseids": str(subject.course_id)}
    last = subject.last_log_id
    return [
        Case("get_log_events", events, {"afterid": 0, **courses, "limit": 30}),
        Case("get_log_events_end", events, {"afterid": max(0, last - 20), "toid": last, **courses}),
        Case("get_log_events_none_left", events, {"afterid": last, "toid": last, **courses}),
        Case("get_log_events_no_course", events, {"afterid": 0, "courseids": ""}),
        Case("get_log_events_not_switched_on", events, {"afterid": 0, "courseids": str(SITE_HOME_ID)}),
        *(
            Case(f"get_log_events_{word}", events, {"afterid": after, **courses, "limit": WINDOW_ROWS})
            for word, after in subject.windows.items()
        ),
        Case("get_log_counts", counts, {"fromid": 0, "toid": last, **courses, "bucket": 500}),
        Case("get_log_counts_no_course", counts, {"fromid": 0, "toid": last, "courseids": ""}),
    ]


def _viewers(subject: Subject) -> list[Case]:
    access = "local_lea_get_viewer_access"
    viewers = {**subject.viewers, "unknown_user": ABSENT_ID}
    at_home = {word: user for word, user in viewers.items() if word in ("admin", "teacher")}
    return [
        *(
            Case(f"get_viewer_access_{word}", access, {"userid": user, "courseid": subject.course_id})
            for word, user in viewers.items()
        ),
        *(
            Case(f"get_viewer_access_{word}_on_the_site_home", access, {"userid": user, "courseid": SITE_HOME_ID})
            for word, user in at_home.items()
        ),
    ]


def _refusals(subject: Subject) -> list[Case]:
    """List the requests that Moodle or the plugin must refuse."""
    events = "local_lea_get_log_events"
    courses: dict[str, int | str] = {"courseids": str(subject.course_id)}
    absent: dict[str, int | str] = {"courseid": ABSENT_ID}
    off: Form = {"courseid": SITE_HOME_ID}
    no_bucket: Form = {"fromid": 0, "toid": 10, **courses, "bucket": 0}
    return [
        Case("error_invalid_token", "local_lea_get_version", caller=UNKNOWN),
        Case("error_unknown_function", "local_lea_get_nothing"),
        Case("error_function_not_in_service", "core_course_get_courses"),
        Case("error_missing_param", events, courses),
        Case("error_bad_param", events, {"afterid": "soon", **courses}),
        Case("error_bad_sequence", events, {"afterid": 0, "courseids": "2;3"}),
        Case("error_extra_param", events, {"afterid": 0, **courses, "colour": "red"}),
        Case("error_limit_too_high", events, {"afterid": 0, **courses, "limit": 5001}),
        Case("error_limit_zero", events, {"afterid": 0, **courses, "limit": 0}),
        Case("error_bucket_zero", "local_lea_get_log_counts", no_bucket),
        Case("error_roster_unknown_course", "local_lea_get_roster", absent),
        Case("error_activities_unknown_course", "local_lea_get_activities", absent),
        Case("error_tasks_unknown_course", "local_lea_get_tasks", absent),
        Case("error_attendance_unknown_course", "local_lea_get_attendance", absent),
        Case("error_contact_unknown_course", "local_lea_get_contact", {"userid": 2, **absent}),
        Case("error_contact_not_switched_on", "local_lea_get_contact", {"userid": 2, **off}),
        Case("error_roster_not_switched_on", "local_lea_get_roster", off),
        Case("error_activities_not_switched_on", "local_lea_get_activities", off),
        Case("error_tasks_not_switched_on", "local_lea_get_tasks", off),
        Case("error_attendance_not_switched_on", "local_lea_get_attendance", off),
        Case("error_set_courses_bad_sequence", "local_lea_set_courses", {"clientids": "", "courseids": "2;3"}),
        Case("error_viewer_access_unknown_course", "local_lea_get_viewer_access", {"userid": 2, **absent}),
    ]


def _without_capability(subject: Subject) -> list[Case]:
    """List one call of each function by somebody who may use the service and nothing more."""
    course: Form = {"courseid": subject.course_id}
    courses: dict[str, int | str] = {"courseids": str(subject.course_id)}
    forms: dict[str, Form] = {
        "get_version": {},
        "get_courses": {},
        "get_log_events": {"afterid": 0, **courses},
        "get_log_counts": {"fromid": 0, "toid": 1, **courses},
        "get_roster": course,
        "get_activities": course,
        "get_tasks": course,
        "get_attendance": course,
        "get_deletions": {"afterid": 0},
        "get_viewer_access": {"userid": 1, **course},
        "get_contact": {"userid": 1, **course},
        "set_courses": {"clientids": "", **courses},
    }
    return [Case(f"error_no_capability_{name}", f"local_lea_{name}", form, BARE) for name, form in forms.items()]
