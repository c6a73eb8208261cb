"""Prepare the work-list: whom to turn to first and why, in the order of what waits longest for a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analytics.bands import BAND_FLOORS
from analytics.language import gettext, ngettext
from analytics.level_words import say_reason
from analytics.policy.casework import Entry, Situation, Step, next_rung
from analytics.retell import retell
from analytics.rules import PUBLISHED_RULES
from bridge.store.people_of_staff import StaffCourse
from bridge.store.worklist import ContributedConcern, ListedConcern, ListedHandOver, OpenCase, OpenState
from lti.panels.cases.falls import Falls
from lti.panels.cases.step_forms import find_first, find_wait
from lti.panels.cases.step_words import say_rung, words_of
from lti.panels.evidence_words import say_band, say_percent
from lti.panels.signs import explain_drop
from lti.panels.values_people import Known, say_about, say_made_of
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, listed, near_date, percent

BELOW = frozenset(band.value for band, floor in BAND_FLOORS if band is not BAND_FLOORS[0][0])
"""The shown bands that make a suggestion: every one below the published level."""
RANKS: Mapping[Step, int] = {
    Step.PROPOSAL: 2,
    Step.DISCUSSED: 3,
    Step.DECIDED: 4,
    Step.ATTEMPT: 5,
    Step.MEETING: 6,
    Step.RESPONSE: 7,
    Step.CLOSED: 8,
}
"""What comes first: whom nobody has turned to before whom somebody has."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One learner for whom something waits for a person."""

    known: Known
    concerns: tuple[ListedConcern, ...]
    """Those that are open."""
    case: OpenCase | None
    entries: tuple[Entry, ...]
    """Of that case."""
    situation: Situation
    hand_overs: tuple[ListedHandOver, ...]
    """Those that nobody has acknowledged."""
    paused_until: date | None
    """The learner said that a week is not right: they are left alone until then."""


@dataclass(frozen=True, slots=True)
class WorkLine:
    """One line of the list."""

    person_id: int
    name: str
    about: str
    next: str
    why: tuple[str, ...]
    last: str


@dataclass(frozen=True, slots=True)
class ContributedLine:
    """One open concern in the viewer's school's course about a learner of another home school."""

    concern_id: int
    person_id: int
    name: str
    home: str
    course: str
    sentence: str
    state: str
    """What became of it; empty: the home school was not told yet."""
    once: str


def sort_waiting(waiting: Sequence[Waiting], today: date) -> tuple[Waiting, ...]:
    """Put first what is past its day, then whom nobody has turned to; among these whatever waits longest."""
    return tuple(sorted(waiting, key=lambda one: _key(one, today)))


def make_work_lines(waiting: Sequence[Waiting], moment: Moment) -> tuple[WorkLine, ...]:
    """Put the list in words, in its order."""
    return tuple(
        WorkLine(
            person_id=one.known.learner.person_id,
            name=clean(one.known.learner.full_name),
            about=say_about(one.known.learner),
            next=say_next(one, moment),
            why=_say_why(one, moment),
            last=_say_last(one, moment),
        )
        for one in waiting
    )


def say_next(one: Waiting, moment: Moment) -> str:
    """Say what to do next about one learner."""
    if one.hand_overs:
        return _say_hand_over(one.hand_overs[0], moment)
    if one.paused_until is not None and one.paused_until >= moment.today:
        until = near_date(one.paused_until, moment.today)
        return gettext("Read what the learner said; nobody is asked to get in touch until {day}", day=until)
    step = find_first(one.entries, one.situation, moment.today)
    todo = words_of(step).todo
    channel, wait = next_rung(one.entries), find_wait(one.entries, one.situation, moment.today)
    if channel is not None and step is Step.ATTEMPT:
        return gettext("{step}, {rung}", step=todo, rung=say_rung(channel))
    if channel is not None and step is Step.RESPONSE and wait is not None:
        return gettext(
            "Wait for an answer; from {day} the next way of contact is {rung}",
            day=near_date(wait, moment.today),
            rung=say_rung(channel),
        )
    if step is Step.RESPONSE:
        return gettext("Every way of contact was tried: wait for an answer, or write down evidence of engagement")
    return todo


def _say_hand_over(told: ListedHandOver, moment: Moment) -> str:
    school, day = clean(told.from_school), near_date(told.due_on, moment.today)
    if moment.today > told.due_on:
        return gettext("Acknowledge what {school} told you: it was due by {day}", school=school, day=day)
    return gettext("Acknowledge what {school} told you, by {day}", school=school, day=day)


def make_suggestions(
    known: Sequence[Known], courses: Mapping[int, Sequence[StaffCourse]], taken: frozenset[int], falls: Falls
) -> tuple[WorkLine, ...]:
    """Give the learners below a level, or who fell net of their course, about whom no concern is open, by name.

    A suggestion is no concern: nothing is recorded about it, and nobody has to act on it.
    """
    lines = []
    for one in known:
        own = () if one.learner.person_id in taken else courses.get(one.learner.person_id, ())
        why = tuple(said for course in own if (said := _say_suggested(course, falls, one.learner.person_id)))
        if why:
            lines.append(
                WorkLine(
                    person_id=one.learner.person_id,
                    name=clean(one.learner.full_name),
                    about=say_about(one.learner),
                    next="",
                    why=why,
                    last="",
                )
            )
    return tuple(lines)


def _say_suggested(course: StaffCourse, falls: Falls, person_id: int) -> str:
    standing, drops = course.standing, falls.get(course.course_id)
    fall = "" if drops is None or standing is None else explain_drop(drops, person_id)
    if standing is None or (standing.shown_band not in BELOW and not fall):
        return ""
    shown = gettext(
        "{course}: {band}, {percent}.",
        course=clean(course.name),
        band=say_band(standing),
        percent=say_percent(standing),
    )
    return " ".join(part for part in (shown, say_made_of(standing), fall) if part)


