"""Say what every course page starts with: where the term stands, notices, the level, what is due."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from analytics.calendar import DAYS_IN_WEEK
from analytics.language import gettext
from analytics.level_words import split_expectation
from analytics.levels import LevelError, Marker, PublishedLevel, find_level_in_force
from bridge.store.panel_records import AgreedLevel, CourseHead, CourseTask, Freshness, NamedBreak, OwnTask
from bridge.store.seeds import NOT_AGREED
from lti.panels.words import Moment, capital, clean, due, full_date, instant, long_date, plain_date, span

STALE_AFTER = timedelta(hours=2)
"""Several syncs must have failed before a page calls its figures old."""
DUE_SHOWN = 5
DUE_DAYS = 28


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: a word and a mark carry the kind (info, warn, good)."""

    kind: str
    strong: str
    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is said about it."""

    term: str
    strong: str
    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class LevelWords:
    """The published level as people read it."""

    expected: tuple[tuple[str, str], ...]
    """(what, how much and how it counts)."""
    version: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """A course on a day."""

    head: CourseHead
    moment: Moment
    level: AgreedLevel | None
    """The level in force today; None before one is published."""
    closed_week: int
    """The last week that was evaluated; 0 before the first."""

    @property
    def name(self) -> str:
        """Give the course's name, safe to place."""
        return clean(self.head.fullname)

    @property
    def week_no(self) -> int:
        """Give today's teaching week: 0 before week 1 or without a calendar, at most the last."""
        calendar = self.head.calendar
        if calendar is None:
            return 0
        return max(0, min(calendar.week_of(self.moment.today), calendar.week_count))

    @property
    def week_count(self) -> int:
        """Give how many weeks the calendar numbers; 0 without one."""
        return 0 if self.head.calendar is None else self.head.calendar.week_count

    @property
    def when(self) -> str:
        """Say the week and the date."""
        day = full_date(self.moment.today)
        if not self.week_no:
            return day
        return gettext("Week {week} of {weeks} · {date}", week=self.week_no, weeks=self.week_count, date=day)

    @property
    def uses_tasks(self) -> bool:
        """Tell whether hand-ins enter the figure."""
        return self.level is not None and Marker.TASKS in self.level.level.markers and self.head.is_tasks_offered

    def level_of(self, week_no: int) -> PublishedLevel | None:
        """Give the level that a week is measured by; None before one took effect."""
        if self.head.calendar is None:
            return None
        try:
            return find_level_in_force(
                (agreed.level for agreed in self.head.levels), self.head.calendar.monday_of(week_no)
            )
        except LevelError:
            return None


def make_outlook(head: CourseHead, moment: Moment, closed_week: int) -> Outlook:
    """Take a course's day from its record; without a published level `level` is None."""
    by_level = {agreed.level: agreed for agreed in head.levels}
    try:
        level = by_level[find_level_in_force(by_level, moment.today)]
    except LevelError:
        return Outlook(head, moment, None, closed_week)
    return Outlook(head, moment, level, closed_week)


def is_stale(freshness: Freshness, moment: Moment) -> bool:
    """Tell whether the figures are older than a few missed syncs; True before the first, never where files come."""
    if freshness.files_to is not None:
        return False
    return freshness.log_at is None or moment.now - freshness.log_at > STALE_AFTER


def find_notices(outlook: Outlook) -> tuple[Notice, ...]:
    """Find what a reader must know before the figures, the most important first; often empty."""
    found = [_find_level_notice(outlook), _find_stale_notice(outlook), _find_term_notice(outlook)]
    found.append(_find_tasks_notice(outlook))
    return tuple(notice for notice in found if notice is not None)


def _find_level_notice(outlook: Outlook) -> Notice | None:
    if outlook.head.calendar is None:
        return Notice(
            "warn",
            gettext("No figures before there is a teaching calendar."),
            gettext("An administrator can choose one."),
        )
    if outlook.level is None:
        return Notice(
            "warn",
            gettext("No figures before the level is published."),
            gettext("Learners must first be able to read what is expected of them."),
        )
    return None


def _find_stale_notice(outlook: Outlook) -> Notice | None:
    freshness, moment = outlook.head.freshness, outlook.moment
    if not is_stale(freshness, moment):
        return None
    if freshness.log_at is None:
        return Notice(
            "warn", gettext("Moodle’s records have not arrived yet."), gettext("Figures appear after the first sync.")
        )
    return Notice(
        "warn",
        gettext("Figures are as of {when}.", when=instant(freshness.log_at, moment)),
        gettext(
            "Moodle has not answered since. They stay as they are until it does, and nothing is held against anybody."
        ),
    )


def _find_term_notice(outlook: Outlook) -> Notice | None:
    calendar, today = outlook.head.calendar, outlook.moment.today
    if calendar is None:
        return None
    if today < calendar.first_monday:
        starts = gettext("Teaching starts on {date}.", date=long_date(calendar.first_monday))
        return Notice("info", starts, gettext("Nothing is counted before."))
    last_day = calendar.sunday_of(calendar.week_count)
    if today > last_day:
        ended = gettext("Teaching ended on {date}.", date=long_date(last_day))
        return Notice("info", ended, gettext("Figures stand as of that day."))
    return _find_break_notice(outlook, today)


