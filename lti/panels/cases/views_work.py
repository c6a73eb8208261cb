"""Answer advisers and support officers with what to do first: cases, alerts, concerns, the digest, suggestions."""

from dataclasses import dataclass

from flask import g, render_template, request

from analytics.language import gettext, mark, ngettext
from analytics.policy.access import Action, Decision, decide
from analytics.policy.relationships import Kind
from bridge.store.case_chain import Author
from bridge.store.cases import CaseRefused
from bridge.store.hand_overs import raise_hand_over
from bridge.store.people_of_staff import load_staff_courses
from bridge.store.voice import DisputeRecord, load_open_disputes
from bridge.store.worklist import ContributedConcern, load_contributed_concerns
from lti.changes import Changing, Done, once, refused, simple_change
from lti.guard import GuardedRequest
from lti.panels.cases.falls import load_falls
from lti.panels.cases.values_work import WorkLine, make_contributed_lines, make_suggestions, make_work_lines
from lti.panels.cases.waiting import Read, load_waiting
from lti.panels.messages.values_several import find_addressees, say_several
from lti.panels.values_export import make_export_form
from lti.panels.values_people import Known, cut_people, find_people
from lti.panels.values_voice import find_waiting, make_waiting, say_waiting_rest
from lti.panels.views_people import WAITING_SHOWN, load_known
from lti.panels.words import Moment, clean, full_date, instant
from lti.services import services

RAISE = "hand-over"
"""The change there is; each form's token is made for it and one concern."""
NOTE_LIMIT = 4_000
UNFOLDED = 3
"""Suggestions, and learners of other schools, that stand open: the page is long on a phone."""
SUGGESTED = 10
"""Suggestions that are shown; the rest is counted."""
SUGGESTIONS_NOTE = mark(
    "Below the published level, or lower than before, and no rule asks anybody to act. Look at the weeks behind it, and"
    " ask when you next meet; nothing is recorded."
)
NOBODY = mark("No concern is open and no other school waits for an answer. What is below is for you to think about.")
DIGEST_NOTE = mark(
    "Raised by the published rule after the school’s budget of the week was spent, so nobody is overrun."
)


@dataclass(frozen=True, slots=True)
class _More:
    """What the page holds beside what comes first."""

    waiting: tuple[tuple[Known, DisputeRecord], ...]
    """Learners who said that a week is not right, the longest waiting first."""
    contributed: tuple[ContributedConcern, ...]
    suggestions: tuple[WorkLine, ...]


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
        title=gettext("Beyond this week’s budget"),
        here="panels.digest",
        lines_title=ngettext("{number} learner", "{number} learners", len(read.digest)),
        lines=make_work_lines(shown, moment),
        nobody=gettext("Nothing is beyond the budget."),
        notices=[{"kind": "info", "strong": gettext("A digest."), "text": gettext(DIGEST_NOTE)}],
        cut=cut,
    )


def _show(asked: GuardedRequest, done: Done | None = None) -> str:
    moment, known = _moment(asked), load_known(asked)
    read = load_waiting(asked.db, known, moment)
    cut = cut_people([one.known for one in read.first], _read_page())
    shown = [one for one in read.first if one.known in cut.shown]
    more = _load_more(asked, known, read)
    _note_people(asked, cut.shown, more, known)
    tokens = {
        one.concern.concern_id: once(asked.page_token, RAISE, asked.now, str(one.concern.concern_id))
        for one in more.contributed
    }
    return render_template(
        "panels/cases/work.html.jinja",
        **_common(asked, moment),
        title=gettext("What to do first"),
        here="panels.work",
        lines_title=_say_first(len(read.first)),
        lines=make_work_lines(shown, moment),
        nobody=gettext(NOBODY),
        notices=(),
        cut=cut,
        digest=_say_digest(len(read.digest)),
        waiting=make_waiting(more.waiting[:WAITING_SHOWN], moment),
        waiting_rest=say_waiting_rest(len(more.waiting) - WAITING_SHOWN),
        contributed=make_contributed_lines(more.contributed, tokens, moment),
        unfolded=UNFOLDED,
        contributed_folded=_say_folded(len(more.contributed) - UNFOLDED),
        suggestions_folded=_say_folded(len(more.suggestions[:SUGGESTED]) - UNFOLDED),
        suggestions=more.suggestions[:SUGGESTED],
        suggestions_note=gettext(SUGGESTIONS_NOTE),
        suggestions_rest=_say_rest(len(more.suggestions) - SUGGESTED),
        export_form=make_export_form() if read.first else None,
        several=say_several(find_addressees(read.first, moment.today)),
        done=done,
    )


