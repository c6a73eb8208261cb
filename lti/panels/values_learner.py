"""Prepare the pages about one learner: the weeks, what counted and what did not, what to do next, who has looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from analytics.bands import MEETING_FLOOR, TOO_EARLY, percent_of
from analytics.calendar import DAYS_IN_WEEK
from analytics.language import gettext, mark, ngettext
from analytics.levels import Marker
from analytics.lists import name_weeks
from bridge.store.panel_records import AgreedLevel, LearnerInCourse, OwnTask, Standing, Week
from lti.panels.charts import Chart, WeekFigure, draw_weeks
from lti.panels.evidence_words import (
    BAND_RANKS,
    LONG_AWAY_DAYS,
    find_past_due,
    is_active_again,
    is_closed,
    say_task,
    say_why_not,
    task_share,
)
from lti.panels.marks import Mark, Pips, find_marks, is_break_week, make_pips
from lti.panels.outlook import Outlook, activity_url
from lti.panels.words import Moment, clean, due, halves, listed, percent, small

OWN_WEEKS = 8
"""Learners see at least so many weeks, and two beyond the present one."""
SOON = timedelta(days=7)
MEETING_PERCENT = percent_of(MEETING_FLOOR) or 0
NEAR = 5
"""So few points under the level are "just under"."""
STANDINGS = (
    mark("After week {week} your running figure is {percent} of the published level: {meeting} or more meets it."),
    mark(
        "After week {week} your running figure is {percent} of the published level:"
        " just under the {meeting} that counts as meeting it."
    ),
    mark(
        "After week {week} your running figure is {percent} of the published level:"
        " under the {meeting} that counts as meeting it."
    ),
)
"""Where a figure stands: at the level or above, just under, under."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next."""

    strong: str
    text: str
    url: str = ""
    url_text: str = ""
    is_to_do: bool = True
    """There is something to do; else it says that there is nothing."""


@dataclass(frozen=True, slots=True)
class WeeksView:
    """The weeks in three forms, and where the running figure stands."""

    sentence: str
    chart: Chart


def make_figures(outlook: Outlook, person: LearnerInCourse, *, all_weeks: bool) -> tuple[WeekFigure, ...]:
    """Make one figure for each week to show: all for staff, at least eight for learners; () without a calendar."""
    calendar = outlook.head.calendar
    if calendar is None:
        return ()
    last_week = calendar.week_count
    if not all_weeks:
        last_week = min(last_week, max(OWN_WEEKS, outlook.week_no + 2))
    marks = find_marks(person.weeks, calendar, outlook.closed_week, outlook.moment.today, last_week)
    weeks = {week.week_no: week for week in person.weeks}
    running = {standing.week_no: standing.percent for standing in person.standings}
    return tuple(
        _make_figure(week_no, found, weeks.get(week_no), running.get(week_no), is_break_week(calendar, week_no))
        for week_no, found in enumerate(marks, 1)
    )


def _make_figure(week_no: int, found: Mark, week: Week | None, running: int | None, is_break: bool) -> WeekFigure:
    is_figured = found not in {Mark.UNCOUNTED, Mark.RUNNING, Mark.TO_COME}
    share = week.share if week is not None and is_figured else None
    why_not = (
        say_why_not(week.why_not) if week is not None and week.why_not else gettext("no teaching") if is_break else ""
    )
    return WeekFigure(week_no, found, percent_of(share), running if is_figured else None, why_not)


def make_weeks_view(figures: Sequence[WeekFigure]) -> WeeksView | None:
    """Say the weeks and draw them; None when no week has closed."""
    figured = [figure for figure in figures if figure.percent is not None]
    if not figured:
        return None
    values = listed([str(figure.percent) for figure in figured])
    weeks = name_weeks([figure.week_no for figure in figured])
    sentence = ngettext(
        "In {weeks} the week’s own figure was {values}\u00a0% of the published level.",
        "In {weeks} the week’s own figure was {values}\u00a0% of the published level.",
        len(figured),
        weeks=weeks,
        values=values,
    )
    last = next((figure for figure in reversed(figures) if figure.running is not None), None)
    if last is None or last.running is None:
        running = gettext("For a running figure it is too early to say.")
    else:
        running = gettext(
            "The running figure after week {week} is {percent}.", week=last.week_no, percent=percent(last.running)
        )
    return WeeksView(f"{sentence} {running}", draw_weeks(figures))


