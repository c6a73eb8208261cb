"""Answer each panel request: read once, prepare the values, print the template. The guard has decided already."""

from flask import render_template, request
from werkzeug.exceptions import BadRequest

from analytics.drops import find_drops
from analytics.levels import Marker
from analytics.policy.access import Action, Viewer
from bridge.store.looks import load_looks
from bridge.store.panel_course import load_course_head
from bridge.store.panel_learners import load_learner_in_course, load_my_courses, load_seen
from bridge.store.panel_records import CourseFigures, CourseHead, LearnerInCourse, Reach, Seen, WeekMet
from bridge.store.panels import load_course_figures, load_learner_details, load_weeks_met
from bridge.store.scores import load_scores
from bridge.store.voice import load_paused_people, load_voice
from bridge.store.worklist import find_open_state
from lti.changes import Done
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.admin.views import overview_panel
from lti.panels.cases.values_work import say_open_state
from lti.panels.cases.views_work import work_panel
from lti.panels.listing import Filters, UnknownChoice, cut_page, find_listed, find_work, read_filters
from lti.panels.outlook import Outlook, make_outlook
from lti.panels.own_advisers import say_own_advisers
from lti.panels.pages import fill_courses_page, fill_learner_page, fill_week_page
from lti.panels.pages_tutor import TutorRead, fill_tutor_learner_page, fill_tutor_page
from lti.panels.paused import unless_paused
from lti.panels.values_own import make_week_page
from lti.panels.values_tutor import WORK_LISTED
from lti.panels.values_voice import leave_alone, make_voice, say_left_alone, say_pause
from lti.panels.views_figures import figures_panel
from lti.panels.views_glass import glass_panel
from lti.panels.views_people import load_known, people_panel, training_panel
from lti.panels.views_school import school_panel
from lti.panels.views_voice import fill_own_side, fill_switch
from lti.panels.words import Moment
from lti.services import services

CARRIED = ("q", "group", "reason", "sort", "size", "page")
"""The list's filters, kept while a learner's page is open."""


def start_page(asked: GuardedRequest) -> str:
    """Answer with the viewer's first page, as the guard found it: the course, the learner's own, or the admin's."""
    if asked.action is Action.COURSE_VIEW:
        return course_panel(asked)
    if asked.action is Action.ADMIN_VIEW:
        return overview_panel(asked)
    if asked.action is Action.OWN_COURSES_VIEW:
        return learner_courses_panel(asked)
    if asked.action is Action.PEOPLE_VIEW:
        return work_panel(asked) if load_known(asked) else people_panel(asked)
    if asked.action is Action.SCHOOL_VIEW:
        return school_panel(asked)
    if asked.action is Action.FIGURES_VIEW:
        return figures_panel(asked)
    if asked.action is Action.BREAK_GLASS:
        return glass_panel(asked)
    if asked.action is Action.TRAINING:
        return training_panel(asked)
    return learner_panel(asked)


def course_panel(asked: GuardedRequest) -> str:
    """Answer with the tutor's panel of the course."""
    head, moment = _load_head(asked), _moment(asked)
    reach = reach_of(asked.viewer, head.course_id)
    all_figures = load_course_figures(asked.db, reach)
    paused = load_paused_people(asked.db, head.course_id, moment.today)
    figures = leave_alone(all_figures, paused)
    filters = _read_filters(figures)
    outlook = make_outlook(head, moment, last_evaluated_week(figures))
    cut = cut_page(find_listed(figures.learners, filters), filters)
    work = find_work(figures)
    shown = {learner.person_id for learner in (*work[:WORK_LISTED], *cut.learners)}
    read = TutorRead(
        reach=reach,
        figures=figures,
        work=work,
        cut=cut,
        details=load_learner_details(asked.db, head.course_id, shown, figures.tasks),
        weeks_met=_load_weeks_met(asked, reach, outlook),
        drops=find_drops(load_scores(asked.db, reach, outlook.closed_week)),
    )
    page = fill_tutor_page(outlook, read, filters, asked.page_token)
    return render_template("panels/tutor.html.jinja", **page, left_alone=say_left_alone(all_figures, paused))


def tutor_learner_panel(asked: GuardedRequest) -> str:
    """Answer with the tutor's page about one learner.

    Raises:
        NotFound: nobody within this tutor's reach; the same for a number that is nobody's.
    """
    head = _load_head(asked)
    reach = reach_of(asked.viewer, head.course_id)
    person, outlook = _load_person(asked, head, reach, with_groups=True)
    drops = find_drops(load_scores(asked.db, reach, outlook.closed_week))
    carried = {name: request.form.get(name, "")[:100] for name in CARRIED}
    seen = _load_recently_seen(asked, outlook, person)
    page = fill_tutor_learner_page(outlook, person, seen, drops, carried, asked.page_token)
    said = load_voice(asked.db, person.learner.person_id, (head.course_id,))
    pause = say_pause(said, outlook.moment)
    voice = make_voice(said, {}, outlook.moment)
    state = say_open_state(find_open_state(asked.db, head.course_id, person.learner.person_id), outlook.moment)
    return render_template("panels/tutor_learner.html.jinja", **page, voice=voice, pause=pause, concern_state=state)


