"""Lay out the charts: finished positions for inline SVG, the same numbers as a table and as spoken text.

Positions across are per cent and downwards px (no viewBox), so that text keeps its size at every width.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analytics.language import gettext, pgettext
from lti.panels.marks import Mark
from lti.panels.words import percent

TOP, BASE, GAP = 14.4, 180.0, 1.5
LABEL_ROOM = 66.0
"""Per cent of the width for the columns, so that the last one's labels fit to its right."""
LABEL_STEP = 14.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One rectangle; `kind` is met, below, well or early."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    """One text of a chart."""

    text: str
    x: float
    y: float
    kind: str = ""
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One mark placed in a chart, centred on x."""

    symbol: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of the running figure."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in three forms: drawn, spoken (`title`, `description`) and as a table."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    symbols: tuple[Symbol, ...]
    lines: tuple[Line, ...]
    points: tuple[tuple[float, float], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """First cell: the row's header."""


@dataclass(frozen=True, slots=True)
class WeekBands:
    """How many learners were shown each band after one week."""

    week_no: int
    meeting: int
    below: int
    well_below: int
    early: int

    @property
    def total(self) -> int:
        """Count the learners evaluated that week."""
        return self.meeting + self.below + self.well_below + self.early


BAND_KINDS = ("met", "below", "well", "early")


def draw_bands(weeks: Sequence[WeekBands], week_count: int, breaks: Mapping[int, str]) -> Chart:
    """Draw a column for each evaluated week, stacked by band; `breaks` names the weeks that are not counted.

    At least one week with at least one learner.
    """
    most = max(week.total for week in weeks)
    unit = (BASE - TOP) / most
    slot = min(100 / week_count, LABEL_ROOM / weeks[-1].week_no)
    bars: list[Bar] = []
    labels: list[Label] = []
    for week in weeks:
        column = _stack(week, unit, slot)
        bars += column
        if week is not weeks[-1] and column and slot > 6:
            labels += _label_first(week, column[0], slot)
    labels += _label_last(weeks[-1], unit, slot)
    labels += _week_numbers(week_count, slot, 196)
    labels += [Label(name, _centre(week_no, slot), 211, "mu") for week_no, name in breaks.items()]
    spoken = [gettext("week {week}: {bands}", week=week.week_no, bands=_say_bands(week)) for week in weeks]
    uncounted = [
        gettext("week {week} is not counted ({why})", week=week_no, why=name) for week_no, name in breaks.items()
    ]
    return Chart(
        title=gettext("Learners in each band, weeks 1 to {last}", last=weeks[-1].week_no),
        description="; ".join(spoken + uncounted) + ".",
        bars=tuple(bars),
        labels=tuple(labels),
        symbols=tuple(Symbol("o", _centre(week_no, slot), 162) for week_no in breaks),
        lines=(),
        points=(),
        head=_name_columns(),
        rows=tuple((str(week.week_no), *map(str, _parts(week))) for week in weeks),
    )


def _parts(week: WeekBands) -> tuple[int, int, int, int]:
    return week.meeting, week.below, week.well_below, week.early


def _kind_index(bar: Bar) -> int:
    return BAND_KINDS.index(bar.kind)


def _name_columns() -> tuple[str, ...]:
    bands = pgettext("a band", "Meeting"), pgettext("a band", "Below"), pgettext("a band", "Well below")
    return gettext("Week"), *bands, gettext("Too early")


def _count_band(kind: str, number: int) -> str:
    said = {
        "met": pgettext("learners in a band", "{number} meeting", number=number),
        "below": pgettext("learners in a band", "{number} below", number=number),
        "well": pgettext("learners in a band", "{number} well below", number=number),
        "early": pgettext("learners in a band", "{number} too early", number=number),
    }
    return said[kind]


def _say_bands(week: WeekBands) -> str:
    parts = zip(_parts(week), BAND_KINDS, strict=True)
    return ", ".join(_count_band(kind, number) for number, kind in parts)


def _stack(week: WeekBands, unit: float, slot: float) -> list[Bar]:
    bars, below = [], 0
    for number, kind in zip(_parts(week), BAND_KINDS, strict=True):
        if number:
            below += number
            height = max(number * unit - GAP, 1.0)
            x = (week.week_no - 1) * slot + slot * 0.086
            bars.append(Bar(kind, round(x, 2), round(BASE - below * unit, 2), round(slot * 0.828, 2), round(height, 2)))
    return bars


def _label_first(week: WeekBands, bar: Bar, slot: float) -> list[Label]:
    """Write the lowest part's number into it, where there is room."""
    number = _parts(week)[_kind_index(bar)]
    kind = "v" if bar.kind == "early" else "v on"
    return [Label(str(number), _centre(week.week_no, slot), round(bar.y + 16, 2), kind)] if bar.height > 20 else []


def _label_last(week: WeekBands, unit: float, slot: float) -> list[Label]:
    """Name the last column's parts to its right, from the bottom up, at least LABEL_STEP px apart."""
    labels: list[Label] = []
    below, lowest = 0, BASE
    for number, kind in zip(_parts(week), BAND_KINDS, strict=True):
        if number:
            middle = BASE - (below + number / 2) * unit + 4
            below += number
            lowest = min(middle, lowest)
            text = _count_band(kind, number)
            labels.append(Label(text, round(week.week_no * slot + 1, 2), round(lowest, 1), "", "start"))
            lowest -= LABEL_STEP
    return labels


def _week_numbers(week_count: int, slot: float, y: float) -> list[Label]:
    step = 1 if slot >= 4.5 else 2 if slot >= 2.5 else 5
    return [
        Label(str(week_no), _centre(week_no, slot), y, "mu")
        for week_no in range(1, week_count + 1)
        if step == 1 or week_no % step == 0 or week_no == 1
    ]


def _centre(week_no: int, slot: float) -> float:
    return round((week_no - 0.5) * slot, 2)


WEEK_BASE, POINT = 138.0, 1.16
"""The base line of a learner's weeks and the px of one per cent."""
CROWDED_BELOW = 100.0
"""Below this line the symbols of weeks without a bar are drawn."""
DRAWN_AS_SYMBOL = frozenset({Mark.UNCOUNTED, Mark.RUNNING})
BAR_KINDS = {Mark.MET: "met", Mark.BELOW: "below", Mark.WELL_BELOW: "well", Mark.EARLY: "early"}


@dataclass(frozen=True, slots=True)
class WeekFigure:
    """One week of a learner's chart."""

    week_no: int
    mark: Mark
    percent: int | None
    """S_w rounded down; None for a week without a figure."""
    running: int | None
    """E after that week rounded down; None while it is too early to say or the week is not counted."""
    why_not: str
    """Why it is not counted; empty when it is."""


def draw_weeks(weeks: Sequence[WeekFigure]) -> Chart:
    """Draw a learner's weeks as bars and the running figure as a line; at least one week, future ones included."""
    slot = 100 / len(weeks)
    width = min(5.6, slot * 0.67)
    figured = [week for week in weeks if week.percent is not None]
    points = [(_centre(week.week_no, slot), _height(week.running), week) for week in weeks if week.running is not None]
    labels = [Label(str(week.percent), _centre(week.week_no, slot), 153, "v") for week in figured]
    labels += _week_numbers(len(weeks), slot, 170)
    if points:
        x, y, last = points[-1]
        is_crowded = last.week_no == len(weeks) or (y > CROWDED_BELOW and weeks[last.week_no].mark in DRAWN_AS_SYMBOL)
        labels.append(_label_running(x, y, last, slot, is_above=is_crowded))
    told = [week for week in weeks if week.mark is not Mark.TO_COME]
    return Chart(
        title=gettext("Share of the published level met, by week"),
        description=gettext(
            "{weeks}. The published level counts as met from 70 %.", weeks="; ".join(_say_week(week) for week in told)
        ),
        bars=tuple(_bar(week, slot, width) for week in figured),
        labels=tuple(labels),
        symbols=tuple(
            Symbol(week.mark.value, _centre(week.week_no, slot), 120) for week in weeks if week.mark in DRAWN_AS_SYMBOL
        ),
        lines=tuple(Line(x1, y1, x2, y2) for (x1, y1, _), (x2, y2, _) in pairwise(points)),
        points=tuple((x, y) for x, y, _ in points),
        head=(gettext("Week"), gettext("That week"), gettext("Running figure")),
        rows=tuple((str(week.week_no), *_cells(week)) for week in told),
    )


def _height(value: int | None) -> float:
    return round(WEEK_BASE - (value or 0) * POINT, 2)


def _bar(week: WeekFigure, slot: float, width: float) -> Bar:
    y = _height(week.percent)
    x = _centre(week.week_no, slot) - width / 2
    kind = BAR_KINDS.get(week.mark, "early")
    return Bar(kind, round(x, 2), y, round(width, 2), round(max(WEEK_BASE - y, 1.0), 2))


def _label_running(x: float, y: float, week: WeekFigure, slot: float, *, is_above: bool) -> Label:
    """Place the last running figure to the right of its point, or above it where there is no room."""
    text = percent(week.running or 0)
    if is_above:  # ends at its point: what stands in the next week keeps its room
        return Label(text, round(x + slot * 0.3, 2), max(y - 9, 10), "halo", "end")
    return Label(text, round(x + slot * 0.62, 2), y + 4, "halo", "start")


def _say_week(week: WeekFigure) -> str:
    own, running = _cells(week)
    said = [
        gettext("week figure {share}", share=own) if own[:1].isdigit() else own,
        gettext("running figure {share}", share=running) if running[:1].isdigit() else running,
    ]
    return gettext("week {week}: {figures}", week=week.week_no, figures=", ".join(filter(None, said)))


def _cells(week: WeekFigure) -> tuple[str, str]:
    """Give the table's cells of a week: its own figure and the running one, or why there is none."""
    if week.mark is Mark.RUNNING:
        return gettext("not finished"), ""
    if week.mark is Mark.UNCOUNTED:
        said = gettext("not counted ({why})", why=week.why_not) if week.why_not else gettext("not counted")
        return said, ""
    own = gettext("nothing was expected") if week.percent is None else percent(week.percent)
    return own, gettext("too early to say") if week.running is None else percent(week.running)
