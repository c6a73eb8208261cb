"""Prepare the page of everything that a figure was made of, from the evaluation's own inputs."""

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.detail import FigureEvidence, WeekEvidence
from analytics.history import LearnerTask
from analytics.language import gettext, mark
from analytics.markers import TaskCount
from analytics.retell import retell
from bridge.store.panel_records import LearnerInCourse
from lti.panels.day_words import DayLine, Names, make_day_line, say_shares
from lti.panels.outlook import Outlook
from lti.panels.signs import say_unused
from lti.panels.words import clean, long_date, near_date

HANDED_IN: Mapping[TaskCount, str] = {
    TaskCount.ON_TIME: mark("{due}, handed in {day}: on time, counts whole"),
    TaskCount.LATE: mark("{due}, handed in {day}: late, counts half"),
}


@dataclass(frozen=True, slots=True)
class FigureWeek:
    """One counted week of a figure."""

    title: str
    text: str
    """What it gives by each marker."""
    lines: tuple[DayLine, ...]
    """The days with anything that was seen."""


@dataclass(frozen=True, slots=True)
class FigurePage:
    """Everything a figure was made of."""

    week_no: int
    sentence: str
    weeks: tuple[FigureWeek, ...]
    tasks: tuple[tuple[str, str], ...]
    """(name, how it counts)."""
    unused: str
    """Which markers it was made without; empty for none."""
    earlier: int | None
    later: int | None


def make_figure_page(outlook: Outlook, evidence: FigureEvidence, names: Names, person: LearnerInCourse) -> FigurePage:
    """Show what one of a learner's evaluations was made of."""
    week_no = evidence.evaluation.week
    task_names = {own.task.task_id: clean(own.task.name) for own in person.tasks}
    evaluated = {standing.week_no: standing for standing in person.standings}
    return FigurePage(
        week_no=week_no,
        sentence=retell(evidence.evaluation.sentence),
        weeks=tuple(_make_week(week, names) for week in evidence.weeks),
        tasks=tuple(
            (task_names.get(task.task_id, gettext("a task that is no longer there")), _say_task(outlook, task, count))
            for task, count in evidence.tasks
        ),
        unused=say_unused(evaluated.get(week_no)),
        earlier=max((week for week in evaluated if week < week_no), default=None),
        later=min((week for week in evaluated if week > week_no), default=None),
    )


def _make_week(week: WeekEvidence, names: Names) -> FigureWeek:
    first, last = week.days[0].day, week.days[-1].day
    return FigureWeek(
        title=gettext("Week {week}, {first} to {last}", week=week.week, first=long_date(first), last=long_date(last)),
        text=f"{say_shares(week.measured)}." if week.measured else gettext("Nothing was expected beside tasks."),
        lines=tuple(make_day_line(day, week.level, names) for day in week.days if day.items or day.sessions),
    )


def _say_task(outlook: Outlook, task: LearnerTask, count: TaskCount) -> str:
    today = outlook.moment.today
    due = near_date(task.dated_on, today)
    dated = gettext("due {day}", day=due) if task.extended_to is None else gettext("due {day} (extended)", day=due)
    if task.handed_in_on is None or count is TaskCount.MISSING:
        return gettext("{due}: not handed in", due=dated)
    return gettext(HANDED_IN[count], due=dated, day=near_date(task.handed_in_on, today))