@unless_paused
def learner_panel(asked: GuardedRequest) -> str:
    """Answer with the learner's own page of one course."""
    return show_learner(asked)


def show_learner(asked: GuardedRequest, done: Done | None = None) -> str:
    """Make the learner's own page of one course, with what came of a change where one was made on it."""
    head = _load_head(asked)
    person, outlook = _load_person(asked, head, Reach(head.course_id, None))
    looks = load_looks(asked.db, asked.platform_id, person.learner.person_id, (head.moodle_course_id,))
    seen = _load_recently_seen(asked, outlook, person)
    page = fill_learner_page(outlook, person, seen, looks, asked.page_token)
    own = fill_own_side(asked, outlook, person)
    return render_template("panels/learner.html.jinja", **page, **own, **fill_switch(asked, head.course_id), done=done)


@unless_paused
def learner_week_panel(asked: GuardedRequest) -> str:
    """Answer with everything behind one week of the learner, day by day.

    Raises:
        NotFound: the week is none of the course's up to now.
    """
    head = _load_head(asked)
    person, outlook = _load_person(asked, head, Reach(head.course_id, None))
    given = request.form.get("week", "")
    week_no = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 0
    if head.calendar is None or not 1 <= week_no <= outlook.week_no:
        raise NotFound
    dates = head.calendar.week_dates(week_no)
    seen = load_seen(asked.db, head.course_id, person.learner.person_id, dates[0], dates[-1])
    week = next((week for week in person.weeks if week.week_no == week_no), None)
    shown = make_week_page(outlook, head.calendar, week_no, week, seen, person.tasks)
    page = fill_week_page(outlook, shown, asked.page_token)
    return render_template("panels/learner_week.html.jinja", **page, advisers=say_own_advisers(asked))


@unless_paused
def learner_courses_panel(asked: GuardedRequest) -> str:
    """Answer with all the switched-on courses that the learner takes."""
    courses = load_my_courses(asked.db, _own_id(asked))
    page = fill_courses_page(courses, asked.display_name, say_own_advisers(asked), _moment(asked), asked.page_token)
    return render_template("panels/learner_courses.html.jinja", **page)


def reach_of(viewer: Viewer, course_id: int) -> Reach:
    """Give whose rows a tutor may see: everybody's, or under separate groups those of their own groups."""
    return Reach(course_id, None if viewer.sees_all_groups else viewer.group_ids)


def _load_weeks_met(asked: GuardedRequest, reach: Reach, outlook: Outlook) -> tuple[WeekMet, ...]:
    """Load how the level in force was met since it took effect; () without one."""
    if outlook.level is None or outlook.head.calendar is None:
        return ()
    level = outlook.level.level
    items = level.items_of(Marker.ACTIVITY)
    first_week = outlook.head.calendar.week_of(level.effective_from)
    expected = None if items is None else items[0]
    return load_weeks_met(asked.db, reach, expected, (first_week, outlook.closed_week))


def last_evaluated_week(figures: CourseFigures) -> int:
    """Give the last week for which anybody in reach was evaluated; 0 before the first."""
    return max((learner.standing.week_no for learner in figures.learners if learner.standing is not None), default=0)


def _moment(asked: GuardedRequest) -> Moment:
    return Moment(asked.now, services().settings.zone)


def _load_head(asked: GuardedRequest) -> CourseHead:
    head = load_course_head(asked.db, asked.course.course_id)
    if head is None:
        raise NotFound
    return head


def _read_filters(figures: CourseFigures) -> Filters:
    try:
        return read_filters(request.form, figures.groups)
    except UnknownChoice as error:
        raise BadRequest(str(error)) from error


def _own_id(asked: GuardedRequest) -> int:
    if asked.viewer.person_id is None:
        raise NotFound
    return asked.viewer.person_id


def _load_person(
    asked: GuardedRequest, head: CourseHead, reach: Reach, *, with_groups: bool = False
) -> tuple[LearnerInCourse, Outlook]:
    """Load the learner that was decided upon: the subject of the request, which on own pages is the viewer."""
    person_id = asked.subject.person_id
    person = None if person_id is None else load_learner_in_course(asked.db, reach, person_id, with_groups=with_groups)
    if person is None:
        raise NotFound
    closed_week = person.standings[-1].week_no if person.standings else 0
    return person, make_outlook(head, _moment(asked), closed_week)


def _load_recently_seen(asked: GuardedRequest, outlook: Outlook, person: LearnerInCourse) -> Seen:
    """Load what was seen in the last closed week and since then."""
    calendar = outlook.head.calendar
    if calendar is None or not outlook.week_no:
        return Seen()
    first = calendar.monday_of(max(1, outlook.closed_week))
    last = calendar.sunday_of(outlook.week_no)
    return load_seen(asked.db, outlook.head.course_id, person.learner.person_id, first, last)
