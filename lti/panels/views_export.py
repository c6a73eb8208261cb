"""Answer with the lists of learners that staff take away as files; purpose and number a day are decided before."""

from flask import Response, g, request
from werkzeug.exceptions import BadRequest

from analytics.drops import find_drops
from analytics.language import gettext
from analytics.policy.access import Reason
from analytics.policy.purposes import say_purpose
from bridge.store.panel_course import load_course_head
from bridge.store.panels import load_course_figures, load_learner_details
from bridge.store.people_of_staff import load_staff_courses
from bridge.store.scores import load_scores
from lti.errors import FileTooLong, NotFound
from lti.exports import FIELD
from lti.guard import GuardedRequest
from lti.panels.downloads import make_csv, make_download
from lti.panels.listing import UnknownChoice, find_listed, read_filters
from lti.panels.outlook import make_outlook
from lti.panels.values_export import COURSE_HEAD, MOST_LEARNERS, PEOPLE_HEAD, list_course_rows, list_people_rows
from lti.panels.values_people import QUERY_LIMIT, find_people
from lti.panels.views import last_evaluated_week, reach_of
from lti.panels.views_held import moment_of
from lti.panels.views_people import load_known


def course_csv(asked: GuardedRequest) -> Response:
    """Answer with the tutor's list as its filters cut it; each learner in it gets a row that they read.

    Raises:
        NotFound: the course is not there any more.
        BadRequest: a filter that the list does not have.
        FileTooLong: more learners than one file may hold.
    """
    head = load_course_head(asked.db, asked.course.course_id)
    if head is None:
        raise NotFound
    reach = reach_of(asked.viewer, head.course_id)
    figures = load_course_figures(asked.db, reach)
    try:
        filters = read_filters(request.form, figures.groups)
    except UnknownChoice as error:
        raise BadRequest(str(error)) from error
    learners = find_listed(figures.learners, filters)
    if len(learners) > MOST_LEARNERS:
        raise FileTooLong
    outlook = make_outlook(head, moment_of(asked), last_evaluated_week(figures))
    details = load_learner_details(asked.db, head.course_id, {learner.person_id for learner in learners}, figures.tasks)
    drops = find_drops(load_scores(asked.db, reach, outlook.closed_week))
    reason = Reason.TEACHES_COURSE if reach.group_ids is None else Reason.SHARES_GROUP
    g.people_shown = tuple((learner.person_id, reason) for learner in learners)
    rows = list_course_rows(outlook, learners, details, drops, _purpose())
    return _make_file(asked, "course-list", COURSE_HEAD, rows)


def people_csv(asked: GuardedRequest) -> Response:
    """Answer with the learners whom the viewer works with, each decided upon; each gets a row that they read.

    Raises:
        FileTooLong: more learners than one file may hold.
    """
    found = find_people(load_known(asked), request.form.get("q", "")[:QUERY_LIMIT])
    if len(found) > MOST_LEARNERS:
        raise FileTooLong
    g.people_shown = tuple((one.learner.person_id, one.reason) for one in found)
    courses = load_staff_courses(asked.db, [one.learner.person_id for one in found])
    return _make_file(asked, "my-learners", PEOPLE_HEAD, list_people_rows(found, courses, moment_of(asked), _purpose()))


def _purpose() -> str:
    return say_purpose(request.form.get(FIELD, ""))


def _make_file(asked: GuardedRequest, name: str, head: tuple[str, ...], rows: list[tuple[str, ...]]) -> Response:
    file_name = f"{name}-{moment_of(asked).today:%Y-%m-%d}.csv"
    return make_download(make_csv(tuple(map(gettext, head)), rows), "text/csv; charset=utf-8", file_name)