def say_standing(standing: Standing | None) -> str:
    """Say where the running figure stands against the published level, kindly and completely."""
    if standing is None or standing.percent is None or standing.shown_band == TOO_EARLY:
        return gettext("It is too early to say: two counted weeks must close first.")
    gap = MEETING_PERCENT - standing.percent
    said = STANDINGS[0] if gap <= 0 else STANDINGS[1] if gap <= NEAR else STANDINGS[2]
    text = gettext(said, week=standing.week_no, percent=percent(standing.percent), meeting=percent(MEETING_PERCENT))
    if standing.shown_band in BAND_RANKS and standing.band != standing.shown_band:
        shown = gettext(
            "It is shown as {band}, because one evaluation alone never lowers it.", band=gettext(standing.shown_band)
        )
        return f"{text} {shown}"
    return text


def say_praise(outlook: Outlook, person: LearnerInCourse, step: NextStep) -> str:
    """Say first what went well, where something did and the next step does not say it already; empty otherwise."""
    learner, weeks = person.learner, {week.week_no: week for week in person.weeks}
    if is_active_again(learner) and learner.standing is not None and learner.standing.clock_days >= LONG_AWAY_DAYS:
        return gettext("You are back.")
    running, closed = weeks.get(outlook.week_no), weeks.get(outlook.closed_week)
    is_running = running is not None and running.is_counted and outlook.week_no > outlook.closed_week
    is_said = not step.is_to_do
    if is_running and not is_said and _is_complete(running, outlook.level):
        return gettext("This week’s activities are complete already.")
    if closed is not None and closed.share is not None and closed.share >= MEETING_FLOOR:
        return gettext("Week {number} met the published level.", number=closed.week_no)
    return ""


def _is_complete(week: Week | None, agreed: AgreedLevel | None) -> bool:
    items = None if agreed is None else agreed.level.items_of(Marker.ACTIVITY)
    return week is not None and items is not None and week.visits >= items[0]


def find_next_step(outlook: Outlook, person: LearnerInCourse) -> NextStep:
    """Choose the one thing to do next: what is due soon, what has not arrived, or this week's activities."""
    soon = find_soon(person.tasks, outlook.moment)
    if soon:
        return _step_for(outlook, soon[0])
    past = find_past_open(outlook, person.tasks)
    if past:
        strong = gettext("{task} has not arrived yet.", task=clean(past[-1].task.name))
        text = gettext("Late work counts half, for as long as Moodle takes it.")
        return NextStep(strong, text, *link_task(outlook, past[-1]))
    return find_week_step(outlook, person.weeks)


def find_soon(tasks: Sequence[OwnTask], moment: Moment) -> list[OwnTask]:
    """Find what is due in the next seven days and neither handed in nor excused, in the order given."""
    return [
        own
        for own in tasks
        if _is_open(own) and own.due_at is not None and moment.now <= own.due_at <= moment.now + SOON
    ]


def find_past_open(outlook: Outlook, tasks: Sequence[OwnTask]) -> list[OwnTask]:
    """Find what has not arrived by its date and may still be handed in, in the order given.

    A quiz may not: its date is when Moodle closes it. Of an assignment's last day nothing is known here.
    [] where tasks enter no figure.
    """
    is_past = find_past_due([own for own in tasks if _is_open(own)], outlook.moment)
    return [own for own in is_past if not is_closed(own, outlook.moment)] if outlook.uses_tasks else []


def _is_open(own: OwnTask) -> bool:
    return own.handed_in_at is None and not own.is_excused