def _load_more(asked: GuardedRequest, known: tuple[Known, ...], read: Read) -> _More:
    ids = [one.learner.person_id for one in known]
    courses = load_staff_courses(asked.db, ids)
    return _More(
        waiting=find_waiting(load_open_disputes(asked.db, ids), known),
        contributed=_load_contributed(asked),
        suggestions=make_suggestions(find_people(known, ""), courses, read.taken, load_falls(asked.db, courses)),
    )


def _note_people(asked: GuardedRequest, shown: tuple[Known, ...], more: _More, known: tuple[Known, ...]) -> None:
    """Let each learner on the page have a row, however often they are on it."""
    reasons = {one.learner.person_id: one.reason for one in known}
    on_page = [one.learner.person_id for one in (*shown, *(one for one, _ in more.waiting[:WAITING_SHOWN]))]
    on_page += [one.person_id for one in more.suggestions[:SUGGESTED]]
    g.people_shown = (
        *((person_id, reasons[person_id]) for person_id in dict.fromkeys(on_page)),
        *((one.subject.person_id, _decide_raise(asked, one).reason) for one in more.contributed),
    )


def _load_contributed(asked: GuardedRequest) -> tuple[ContributedConcern, ...]:
    """Return the concerns that the viewer may tell a home school of; each is decided upon."""
    schools = [held.school_id or 0 for held in asked.viewer.relationships if held.kind is Kind.SUPPORT_OFFICER]
    found = load_contributed_concerns(asked.db, asked.platform_id, schools, asked.now)
    return tuple(one for one in found if _decide_raise(asked, one).is_allowed)


def _decide_raise(asked: GuardedRequest, one: ContributedConcern) -> Decision:
    return decide(asked.viewer, Action.HAND_OVER_RAISE, one.subject)


def _raise(asked: Changing) -> Done:
    note = request.form.get("note", "")[: NOTE_LIMIT + 1]
    author = Author(asked.launch.moodle_user_id, clean(asked.launch.display_name), Kind.SUPPORT_OFFICER.value)
    today = Moment(asked.now, services().settings.zone).today
    try:
        told_id = raise_hand_over(asked.db, int(asked.object), note, author, asked.now, today)
    except CaseRefused as error:
        return refused(RAISE, gettext("The home school was not told."), str(error))
    text = gettext("The list says by which day it is acknowledged. The home school gets in touch; you do not.")
    return Done(f"{RAISE}: {told_id}", "good", gettext("The home school was told in your name."), text)


HAND_OVER = simple_change(RAISE, _raise, _show, "concern")


def _say_folded(number: int) -> str:
    """Say how many stand folded; empty where none does."""
    return ngettext("{number} more learner", "{number} more learners", number) if number > 0 else ""


def _say_first(number: int) -> str:
    if not number:
        return gettext("Nothing waits for you")
    return ngettext("{number} learner to turn to", "{number} learners to turn to", number)


def _say_digest(number: int) -> str:
    if not number:
        return ""
    return ngettext(
        "{number} more learner is beyond this week’s budget.",
        "{number} more learners are beyond this week’s budget.",
        number,
    )


def _say_rest(rest: int) -> str:
    if rest <= 0:
        return ""
    return ngettext(
        "{number} more learner to think about: find them under My learners.",
        "{number} more learners to think about: find them under My learners.",
        rest,
    )


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
