"""Say in sentences what stands behind a learner's standing: evidence and dates, never a person's character."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from analytics.bands import BAND_FLOORS, TOO_EARLY, Band
from analytics.language import gettext, pgettext
from analytics.lists import name_weeks
from analytics.retell import say_week_reason
from analytics.weeks import WhyNot
from bridge.store.panel_records import ListedLearner, OwnTask, Standing
from lti.panels.marks import Mark
from lti.panels.words import Moment, capital, clean, due_day, listed, near_date, percent

LONG_AWAY_DAYS = 10
"""From how many counted days without evidence pages speak of a time away, whatever a school's rule is."""
IN_FULL, BY_HALF, NOT_AT_ALL = Fraction(1), Fraction(1, 2), Fraction(0)
"""What a task counts; made once, since a list asks for hundreds."""
QUIZ = "quiz"
"""Moodle's name of the activity whose date is its end: the plugin tells `timeclose`, with the learner's override."""
BAND_RANKS = {band.value: rank for rank, (band, _) in enumerate(BAND_FLOORS)}


def is_active_again(learner: ListedLearner) -> bool:
    """Tell whether evidence came after the evaluation that named a reason."""
    standing, last = learner.standing, learner.last_evidence_on
    return standing is not None and last is not None and last > standing.as_of


def find_overdue(standing: Standing, tasks: Iterable[OwnTask]) -> tuple[OwnTask, ...]:
    """Find the tasks that the evaluation called overdue."""
    return tuple(own for own in tasks if own.task.task_id in standing.overdue_task_ids)


def say_overdue(tasks: Sequence[OwnTask], moment: Moment) -> list[str]:
    """Say which of the overdue tasks have not arrived, and which have since."""
    missing = [f"{clean(own.task.name)}{_say_date(own, moment)}" for own in tasks if own.handed_in_at is None]
    said = [gettext("Not arrived: {tasks}.", tasks=listed(missing))] if missing else []
    said += [_say_arrived(own, moment.date_of(own.handed_in_at), moment) for own in tasks if own.handed_in_at]
    return said


def _say_arrived(own: OwnTask, day: date, moment: Moment) -> str:
    return gettext("{task} has arrived since: {date}.", task=clean(own.task.name), date=near_date(day, moment.today))


def _say_date(own: OwnTask, moment: Moment) -> str:
    if own.due_at is None:
        return ""
    day = near_date(due_day(own.due_at, moment), moment.today)
    said = gettext("(due {date}, extended)", date=day) if own.is_extended else gettext("(due {date})", date=day)
    return f" {said}"


def say_why_not(why_not: str | None) -> str:
    """Say why a week is not counted, in words that fit a learner's and a tutor's page; by default "no teaching"."""
    if why_not == WhyNot.NOT_ENROLLED:
        return gettext("before the first full week")
    return say_week_reason(why_not or WhyNot.NO_TEACHING)


def say_weeks_met(marks: Sequence[Mark]) -> str:
    """Say in which weeks the level was met; empty for none."""
    weeks = [week_no for week_no, mark in enumerate(marks, 1) if mark is Mark.MET]
    return gettext("{weeks} met the level.", weeks=capital(name_weeks(weeks))) if weeks else ""


def say_band(standing: Standing | None) -> str:
    """Say the shown band shortly: "meeting", "well below", "too early to say"."""
    if standing is None or standing.shown_band == TOO_EARLY:
        return gettext("too early to say")
    return name_band(standing.shown_band)


def name_band(band: str) -> str:
    """Name a band shortly, as it stands beside a learner's name: "meeting"; "too early to say" is none."""
    names = {
        Band.MEETING.value: pgettext("a band", "meeting"),
        Band.BELOW.value: pgettext("a band", "below"),
        Band.WELL_BELOW.value: pgettext("a band", "well below"),
    }
    return names[band]


def say_pending(standing: Standing | None) -> str:
    """Say that a lower band waits for a second evaluation; empty when none does."""
    if standing is None or standing.band is None or standing.shown_band not in BAND_RANKS:
        return ""
    if BAND_RANKS[standing.band] <= BAND_RANKS[standing.shown_band]:
        return ""
    return gettext("if confirmed: {band}", band=name_band(standing.band))


def say_percent(standing: Standing | None) -> str:
    """Write the running figure; empty while it is too early to say."""
    return "" if standing is None or standing.percent is None else percent(standing.percent)


def say_evidence(last_evidence_on: date | None, moment: Moment) -> str:
    """Say when there was evidence last."""
    return gettext("none yet") if last_evidence_on is None else near_date(last_evidence_on, moment.today)


def task_share(own: OwnTask, moment: Moment) -> Fraction:
    """Give what a task counts by the learner's own date: 1 on time (or excused), ½ late, 0 not handed in."""
    if own.handed_in_at is None:
        return NOT_AT_ALL
    is_on_time = own.due_at is None or moment.date_of(own.handed_in_at) <= moment.date_of(own.due_at)
    return IN_FULL if own.is_excused or is_on_time else BY_HALF


def find_past_due(tasks: Sequence[OwnTask], moment: Moment) -> tuple[OwnTask, ...]:
    """Find the tasks that enter the figure and whose own date has passed; excused ones only if handed in."""
    return tuple(
        own
        for own in tasks
        if own.task.is_excused_known
        and own.due_at is not None
        and own.due_at < moment.now
        and (own.handed_in_at is not None or not own.is_excused)
    )


def is_closed(own: OwnTask, moment: Moment) -> bool:
    """Tell whether Moodle takes nothing any more: past its date a quiz is closed, an assignment need not be."""
    return own.task.modname == QUIZ and own.due_at is not None and own.due_at < moment.now


def say_task(own: OwnTask, moment: Moment) -> str:
    """Say how one task stands: what came when, and how it counts."""
    if own.handed_in_at is None and own.is_excused:
        return gettext("excused")
    if own.handed_in_at is None:
        return gettext("not handed in; it is closed") if is_closed(own, moment) else gettext("not handed in")
    day = near_date(moment.date_of(own.handed_in_at), moment.today)
    if not own.task.is_excused_known:
        return gettext("handed in {date}; not counted, as Moodle cannot say who is excused from it", date=day)
    if task_share(own, moment) < 1:
        return gettext("handed in {date}, late: counts half", date=day)
    return gettext("handed in {date}, on time", date=day)
