"""Say until when each source of a course is known: Moodle's log, or files in its place, and every other source."""

from dataclasses import dataclass
from datetime import date, datetime

from analytics.level_words import MARKER_NAMES
from analytics.levels import MARKER_ORDER, Marker
from lti.panels.outlook import Outlook
from lti.panels.words import instant, plain_date


@dataclass(frozen=True, slots=True)
class FreshLine:
    """Until when one source is known."""

    is_known: bool
    name: str
    text: str


def word_freshness(outlook: Outlook) -> tuple[FreshLine, ...]:
    """Say until when each source is known; other sources than Moodle only where something of them was read."""
    freshness, covers_to = outlook.head.freshness, outlook.head.covers_to
    if freshness.files_to is not None:
        evidence = _of_day("Moodle activity", freshness.files_to, outlook)
        hand_ins = _of_day("Hand-ins", covers_to.get(Marker.TASKS, date.min), outlook)
    else:
        evidence = _of_instant("Moodle activity", freshness.log_at, outlook)
        hand_ins = _of_instant("Hand-ins", freshness.run_at, outlook)
    others = [marker for marker in MARKER_ORDER if marker in covers_to and marker is not Marker.TASKS]
    return (
        evidence,
        hand_ins,
        _of_instant("List of learners", freshness.roster_at, outlook),
        *(_of_day(MARKER_NAMES[marker], covers_to[marker], outlook) for marker in others),
    )


def _of_instant(name: str, at: datetime | None, outlook: Outlook) -> FreshLine:
    return FreshLine(at is not None, name, "not yet" if at is None else instant(at, outlook.moment))


def _of_day(name: str, day: date, outlook: Outlook) -> FreshLine:
    is_known = day > date.min
    return FreshLine(is_known, name, f"up to {plain_date(day, outlook.moment.today)}" if is_known else "not yet")


def word_figures_as_of(outlook: Outlook) -> str:
    """Say in half a sentence how old the evidence is."""
    freshness, moment = outlook.head.freshness, outlook.moment
    if freshness.files_to is not None:
        return f"evidence up to {plain_date(freshness.files_to, moment.today)}"
    return "no evidence yet" if freshness.log_at is None else f"evidence as of {instant(freshness.log_at, moment)}"
