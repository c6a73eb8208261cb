"""Answer advisers and support officers: their training, their learners by name, one learner over all courses."""

from dataclasses import replace
from datetime import date

from flask import g, render_template, request

from analytics.drops import find_drops
from analytics.language import gettext, ngettext
from analytics.policy.access import Action, Decision, Reason, Subject, decide
from bridge.store.holders import Holder
from bridge.store.panel_learners import load_my_courses
from bridge.store.panel_records import MyCourse, Reach
from bridge.store.people_of_staff import (
    load_staff_courses,
    load_staff_learner,
    load_staff_learners,
)
from bridge.store.relationships import OWN, save_training
from bridge.store.scores import load_scores
from bridge.store.voice import load_open_disputes, load_voice
from lti.changes import Changing, Done, once, simple_change
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.marks import say_key
from lti.panels.signs import explain_drop, find_dip_notice
from lti.panels.values_export import make_export_form
from lti.panels.values_own import make_entries
from lti.panels.values_people import (
    QUERY_LIMIT,
    RELATIONS,
    Known,
    cut_people,
    find_people,
    make_course_lines,
    make_people_lines,
    say_about,
)
from lti.panels.values_voice import find_waiting, make_voice, make_waiting, say_waiting_rest
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services
from lti.ways import list_ways

WAITING_SHOWN = 10
"""Learners waiting for an answer who are named at once; the rest is counted."""
TRAINING_FORM, DISPUTE_FORM = "training", "dispute-answer"


def people_panel(asked: GuardedRequest) -> str:
    """Answer with the viewer's learners by name; each of them is decided upon, and each on the page leaves a row."""
    known = load_known(asked)
    query = request.form.get("q", "")[:QUERY_LIMIT]
    cut = cut_people(find_people(known, query), _read_page())
    moment = _moment(asked)
    waiting = find_waiting(load_open_disputes(asked.db, [one.learner.person_id for one in known]), known)
    shown = dict.fromkeys((*cut.shown, *(one for one, _ in waiting[:WAITING_SHOWN])))
    g.people_shown = tuple((one.learner.person_id, one.reason) for one in shown)
    courses = load_staff_courses(asked.db, [one.learner.person_id for one in cut.shown])
    return render_template(
        "panels/people.html.jinja",
        **_common(asked, moment),
        query=query,
        cut=cut,
        total=ngettext("{number} learner you work with", "{number} learners you work with", len(known)),
        is_empty=not known,
        waiting=make_waiting(waiting[:WAITING_SHOWN], moment),
        waiting_rest=say_waiting_rest(len(waiting) - WAITING_SHOWN),
        lines=make_people_lines(cut.shown, courses, moment),
        export_form=make_export_form(),
    )


def person_panel(asked: GuardedRequest) -> str:
    """Answer with one learner over all their courses; see `show_person`."""
    return show_person(asked)


def show_person(asked: GuardedRequest, done: Done | None = None) -> str:
    """Answer with one learner over all their courses, and with what came of a change.

    Raises:
        NotFound: nobody whom the viewer works with; the same for a number that is nobody's.
    """
    person_id = asked.subject.person_id
    learner = None if person_id is None else load_staff_learner(asked.db, asked.platform_id, person_id, asked.now)
    if learner is None:
        raise NotFound
    moment = _moment(asked)
    reason = decide(asked.viewer, Action.PERSON_VIEW, asked.subject).reason
    lines = make_course_lines(load_staff_courses(asked.db, [learner.person_id]).get(learner.person_id, ()), moment)
    courses = load_my_courses(asked.db, learner.person_id)
    entries = make_entries(courses, moment)
    names = {line.course_id: line.name for line in lines}
    voice = load_voice(asked.db, learner.person_id, names)
    return render_template(
        "panels/person.html.jinja",
        voice=make_voice(voice, names, moment),
        learner_id=str(learner.person_id),
        can_answer=decide(asked.viewer, Action.DISPUTE_ANSWER, asked.subject).is_allowed,
        once=once(asked.page_token, DISPUTE_FORM, asked.now, str(learner.person_id)),
        done=done,
        **_common(asked, moment),
        person=clean(learner.full_name),
        person_id=learner.person_id,
        about=say_about(learner),
        why=gettext(RELATIONS[reason]),
        is_glass=reason is Reason.BREAK_GLASS,
        lines=lines,
        strips={entry.course_id: entry.strip for entry in entries},
        dues={entry.course_id: entry.next_due for entry in entries},
        remarks={course.head.course_id: _remark(asked, course, learner.person_id) for course in courses},
        has_strips=any(entry.strip for entry in entries),
        key=say_key(),
    )


def _remark(asked: GuardedRequest, course: MyCourse, person_id: int) -> str:
    """Say that the figure fell net of the course, or that the whole course did; empty where neither holds."""
    if course.standing is None:
        return ""
    drops = find_drops(load_scores(asked.db, Reach(course.head.course_id, None), course.standing.week_no))
    dip = find_dip_notice(drops)
    return explain_drop(drops, person_id) or ("" if dip is None else dip.strong)


def training_panel(asked: GuardedRequest) -> str:
    """Answer with the page on which somebody says when they were trained."""
    return _show_training(asked)


def _show_training(asked: GuardedRequest, done: Done | None = None) -> str:
    moment = _moment(asked)
    return render_template(
        "panels/training.html.jinja",
        **_common(asked, moment),
        once=once(asked.page_token, TRAINING_FORM, asked.now),
        latest=moment.today.isoformat(),
        is_trained=asked.viewer.is_trained,
        training_url=services().settings.training_url,
        goals=list_ways(replace(asked.viewer, is_trained=True)),
        done=done,
    )


def _acknowledge(asked: Changing) -> Done:
    moment = Moment(asked.now, services().settings.zone)
    day = _read_day(request.form.get("day", ""))
    nothing = gettext("Nothing was stored. Choose the day, tick the box and send it again.")
    if day is None or day > moment.today:
        return Done("training: no day", "warn", gettext("The day is missing, or still to come."), nothing)
    if request.form.get("done") != "yes":
        return Done("training: box not ticked", "warn", gettext("The box is not ticked."), nothing)
    holder = Holder(asked.launch.moodle_user_id, asked.launch.idnumber.strip() or None)
    save_training(asked.db, asked.platform_id, holder, day, asked.now, source=OWN)
    recorded = gettext("Recorded: trained on {date}.", date=full_date(day))
    return Done(f"trained on {day.isoformat()}", "good", gettext("Thank you."), recorded)


ACKNOWLEDGE = simple_change(TRAINING_FORM, _acknowledge, _show_training)


def load_known(asked: GuardedRequest) -> tuple[Known, ...]:
    """Return the learners whom the viewer may see now, each with what it is by; unordered. Nobody: ()."""
    learners = load_staff_learners(asked.db, asked.platform_id, asked.viewer.relationships, asked.now)
    decided = [(learner, _decide(asked, learner.subject)) for learner in learners]
    return tuple(Known(learner, decision.reason) for learner, decision in decided if decision.is_allowed)


def _decide(asked: GuardedRequest, subject: Subject) -> Decision:
    return decide(asked.viewer, Action.PERSON_VIEW, subject)


def _common(asked: GuardedRequest, moment: Moment) -> dict[str, object]:
    return {
        "page_token": asked.page_token,
        "name": clean(asked.display_name),
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
    }


def _moment(asked: GuardedRequest) -> Moment:
    return Moment(asked.now, services().settings.zone)


def _read_page() -> int:
    given = request.form.get("to_page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 6 else 1


def _read_day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
