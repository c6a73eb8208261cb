"""Say what a school's lead does first: what has a day, what keeps the pages from working, what is missing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.coverage import Gap
from analytics.language import gettext, ngettext
from analytics.level_words import MARKER_NAMES
from analytics.levels import Marker
from analytics.policy.voice import ACKNOWLEDGE_DAYS
from bridge.store.level_scopes import LevelScope
from bridge.store.school_page import SchoolHead, SchoolStaff, SchoolTeacher
from bridge.store.school_start import SchoolStart, Waiting
from lti.panels.measured_courses import MeasuredCourse
from lti.panels.words import Moment, clean, instant, listed, long_date, near_date

NAMED = 5
"""Colleagues or courses that are named in a sentence; more are counted."""


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing that waits, and where it is done: on this page, on another one, or by somebody else."""

    strong: str
    text: str
    tag: str = ""
    link: str = ""
    """On this page."""
    endpoint: str = ""
    """Of another page of the school."""
    act: str = ""
    """What the link or button says; empty where there is none."""
    school_id: int | None = None
    """Whose page it is; None: the one that is shown."""
    is_urgent: bool = False
    """Its day is near or past: the button stands out."""


def list_dated(start: SchoolStart, moment: Moment) -> tuple[Todo, ...]:
    """List what has a day or waits for people, the nearest day first. Empty: nothing does."""
    found = [
        (start.complaints.next_on, _say_complaints(start.complaints, moment)) if start.complaints.count else None,
        (start.hand_overs.next_on, _say_hand_overs(start.hand_overs, moment)) if start.hand_overs.count else None,
    ]
    dated = sorted((one for one in found if one is not None), key=lambda pair: pair[0] or date.max)
    todo = [one for _, one in dated]
    if start.untouched:
        todo.append(_say_untouched(start, moment))
    if start.unanswered:
        strong = ngettext(
            "{number} acknowledged query has no answer yet",
            "{number} acknowledged queries have no answer yet",
            start.unanswered,
        )
        text = gettext("An answer has no fixed day; the learner sees that it is open.")
        todo.append(Todo(strong, text, endpoint="panels.school_complaints", act=gettext("Answer")))
    return tuple(todo)


def _say_complaints(waiting: Waiting, moment: Moment) -> Todo:
    strong = ngettext(
        "A query or complaint to acknowledge", "{number} queries and complaints to acknowledge", waiting.count
    )
    text = gettext("Acknowledging says that somebody reads it. The answer may follow.")
    gone = max(ACKNOWLEDGE_DAYS - ((waiting.next_on or moment.today) - moment.today).days, 0)
    tag = gettext("{gone} of {days} days gone", gone=gone, days=ACKNOWLEDGE_DAYS)
    return Todo(
        strong,
        f"{_say_day(waiting, moment)} {text}",
        tag=_say_late(waiting) or tag,
        endpoint="panels.school_complaints",
        act=gettext("Acknowledge"),
        is_urgent=True,
    )


def _say_hand_overs(waiting: Waiting, moment: Moment) -> Todo:
    strong = ngettext("Another school asks yours to look", "{number} alerts of other schools wait", waiting.count)
    text = gettext("Your advisers and support officers find each on their list, and acknowledge it there.")
    return Todo(
        strong,
        f"{_say_day(waiting, moment)} {text}",
        tag=_say_late(waiting),
        endpoint="panels.process",
        act=gettext("Process and numbers"),
        is_urgent=bool(waiting.late),
    )


def _say_day(waiting: Waiting, moment: Moment) -> str:
    day = waiting.next_on or moment.today
    if day < moment.today:
        return gettext("The first was due on {day}.", day=long_date(day))
    return gettext("The first is due by {day}.", day=long_date(day))


def _say_late(waiting: Waiting) -> str:
    return ngettext("{number} past its day", "{number} past their day", waiting.late) if waiting.late else ""


def _say_untouched(start: SchoolStart, moment: Moment) -> Todo:
    since = "" if start.untouched_since is None else near_date(moment.date_of(start.untouched_since), moment.today)
    return Todo(
        ngettext("{number} learner waits for a first talk", "{number} learners wait for a first talk", start.untouched),
        gettext("A concern is open and nobody has turned to it. Nobody is contacted before a colleague was asked."),
        tag=gettext("since {day}", day=since) if since else "",
        endpoint="panels.process",
        act=gettext("Process and numbers"),
    )


