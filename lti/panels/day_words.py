"""Say what was seen on a day and in a week, and how it counts: by the same measures as the figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.detail import DayEvidence, DayItems, WeekEvidence, find_day_evidence, find_week_evidence
from analytics.evidence import Kind, split_presence
from analytics.history import LearnerHistory, Session, SessionStatus
from analytics.language import gettext, mark, mark_plural, ngettext
from analytics.levels import Form, Marker, PublishedLevel
from analytics.marker_words import name_thing, say_share
from analytics.markers import MarkerShare
from analytics.unused import find_unused
from bridge.store.panel_records import DayItem, Seen
from lti.panels.outlook import Outlook
from lti.panels.words import clean, long_date

Names = Mapping[tuple[Marker, int], str]
"""(marker, item) → its name."""

SESSION_WORDS = {
    SessionStatus.ATTENDED: mark("attended"),
    SessionStatus.ABSENT: mark("not attended"),
    SessionStatus.EXCUSED: mark("excused"),
}
ONE_OF = {
    Marker.LECTURE_CAPTURE: mark("a recording"),
    Marker.MEETINGS: mark("a meeting"),
    Marker.LIBRARY: mark("a library item"),
    Marker.CO_CURRICULAR: mark("a co-curricular activity"),
}
COUNT = {
    Marker.ACTIVITY: mark_plural("{number} activity counts", "{number} activities count"),
    Marker.LECTURE_CAPTURE: mark_plural("{number} recording counts", "{number} recordings count"),
    Marker.MEETINGS: mark_plural("{number} meeting counts", "{number} meetings count"),
    Marker.LIBRARY: mark_plural("{number} library item counts", "{number} library items count"),
    Marker.CO_CURRICULAR: mark_plural(
        "{number} co-curricular activity counts", "{number} co-curricular activities count"
    ),
}
"""Items of a day that all count."""
COUNT_OF = {
    Marker.ACTIVITY: mark("{counted} of {number} activities count"),
    Marker.LECTURE_CAPTURE: mark("{counted} of {number} recordings count"),
    Marker.MEETINGS: mark("{counted} of {number} meetings count"),
    Marker.LIBRARY: mark("{counted} of {number} library items count"),
    Marker.CO_CURRICULAR: mark("{counted} of {number} co-curricular activities count"),
}
"""Items of a day of which some are beyond what a day can count."""
SESSION_COUNTS = {
    (Marker.ATTENDANCE, SessionStatus.ATTENDED): mark("the session counts"),
    (Marker.ATTENDANCE, SessionStatus.ABSENT): mark("the session is expected"),
    (Marker.ATTENDANCE, SessionStatus.EXCUSED): mark("the session is left out"),
    (Marker.LECTURE_CAPTURE, SessionStatus.ATTENDED): mark("the recording counts"),
    (Marker.LECTURE_CAPTURE, SessionStatus.ABSENT): mark("the recording is expected"),
    (Marker.LECTURE_CAPTURE, SessionStatus.EXCUSED): mark("the recording is left out"),
    (Marker.MEETINGS, SessionStatus.ATTENDED): mark("the meeting counts"),
    (Marker.MEETINGS, SessionStatus.ABSENT): mark("the meeting is expected"),
    (Marker.MEETINGS, SessionStatus.EXCUSED): mark("the meeting is left out"),
    (Marker.LIBRARY, SessionStatus.ATTENDED): mark("the library item counts"),
    (Marker.LIBRARY, SessionStatus.ABSENT): mark("the library item is expected"),
    (Marker.LIBRARY, SessionStatus.EXCUSED): mark("the library item is left out"),
    (Marker.CO_CURRICULAR, SessionStatus.ATTENDED): mark("the co-curricular activity counts"),
    (Marker.CO_CURRICULAR, SessionStatus.ABSENT): mark("the co-curricular activity is expected"),
    (Marker.CO_CURRICULAR, SessionStatus.EXCUSED): mark("the co-curricular activity is left out"),
}


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of a week: what was seen, and how much of it counts."""

    day: str
    items: tuple[str, ...]
    counted: str


def find_seen_week(outlook: Outlook, week_no: int, history: LearnerHistory) -> WeekEvidence | None:
    """Find what of a week's days counts, as known now; None without a calendar or a level for the week."""
    calendar, level, today = outlook.head.calendar, outlook.level_of(week_no), outlook.moment.today
    if calendar is None or level is None:
        return None
    closed_week = week_no if calendar.sunday_of(week_no) < today else week_no - 1
    unused = find_unused(
        level, outlook.head.covers_to, calendar.sunday_of(closed_week), is_tasks_known=outlook.head.is_tasks_offered
    )
    return find_week_evidence(history, calendar, level, week_no, today, unused)


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


def make_seen_line(day: date, seen: Seen, history: LearnerHistory, week: WeekEvidence | None) -> DayLine:
    """Make the line of one day of a week from what was seen on it; without a level nothing counts but the day.

    `history` is `history_of` what was seen, which the days of a week share.
    """
    level = week.level if week is not None else None
    evidence = find_day_evidence(history, level, day)
    names = [_name_seen(item) for item in seen.items if item.day == day]
    return DayLine(long_date(day), (*dict.fromkeys(names), *_name_sessions(evidence)), say_counted(evidence, level))


def make_day_line(evidence: DayEvidence, level: PublishedLevel | None, names: Names) -> DayLine:
    """Make the line of one day from the evidence that an evaluation was made of."""
    items = [
        clean(names[key]) if (key := (items.marker, item)) in names else gettext("something that is no longer there")
        for items in evidence.items
        for item in (*items.counted, *items.beyond)
    ]
    return DayLine(long_date(evidence.day), (*items, *_name_sessions(evidence)), say_counted(evidence, level))


def _name_seen(item: DayItem) -> str:
    kind = Kind(item.kind)
    if kind is Kind.COURSE_PAGE:
        return gettext("the course page")
    if kind.marker is not None:
        if not item.name:
            return gettext(ONE_OF[kind.marker])
        return gettext("{thing}: {name}", thing=name_thing(kind.marker), name=clean(item.name))
    name = clean(item.name) if item.name else gettext("an activity that is no longer there")
    return gettext("{name}, handed in", name=name) if kind is Kind.SUBMISSION else name


def _name_sessions(evidence: DayEvidence) -> tuple[str, ...]:
    return tuple(
        gettext("{thing}: {state}", thing=name_thing(one.marker), state=gettext(SESSION_WORDS[one.status]))
        for one in evidence.sessions
    )


def say_counted(evidence: DayEvidence, level: PublishedLevel | None) -> str:
    """Say how much of a day counts; empty where nothing was seen."""
    parts = [_say_items(items) for items in evidence.items if items.counted]
    by_sessions = {one.marker for one in level.expectations if one.form is Form.SESSIONS} if level else set()
    parts += [_say_session(session) for session in evidence.sessions if session.marker in by_sessions]
    if not parts and evidence.is_evidence:
        return gettext("counts only as a day with evidence")
    return "; ".join(parts)


def _say_items(items: DayItems) -> str:
    counted = len(items.counted)
    if items.beyond:
        return gettext(COUNT_OF[items.marker], counted=counted, number=counted + len(items.beyond))
    return ngettext(*COUNT[items.marker], counted)


def _say_session(session: Session) -> str:
    return gettext(SESSION_COUNTS[session.marker, session.status])


def say_shares(measured: Sequence[MarkerShare]) -> str:
    """Say what a week's days give by each marker: "3 of 4 expected activities; 1 of 2 sessions attended"."""
    return "; ".join(map(say_share, measured))
