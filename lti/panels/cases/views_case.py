"""Answer with a learner's case, and write down what people did: one form per step that the policy's order allows.

Nothing is sent and nothing is decided here but by the person who presses the button, whose name stands beside it.
"""

from dataclasses import dataclass

from flask import render_template, request

from analytics.language import gettext, mark
from analytics.policy.access import Action, Viewer, decide
from analytics.policy.casework import (
    INTERVENTIONS,
    OUTCOMES_OF_A_CONCERN,
    Entry,
    Outcome,
    Situation,
    Step,
    StepRefused,
)
from analytics.policy.process import Process
from analytics.policy.relationships import Kind, Relationship
from bridge.store.case_chain import Author, case_key
from bridge.store.cases import (
    CaseRecord,
    CaseRefused,
    StoredEntry,
    find_open_case,
    load_entries,
    load_situation,
    open_case,
    write_step,
)
from bridge.store.concerns import close_concern
from bridge.store.hand_overs import acknowledge_hand_over
from bridge.store.people_of_staff import load_staff_courses, load_staff_learner
from bridge.store.processes import load_process
from bridge.store.worklist import ListedConcern, ListedHandOver, load_concerns, load_hand_overs, load_paused
from lti.changes import Change, Changing, Done, once
from lti.errors import NotFound, StepMissing
from lti.guard import Asker, GuardedRequest, View
from lti.panels.cases.notices import list_notices
from lti.panels.cases.read_step import GivenStep, read_step
from lti.panels.cases.step_forms import StepForm, list_not_yet, list_step_forms
from lti.panels.cases.step_words import say_missing, say_outcome, words_of
from lti.panels.cases.values_case import (
    list_past,
    make_concern_cards,
    make_hand_over_cards,
    make_history,
    say_seen_now,
)
from lti.panels.values_people import RELATIONS, say_about
from lti.panels.words import Moment, clean, instant
from lti.services import services

STEP, CLOSE, ACKNOWLEDGE = "case-step", "case-concern", "case-acknowledge"
"""The changes there are; each form's token is made for one of them and one learner."""
NOTHING = mark("Nothing was changed.")
NOT_WRITTEN = mark("It was not written down.")
NO_CONCERN = mark("No concern is open and no other school told you of one: only the published rule raises one.")
NO_SITUATION = Situation(clock_days=0, period_days=1)
FIELD_LIMIT = 4_001


