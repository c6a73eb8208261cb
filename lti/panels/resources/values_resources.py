"""Prepare the page of what is opened: three sentences, what most have not opened yet, and what is due beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from markupsafe import Markup

from analytics.cohort import FEWEST_LEARNERS
from analytics.disclosure.openings import FEWEST_COUNTED, Share, Told, tell
from analytics.language import gettext, mark, ngettext, numeral, pgettext
from bridge.store.openings import OpeningsWeek
from lti.language import html_text
from lti.panels.outlook import DUE_DAYS, Fact, Outlook, list_due
from lti.panels.resources.lines import Line, Read, say_told
from lti.panels.values_tutor import Saying
from lti.panels.words import full_date

LOW_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nothing is told."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ResourcesPage:
    """What the page tells beside the lines."""

    sayings: tuple[Saying, ...]
    sentence: str
    week_numbers: tuple[tuple[str, float], ...]
    """Number and middle of each week of the chart."""
    weeks_named: str
    learners: str
    low: tuple[Line, ...]
    """What most have not opened yet, what is due soon first."""
    low_rest: str
    released: str


def explain_nothing(read: Read, *, out_of_reach: int) -> Nothing | None:
    """Say why nothing can be told; None: it can."""
    if not read.weeks:
        return Nothing(
            gettext("No week has been counted yet"),
            gettext(
                "What is opened is counted once a week, after Sunday has closed and the course was evaluated. "
                "Nothing needs to be done."
            ),
        )
    if read.weeks[-1].learners < FEWEST_COUNTED:
        return Nothing(
            gettext("Too few learners to tell anything"),
            gettext(
                "Figures without names need at least {number} learners who are counted. With fewer, a figure could "
                "say what one of them did.",
                number=FEWEST_COUNTED,
            ),
        )
    if 0 < out_of_reach < FEWEST_LEARNERS:
        return Nothing(
            gettext("Too few learners outside your groups"),
            gettext(
                "The figures are about the whole course. Fewer than {number} of its learners are in other groups than "
                "yours, and beside what you can see of your own groups the figures could tell about them.",
                number=FEWEST_LEARNERS,
            ),
        )
    return None


def make_page(outlook: Outlook, read: Read, lines: Sequence[Line]) -> ResourcesPage:
    """Make what the page tells of at least one frozen week with learners enough."""
    last, shown = read.weeks[-1], read.shown_weeks
    low = _find_low(outlook, lines)
    slot = 100 / len(shown)
    return ResourcesPage(
        sayings=(_say_next_due(outlook, lines), _say_low(low), _say_busiest(last, lines)),
        sentence=_sum_up(lines),
        week_numbers=tuple((str(week.week_no), round((n + 0.5) * slot, 2)) for n, week in enumerate(shown)),
        weeks_named=_name_weeks(shown),
        learners=gettext("% of {number} counted learners who opened it in that week", number=numeral(last.learners)),
        low=low[:LOW_SHOWN],
        low_rest=_say_rest(len(low) - LOW_SHOWN),
        released=_say_released(last),
    )


def _find_low(outlook: Outlook, lines: Sequence[Line]) -> tuple[Line, ...]:
    """Find what most have not opened: what is due next first, then the last sections, never by the figure.

    What ten learners never opened in one week may not be there for them yet, and comes last.
    """
    low = [line for line in lines if not line.told.is_by_most]
    soon = sorted((line for line in low if _is_due_soon(outlook, line)), key=lambda line: str(line.due_at))
    rest = [line for line in low if line not in soon]
    return (*soon, *sorted(rest, key=lambda line: line.told.share is Share.FEW))


def _is_due_soon(outlook: Outlook, line: Line) -> bool:
    now = outlook.moment.now
    return line.due_at is not None and now <= line.due_at <= now + timedelta(days=DUE_DAYS)


def _say_next_due(outlook: Outlook, lines: Sequence[Line]) -> Saying:
    coming = [line for line in lines if _is_due_soon(outlook, line)]
    if not coming:
        return Saying(gettext("Nothing due"), "", gettext("No item with a date is due in the next four weeks."))
    line = min(coming, key=lambda line: str(line.due_at))
    text = html_text("“{name}” is due {when}.", name=_data(line.name), when=line.due)
    small = gettext("of learners have opened what is due next")
    if line.told.percent is None:
        small = gettext("have opened what is due next")
    return Saying(_big(line.told), small, text)


def _say_low(low: Sequence[Line]) -> Saying:
    if not low:
        text = gettext("Every item has been opened by half of the learners or more.")
        return Saying(pgettext("items", "None"), gettext("left unopened by most"), text)
    only, first = mark("“{name}” is the only one."), mark("“{name}” is the first of them; the table has all.")
    big = ngettext("{number} item", "{number} items", len(low))
    return Saying(
        big, gettext("not opened by most so far"), html_text(only if len(low) == 1 else first, name=_data(low[0].name))
    )


def _say_busiest(last: OpeningsWeek, lines: Sequence[Line]) -> Saying:
    told = [(line, tell(last.items[line.cmid].week, last.learners)) for line in lines]
    ranked = [(_rank(one), line, one) for line, one in told if one.share is not Share.FEW]
    if not ranked:
        text = gettext("No item was opened by ten learners or more in that week.")
        return Saying(gettext("Few"), gettext("openings in week {week}", week=last.week_no), text)
    top = max(rank for rank, _, _ in ranked)
    line, one = next((line, one) for rank, line, one in ranked if rank == top)
    is_alone = sum(rank == top for rank, _, _ in ranked) == 1
    alone, shared = (
        mark("opened “{name}”, more than any other item."),
        mark("opened “{name}”, as many as any other item."),
    )
    text = html_text(alone if is_alone else shared, name=_data(line.name))
    small = gettext("of learners in week {week}", week=last.week_no)
    if one.percent is None:
        small = gettext("in week {week}", week=last.week_no)
    return Saying(_big(one), small, text)


def _data(name: str) -> Markup:
    return Markup("<bdi>{}</bdi>").format(name)


def _rank(told: Told) -> int:
    return 101 if told.percent is None else told.percent


def _big(told: Told) -> str:
    words = say_told(told)
    return words[:1].upper() + words[1:]


def _sum_up(lines: Sequence[Line]) -> str:
    by_most = sum(line.told.is_by_most for line in lines)
    return gettext(
        "Opened by half of the learners or more so far: {number} of {total}. The last sections stand first; what fewer "
        "than ten have opened comes last.",
        number=numeral(by_most),
        total=ngettext("{number} item", "{number} items", len(lines)),
    )


def _name_weeks(shown: Sequence[OpeningsWeek]) -> str:
    first, last = shown[0].week_no, shown[-1].week_no
    if first == last:
        return gettext("week {number}", number=last)
    return gettext("weeks {first} to {last}", first=first, last=last)


def _say_rest(count: int) -> str:
    if count <= 0:
        return ""
    return ngettext("{number} more is in the table.", "{number} more are in the table.", count)


def _say_released(last: OpeningsWeek) -> str:
    sunday, following = full_date(last.as_of), full_date(last.as_of + timedelta(days=8))
    return gettext("As of {sunday}; the next figures come from {monday} on.", sunday=sunday, monday=following)


def list_due_opened(outlook: Outlook, read: Read, lines: Sequence[Line]) -> tuple[Fact, ...]:
    """List what is due next, each with how many have opened it so far. Empty: nothing is due."""
    by_url = {line.url: line for line in lines if line.url}
    return tuple(
        replace(fact, text=_say_opened(by_url[fact.url].told)) if fact.url in by_url else fact
        for fact in list_due(outlook, read.tasks)
    )


def _say_opened(told: Told) -> str:
    if told.share is Share.FEW:
        return gettext("opened by fewer than {number} learners so far", number=FEWEST_LEARNERS)
    if told.share is Share.NEARLY_ALL:
        return gettext("opened by nearly all learners so far")
    return gettext("opened by {share} of learners so far", share=say_told(told))
