"""Answer learners who query or complain, and the school's lead who acknowledges and answers (policy paragraph 27).

Informally first, then formally; a day stands beside each by which somebody acknowledges it.
"""

from flask import g, render_template, request

from analytics.language import gettext, mark
from analytics.policy.access import Reason
from analytics.policy.voice import TEXT_LIMIT, find_next_stage
from bridge.store.complaints import (
    ComplaintRecord,
    acknowledge_complaint,
    answer_complaint,
    find_home_school,
    load_own_complaints,
    load_school_complaints,
    save_complaint,
)
from bridge.store.data_use import load_supporters
from bridge.store.viewers import load_person
from lti.changes import Changing, Done, once, refused, simple_change
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.pages import say_tabs
from lti.panels.values_voice import make_complaint_line, say_advisers
from lti.panels.views_held import moment_of
from lti.panels.views_voice import read_text
from lti.panels.words import Moment, clean, full_date, instant, listed
from lti.services import services

COMPLAIN, ACKNOWLEDGE, ANSWER = "own-complain", "complaint-acknowledge", "complaint-answer"
"""The changes there are; a lead's form is made for one school."""
NOTHING = mark("Nothing was stored.")


def complaint_panel(asked: GuardedRequest) -> str:
    """Answer with the learner's queries and complaints, a form for the next, and whom they can ask first."""
    return _show_own(asked)


def _show_own(asked: GuardedRequest, done: Done | None = None) -> str:
    person_id, moment = asked.subject.person_id, moment_of(asked)
    if person_id is None:
        raise NotFound
    own = load_own_complaints(asked.db, person_id)
    school = find_home_school(asked.db, person_id, asked.now)
    stage = find_next_stage([one.state for one in own], moment.today)
    leads = () if school is None else tuple(clean(name) for name in school.leads if name.strip())
    return render_template(
        "panels/learner_complaint.html.jinja",
        page_token=asked.page_token,
        tabs=say_tabs(),
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        lines=[make_complaint_line(one, moment) for one in own[::-1]],
        stage=None if stage is None or school is None or not school.leads else stage.value,
        is_waiting=stage is None,
        school="" if school is None else clean(school.name),
        leads=listed(leads) if leads else gettext("its learner engagement lead"),
        advisers=say_advisers(load_supporters(asked.db, person_id, asked.now)),
        contact=services().settings.privacy_contact,
        limit=TEXT_LIMIT,
        once=once(asked.page_token, COMPLAIN, asked.now),
        done=done,
    )


def _complain(asked: Changing) -> Done:
    person = load_person(asked.db, asked.platform_id, asked.launch.moodle_user_id)
    if person is None:
        raise NotFound
    today, text = Moment(asked.now, services().settings.zone).today, read_text("text")
    school = find_home_school(asked.db, person.person_id, asked.now)
    stage = find_next_stage([one.state for one in load_own_complaints(asked.db, person.person_id)], today)
    if school is None or not school.leads:
        return refused(COMPLAIN, gettext("Nobody would read it here."), gettext(NOTHING))
    if stage is None or stage.value != request.form.get("stage"):
        return refused(COMPLAIN, gettext("What you wrote before comes first."), gettext(NOTHING))
    if not text:
        return refused(COMPLAIN, gettext("Say in a few words what it is about."), gettext(NOTHING))
    by = save_complaint(asked.db, asked.platform_id, person.person_id, stage, text, asked.now, today)
    told = gettext(
        "The lead of {school} acknowledges it by {day}. It never counts against you.",
        school=clean(school.name),
        day=full_date(by),
    )
    return Done(f"{COMPLAIN}: {stage}", "good", gettext("It is sent."), told)


def school_complaints_panel(asked: GuardedRequest) -> str:
    """Answer with what learners of the school wrote to its lead; each of them leaves a row that they can read."""
    return _show_school(asked)


def _show_school(asked: GuardedRequest, done: Done | None = None) -> str:
    school_id, moment = asked.subject.school_id, moment_of(asked)
    if school_id is None:
        raise NotFound
    found = load_school_complaints(asked.db, school_id)
    g.people_shown = tuple(dict.fromkeys((one.person_id, Reason.LEADS_SCHOOL) for one in found))
    named = str(school_id)
    return render_template(
        "panels/school_complaints.html.jinja",
        page_token=asked.page_token,
        school_id=named,
        carried={"school": named},
        today=full_date(moment.today),
        printed=instant(moment.now, moment),
        lines=[make_complaint_line(one, moment) for one in found],
        limit=TEXT_LIMIT,
        once={change: once(asked.page_token, change, asked.now, named) for change in (ACKNOWLEDGE, ANSWER)},
        done=done,
    )


def _acknowledge(asked: Changing) -> Done:
    one = _find(asked)
    if not acknowledge_complaint(asked.db, one.complaint_id, by=clean(asked.launch.display_name), now=asked.now):
        return refused(ACKNOWLEDGE, gettext("Somebody acknowledged it already."), gettext(NOTHING))
    text = gettext("The learner reads your name and the day.")
    return Done(f"{ACKNOWLEDGE}: {one.complaint_id}", "good", gettext("It is acknowledged."), text)


def _answer(asked: Changing) -> Done:
    one, text = _find(asked), read_text("text")
    if not text:
        return refused(ANSWER, gettext("The answer is empty."), gettext(NOTHING))
    if not answer_complaint(asked.db, one.complaint_id, text, by=clean(asked.launch.display_name), now=asked.now):
        return refused(ANSWER, gettext("Somebody answered it already."), gettext(NOTHING))
    read = gettext("The learner reads it on their own page.")
    return Done(f"{ANSWER}: {one.complaint_id}", "good", gettext("It is answered."), read)


def _find(asked: Changing) -> ComplaintRecord:
    """Return the complaint that the form names.

    Raises:
        NotFound: it is none of the school's.
    """
    school_id = int(asked.object) if asked.object else 0
    wanted = request.form.get("complaint", "")
    for one in load_school_complaints(asked.db, school_id):
        if str(one.complaint_id) == wanted:
            return one
    raise NotFound


SEND = simple_change(COMPLAIN, _complain, _show_own)
OF_THE_LEAD = (
    simple_change(ACKNOWLEDGE, _acknowledge, _show_school, "school"),
    simple_change(ANSWER, _answer, _show_school, "school"),
)
