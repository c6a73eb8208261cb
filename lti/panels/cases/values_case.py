"""Prepare a learner's case page: the evidence as it was seen, what people did, and who was told by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.policy.casework import Outcome, Step
from bridge.store.cases import StoredEntry
from bridge.store.people_of_staff import StaffCourse
from bridge.store.worklist import ListedConcern, ListedHandOver
from lti.panels.cases.step_words import CHANNELS, OUTCOMES, STEPS
from lti.panels.cases.values_work import quote_evidence, say_evidence_kept, say_hand_over_state
from lti.panels.values_people import make_course_lines
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, instant, listed, near_date, percent


@dataclass(frozen=True, slots=True)
class ConcernCard:
    """One open concern with its evidence as it was shown."""

    concern_id: int
    course: str
    opened: str
    sentence: str
    quote: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step that somebody wrote down."""

    what: str
    when: str
    who: str
    texts: tuple[str, ...]
    shown: str
    """What was shown of the learner then; empty: nothing was kept with this step."""


@dataclass(frozen=True, slots=True)
class HandOverCard:
    """What one contributing school told."""

    hand_over_id: int
    school: str
    raised: str
    note: str
    state: str
    waits: bool


def make_concern_cards(concerns: Sequence[ListedConcern], moment: Moment) -> tuple[ConcernCard, ...]:
    """Put open concerns in words, in their order."""
    return tuple(
        ConcernCard(
            concern_id=one.concern_id,
            course=clean(one.course_name),
            opened=f"since {near_date(moment.date_of(one.opened_at), moment.today)}",
            sentence=say_evidence_kept(one),
            quote=quote_evidence(one),
            facts=tuple(_list_facts(one)),
        )
        for one in concerns
    )


def list_past(concerns: Sequence[ListedConcern], moment: Moment) -> tuple[str, ...]:
    """Say how each closed concern ended, by whom and why."""
    return tuple(
        f"{clean(one.course_name)}, week {one.week_no}: {_say_outcome(one.outcome)};"
        f" closed {near_date(moment.date_of(one.closed_at), moment.today)} by {clean(one.closed_by)}."
        f"{' ' + clean_whole(one.closing_reason) if one.closing_reason else ''}"
        for one in concerns
        if one.closed_at is not None
    )


def make_hand_over_cards(hand_overs: Sequence[ListedHandOver], moment: Moment) -> tuple[HandOverCard, ...]:
    """Put what other schools told in words, in their order."""
    return tuple(
        HandOverCard(
            hand_over_id=one.hand_over_id,
            school=clean(one.from_school),
            raised=instant(one.raised_at, moment),
            note=clean_whole(one.note),
            state=say_hand_over_state(one, moment),
            waits=one.acknowledged_at is None,
        )
        for one in hand_overs
    )


def say_seen_now(concerns: Sequence[ListedConcern], courses: Sequence[StaffCourse], moment: Moment) -> str:
    """Say what is shown of a learner now, to be kept with a step as it was seen: open concerns, then each course."""
    said = [f"{clean(one.course_name)}: {say_evidence_kept(one)}" for one in concerns]
    for one in make_course_lines(courses, moment):
        share = f", {one.percent}" if one.percent else ""
        said.append(f"{one.name}: {one.band}{share}, {one.evidence}.")
    return f"{full_date(moment.today)}. {' '.join(said)}"


def make_history(steps: Sequence[StoredEntry], case_id: int, moment: Moment) -> tuple[HistoryLine, ...]:
    """Put the steps of a case in words, the first one first."""
    return tuple(
        HistoryLine(
            what=STEPS[one.entry.step].done,
            when=f"{instant(one.at, moment)}, entry {one.position} of case {case_id}",
            who=f"{clean(one.by_name)} ({clean(one.by_role).replace('-', ' ')})",
            texts=tuple(_list_texts(one, moment)),
            shown=clean_whole(str(one.body.get("evidence", ""))),
        )
        for one in steps
    )


def _list_texts(one: StoredEntry, moment: Moment) -> list[str]:
    entry, body = one.entry, one.body
    said = []
    if entry.step is Step.DECIDED:
        said.append("Decision: get in touch." if entry.is_to_contact else "Decision: do not get in touch.")
    if entry.named:
        said.append(f"{'With' if entry.step is Step.DISCUSSED else 'To'} {clean(entry.named)}.")
    day = _say_day(body.get("day"), moment)
    if entry.channel is not None:
        seen = {"yes": "; it was seen", "no": "; none was seen"}.get(str(body.get("seen", "")), "")
        said.append(f"{capital(CHANNELS[entry.channel])}{f', {day}' if day else ''}{seen}.")
    elif day:
        said.append(f"{capital(day)}.")
    if entry.text:
        said.append(clean_whole(entry.text))
    if one.withheld_reason:
        said.append(f"The learner does not read this entry: {clean_whole(one.withheld_reason)}")
    return said


def _list_facts(one: ListedConcern) -> list[tuple[str, str]]:
    evidence: Mapping[str, Any] = one.evidence
    found = [("Week", f"{one.week_no}, closed on {full_date(one.as_of)}")]
    if evidence.get("band"):
        share = evidence.get("percent")
        found.append(("Shown", f"{clean(str(evidence['band']))}" + ("" if share is None else f", {percent(share)}")))
    found.append(("Reason", listed([clean(reason) for reason in one.reasons]) or "none was kept"))
    found.append(("Rule", clean(one.rule_version)))
    return found


def _say_outcome(outcome: str | None) -> str:
    return OUTCOMES[Outcome(outcome)] if outcome in set(Outcome) else "closed"


def _say_day(given: object, moment: Moment) -> str:
    """Write a stored ISO day as people say it; empty for none or for what is no day."""
    try:
        return near_date(date.fromisoformat(str(given)), moment.today) if given else ""
    except ValueError:
        return ""
