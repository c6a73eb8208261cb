"""Lay out one line for each item that learners can open: what is told of each week, drawn, spoken and as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from analytics.disclosure.openings import FEWEST_COUNTED, Share, Told, find_so_far, tell
from analytics.language import gettext, pgettext
from bridge.store.openings import Item, OpeningsWeek
from bridge.store.panel_records import CourseTask
from lti.panels.outlook import Outlook, activity_url
from lti.panels.words import clean, due, percent

MOST_WEEKS = 12
"""Of the chart: the latest ones; the file has all."""
LINES_A_PAGE = 25
STEPS = (10, 30, 50, 70, 90)
"""Per cent from which on a cell is one step darker."""
GAP = 0.6


@dataclass(frozen=True, slots=True)
class Read:
    """What was read for the page."""

    weeks: tuple[OpeningsWeek, ...]
    """Frozen ones, oldest first."""
    items: tuple[Item, ...]
    tasks: tuple[CourseTask, ...]

    @property
    def shown_weeks(self) -> tuple[OpeningsWeek, ...]:
        """Give the weeks of the chart."""
        return self.weeks[-MOST_WEEKS:]


@dataclass(frozen=True, slots=True)
class Cell:
    """One week of an item."""

    kind: str
    """h0 to h5 by how much, few, or none where nothing is told."""
    text: str
    """As it stands in the cell."""
    words: str
    """As it is spoken, and as the table and the file have it."""
    x: float
    """Per cent of the width."""
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Line:
    """One item."""

    cmid: int
    name: str
    place: str
    url: str
    told: Told
    so_far: str
    due_at: datetime | None
    due: str
    """When it is due; empty where it has no date."""
    cells: tuple[Cell, ...]
    spoken: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The lines of one page of the list."""

    lines: tuple[Line, ...]
    first: int
    total: int
    before: int | None
    after: int | None


def make_lines(outlook: Outlook, read: Read) -> tuple[Line, ...]:
    """Make the lines of the items that the last frozen week counted and learners can see, the last sections first.

    What ten learners never opened may not be there for them yet, and comes last.

    At least one frozen week, with learners enough to tell anything.
    """
    last = read.weeks[-1]
    tasks = {task.cmid: task for task in read.tasks}
    items = sorted((item for item in read.items if item.cmid in last.items), key=_order)
    lines = [_make_line(outlook, read, item, tasks.get(item.cmid)) for item in items]
    return tuple(sorted(lines, key=lambda line: line.told.share is Share.FEW))


def _order(item: Item) -> tuple[bool, int, int]:
    """Put what was taught last first, and the top of the course, which is always there, to the end."""
    return item.section == 0, -item.section, item.cmid


def _make_line(outlook: Outlook, read: Read, item: Item, task: CourseTask | None) -> Line:
    told = tell_so_far(read.weeks, item.cmid)
    weeks = tell_weeks(read.shown_weeks, item.cmid)
    due_at = None if task is None else task.due_at
    cells = make_cells(weeks)
    said = [
        gettext("week {number}: {share}", number=week.week_no, share=cell.words)
        for week, cell in zip(read.shown_weeks, cells, strict=True)
    ]
    return Line(
        cmid=item.cmid,
        name=clean(item.name),
        place=say_place(item.section),
        url=_find_url(outlook, item),
        told=told,
        so_far=say_told(told),
        due_at=due_at,
        due="" if due_at is None else due(due_at, outlook.moment),
        cells=cells,
        spoken="; ".join(said),
    )


def tell_weeks(weeks: Sequence[OpeningsWeek], cmid: int) -> tuple[Told | None, ...]:
    """Tell an item's weeks; None for one in which it was not there, or that had too few learners.

    The weeks before ten learners opened it for the first time are None as well, but for the last: whether an item was
    there already is not known of weeks that were counted later.
    """
    told = [
        tell(week.items[cmid].week, week.learners) if cmid in week.items and week.learners >= FEWEST_COUNTED else None
        for week in weeks
    ]
    begins = next((n for n, one in enumerate(told) if one is not None and one.share is not Share.FEW), len(told))
    return tuple(None if n < min(begins, len(told) - 1) else one for n, one in enumerate(told))


def tell_so_far(weeks: Sequence[OpeningsWeek], cmid: int) -> Told:
    """Tell how many opened an item up to the last frozen week, which counted it."""
    counts = [(week.learners, week.items[cmid]) for week in weeks if cmid in week.items]
    return tell(find_so_far(counts), weeks[-1].learners)


def say_told(told: Told | None) -> str:
    """Put what is told in words; a dash for nothing."""
    if told is None:
        return "–"
    if told.share is Share.FEW:
        return pgettext("share of learners", "few")
    return pgettext("share of learners", "nearly all") if told.percent is None else percent(told.percent)


def say_place(section: int) -> str:
    """Say where in the course an item stands."""
    return gettext("Section {number}", number=section) if section else gettext("Top of the course")


def make_cells(weeks: Sequence[Told | None]) -> tuple[Cell, ...]:
    """Lay out the cells of an item's weeks side by side, all of one width; no week: ()."""
    return tuple(_make_cell(number, len(weeks), one) for number, one in enumerate(weeks))


def _make_cell(number: int, count: int, told: Told | None) -> Cell:
    slot = 100 / count
    kind, text = "none", "–"
    if told is not None and told.share is Share.FEW:
        kind, text = "few", pgettext("share of learners, as short as can be", "few")
    elif told is not None:
        # The darkest step: all but fewer than ten.
        kind = "h5" if told.percent is None else f"h{sum(told.percent >= step for step in STEPS)}"
        text = pgettext("share of learners, as short as can be", "all") if told.percent is None else str(told.percent)
    x = round(number * slot, 2)
    return Cell(kind, text, say_told(told), x, round(slot - GAP, 2), round(x + (slot - GAP) / 2, 2))


def _find_url(outlook: Outlook, item: Item) -> str:
    as_task = CourseTask(0, outlook.head.course_id, item.cmid, item.modname, item.name, None, is_excused_known=False)
    return activity_url(outlook.head, as_task)


def cut_lines(lines: Sequence[Line], given: str) -> Shown:
    """Cut one page out of the lines; a number that is no page gives the first."""
    last = max(1, -(-len(lines) // LINES_A_PAGE))
    asked = int(given) if given.isascii() and given.isdigit() and len(given) <= 4 else 1
    page = asked if 1 <= asked <= last else 1
    start = (page - 1) * LINES_A_PAGE
    cut = tuple(lines[start : start + LINES_A_PAGE])
    return Shown(cut, start + 1, len(lines), page - 1 or None, page + 1 if page < last else None)
