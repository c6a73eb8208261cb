"""Answer what learners say about one course: a week that is not right, an activity elsewhere, their own choices.

A learner says it of themselves alone; whether they do, or not, enters no figure (policy paragraph 18).
"""

from datetime import date, datetime

from flask import render_template, request

from analytics.language import gettext, mark
from analytics.policy.voice import HIGHEST_GOAL, TEXT_LIMIT
from bridge.store.panel_course import load_course_head
from bridge.store.panel_learners import load_learner_in_course
from bridge.store.panel_records import LearnerInCourse, Reach
from bridge.store.scores import load_scores
from bridge.store.viewers import load_person
from bridge.store.voice import Choice, load_choice, load_voice, save_choice, save_declared, save_dispute
from lti.changes import Change, Changing, Done, ask_nothing, once
from lti.errors import NotFound
from lti.guard import Asker, GuardedRequest, View
from lti.panels.fresh_words import word_figures_as_of
from lti.panels.outlook import Outlook, make_outlook
from lti.panels.own_advisers import say_own_advisers
from lti.panels.paused import unless_paused
from lti.panels.values_voice import make_voice, say_comparison, say_goal
from lti.panels.words import Moment, capital, clean_whole, full_date, instant
from lti.services import services

DISPUTE, DECLARE, CHOOSE, COMPARE = "own-dispute", "own-declare", "own-choose", "own-compare"
"""The changes there are; each form's token is made for one of them and for one course."""
NOTHING = mark("Nothing was stored.")


@unless_paused
def voice_panel(asked: GuardedRequest) -> str:
    """Answer with the learner's own side of one course: what they said, and forms to say more."""
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    head, moment = load_course_head(asked.db, asked.course.course_id), _moment(asked.now)
    person_id = asked.subject.person_id
    if head is None or person_id is None:
        raise NotFound
    reach = Reach(head.course_id, None)
    person = load_learner_in_course(asked.db, reach, person_id)
    if person is None:
        raise NotFound
    outlook = make_outlook(head, moment, person.standings[-1].week_no if person.standings else 0)
    choice = load_choice(asked.db, head.course_id, person_id)
    voice = load_voice(asked.db, person_id, (head.course_id,))
    said = {one.week_no for one in voice.disputes}
    return render_template(
        "panels/learner_voice.html.jinja",
        **_common(asked, outlook),
        weeks=[week for week in range(outlook.week_no, 0, -1) if week not in said],
        wished=request.form.get("week", "")[:4],
        first="" if head.calendar is None else head.calendar.first_monday.isoformat(),
        **fill_own_side(asked, outlook, person),
        goal_words=clean_whole(choice.goal or ""),
        done=done,
    )


def fill_switch(asked: GuardedRequest, course_id: int) -> dict[str, object]:
    """Gather what the switch of the comparison needs on the learner's page of a course."""
    course = str(course_id)
    return {"course": course, "once": {COMPARE: once(asked.page_token, COMPARE, asked.now, course)}}


def fill_own_side(asked: GuardedRequest, outlook: Outlook, person: LearnerInCourse) -> dict[str, object]:
    """Gather what stands beside a learner's figure on their own pages: what they said, their goal, their quarter."""
    course_id, person_id, week_no = outlook.head.course_id, person.learner.person_id, outlook.closed_week
    choice = load_choice(asked.db, course_id, person_id)
    scores = load_scores(asked.db, Reach(course_id, None), week_no) if choice.shows_comparison else {}
    return {
        "voice": make_voice(load_voice(asked.db, person_id, (course_id,)), {}, outlook.moment),
        "goal": say_goal(choice, person.weeks, week_no),
        "comparison": say_comparison(choice, scores, person_id, week_no),
        "choice": choice,
        "advisers": say_own_advisers(asked),
    }


def _common(asked: GuardedRequest, outlook: Outlook) -> dict[str, object]:
    course = str(outlook.head.course_id)
    return {
        "page_token": asked.page_token,
        "carried": {"course": course},
        "course": course,
        "name": outlook.name,
        "when": outlook.when,
        "latest": outlook.moment.today.isoformat(),
        "printed": instant(asked.now, outlook.moment),
        "as_of": capital(word_figures_as_of(outlook)),
        "limit": TEXT_LIMIT,
        "highest_goal": HIGHEST_GOAL,
        "once": {change: once(asked.page_token, change, asked.now, course) for change in (DISPUTE, DECLARE, CHOOSE)},
    }


