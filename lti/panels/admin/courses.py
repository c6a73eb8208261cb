"""The courses page: Moodle's live list, what is switched on, and what became of the tool's activity in each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request

from analytics.language import gettext, mark, ngettext, numeral, pgettext
from bridge.errors import BridgeError
from bridge.records import CourseRecord
from bridge.store.panel_site import CourseFacts, load_course_facts, load_course_states, load_site_overview
from lti.changes import Done
from lti.guard import Asker, GuardedRequest
from lti.panels.admin.course_list import (
    PAGE_SIZE,
    Listed,
    find_courses,
    make_choices,
    merge_courses,
    read_filters,
    say_term,
)
from lti.panels.admin.views import SWITCH, common, make_tokens, moment_of
from lti.panels.outlook import Notice
from lti.panels.words import Moment, clean, clean_whole, instant
from lti.services import services

PROBLEMS: Mapping[str, str] = {
    "queued": mark("Moodle’s cron makes it with its next run"),
    "notool": mark("not made: Moodle does not know this tool by its client id"),
    "pendingtool": mark("not made: the tool is pending in Moodle’s Manage tools; activate it there"),
    "nomodule": mark("not made: the activity External tool is switched off in Moodle"),
    "failed": mark("not made: Moodle’s task failed; its task log says why"),
    "unknowncourse": mark("not made: Moodle knows no such course any more"),
}
"""The plugin's code → why the tool's activity is not there."""


@dataclass(frozen=True, slots=True)
class LiveList:
    """Moodle's answer about its courses."""

    courses: tuple[CourseRecord, ...] | None
    """None: there was no answer."""
    problem: str = ""
    """Why there was none, and what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """One course of the list."""

    moodle_course_id: int
    name: str
    shortname: str
    category: str
    term: str
    is_on: bool
    state: str
    activity: str
    has_activity: bool


def list_live(asker: Asker) -> LiveList:
    """Ask Moodle for all its courses; it takes a second or two, and needs no transaction."""
    tool = services()
    try:
        return LiveList(tool.moodle.client_for(asker.platform_id).courses().courses)
    except BridgeError as error:
        tool.log.warning("courses not listed", code=error.code)
        return LiveList(None, str(error))


def courses_panel(asked: GuardedRequest, live: LiveList) -> str:
    """Answer with one page of the courses that fit the filters."""
    return show_courses(asked, live)


def show_courses(asked: GuardedRequest, live: LiveList, done: Done | None = None) -> str:
    """Print the list: after a switch with what came of it."""
    moment, filters = moment_of(asked), read_filters(request.form)
    courses = merge_courses(live.courses, load_course_states(asked.db, asked.platform_id), services().settings.zone)
    found = find_courses(courses, filters)
    page_count = max(1, -(-len(found) // PAGE_SIZE))
    page_no = min(filters.page, page_count)
    shown = found[(page_no - 1) * PAGE_SIZE : page_no * PAGE_SIZE]
    on_ids = [listed.state.course_id for listed in shown if listed.state is not None]
    page = {
        **common(asked, load_site_overview(asked.db, asked.platform_id, asked.now), done),
        "title": _say_how_many(courses),
        "notices": _find_notices(live),
        "filters": filters,
        "carried": {
            "q": filters.query,
            "category": filters.category,
            "term": filters.term,
            "state": filters.state,
            "page": str(page_no),
        },
        "choices": make_choices(courses, filters),
        "lines": [make_line(listed, facts, moment) for listed, facts in _with_facts(asked, shown, on_ids)],
        "found": len(found),
        "found_words": ngettext("All {number} course in this list", "All {number} courses in this list", len(found)),
        "place": gettext(
            "{first} to {last} of {total}",
            first=numeral((page_no - 1) * PAGE_SIZE + 1),
            last=numeral((page_no - 1) * PAGE_SIZE + len(shown)),
            total=numeral(len(found)),
        ),
        "before": page_no - 1,
        "after": page_no + 1 if page_no < page_count else 0,
        "page_size": PAGE_SIZE,
        "once": make_tokens(asked, SWITCH),
    }
    return render_template("panels/admin/courses.html.jinja", **page)


def _with_facts(
    asked: GuardedRequest, shown: Sequence[Listed], course_ids: Sequence[int]
) -> list[tuple[Listed, CourseFacts | None]]:
    facts = load_course_facts(asked.db, course_ids)
    return [(listed, None if listed.state is None else facts.get(listed.state.course_id)) for listed in shown]


def _say_how_many(courses: Sequence[Listed]) -> str:
    on = sum(listed.is_on for listed in courses)
    return ngettext(
        "{on} of {number} course switched on", "{on} of {number} courses switched on", len(courses), on=numeral(on)
    )


def _find_notices(live: LiveList) -> tuple[Notice, ...]:
    if live.courses is not None:
        return ()
    text = gettext("These are the courses known here; they can be switched off, none can be switched on.")
    return (Notice("warn", gettext("Moodle did not list its courses."), f"{clean_whole(live.problem)} {text}"),)


def make_line(listed: Listed, facts: CourseFacts | None, moment: Moment) -> Line:
    """Make one course's line; `facts` None: nothing was ever held about it."""
    return Line(
        moodle_course_id=listed.moodle_course_id,
        name=listed.name,
        shortname=listed.shortname,
        category=listed.category_name,
        term=say_term(listed.starts_on),
        is_on=listed.is_on,
        state=_say_state(listed, facts, moment),
        activity=say_activity(listed),
        has_activity=listed.is_on and listed.state is not None and listed.state.tool_cmid is not None,
    )


def _say_state(listed: Listed, facts: CourseFacts | None, moment: Moment) -> str:
    if listed.state is None:
        return pgettext("a course", "off")
    if not listed.is_on:
        return gettext("off; what was measured is kept")
    if listed.state.roster_at is None or facts is None:
        return gettext("on; waits for the first sync")
    when, week = instant(listed.state.roster_at, moment), facts.last_week_evaluated
    read = ngettext(
        "on; {number} learner, list read {when}",
        "on; {number} learners, list read {when}",
        facts.learner_count,
        when=when,
    )
    return read if week is None else gettext("{read}; evaluated up to week {week}", read=read, week=week)


def say_activity(listed: Listed) -> str:
    """Say what became of the tool's activity in a course: its number in Moodle, or why there is none."""
    state = listed.state
    if state is None or not state.is_on:
        return "–"
    if state.tool_cmid is not None:
        return gettext("made, activity {number}", number=state.tool_cmid)
    if state.tool_problem is None:
        return gettext("Moodle is told with the next sync")
    if state.tool_problem in PROBLEMS:
        return gettext(PROBLEMS[state.tool_problem])
    return gettext("not made: Moodle says {code}", code=clean(state.tool_problem))
