"""Prepare the head of a learner's page of all courses: one thing to do, how many meet their level, what went well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from analytics.bands import MEETING_FLOOR, TOO_EARLY
from analytics.language import gettext, ngettext
from bridge.store.panel_records import MyCourse, OwnTask
from lti.panels.outlook import Outlook
from lti.panels.values_learner import (
    MEETING_PERCENT,
    find_past_open,
    find_soon,
    find_week_step,
    link_task,
)
from lti.panels.values_own import outlook_of
from lti.panels.words import Moment, clean, due, listed, percent


@dataclass(frozen=True, slots=True)
class OwnSaying:
    """One of the sentences before everything else: the gist in large letters, what it is of, and the sentence."""

    big: str
    small: str
    text: str
    link: str = ""
    link_text: str = ""
    is_data: bool = False
    """The gist is a title that somebody gave."""


def make_own_sayings(courses: Sequence[MyCourse], moment: Moment) -> tuple[OwnSaying, ...]:
    """Say what to do first, where the courses stand, and what went well; () without a course."""
    if not courses:
        return ()
    pairs = [(outlook_of(course, moment), course) for course in courses]
    return (_say_first(pairs, moment), _say_standings(courses), _say_well(pairs))


Pairs = Sequence[tuple[Outlook, MyCourse]]


def _say_first(pairs: Pairs, moment: Moment) -> OwnSaying:
    soon = [(outlook, own) for outlook, course in pairs for own in find_soon(course.tasks, moment)]
    if soon:
        outlook, own = min(soon, key=lambda found: (_due_at(found[1]), found[1].task.task_id))
        return _say_soon(outlook, own, due(_due_at(own), moment), len(soon))
    past = [(outlook, own) for outlook, course in pairs for own in find_past_open(outlook, course.tasks)]
    if past:
        outlook, own = max(past, key=lambda found: _due_at(found[1]))
        text = gettext("{course}. Late work counts half, for as long as Moodle takes it.", course=outlook.name)
        link, link_text = link_task(outlook, own)
        return OwnSaying(clean(own.task.name), gettext("has not arrived yet"), text, link, link_text, is_data=True)
    return _say_week(pairs)


def _due_at(own: OwnTask) -> datetime:
    """Return when something is due; what has no date is the oldest of all."""
    return own.due_at or datetime.min.replace(tzinfo=UTC)


def _say_soon(outlook: Outlook, own: OwnTask, when: str, number: int) -> OwnSaying:
    text = ngettext(
        "{course}. It is the only thing due in the next seven days.",
        "{course}. It is the first of {number} things due in the next seven days.",
        number,
        course=outlook.name,
    )
    return OwnSaying(clean(own.task.name), when, text, *link_task(outlook, own), is_data=True)


def _say_week(pairs: Pairs) -> OwnSaying:
    """Take the first course in which this week's activities are not complete; else say that all is done."""
    for outlook, course in pairs:
        step = find_week_step(outlook, course.weeks)
        if step.is_to_do:
            return OwnSaying(step.strong, "", gettext("{course}. {sentence}", course=outlook.name, sentence=step.text))
    return OwnSaying(
        gettext("Nothing to do first"), "", gettext("Nothing is due in the next seven days, in none of your courses.")
    )


def _say_standings(courses: Sequence[MyCourse]) -> OwnSaying:
    figured = [(clean(one.head.fullname), find_percent(one)) for one in courses]
    met = [name for name, value in figured if value is not None and value >= MEETING_PERCENT]
    under = [
        gettext("{course} is at {percent}", course=name, percent=percent(value))
        for name, value in figured
        if value is not None and value < MEETING_PERCENT
    ]
    early = [name for name, value in figured if value is None]
    parts = [
        gettext("Meeting it: {courses}.", courses=listed(met)) if met else "",
        gettext(
            "Under it: {courses}; {percent} or more meets it.", courses=listed(under), percent=percent(MEETING_PERCENT)
        )
        if under
        else "",
        gettext("Too early to say: {courses}.", courses=listed(early)) if early else "",
    ]
    total = len(courses) - len(early)
    if not total:
        return OwnSaying(
            gettext("Too early"), gettext("to say"), gettext("Two counted weeks must close first in each course.")
        )
    small = ngettext("course meets its level", "courses meet their level", total)
    return OwnSaying(
        gettext("{number} of {total}", number=len(met), total=total), small, " ".join(part for part in parts if part)
    )


def find_percent(course: MyCourse) -> int | None:
    """Return the running figure of a course as it is shown; None while it is too early to say."""
    standing = course.standing
    return None if standing is None or standing.shown_band == TOO_EARLY else standing.percent


def _say_well(pairs: Pairs) -> OwnSaying:
    """Praise the longest run of weeks up to the last closed one that met the level, or the evidence of that week."""
    runs = [(find_run(outlook, course), outlook) for outlook, course in pairs]
    length, best = max(runs, key=lambda found: found[0])
    well = gettext("Well done")
    if length > 1:
        text = ngettext(
            "{course} has met its level in {number} counted week.",
            "{course} has met its level {number} counted weeks in a row.",
            length,
            course=best.name,
        )
        return OwnSaying(well, "", text)
    for outlook, course in pairs:
        week = next((week for week in course.weeks if week.week_no == outlook.week_no and week.visits), None)
        if week is not None:
            text = ngettext(
                "You have opened {number} activity in {course} this week.",
                "You have opened {number} activities in {course} this week.",
                week.visits,
                course=outlook.name,
            )
            return OwnSaying(well, "", text)
    if length:
        return OwnSaying(well, "", gettext("{course} met its level in the last counted week.", course=best.name))
    return OwnSaying(
        gettext("Each week is new"), "", gettext("Every week counts by itself, and a single activity is a beginning.")
    )


def find_run(outlook: Outlook, course: MyCourse) -> int:
    """Count the latest closed weeks in a row that met the level; weeks that are not counted break no run."""
    closed = [week for week in course.weeks if week.week_no <= outlook.closed_week and week.share is not None]
    length = 0
    for week in sorted(closed, key=lambda week: -week.week_no):
        if week.share is None or week.share < MEETING_FLOOR:
            break
        length += 1
    return length
