"""Answer with what is opened in a course, and with the same as a file; nobody is named on either."""

from flask import Response, render_template, request

from bridge.store.openings import OpeningsWeek, count_out_of_reach, load_items, load_opening_weeks
from bridge.store.panel_course import load_course_head
from bridge.store.panels import load_course_tasks
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.downloads import make_csv, make_download
from lti.panels.outlook import Outlook, find_notices, make_outlook
from lti.panels.resources.file_resources import list_resource_rows, make_resource_head
from lti.panels.resources.lines import Read, cut_lines, make_lines
from lti.panels.resources.values_resources import explain_nothing, list_due_opened, make_page
from lti.panels.views import reach_of
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services


def resources_panel(asked: GuardedRequest) -> str:
    """Answer with the page of what is opened; where nothing can be told, with why.

    Raises:
        NotFound: the course is not there any more.
    """
    outlook, read = _load(asked)
    nothing = explain_nothing(read, out_of_reach=_count_hidden(asked))
    lines = () if nothing else make_lines(outlook, read)
    shown = cut_lines(lines, request.form.get("to_page", ""))
    return render_template(
        "panels/resources.html.jinja",
        page_token=asked.page_token,
        outlook=outlook,
        shortname=clean(outlook.head.shortname),
        printed=instant(asked.now, outlook.moment),
        as_of=full_date(read.weeks[-1].as_of) if read.weeks else "",
        notices=find_notices(outlook),
        nothing=nothing,
        page=None if nothing else make_page(outlook, read, lines),
        shown=shown,
        due=list_due_opened(outlook, read, lines),
    )


def resources_csv(asked: GuardedRequest) -> Response:
    """Answer with every item and every frozen week as a file; where nothing can be told, with its head alone.

    Raises:
        NotFound: the course is not there any more.
    """
    outlook, read = _load(asked)
    is_told = explain_nothing(read, out_of_reach=_count_hidden(asked)) is None
    rows = list_resource_rows(outlook, read) if is_told else []
    content = make_csv(make_resource_head(read), rows)
    return make_download(content, "text/csv; charset=utf-8", f"opened-{outlook.moment.today:%Y-%m-%d}.csv")


def _load(asked: GuardedRequest) -> tuple[Outlook, Read]:
    head = load_course_head(asked.db, asked.course.course_id)
    if head is None:
        raise NotFound
    weeks = load_opening_weeks(asked.db, head.course_id)
    read = Read(weeks, load_items(asked.db, head.course_id), load_course_tasks(asked.db, [head.course_id]))
    return make_outlook(head, Moment(asked.now, services().settings.zone), _last_week_no(weeks)), read


def _last_week_no(weeks: tuple[OpeningsWeek, ...]) -> int:
    return weeks[-1].week_no if weeks else 0


def _count_hidden(asked: GuardedRequest) -> int:
    return count_out_of_reach(asked.db, reach_of(asked.viewer, asked.course.course_id))
