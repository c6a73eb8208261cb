"""The page behind a learner's figure: for the learner, and for those who teach them in this course."""

from flask import render_template, request

from analytics.detail import FigureEvidence, find_figure_evidence
from analytics.replay import ReplayError, from_inputs
from bridge.store.evaluations import load_inputs
from bridge.store.panel_course import load_course_head
from bridge.store.panel_learners import load_item_names, load_learner_in_course
from bridge.store.panel_records import LearnerInCourse, Reach
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.outlook import make_outlook
from lti.panels.own_advisers import say_own_advisers
from lti.panels.pages import fill_figure_page
from lti.panels.paused import unless_paused
from lti.panels.values_figure import make_figure_page
from lti.panels.views import reach_of
from lti.panels.words import Moment, clean
from lti.services import services


@unless_paused
def learner_figure_panel(asked: GuardedRequest) -> str:
    """Answer with everything that the learner's own figure after a week was made of.

    Raises:
        NotFound: the week was not evaluated.
    """
    return _answer(asked, Reach(asked.course.course_id, None), is_own=True)


def tutor_figure_panel(asked: GuardedRequest) -> str:
    """Answer with everything that a learner's figure after a week was made of, as the tutor sees it.

    Raises:
        NotFound: nobody within this tutor's reach, or the week was not evaluated.
    """
    return _answer(asked, reach_of(asked.viewer, asked.course.course_id), is_own=False)


def _answer(asked: GuardedRequest, reach: Reach, *, is_own: bool) -> str:
    head, person_id = load_course_head(asked.db, asked.course.course_id), asked.subject.person_id
    person = load_learner_in_course(asked.db, reach, person_id) if person_id is not None else None
    if head is None or person is None:
        raise NotFound
    evaluated = [standing.week_no for standing in person.standings]
    outlook = make_outlook(head, Moment(asked.now, services().settings.zone), max(evaluated, default=0))
    evidence = _load_evidence(asked, person, _read_week(evaluated))
    names = load_item_names(asked.db, head.course_id)
    page = make_figure_page(outlook, evidence, names, person)
    filled = fill_figure_page(outlook, page, "" if is_own else clean(person.learner.full_name), asked.page_token)
    carried = {"course": str(head.course_id)} if is_own else {"learner": str(person.learner.person_id)}
    advisers = say_own_advisers(asked) if is_own else ""
    return render_template("panels/figure.html.jinja", **filled, carried=carried, advisers=advisers)


def _read_week(evaluated: list[int]) -> int:
    """Read the asked week; the last evaluated one where none is named."""
    given = request.form.get("week", "") or str(max(evaluated, default=0))
    week_no = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 0
    if week_no not in evaluated:
        raise NotFound
    return week_no


def _load_evidence(asked: GuardedRequest, person: LearnerInCourse, week_no: int) -> FigureEvidence:
    stored = load_inputs(asked.db, asked.course.course_id, person.learner.person_id, week_no)
    try:
        return find_figure_evidence(from_inputs(stored or {}))
    except ReplayError as error:
        raise NotFound from error