def _step_for(outlook: Outlook, own: OwnTask) -> NextStep:
    when = due(own.due_at, outlook.moment) if own.due_at is not None else ""
    text = gettext("It enters no figure here, yet it matters.")
    if outlook.uses_tasks:
        text = gettext("Handed in by then, it counts as a task on time.")
    strong = gettext("{task} is due {when}.", task=clean(own.task.name), when=when)
    return NextStep(strong, text, *link_task(outlook, own))


def link_task(outlook: Outlook, own: OwnTask) -> tuple[str, str]:
    """Give a task's address in Moodle and the words of the link; both empty where there is no safe address."""
    url = activity_url(outlook.head, own.task)
    return url, gettext("Open {task} in Moodle", task=clean(own.task.name)) if url else ""


def find_week_step(outlook: Outlook, weeks: Sequence[Week]) -> NextStep:
    """Say what of this week's activities is still open, or that nothing is."""
    calendar, level = outlook.head.calendar, outlook.level
    week = next((week for week in weeks if week.week_no == outlook.week_no), None)
    if calendar is None or level is None or not outlook.week_no:
        text = gettext("This page fills as the course goes on.")
        return NextStep(gettext("Nothing is waiting for you here."), text, is_to_do=False)
    if is_break_week(calendar, outlook.week_no) or (week is not None and not week.is_counted):
        return NextStep(gettext("This week is not counted."), gettext("Rest is fine; work is welcome."), is_to_do=False)
    nothing = gettext("Nothing is due in the next seven days.")
    items = level.level.items_of(Marker.ACTIVITY)
    if items is None:
        return NextStep(nothing, gettext("Have a look at what is expected below."), is_to_do=False)
    (expected, a_day), opened = items, week.visits if week is not None else 0
    if opened >= expected:
        return NextStep(gettext("Well done: this week’s activities are complete."), nothing, is_to_do=False)
    # No promise that the days left of the week cannot keep: only so many activities a day count.
    days_left = DAYS_IN_WEEK - outlook.moment.today.weekday()
    return _step_of_items(opened, expected, a_day, min(expected - opened, a_day * days_left))


def _step_of_items(opened: int, expected: int, a_day: int, rest: int) -> NextStep:
    text = ngettext(
        "You have opened {opened} of {expected} expected this week; up to {number} a day counts.",
        "You have opened {opened} of {expected} expected this week; up to {number} a day count.",
        a_day,
        opened=opened,
        expected=expected,
    )
    strong = ngettext(
        "Open {small} more activity this week.", "Open {small} more activities this week.", rest, small=small(rest)
    )
    return NextStep(strong, text)


def make_task_pips(outlook: Outlook, tasks: Sequence[OwnTask]) -> Pips | None:
    """Draw one dot for each task whose date has passed; None when there is none or tasks enter no figure."""
    past = find_past_due(tasks, outlook.moment) if outlook.uses_tasks else ()
    if not past:
        return None
    shares = [task_share(own, outlook.moment) for own in past]
    return make_pips(shares, gettext("{part} of {whole}", part=halves(sum(shares, Fraction(0))), whole=len(past)))


def list_tasks(outlook: Outlook, tasks: Sequence[OwnTask]) -> tuple[tuple[str, str, str], ...]:
    """List each task whose date has passed, or that came early: (name, own date, how it stands)."""
    moment = outlook.moment
    return tuple(
        (
            clean(own.task.name),
            _say_own_date(own, moment),
            say_task(own, moment) if outlook.uses_tasks else _say_beside(say_task(own, moment)),
        )
        for own in tasks
        if own.handed_in_at is not None or (own.due_at is not None and own.due_at < moment.now)
    )


def _say_own_date(own: OwnTask, moment: Moment) -> str:
    date = gettext("no date") if own.due_at is None else due(own.due_at, moment)
    return gettext("{date}, extended", date=date) if own.is_extended else date


def _say_beside(state: str) -> str:
    return gettext("{state}; enters no figure", state=state)