def make_contributed_lines(
    found: Sequence[ContributedConcern], tokens: Mapping[int, str], moment: Moment
) -> tuple[ContributedLine, ...]:
    """Put open concerns about learners of other schools in words."""
    return tuple(
        ContributedLine(
            concern_id=one.concern.concern_id,
            person_id=one.concern.person_id,
            name=clean(one.full_name),
            home=clean(one.home_school),
            course=clean(one.concern.course_name),
            sentence=f"{say_evidence_kept(one.concern, moment)} {quote_evidence(one.concern)}".rstrip(),
            state="" if one.hand_over is None else say_hand_over_state(one.hand_over, moment),
            once=tokens.get(one.concern.concern_id, ""),
        )
        for one in found
    )


def say_hand_over_state(one: ListedHandOver, moment: Moment) -> str:
    """Say whether a hand-over waits, is late, or who acknowledged it."""
    if one.acknowledged_at is not None:
        day = near_date(moment.date_of(one.acknowledged_at), moment.today)
        return gettext("{person} acknowledged it {day}.", person=clean(one.acknowledged_by), day=day)
    told = {
        "day": near_date(moment.date_of(one.raised_at), moment.today),
        "person": clean(one.raised_by),
        "due": full_date(one.due_on),
    }
    late = (moment.today - one.due_on).days
    if late > 0:
        return ngettext(
            "Told {day} by {person}; to be acknowledged by {due}: {number} day late.",
            "Told {day} by {person}; to be acknowledged by {due}: {number} days late.",
            late,
            **told,
        )
    return gettext("Told {day} by {person}; to be acknowledged by {due}.", **told)


def say_evidence_kept(one: ListedConcern, moment: Moment) -> str:
    """Say shortly what was known when the rule raised a concern, up to that day (pages count on); else its reasons."""
    days, share = one.evidence.get("clock_days"), one.evidence.get("percent")
    tasks = len(one.evidence.get("overdue_task_ids") or ())
    said = []
    if days:
        said.append(ngettext("{number} counted day without evidence", "{number} counted days without evidence", days))
    if tasks:
        said.append(
            ngettext(
                "{number} task past the date had not arrived", "{number} tasks past the date had not arrived", tasks
            )
        )
    if share is not None:
        said.append(gettext("{percent} of the published level met", percent=percent(share)))
    if said:
        return gettext("{evidence}, up to {day}.", evidence=listed(said), day=near_date(one.as_of, moment.today))
    return gettext("Reason under the published rule: {reasons}.", reasons=listed(list_reasons(one)))


def list_reasons(one: ListedConcern) -> list[str]:
    """List why the rule raised a concern: in words under a rule of the tool's own, else as the school names it."""
    rule = next((rule for rule in PUBLISHED_RULES if rule.version == one.rule_version), None)
    words = {} if rule is None else {reason.name: say_reason(reason) for reason in rule.reasons}
    return [words.get(name) or clean(name) for name in one.reasons]


def say_open_state(state: OpenState | None, moment: Moment) -> str:
    """Say to who teaches the course that a concern is open and who has it, and nothing else; empty: none is."""
    if state is None:
        return ""
    day = near_date(moment.date_of(state.opened_at), moment.today)
    if state.opened_by:
        return gettext("A concern is open since {day}; {person} has it.", day=day, person=clean(state.opened_by))
    return gettext("A concern is open since {day}; nobody has turned to it yet.", day=day)


def quote_evidence(one: ListedConcern) -> str:
    """Quote the sentence as the learner read it; empty where none was kept."""
    kept = str(one.evidence.get("sentence") or "")
    return gettext("The learner read: “{sentence}”", sentence=clean_whole(retell(kept))) if kept else ""


def _say_why(one: Waiting, moment: Moment) -> tuple[str, ...]:
    said = [_say_concern(concern, moment) for concern in one.concerns]
    said += [
        gettext("{school}: {note}", school=clean(told.from_school), note=clean_whole(told.note))
        for told in one.hand_overs
    ]
    return tuple(said)


def _say_concern(concern: ListedConcern, moment: Moment) -> str:
    since = gettext(
        "{course}, since {day}: {evidence}",
        course=clean(concern.course_name),
        day=near_date(moment.date_of(concern.opened_at), moment.today),
        evidence=say_evidence_kept(concern, moment),
    )
    return f"{since} {quote_evidence(concern)}".rstrip()


def _say_last(one: Waiting, moment: Moment) -> str:
    if one.case is None or one.case.last_at is None:
        return gettext("Nobody has turned to it yet.") if one.concerns else ""
    is_known = one.case.last_step in set(Step)
    what = words_of(Step(one.case.last_step)).done if is_known else capital(one.case.last_step)
    day = near_date(moment.date_of(one.case.last_at), moment.today)
    return gettext("{step} {day}: {person}.", step=what, day=day, person=clean(one.case.last_by))


def _key(one: Waiting, today: date) -> tuple[int, datetime, int]:
    return _rank(one, today), _since(one), one.known.learner.person_id


def _rank(one: Waiting, today: date) -> int:
    if one.hand_overs:
        return 0 if one.hand_overs[0].due_on < today else 1
    if one.paused_until is not None and one.paused_until >= today:
        return max(RANKS.values()) + 1
    return RANKS[find_first(one.entries, one.situation, today)]


def _since(one: Waiting) -> datetime:
    if one.hand_overs:
        return one.hand_overs[0].raised_at
    if one.case is not None:
        return one.case.last_at or one.case.opened_at
    return min(concern.opened_at for concern in one.concerns)
