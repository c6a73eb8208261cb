"""Prepare what learners see beside their weeks: days behind a week, all courses, who has looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from analytics.calendar import TeachingCalendar
from analytics.detail import WeekEvidence
from analytics.language import gettext, mark, ngettext
from analytics.retell import retell
from bridge.store.panel_records import Look, MyCourse, OwnTask, Seen, Week
from lti.panels.day_words import DayLine, find_seen_week, history_of, make_seen_line, say_shares
from lti.panels.evidence_words import say_task, say_why_not
from lti.panels.marks import Mark, Strip, find_marks, make_strip
from lti.panels.outlook import Fact, Outlook, list_own_due, make_outlook
from lti.panels.values_learner import say_standing
from lti.panels.values_looks import fold_looks, list_clocks, name_course, name_role, name_viewer, say_when
from lti.panels.words import Moment, clean, long_date, near_date, plain_date

DUE_OF_ALL = 8
"""Dates that the page of all courses shows."""


@dataclass(frozen=True, slots=True)
class WeekPage:
    """Everything behind one week."""

    week_no: int
    dates: str
    sentence: str
    lines: tuple[DayLine, ...]
    tasks: tuple[tuple[str, str], ...]
    """(name, how it stands) of the tasks dated in the week."""
    earlier: int | None
    later: int | None


@dataclass(frozen=True, slots=True)
class CourseEntry:
    """One of a learner's courses."""

    course_id: int
    name: str
    shortname: str
    strip: Strip | None
    standing: str
    made_of: str
    """The sentence that gives the figure; empty while it is too early to say."""
    next_due: str
    figure_week: int | None
    """The week after which the running figure was made; None while there is none."""


def list_looks(moment: Moment, looks: Sequence[Look]) -> tuple[tuple[str, str], ...]:
    """List who looked, the latest first: (name, what, when and how often); empty when nobody has."""
    return tuple(_list_alike(alike, moment) for alike in fold_looks(looks, moment))


def _list_alike(looks: Sequence[Look], moment: Moment) -> tuple[str, str]:
    look = looks[0]
    when = say_when(near_date(moment.date_of(look.at), moment.today), list_clocks(looks, moment))
    return name_viewer(look), gettext("{what}: {when}", what=_say_look(look), when=when)


def _say_look(look: Look) -> str:
    course = name_course(look)
    if look.is_refused:
        what = mark("logged in to Moodle as you and asked for this page of {course}, was refused and saw nothing")
        bare = mark("logged in to Moodle as you and asked for this page, was refused and saw nothing")
        return gettext(what, course=course) if course else gettext(bare)
    role = gettext("{role} of {course}", role=name_role(look), course=course) if course else name_role(look)
    if look.is_class_list:
        return gettext("{role}, opened the list of learners they may see", role=role)
    return gettext("{role}, opened the page about you", role=role)


def make_week_page(
    outlook: Outlook, calendar: TeachingCalendar, week_no: int, week: Week | None, seen: Seen, tasks: Sequence[OwnTask]
) -> WeekPage:
    """Show a week day by day, the days without evidence included; `week` is None when nothing is known of it."""
    dates, today = calendar.week_dates(week_no), outlook.moment.today
    history = history_of(seen)
    evidence = find_seen_week(outlook, week_no, history)
    return WeekPage(
        week_no=week_no,
        dates=gettext("{first} to {last}", first=long_date(dates[0]), last=long_date(dates[-1])),
        sentence=_say_week(outlook, week_no, week, evidence),
        lines=tuple(make_seen_line(day, seen, history, evidence) for day in dates if day <= today),
        tasks=tuple(
            (clean(own.task.name), say_task(own, outlook.moment))
            for own in tasks
            if own.due_at is not None and outlook.moment.date_of(own.due_at) in dates
        ),
        earlier=week_no - 1 if week_no > 1 else None,
        later=week_no + 1 if week_no < outlook.week_no else None,
    )


def _say_week(outlook: Outlook, week_no: int, week: Week | None, evidence: WeekEvidence | None) -> str:
    if week is None:
        return gettext("Nothing is known of this week yet.")
    if not week.is_counted:
        return gettext("This week is not counted ({why}).", why=say_why_not(week.why_not))
    if evidence is None:
        said = ngettext("{number} activity opened", "{number} activities opened", week.visits)
    elif not evidence.measured:
        said = gettext("Nothing was expected beside tasks")
    else:
        said = say_shares(evidence.measured)
    return f"{said}." if week_no <= outlook.closed_week else gettext("{said} so far.", said=said)


def make_entries(courses: Sequence[MyCourse], moment: Moment) -> tuple[CourseEntry, ...]:
    """Make one entry for each course, in the order given. Figures of two courses are never added up."""
    return tuple(_make_entry(outlook_of(course, moment), course) for course in courses)


def outlook_of(course: MyCourse, moment: Moment) -> Outlook:
    """Take one course's day."""
    return make_outlook(course.head, moment, course.standing.week_no if course.standing else 0)


def _make_entry(outlook: Outlook, course: MyCourse) -> CourseEntry:
    calendar = outlook.head.calendar
    marks: tuple[Mark, ...] = ()
    if calendar is not None:
        marks = find_marks(course.weeks, calendar, outlook.closed_week, outlook.moment.today, calendar.week_count)
    facts = [fact for fact in list_own_due(outlook, course.tasks) if fact.strong]
    next_due = gettext("Nothing is due in the next four weeks.")
    if facts:
        next_due = gettext("Next: {task} · {when}", task=facts[0].strong, when=facts[0].term)
    return CourseEntry(
        course_id=outlook.head.course_id,
        name=outlook.name,
        shortname=clean(outlook.head.shortname),
        strip=make_strip(marks, outlook.name) if marks else None,
        standing=say_standing(course.standing),
        made_of="" if course.standing is None or course.standing.percent is None else retell(course.standing.sentence),
        next_due=next_due,
        figure_week=None if course.standing is None or course.standing.percent is None else course.standing.week_no,
    )


def list_all_due(courses: Sequence[MyCourse], moment: Moment) -> tuple[Fact, ...]:
    """List the next dates of all courses, the earliest first."""
    dated = [
        (
            own.due_at,
            Fact(fact.term, fact.strong, " · ".join(filter(None, [clean(course.head.fullname), fact.text])), fact.url),
        )
        for course in courses
        for own in course.tasks
        if own.due_at is not None
        for fact in list_own_due(outlook_of(course, moment), [own])
        if fact.strong
    ]
    return tuple(fact for _, fact in sorted(dated, key=lambda pair: pair[0])[:DUE_OF_ALL])


def say_enrolled(day: date, moment: Moment) -> str:
    """Say since when somebody is enrolled."""
    return gettext("since {day}", day=plain_date(day, moment.today))
