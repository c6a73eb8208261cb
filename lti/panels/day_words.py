"""Say what was seen on a day and in a week, and how it counts: by the same measures as the figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.detail import DayEvidence, DayItems, WeekEvidence, find_day_evidence, find_week_evidence
from analytics.evidence import Kind, split_presence
from analytics.marker_words import say_share
from analytics.history import LearnerHistory, Session, SessionStatus
from analytics.levels import Form, Marker, PublishedLevel
from analytics.markers import MarkerShare
from analytics.phrases import PHRASES
from analytics.unused import find_unused
from bridge.store.panel_records import DayItem, Seen
from lti.panels.outlook import Outlook
from lti.panels.words import clean, long_date

Names = Mapping[tuple[Marker, int], str]
"""(marker, item) → its name."""

SESSION_WORDS = {
    SessionStatus.ATTENDED: "attended",
    SessionStatus.ABSENT: "not attended",
    SessionStatus.EXCUSED: "excused",
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a week: what was seen, and how much of it counts."""

    day: str
    items: tuple[str, ...]
    counted: str


def find_seen_week(outlook: Outlook, week_no: int, seen: Seen) -> WeekEvidence | None:
    """Find what of a week's days counts, as known now; None without a calendar or a level for the week."""
    calendar, level, today = outlook.head.calendar, outlook.level_of(week_no), outlook.moment.today
    if calendar is None or level is None:
        return None
    closed_week = week_no if calendar.sunday_of(week_no) < today else week_no - 1
    unused = find_unused(
        level, outlook.head.covers_to, calendar.sunday_of(closed_week), is_tasks_known=outlook.head.is_tasks_offered
    )
    return find_week_evidence(history_of(seen), calendar, level, week_no, today, unused)


def history_of(seen: Seen) -> LearnerHistory:
    """Give what was seen as the measures need it; tasks, exemptions and other days are not in it."""
    split = split_presence((item.day, item.cmid, Kind(item.kind)) for item in seen.items)
    return LearnerHistory(
        enrolled_on=date.min,
        visits=split.visits,
        evidence_days=split.evidence_days,
        sessions=seen.sessions,
        items=split.items,
    )


def make_seen_line(day: date, seen: Seen, week: WeekEvidence | None) -> DayLine:
    """Make the line of one day of a week from what was seen on it; without a level nothing counts but the day."""
    level = week.level if week is not None else None
    evidence = find_day_evidence(history_of(seen), level, day)
    names = [_name_seen(item) for item in seen.items if item.day == day]
    return DayLine(long_date(day), (*dict.fromkeys(names), *_name_sessions(evidence)), say_counted(evidence, level))


def make_day_line(evidence: DayEvidence, level: PublishedLevel | None, names: Names) -> DayLine:
    """Make the line of one day from the evidence that an evaluation was made of."""
    items = [
        clean(names[key]) if (key := (items.marker, item)) in names else "something that is no longer there"
        for items in evidence.items
        for item in (*items.counted, *items.beyond)
    ]
    return DayLine(long_date(evidence.day), (*items, *_name_sessions(evidence)), say_counted(evidence, level))


def _name_seen(item: DayItem) -> str:
    kind = Kind(item.kind)
    if kind is Kind.COURSE_PAGE:
        return "the course page"
    if kind.marker is not None:
        thing = PHRASES[kind.marker, Form.SESSIONS].singular
        return f"{thing}: {clean(item.name)}" if item.name else f"a {thing}"
    name = clean(item.name) if item.name else "an activity that is no longer there"
    return f"{name}, handed in" if kind is Kind.SUBMISSION else name


def _name_sessions(evidence: DayEvidence) -> tuple[str, ...]:
    return tuple(f"{_name_of(session)}: {SESSION_WORDS[session.status]}" for session in evidence.sessions)


def _name_of(session: Session) -> str:
    return PHRASES[session.marker, Form.SESSIONS].singular


def say_counted(evidence: DayEvidence, level: PublishedLevel | None) -> str:
    """Say how much of a day counts; empty where nothing was seen."""
    parts = [_say_items(items) for items in evidence.items if items.counted]
    by_sessions = {one.marker for one in level.expectations if one.form is Form.SESSIONS} if level else set()
    parts += [_say_session(session) for session in evidence.sessions if session.marker in by_sessions]
    if not parts and evidence.is_evidence:
        return "counts for the days with evidence"
    return "; ".join(parts)


def _say_items(items: DayItems) -> str:
    counted, seen = len(items.counted), len(items.counted) + len(items.beyond)
    text = f"{counted} of {seen}" if items.beyond else str(counted)
    thing = "" if items.marker is Marker.ACTIVITY else f" {_thing_of(items.marker, seen)}"
    return f"{text}{thing} {'counts' if counted == 1 and not items.beyond else 'count'}"


def _thing_of(marker: Marker, count: int) -> str:
    phrase = PHRASES[marker, Form.SESSIONS]
    return phrase.singular if count == 1 else phrase.plural


def _say_session(session: Session) -> str:
    thing = _name_of(session)
    if session.status is SessionStatus.EXCUSED:
        return f"the {thing} is left out"
    return f"the {thing} counts" if session.status is SessionStatus.ATTENDED else f"the {thing} is expected"


def say_shares(measured: Sequence[MarkerShare]) -> str:
    """Say what a week's days give by each marker: "3 of 4 expected activities; 1 of 2 sessions attended"."""
    return "; ".join(map(say_share, measured))
