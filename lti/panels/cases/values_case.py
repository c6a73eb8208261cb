"""Prepare a learner's case page: the evidence as it was seen, what people did, and who was told by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.language import Language, gettext, speaking
from analytics.policy.casework import Outcome, Step
from bridge.store.cases import StoredEntry
from bridge.store.people_of_staff import StaffCourse
from bridge.store.worklist import ListedConcern, ListedHandOver
from lti.panels.cases.step_words import say_channel, say_outcome, say_role, words_of
from lti.panels.cases.values_work import list_reasons, quote_evidence, say_evidence_kept, say_hand_over_state
from lti.panels.evidence_words import BAND_RANKS
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
            opened=gettext("since {day}", day=near_date(moment.date_of(one.opened_at), moment.today)),
            sentence=say_evidence_kept(one, moment),
            quote=quote_evidence(one),
            facts=tuple(_list_facts(one)),
        )
        for one in concerns
    )


def list_past(concerns: Sequence[ListedConcern], moment: Moment) -> tuple[str, ...]:
    """Say how each closed concern ended, by whom and why."""
    return tuple(
        f"{_say_past(one, moment.date_of(one.closed_at), moment)} {clean_whole(one.closing_reason)}".rstrip()
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
    """Say what is shown of a learner now, to be kept with a step as it was seen: open concerns, then each course.

    What is kept is kept in English, whatever language the page was read in.
    """
    with speaking(Language()):
        return _say_seen_now(concerns, courses, moment)


def _say_seen_now(concerns: Sequence[ListedConcern], courses: Sequence[StaffCourse], moment: Moment) -> str:
    said = [f"{clean(one.course_name)}: {say_evidence_kept(one, moment)}" for one in concerns]
    for one in make_course_lines(courses, moment):
        share = f", {one.percent}" if one.percent else ""
        said.append(f"{one.name}: {one.band}{share}, {one.evidence}.")
    return f"{full_date(moment.today)}. {' '.join(said)}"


def make_history(steps: Sequence[StoredEntry], case_id: int, moment: Moment) -> tuple[HistoryLine, ...]:
    """Put the steps of a case in words, the first one first."""
    return tuple(
        HistoryLine(
            what=words_of(one.entry.step).done,
            when=gettext(
                "{when}, entry {entry} of case {case}", when=instant(one.at, moment), entry=one.position, case=case_id
            ),
            who=f"{clean(one.by_name)} ({say_role(one.by_role)})",
            texts=tuple(_list_texts(one, moment)),
            shown=clean_whole(str(one.body.get("evidence", ""))),
        )
        for one in steps
    )


def _list_texts(one: StoredEntry, moment: Moment) -> list[str]:
    entry, body = one.entry, one.body
    said = []
    if entry.step is Step.DECIDED:
        no = gettext("Decision: do not get in touch.")
        said.append(gettext("Decision: get in touch.") if entry.is_to_contact else no)
    if entry.named and entry.step is Step.DISCUSSED:
        said.append(gettext("With {person}.", person=clean(entry.named)))
    elif entry.named:
        said.append(gettext("To {person}.", person=clean(entry.named)))
    day = _say_day(body.get("day"), moment)
    if entry.channel is not None:
        tried = capital(", ".join(part for part in (say_channel(entry.channel), day) if part))
        seen = {"yes": gettext("it was seen"), "no": gettext("none was seen")}.get(str(body.get("seen", "")), "")
        said.append("; ".join(part for part in (tried, seen) if part) + ".")
    elif day:
        said.append(f"{capital(day)}.")
    if entry.text:
        said.append(clean_whole(entry.text))
    if one.withheld_reason:
        reason = clean_whole(one.withheld_reason)
        said.append(gettext("The learner does not read this entry: {reason}", reason=reason))
    return said


def _list_facts(one: ListedConcern) -> list[tuple[str, str]]:
    evidence: Mapping[str, Any] = one.evidence
    closed = gettext("{week}, closed on {day}", week=one.week_no, day=full_date(one.as_of))
    found = [(gettext("Week"), closed)]
    if evidence.get("band"):
        share = evidence.get("percent")
        band = _say_band(str(evidence["band"]))
        found.append((gettext("Shown"), band if share is None else f"{band}, {percent(share)}"))
    reasons = listed(list_reasons(one))
    found.append((gettext("Reason"), reasons or gettext("none was kept")))
    found.append((gettext("Rule"), clean(one.rule_version)))
    return found


def _say_band(band: str) -> str:
    return gettext(band) if band in BAND_RANKS else clean(band)


def _say_past(one: ListedConcern, closed_on: date, moment: Moment) -> str:
    outcome = say_outcome(Outcome(one.outcome)) if one.outcome in set(Outcome) else gettext("closed")
    return gettext(
        "{course}, week {week}: {outcome}; closed {day} by {person}.",
        course=clean(one.course_name),
        week=one.week_no,
        outcome=outcome,
        day=near_date(closed_on, moment.today),
        person=clean(one.closed_by),
    )


def _say_day(given: object, moment: Moment) -> str:
    """Write a stored ISO day as people say it; empty for none or for what is no day."""
    try:
        return near_date(date.fromisoformat(str(given)), moment.today) if given else ""
    except ValueError:
        return ""
