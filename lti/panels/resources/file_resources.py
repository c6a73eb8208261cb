"""Prepare the file of what is opened: one row for each item, every frozen week, no names of people."""

from analytics.language import gettext
from lti.panels.outlook import Outlook
from lti.panels.resources.lines import Read, say_place, say_told, tell_so_far, tell_weeks
from lti.panels.words import clean, due, full_date


def make_resource_head(read: Read) -> tuple[str, ...]:
    """Make the file's first row."""
    weeks = tuple(gettext("Week {number}", number=week.week_no) for week in read.weeks)
    return gettext("Item"), gettext("Where"), gettext("Due"), *weeks, gettext("Opened so far"), gettext("As of")


def list_resource_rows(outlook: Outlook, read: Read) -> list[tuple[str, ...]]:
    """Make a row for each item that the last frozen week counted and learners can see."""
    last = read.weeks[-1]
    as_of = full_date(last.as_of)
    due_at = {task.cmid: task.due_at for task in read.tasks if task.due_at is not None}
    return [
        (
            clean(item.name),
            say_place(item.section),
            due(due_at[item.cmid], outlook.moment) if item.cmid in due_at else "",
            *map(say_told, tell_weeks(read.weeks, item.cmid)),
            say_told(tell_so_far(read.weeks, item.cmid)),
            as_of,
        )
        for item in read.items
        if item.cmid in last.items
    ]
