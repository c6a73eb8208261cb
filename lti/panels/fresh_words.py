"""Say until when each source of a course is known: Moodle's log, or files in its place, and every other source."""

from dataclasses import dataclass
from datetime import date, datetime

from analytics.language import gettext
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
        evidence = _of_day(gettext("Moodle activity"), freshness.files_to, outlook)
        hand_ins = _of_day(gettext("Hand-ins"), covers_to.get(Marker.TASKS, date.min), outlook)
    else:
        evidence = _of_instant(gettext("Moodle activity"), freshness.log_at, outlook)
        hand_ins = _of_instant(gettext("Hand-ins"), freshness.run_at, outlook)
    others = [marker for marker in MARKER_ORDER if marker in covers_to and marker is not Marker.TASKS]
    return (
        evidence,
        hand_ins,
        _of_instant(gettext("List of learners"), freshness.roster_at, outlook),
        *(_of_day(gettext(MARKER_NAMES[marker]), covers_to[marker], outlook) for marker in others),
    )


def _of_instant(name: str, at: datetime | None, outlook: Outlook) -> FreshLine:
    return FreshLine(at is not None, name, gettext("not yet") if at is None else instant(at, outlook.moment))


def _of_day(name: str, day: date, outlook: Outlook) -> FreshLine:
    is_known = day > date.min
    if not is_known:
        return FreshLine(is_known, name, gettext("not yet"))
    return FreshLine(is_known, name, gettext("up to {date}", date=plain_date(day, outlook.moment.today)))


def word_known_until(outlook: Outlook) -> str:
    """Say until when evidence is known, for a page that has the word "evidence" before it."""
    freshness, moment = outlook.head.freshness, outlook.moment
    if freshness.files_to is not None:
        return gettext("up to {date}", date=plain_date(freshness.files_to, moment.today))
    if freshness.log_at is None:
        return gettext("no evidence yet")
    return gettext("as of {when}", when=instant(freshness.log_at, moment))


def word_figures_as_of(outlook: Outlook) -> str:
    """Say in half a sentence how old the evidence is."""
    freshness, moment = outlook.head.freshness, outlook.moment
    if freshness.files_to is not None:
        return gettext("evidence up to {date}", date=plain_date(freshness.files_to, moment.today))
    if freshness.log_at is None:
        return gettext("no evidence yet")
    return gettext("evidence as of {when}", when=instant(freshness.log_at, moment))