def _dispute(asked: Changing, _heard: None) -> Done:
    course_id, person_id = find_own(asked)
    moment = _moment(asked.now)
    head, text, week_no = load_course_head(asked.db, course_id), read_text("text"), _read_number("week")
    outlook = None if head is None else make_outlook(head, moment, 0)
    if outlook is None or week_no is None or not 1 <= week_no <= outlook.week_no:
        return _refuse(DISPUTE, gettext("Choose the week."))
    if not text:
        return _refuse(DISPUTE, gettext("Say in a few words what is not right."))
    until = save_dispute(asked.db, course_id, person_id, week_no, text, asked.now, moment.today)
    if until is None:
        return _refuse(DISPUTE, gettext("You said so of week {number} already.", number=week_no))
    text = gettext(
        "Your adviser and support officers read it beside the figure. No concern is raised up to {day}.",
        day=full_date(until),
    )
    return Done(f"{DISPUTE}: week {week_no}", "good", gettext("It is written down."), text)


def _declare(asked: Changing, _heard: None) -> Done:
    course_id, person_id = find_own(asked)
    today, head = _moment(asked.now).today, load_course_head(asked.db, course_id)
    text, day = read_text("text"), _read_day("day")
    first = None if head is None or head.calendar is None else head.calendar.first_monday
    if first is None or day is None or not first <= day <= today:
        return _refuse(DECLARE, gettext("Choose a day of this course, up to today."))
    if not text:
        return _refuse(DECLARE, gettext("Say in a few words what you did."))
    save_declared(asked.db, course_id, person_id, day, text, asked.now)
    text = gettext("It stands beside your figure, and stops the count of days without evidence with the next sync.")
    return Done(f"{DECLARE}: one day", "good", gettext("Thank you."), text)


def _choose(asked: Changing, _heard: None) -> Done:
    course_id, person_id = find_own(asked)
    given, goal = request.form.get("goal_a_week", "").strip(), _read_number("goal_a_week")
    if given and (goal is None or not 1 <= goal <= HIGHEST_GOAL):
        return _refuse(CHOOSE, gettext("A goal is a number from 1 to {highest}, or empty.", highest=HIGHEST_GOAL))
    choice = Choice(request.form.get("comparison") == "yes", read_text("goal") or None, goal)
    save_choice(asked.db, course_id, person_id, choice, asked.now)
    text = gettext("Only you read it, and you can change it at any time.")
    return Done(f"{CHOOSE}: kept", "good", gettext("It is kept."), text)


def find_own(asked: Changing) -> tuple[int, int]:
    """Return the course, which was decided upon, and who asks.

    Raises:
        NotFound: the form names no course, or the platform's list does not have them.
    """
    person = load_person(asked.db, asked.platform_id, asked.launch.moodle_user_id)
    if person is None or not asked.object:
        raise NotFound
    return int(asked.object), person.person_id


def _refuse(change: str, why: str) -> Done:
    return Done(f"{change}: refused", "warn", why, gettext(NOTHING))


def _follow(_asker: Asker, done: Done, _heard: None) -> View:
    @unless_paused
    def show(asked: GuardedRequest) -> str:
        return _show(asked, done)

    return show


CHANGES = (
    Change(DISPUTE, ask_nothing, _dispute, _follow, "course"),
    Change(DECLARE, ask_nothing, _declare, _follow, "course"),
    Change(CHOOSE, ask_nothing, _choose, _follow, "course"),
)


def read_text(field: str) -> str:
    """Return what somebody wrote in a field, at most as long as it may be; empty for nothing."""
    text = request.form.get(field, "").strip()[:TEXT_LIMIT]
    return clean_whole(text) if text else ""


def _read_number(field: str) -> int | None:
    given = request.form.get(field, "").strip()
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else None


def _read_day(field: str) -> date | None:
    try:
        return date.fromisoformat(request.form.get(field, ""))
    except ValueError:
        return None


def _moment(now: datetime) -> Moment:
    return Moment(now, services().settings.zone)