def list_missing(
    head: SchoolHead,
    start: SchoolStart,
    courses: Sequence[MeasuredCourse],
    drafts: Sequence[LevelScope],
    moment: Moment,
) -> tuple[Todo, ...]:
    """List what keeps the pages from working, or a figure from being good. Empty: nothing."""
    found = []
    if not head.is_on:
        text = gettext("Its advisers and support officers see nobody. Whoever runs the tool switches it on.")
        found.append(Todo(gettext("The school is not switched on"), text))
    if not start.has_process:
        text = gettext("The school has published no process: who decides, within which days, who hears of a proposal.")
        act = gettext("Write the process")
        found.append(Todo(gettext("Nothing raises a concern yet"), text, endpoint="panels.process", act=act))
    found += _list_levels(courses, drafts)
    found += _list_stale(courses, moment)
    return tuple(found)


def _list_levels(courses: Sequence[MeasuredCourse], drafts: Sequence[LevelScope]) -> list[Todo]:
    found = []
    act = gettext("Look at the levels")
    without = [one.name for one in courses if not one.version]
    if without:
        strong = ngettext("{number} course is not measured", "{number} courses are not measured", len(without))
        text = gettext(
            "No level is published for {courses}: learners read first what is expected.", courses=name_some(without)
        )
        found.append(Todo(strong, text, endpoint="panels.levels", act=act))
    if drafts:
        strong = ngettext("A draft of a level waits", "{number} drafts of levels wait", len(drafts))
        names = name_some([clean(scope.name) for scope in drafts])
        text = gettext("A draft measures nobody until it is published: {names}.", names=names)
        found.append(Todo(strong, text, endpoint="panels.levels", act=act))
    few = [one.name for one in courses if one.gap is Gap.FEW_KINDS]
    if few:
        strong = ngettext(
            "A level rests on one kind of evidence", "{number} levels rest on one kind of evidence", len(few)
        )
        text = gettext(
            "The policy asks for a cross section: {courses}. Add another marker, or read with care.",
            courses=name_some(few),
        )
        found.append(Todo(strong, text, endpoint="panels.levels", act=act))
    return found


def _list_stale(courses: Sequence[MeasuredCourse], moment: Moment) -> list[Todo]:
    found = []
    stale = [one for one in courses if one.is_stale]
    if stale:
        at = min((one.log_at for one in stale if one.log_at is not None), default=None)
        text = gettext("Nothing arrived from Moodle yet. Whoever runs the tool looks into it.")
        if at is not None:
            as_of = instant(at, moment)
            text = gettext(
                "Moodle’s records are known up to {instant}. Nothing is held against anybody meanwhile. Whoever runs"
                " the tool looks into it.",
                instant=as_of,
            )
        found.append(Todo(gettext("Figures stand still"), text))
    for marker in Marker:
        behind = [one.name for one in courses if marker in one.unused]
        if behind:
            strong = gettext("{marker} is not used at the moment", marker=gettext(MARKER_NAMES[marker]))
            text = gettext(
                "Its source was never read, or does not reach the end of last week, in {courses}. Figures go on without"
                " it.",
                courses=name_some(behind),
            )
            found.append(Todo(strong, text))
    return found


def list_people(
    head: SchoolHead,
    staff: Sequence[SchoolStaff],
    teachers: Sequence[SchoolTeacher],
    name: Callable[[SchoolStaff], str],
) -> tuple[Todo, ...]:
    """List who cannot work yet and which learners nobody advises. Empty: nobody."""
    found = []
    untrained = list(dict.fromkeys(name(one) for one in staff if one.trained_on is None))
    untrained += [clean(one.name) for one in teachers if one.trained_on is None and clean(one.name) not in untrained]
    if untrained:
        text = gettext(
            "Their training is not recorded: {who}. They can say it themselves on their first page.",
            who=name_some(untrained),
        )
        strong = ngettext(
            "{number} colleague cannot see names yet", "{number} colleagues cannot see names yet", len(untrained)
        )
        found.append(Todo(strong, text, link="#train", act=gettext("Record a training")))
    without = head.learner_count - head.advised_count
    if without:
        text = gettext("The student record names most advisers; a few can be written down here.")
        strong = ngettext("{number} learner has no adviser here", "{number} learners have no adviser here", without)
        found.append(Todo(strong, text, link="#add", act=gettext("Write somebody down")))
    return tuple(found)


def name_some(names: Sequence[str]) -> str:
    """Name some, and count the others."""
    rest = len(names) - NAMED
    more = [ngettext("{number} more", "{number} more", rest)] if rest > 0 else []
    return listed([*names[:NAMED], *more])
