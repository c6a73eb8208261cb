"""Answer advisers and support officers with what to do first: cases, alerts, concerns, the digest, suggestions."""

from dataclasses import dataclass

from flask import g, render_template, request

from analytics.policy.access import Action, Decision, decide
from analytics.policy.casework import Situation
from analytics.policy.relationships import Kind
from bridge.store.case_chain import Author
from bridge.store.cases import CaseRefused, find_open_case, load_entries, load_situation
from bridge.store.hand_overs import raise_hand_over
from bridge.store.people_of_staff import load_staff_courses
from bridge.store.worklist import (
    ContributedConcern,
    load_concerns,
    load_contributed_concerns,
    load_hand_overs,
    load_open_cases,
    load_paused,
)
from lti.changes import Change, Changing, Done, ask_nothing, once
from lti.guard import Asker, GuardedRequest, View
from lti.panels.cases.falls import load_falls
from lti.panels.cases.values_work import (
    Waiting,
    make_contributed_lines,
    make_suggestions,
    make_work_lines,
    sort_waiting,
)
from lti.panels.values_people import Known, cut_people, find_people
from lti.panels.views_people import load_known
from lti.panels.words import Moment, clean, count, full_date, instant
from lti.services import services

RAISE = "hand-over"
"""The change there is; each form's token is made for it and one concern."""
NOTE_LIMIT = 4_000
NO_SITUATION = Situation(clock_days=0, period_days=1)
SUGGESTED = 10
"""Suggestions that are shown; the rest is counted."""
SUGGESTIONS_NOTE = (
    "Below the published level, or lower than before, and no rule asks anybody to act. It is for you to think about;"
    " nothing is recorded."
)
NOBODY = "No concern is open and no other school waits for an answer. What is below is for you to think about."
DIGEST_NOTE = "Raised by the published rule after the school’s budget of the week was spent, so nobody is overrun."


@dataclass(frozen=True, slots=True)
class _Read:
    """What waits, divided."""

    first: tuple[Waiting, ...]
    digest: tuple[Waiting, ...]
    """Only beyond the budget, and nobody has turned to them."""
    taken: frozenset[int]


def work_panel(asked: GuardedRequest) -> str:
    """Answer with the work-list; each learner on the page is decided upon and leaves a row."""
    return _show(asked)


def digest_panel(asked: GuardedRequest) -> str:
    """Answer with the concerns beyond the week's budget; each learner on the page leaves a row."""
    moment, known = _moment(asked), load_known(asked)
    read = _load_waiting(asked, known, moment)
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
    read = _load_waiting(asked, known, moment)
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
        done=done,
    )


def _load_waiting(asked: GuardedRequest, known: tuple[Known, ...], moment: Moment) -> _Read:
    ids = [one.learner.person_id for one in known]
    concerns = load_concerns(asked.db, ids)
    cases = load_open_cases(asked.db, ids)
    waiting_alerts = [one for one in load_hand_overs(asked.db, ids) if one.acknowledged_at is None]
    paused = load_paused(asked.db, ids, moment.today)
    found = []
    for one in known:
        person_id = one.learner.person_id
        own = tuple(concern for concern in concerns if concern.person_id == person_id)
        alerts = tuple(told for told in waiting_alerts if told.person_id == person_id)
        case = find_open_case(asked.db, person_id) if person_id in cases else None
        if own or alerts or case is not None:
            entries = () if case is None else tuple(step.entry for step in load_entries(asked.db, case.case_id))
            situation = NO_SITUATION if case is None else load_situation(asked.db, case)
            found.append(Waiting(one, own, cases.get(person_id), entries, situation, alerts, paused.get(person_id)))
    ordered = sort_waiting(found, moment.today)
    digest = tuple(one for one in ordered if _is_in_digest(one))
    first = tuple(one for one in ordered if not _is_in_digest(one))
    return _Read(first, digest, frozenset(one.known.learner.person_id for one in found))


def _is_in_digest(one: Waiting) -> bool:
    return one.case is None and not one.hand_overs and all(concern.is_beyond_budget for concern in one.concerns)


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