def _find_break_notice(outlook: Outlook, today: date) -> Notice | None:
    for pause in outlook.head.breaks:
        name, days = clean(pause.name), span(pause.days, today)
        if not pause.is_uncounted:
            if today in pause.days:
                text = gettext(
                    "The day does not add to the count of days without evidence; the week counts as any other."
                )
                return Notice("info", gettext("{name}, {days}.", name=name, days=days), text)
            continue
        if today in pause.days:
            text = gettext(
                "Figures stand, and days without evidence are not added up. Work is welcome and never required."
            )
            return Notice("info", gettext("{name}, {days}: nothing is counted.", name=name, days=days), text)
        if today < pause.days.first <= today + timedelta(days=DAYS_IN_WEEK):
            text = gettext(
                "Nothing is counted {days}: no week figure, and the count of days without evidence stands still.",
                days=days,
            )
            return Notice("info", gettext("{name} is next.", name=name), text)
    return None


def _find_tasks_notice(outlook: Outlook) -> Notice | None:
    if outlook.level is None or outlook.uses_tasks or Marker.TASKS not in outlook.level.level.markers:
        return None
    text = gettext("Moodle cannot say of any task who is excused from it, so hand-ins enter no figure.")
    return Notice("info", gettext("Tasks are not used in this course."), text)


def word_level(outlook: Outlook) -> LevelWords | None:
    """Put the level in force into words; None without one."""
    if outlook.level is None:
        return None
    expected = tuple(
        split_expectation(expectation)
        for expectation in outlook.level.level.expectations
        if expectation.marker is not Marker.TASKS or outlook.uses_tasks
    )
    return LevelWords(expected, _say_version(outlook, outlook.level))


def _say_version(outlook: Outlook, agreed: AgreedLevel) -> str:
    version, today = clean(agreed.level.version), outlook.moment.today
    if agreed.agreed_by == NOT_AGREED:
        return gettext("Version {version}: the tool’s default, not yet agreed by the school.", version=version)
    since = agreed.level.effective_from
    if outlook.head.calendar is not None:
        since = max(since, outlook.head.calendar.first_monday)
    return gettext(
        "Version {version}, agreed by {who} on {agreed}, in force since {since}.",
        version=version,
        who=clean(agreed.agreed_by),
        agreed=plain_date(agreed.agreed_on, today),
        since=plain_date(since, today),
    )


def list_due(outlook: Outlook, tasks: Sequence[CourseTask]) -> tuple[Fact, ...]:
    """List what is due next for everybody, breaks included, by date; empty when nothing is."""
    dated = [
        (
            task.due_at,
            Fact(capital(due(task.due_at, outlook.moment)), clean(task.name), "", activity_url(outlook.head, task)),
        )
        for task in tasks
        if task.due_at is not None and _is_soon(task.due_at, outlook.moment)
    ]
    return _with_breaks(outlook, dated)


def list_own_due(outlook: Outlook, tasks: Sequence[OwnTask]) -> tuple[Fact, ...]:
    """List what is due next for one learner, by the learner's own dates; empty when nothing is."""
    dated = [
        (own.due_at, Fact(capital(due(own.due_at, outlook.moment)), clean(own.task.name), _say_state(own), url))
        for own in tasks
        if own.due_at is not None and _is_soon(own.due_at, outlook.moment)
        for url in [activity_url(outlook.head, own.task)]
    ]
    return _with_breaks(outlook, dated)


def _say_state(own: OwnTask) -> str:
    states = [
        gettext("handed in") if own.handed_in_at is not None else "",
        gettext("excused") if own.is_excused else "",
        gettext("extended date") if own.is_extended else "",
    ]
    return ", ".join(filter(None, states))


def _is_soon(at: datetime, moment: Moment) -> bool:
    return moment.now <= at <= moment.now + timedelta(days=DUE_DAYS)


def _with_breaks(outlook: Outlook, dated: list[tuple[datetime, Fact]]) -> tuple[Fact, ...]:
    today = outlook.moment.today
    by_day = [(outlook.moment.date_of(at), fact) for at, fact in dated]
    by_day += [
        (pause.days.first, Fact(span(pause.days, today), "", _say_pause(pause)))
        for pause in outlook.head.breaks
        if _is_coming(pause, today)
    ]
    return tuple(fact for _, fact in sorted(by_day, key=lambda pair: pair[0])[:DUE_SHOWN])


def _say_pause(pause: NamedBreak) -> str:
    name = clean(pause.name)
    return gettext("{name}: nothing is counted", name=name) if pause.is_uncounted else name


def _is_coming(pause: NamedBreak, today: date) -> bool:
    return today <= pause.days.last and pause.days.first <= today + timedelta(days=DUE_DAYS)


def activity_url(head: CourseHead, task: CourseTask) -> str:
    """Give the address of a task's page in Moodle; empty where it cannot be built safely."""
    is_safe = re.fullmatch(r"[a-z][a-z0-9_]*", task.modname) and re.match(r"https?://", head.moodle_url)
    return f"{head.moodle_url}/mod/{task.modname}/view.php?id={task.cmid}" if is_safe else ""