@dataclass(frozen=True, slots=True)
class _Opened:
    """What is known of one learner's case."""

    concerns: tuple[ListedConcern, ...]
    hand_overs: tuple[ListedHandOver, ...]
    case: CaseRecord | None
    steps: tuple[StoredEntry, ...]
    situation: Situation
    process: Process | None
    """How the home school goes about concerns; None: it has published nothing."""

    @property
    def can_be_written(self) -> bool:
        """Say whether there is anything to write steps about."""
        return self.case is not None or (self.process is not None and bool(self.concerns or self.hand_overs))

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Give the steps as the order of steps needs them."""
        return tuple(step.entry for step in self.steps)


def case_panel(asked: GuardedRequest) -> str:
    """Answer with the case page of the learner who was decided upon.

    Raises:
        NotFound: nobody whom the viewer works with; the same for a number that is nobody's.
    """
    return _show(asked)


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    person_id = asked.subject.person_id
    learner = None if person_id is None else load_staff_learner(asked.db, asked.platform_id, person_id, asked.now)
    if learner is None or person_id is None:
        raise NotFound
    moment, opened = _moment(asked), _open(asked, person_id)
    by = asked.viewer.moodle_user_id
    forms = _list_forms(opened, by, moment) if opened.can_be_written else ()
    changes = (STEP, CLOSE, ACKNOWLEDGE)
    return render_template(
        "panels/cases/case.html.jinja",
        page_token=asked.page_token,
        printed=instant(moment.now, moment),
        latest=moment.today.isoformat(),
        person=clean(learner.full_name),
        person_id=person_id,
        about=say_about(learner),
        why=gettext(RELATIONS[decide(asked.viewer, Action.CASE_VIEW, asked.subject).reason]),
        owner=gettext("The case belongs to {school}.", school=clean(learner.school_name))
        if learner.school_name
        else "",
        concerns_title=gettext("Why there is a concern") if opened.concerns else gettext("No concern is open"),
        concerns=make_concern_cards(opened.concerns, moment),
        endings=[(one.value, say_outcome(one)) for one in Outcome if one in OUTCOMES_OF_A_CONCERN],
        past=list_past(load_concerns(asked.db, [person_id], is_open=False), moment),
        history=make_history(opened.steps, opened.case.case_id, moment) if opened.case else (),
        hand_overs=make_hand_over_cards(opened.hand_overs, moment),
        forms=forms,
        not_yet=list_not_yet(opened.entries, opened.situation, by, moment.today) if opened.can_be_written else (),
        notices=list_notices(
            asked.db,
            person_id,
            {one.course_id for one in opened.concerns},
            load_paused(asked.db, [person_id], moment.today).get(person_id),
            has_process=opened.process is not None,
            moment=moment,
        ),
        once={change: once(asked.page_token, change, asked.now, str(person_id)) for change in changes},
        sent=_echo() if done is not None and done.kind == "warn" else {},
        done=done,
    )


def _list_forms(opened: _Opened, by: int, moment: Moment) -> tuple[StepForm, ...]:
    return list_step_forms(opened.entries, opened.situation, by, opened.process, moment.today)


def _open(asked: GuardedRequest | Changing, person_id: int) -> _Opened:
    case = find_open_case(asked.db, person_id)
    learner = load_staff_learner(asked.db, asked.platform_id, person_id, asked.now)
    school_id = None if learner is None else learner.subject.school_id
    published = None if school_id is None else load_process(asked.db, school_id)
    return _Opened(
        concerns=load_concerns(asked.db, [person_id]),
        hand_overs=load_hand_overs(asked.db, [person_id]),
        case=case,
        steps=() if case is None else load_entries(asked.db, case.case_id),
        situation=NO_SITUATION if case is None else load_situation(asked.db, case),
        process=None if published is None else published.process,
    )


def _write(asked: Changing, viewer: Viewer) -> Done:
    """Write one step down; the first one opens the case.

    Raises:
        StepMissing: a step before it is missing; nothing is changed, and the form is not used up.
    """
    person_id, moment = int(asked.object), Moment(asked.now, services().settings.zone)
    given = read_step(request.form, asked.launch.moodle_user_id, asked.launch.display_name, moment.today)
    if given is None or given.problem:
        return _refuse(STEP, gettext(NOT_WRITTEN), given.problem if given else gettext(NOTHING))
    opened = _open(asked, person_id)
    if not opened.can_be_written:
        return _refuse(STEP, gettext(NOT_WRITTEN), gettext(NO_CONCERN))
    author = _author(asked, viewer, person_id)
    try:
        case = open_case(asked.db, person_id, author, asked.now)
        _keep(asked, case, given, author, opened, moment)
    except StepRefused as error:
        raise StepMissing(found=say_missing(error.missing)) from error
    except CaseRefused as error:
        return _refuse(STEP, gettext(NOT_WRITTEN), str(error))
    return Done(
        f"{STEP}: {given.entry.step}, case {case.case_id}", "good", gettext("It is written down."), _say_then(given)
    )


def _keep(asked: Changing, case: CaseRecord, given: GivenStep, author: Author, opened: _Opened, moment: Moment) -> None:
    """Write a step with the evidence as it is seen now where it is a decision or support (policy paragraph 11)."""
    key, more = case_key(services().settings.secret_key), dict(given.more)
    if given.entry.step in INTERVENTIONS | {Step.DECIDED}:
        courses = load_staff_courses(asked.db, [case.person_id]).get(case.person_id, ())
        more["evidence"] = say_seen_now(opened.concerns, courses, moment)
    write_step(asked.db, key, case, given.entry, author, asked.now, more=more, outcome=given.outcome)
    if given.more.get("seen") == "yes":
        # Other evidence that was seen ends the ladder; nobody has to remember a second form for it.
        text = "Other digital evidence of engagement was seen."
        seen = Entry(Step.EVIDENCE, given.entry.by, text=text, day=given.entry.day)
        write_step(asked.db, key, case, seen, author, asked.now)


def _close(asked: Changing, viewer: Viewer) -> Done:
    person_id = int(asked.object)
    given, concern = request.form.get("outcome", ""), request.form.get("concern", "")
    outcome = next((one for one in Outcome if one.value == given), None)
    is_number = concern.isascii() and concern.isdigit() and len(concern) <= 18
    if outcome is None or not is_number:
        return _refuse(CLOSE, gettext("Choose how it ends."), gettext(NOTHING))
    reason, author = request.form.get("text", "")[:FIELD_LIMIT], _author(asked, viewer, person_id)
    try:
        close_concern(asked.db, int(concern), person_id, outcome, reason, author, asked.now)
    except StepRefused as error:
        raise StepMissing(found=say_missing(error.missing)) from error
    except CaseRefused as error:
        return _refuse(CLOSE, gettext("It was not closed."), str(error))
    text = gettext("Your name and the reason stay with it.")
    return Done(f"{CLOSE}: {outcome}", "good", gettext("The concern is closed."), text)


def _acknowledge(asked: Changing, viewer: Viewer) -> Done:
    given = request.form.get("hand_over", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 18):
        raise NotFound
    person_id = int(asked.object)
    try:
        acknowledge_hand_over(asked.db, int(given), person_id, _author(asked, viewer, person_id), asked.now)
    except CaseRefused as error:
        return _refuse(ACKNOWLEDGE, gettext("It was not acknowledged."), str(error))
    text = gettext("The other school sees it, with your name.")
    return Done(f"{ACKNOWLEDGE}: {given}", "good", gettext("It is acknowledged."), text)


def _refuse(change: str, strong: str, text: str) -> Done:
    return Done(f"{change}: refused", "warn", strong, text)


def _know(asker: Asker) -> Viewer:
    return asker.viewer


def _author(asked: Changing, viewer: Viewer, person_id: int) -> Author:
    """Say who writes, and by what right; the rights were decided in this transaction."""
    advises = Relationship(Kind.ADVISER, person_id) in viewer.relationships
    role = Kind.ADVISER if advises else Kind.SUPPORT_OFFICER
    return Author(asked.launch.moodle_user_id, clean(asked.launch.display_name), role.value)


def _say_then(given: GivenStep) -> str:
    if given.entry.step is Step.CLOSED:
        return gettext("The case and its concerns are closed. A new concern opens another case.")
    return gettext("{step}, in your name.", step=words_of(given.entry.step).done)


def _follow(_asker: Asker, done: Done, _heard: Viewer) -> View:
    def show(asked: GuardedRequest) -> str:
        return _show(asked, done)

    return show


def _echo() -> dict[str, str]:
    fields = ("step", "named", "text", "day", "concern")
    return {name: request.form.get(name, "")[:FIELD_LIMIT] for name in fields}


def _moment(asked: GuardedRequest) -> Moment:
    return Moment(asked.now, services().settings.zone)


CHANGES = (
    Change(STEP, _know, _write, _follow, "learner"),
    Change(CLOSE, _know, _close, _follow, "learner"),
    Change(ACKNOWLEDGE, _know, _acknowledge, _follow, "learner"),
)
