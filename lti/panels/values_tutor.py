"""Prepare the tutor's lists: who to talk to first, with the evidence, and all learners, one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.drops import Drops
from analytics.language import gettext, ngettext
from analytics.levels import Marker
from bridge.store.panel_records import LearnerDetails, LearnerInCourse, ListedLearner, OwnTask
from lti.panels.concern_words import say_reasons
from lti.panels.evidence_words import (
    find_past_due,
    say_band,
    say_evidence,
    say_pending,
    say_percent,
    say_weeks_met,
    task_share,
)
from lti.panels.listing import Cut
from lti.panels.marks import Mark, Strip, find_marks, make_strip
from lti.panels.outlook import Outlook
from lti.panels.signs import find_tags, say_drop
from lti.panels.words import capital, clean, halves

WORK_SHOWN = 8
"""Learners of the work-list that stand open on the page."""
WORK_LISTED = 25
"""Learners of the work-list that the page has at all: the later ones are folded, and the rest is in the list below."""


@dataclass(frozen=True, slots=True)
class Saying:
    """One of the three sentences: a few big words, then the sentence."""

    big: str
    small: str
    text: str
    link: str = ""
    """An address on the page, or of an activity in Moodle."""
    link_text: str = ""
    is_data: bool = False
    """Tell whether the big words are a name or a title, no text of ours."""


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """One learner to talk to first, with the evidence."""

    person_id: int
    name: str
    groups: tuple[str, ...]
    tags: tuple[str, ...]
    text: str
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class LearnerLine:
    """One line of the list."""

    person_id: int
    name: str
    groups: str
    strip: Strip | None
    band: str
    percent: str
    pending: str
    activities: str
    tasks: str
    evidence: str


def make_work(
    outlook: Outlook, work: Sequence[ListedLearner], details: LearnerDetails, drops: Drops
) -> tuple[WorkEntry, ...]:
    """Make the entries of the work-list, in the order given."""
    entries = []
    for learner in work:
        marks = make_marks(outlook, learner, details)
        text = say_reasons(outlook.head, learner, details.tasks.get(learner.person_id, ()), outlook.moment)
        met = say_weeks_met(marks)
        name = clean(learner.full_name)
        entries.append(
            WorkEntry(
                person_id=learner.person_id,
                name=name,
                groups=tuple(clean(group.name) for group in learner.groups),
                tags=find_tags(outlook, learner, details, drops),
                text=f"{text} {met}".strip(),
                strip=make_strip(marks, name) if marks else None,
            )
        )
    return tuple(entries)


def make_lines(outlook: Outlook, cut: Cut, details: LearnerDetails, drops: Drops) -> tuple[LearnerLine, ...]:
    """Make the lines of one page of the list."""
    return tuple(_make_line(outlook, learner, details, drops) for learner in cut.learners)


def _make_line(outlook: Outlook, learner: ListedLearner, details: LearnerDetails, drops: Drops) -> LearnerLine:
    marks = make_marks(outlook, learner, details)
    standing = learner.standing
    return LearnerLine(
        person_id=learner.person_id,
        name=clean(learner.full_name),
        groups=", ".join(clean(group.name) for group in learner.groups),
        strip=make_strip(marks) if marks else None,
        band=say_band(standing),
        percent=say_percent(standing),
        pending=", ".join(filter(None, [say_pending(standing), say_drop(drops, learner.person_id)])),
        activities=_say_activities(outlook, learner.person_id, details),
        tasks=_say_tasks(details.tasks.get(learner.person_id, ()), outlook),
        evidence=say_evidence(learner.last_evidence_on, outlook.moment),
    )


def make_marks(outlook: Outlook, learner: ListedLearner, details: LearnerDetails) -> tuple[Mark, ...]:
    """Decide a learner's marks of all weeks; empty without a calendar."""
    calendar = outlook.head.calendar
    if calendar is None:
        return ()
    weeks = details.weeks.get(learner.person_id, ())
    return find_marks(weeks, calendar, outlook.closed_week, outlook.moment.today, calendar.week_count)


def _say_activities(outlook: Outlook, person_id: int, details: LearnerDetails) -> str:
    weeks = {week.week_no: week for week in details.weeks.get(person_id, ())}
    week = weeks.get(outlook.closed_week)
    level = outlook.level_of(outlook.closed_week)
    items = level.items_of(Marker.ACTIVITY) if level is not None else None
    if items is None or week is None:
        return "–"
    expected, _ = items
    return f"{min(week.visits, expected)} / {expected}" if week.is_counted else gettext("not counted")


def _say_tasks(tasks: Sequence[OwnTask], outlook: Outlook) -> str:
    past = find_past_due(tasks, outlook.moment)
    if not past:
        return gettext("none due")
    return f"{halves(sum((task_share(own, outlook.moment) for own in past), Fraction(0)))} / {len(past)}"


@dataclass(frozen=True, slots=True)
class InShort:
    """The head of a tutor's page about a learner."""

    band: str
    percent: str
    pending: str
    after: str
    evidence: str
    clock: str


def sum_up(outlook: Outlook, person: LearnerInCourse) -> InShort:
    """Sum up one learner for a tutor: band with its figure, latest evidence, the count of days without it."""
    standing, days = person.learner.standing, person.learner.clock_days
    return InShort(
        band=capital(say_band(standing)),
        percent=say_percent(standing),
        pending=say_pending(standing),
        after=gettext("after week {week}", week=standing.week_no)
        if standing is not None
        else gettext("no week has been evaluated yet"),
        evidence=capital(say_evidence(person.learner.last_evidence_on, outlook.moment)),
        clock=gettext("not counted yet")
        if days is None
        else ngettext("{number} counted day", "{number} counted days", days),
    )
