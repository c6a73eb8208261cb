"""Answer advisers and support officers with what to do first: cases, alerts, concerns, the digest, suggestions."""

from flask import g, render_template, request

from analytics.policy.access import Action, Decision, decide
from analytics.policy.relationships import Kind
from bridge.store.case_chain import Author
from bridge.store.cases import CaseRefused
from bridge.store.hand_overs import raise_hand_over
from bridge.store.people_of_staff import load_staff_courses
from bridge.store.worklist import ContributedConcern, load_contributed_concerns
from lti.changes import Change, Changing, Done, ask_nothing, once
from lti.guard import Asker, GuardedRequest, View
from lti.panels.cases.falls import load_falls
from lti.panels.cases.values_work import make_contributed_lines, make_suggestions, make_work_lines
from lti.panels.cases.waiting import load_waiting
from lti.panels.messages.values_several import find_addressees, say_several
from lti.panels.values_export import make_export_form
from lti.panels.values_people import cut_people, find_people
from lti.panels.views_people import load_known
from lti.panels.words import Moment, clean, count, full_date, instant
from lti.services import services

RAISE = "hand-over"
"""The change there is; each form's token is made for it and one concern."""
NOTE_LIMIT = 4_000
SUGGESTED = 10
"""Suggestions that are shown; the rest is counted."""
SUGGESTIONS_NOTE = (
    "Below the published level, or lower than before, and no rule asks anybody to act. It is for you to think about;"
    " nothing is recorded."
)
NOBODY = "No concern is open and no other school waits for an answer. What is below is for you to think about."
DIGEST_NOTE = "Raised by the published rule after the school’s budget of the week was spent, so nobody is overrun."


def work_panel(asked: GuardedRequest) -> str:
    """Answer with the work-list; each learner on the page is decided upon and leaves a row."""
    return _show(asked)


def digest_panel(asked: GuardedRequest) -> str:
    """Answer with the concerns beyond the week's budget; each learner on the page leaves a row."""
    moment, known = _moment(asked), load_known(asked)
    read = load_waiting(asked.db, known, moment)
    cut = cut_people([one.known for one in read.digest], _read_page())
    shown = [one for one in read.digest if one.known in cut.shown]
    g.people_shown = tuple((one.learner.person_id, one.reason) for one in cut.shown)
    return render_template(
        "panels/cases/work.html.jinja",
        **_common(asked, moment),
        title="Beyond this week’s budget",
        here="panels.digest",
        lines_title=count(len(read.digest), "learner"),
        lines=make_work_lines(shown, moment),
        nobody="Nothing is beyond the budget.",
        notices=[{"kind": "info", "strong": "A digest.", "text": DIGEST_NOTE}],
        cut=cut,
    )


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    moment, known = _moment(asked), load_known(asked)
    read = load_waiting(asked.db, known, moment)
    cut = cut_people([one.known for one in read.first], _read_page())
    shown = [one for one in read.first if one.known in cut.shown]
    contributed = _load_contributed(asked)
    courses = load_staff_courses(asked.db, [one.learner.person_id for one in known])
    suggestions = make_suggestions(find_people(known, ""), courses, read.taken, load_falls(asked.db, courses))
    by_id = {one.learner.person_id: one.reason for one in known}
    g.people_shown = (
        *((one.learner.person_id, one.reason) for one in cut.shown),
        *((one.person_id, by_id[one.person_id]) for one in suggestions[:SUGGESTED]),
        *((one.subject.person_id, _decide_raise(asked, one).reason) for one in contributed),
    )
    tokens = {
        one.concern.concern_id: once(asked.page_token, RAISE, asked.now, str(one.concern.concern_id))
        for one in contributed
    }
    return render_template(
        "panels/cases/work.html.jinja",
        **_common(asked, moment),
        title="What to do first",
        here="panels.work",
        lines_title=f"{count(len(read.first), 'learner')} to turn to" if read.first else "Nothing waits for you",
        lines=make_work_lines(shown, moment),
        nobody=NOBODY,
        notices=(),
        cut=cut,
        digest=_say_digest(len(read.digest)),
        contributed=make_contributed_lines(contributed, tokens, moment),
        suggestions=suggestions[:SUGGESTED],
        suggestions_note=SUGGESTIONS_NOTE,
        suggestions_rest=_say_rest(len(suggestions) - SUGGESTED),
        export_form=make_export_form() if read.first else None,
        several=say_several(find_addressees(read.first, moment.today)),
        done=done,
    )


def _load_contributed(asked: GuardedRequest) -> tuple[ContributedConcern, ...]:
    """Return the concerns that the viewer may tell a home school of; each is decided upon."""
    schools = [held.school_id or 0 for held in asked.viewer.relationships if held.kind is Kind.SUPPORT_OFFICER]
    found = load_contributed_concerns(asked.db, asked.platform_id, schools, asked.now)
    return tuple(one for one in found if _decide_raise(asked, one).is_allowed)


def _decide_raise(asked: GuardedRequest, one: ContributedConcern) -> Decision:
    return decide(asked.viewer, Action.HAND_OVER_RAISE, one.subject)


def _raise(asked: Changing, _heard: None) -> Done:
    note = request.form.get("note", "")[: NOTE_LIMIT + 1]
    author = Author(asked.launch.moodle_user_id, clean(asked.launch.display_name), Kind.SUPPORT_OFFICER.value)
    today = Moment(asked.now, services().settings.zone).today
    try:
        told_id = raise_hand_over(asked.db, int(asked.object), note, author, asked.now, today)
    except CaseRefused as error:
        return Done(f"{RAISE}: refused", "warn", "The home school was not told.", str(error))
    text = "The list says by which day it is acknowledged. The home school gets in touch; you do not."
    return Done(f"{RAISE}: {told_id}", "good", "The home school was told in your name.", text)


def _follow(_asker: Asker, done: Done, _heard: None) -> View:
    def show(asked: GuardedRequest) -> str:
        return _show(asked, done)

    return show


HAND_OVER = Change(RAISE, ask_nothing, _raise, _follow, "concern")


def _say_digest(number: int) -> str:
    if not number:
        return ""
    is_are = "is" if number == 1 else "are"
    return f"{count(number, 'more learner')} {is_are} beyond this week’s budget."


def _say_rest(rest: int) -> str:
    return f"{count(rest, 'more learner')} to think about: find them under My learners." if rest > 0 else ""


def _common(asked: GuardedRequest, moment: Moment) -> dict[str, object]:
    return {
        "page_token": asked.page_token,
        "today": full_date(moment.today),
        "printed": instant(moment.now, moment),
    }


def _moment(asked: GuardedRequest) -> Moment:
    return Moment(asked.now, services().settings.zone)


def _read_page() -> int:
    given = request.form.get("to_page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 6 else 1
