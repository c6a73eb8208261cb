"""Prepare the page on which learners read who has looked at their data: who, when, what, and why in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from analytics.language import gettext, mark, ngettext, numeral
from analytics.policy.access import Action, Reason
from analytics.policy.actions import EXPORTS
from analytics.policy.purposes import say_purpose
from bridge.store import login_as
from bridge.store.looks import LookCounts
from bridge.store.panel_records import Look
from lti.panels.words import Moment, capital, clean, clean_whole, full_date, listed

PAGE_SIZE = 25
STRANGER = mark("Somebody who is not on the course’s list")
ADMINISTRATOR = mark("A Moodle administrator")
WHY: Mapping[str, str] = {
    Reason.TEACHES_COURSE: mark("They teach this course."),
    Reason.SHARES_GROUP: mark("They teach a group of this course that you are in."),
    Reason.ADVISES: mark("They are your adviser."),
    Reason.SUPPORTS_SCHOOL: mark("They are a student support officer of your school."),
    Reason.LEADS_SCHOOL: mark("They lead learner engagement in your school."),
    Reason.BREAK_GLASS: mark("They look after this tool, had to look, and gave a reason for it."),
    Reason.OPERATES_TOOL: mark("It was done at the tool’s server, for you or by a decision about your data."),
    Reason.WORKS_WITH_LEARNERS: mark("They are your adviser, or a student support officer of your school."),
    login_as.REASON: mark("Nobody sees this page as somebody else, so it was refused."),
}
"""What a reason of the access log says to the learner; `Reason` has the others, which show nothing to anybody else."""
OPERATOR = mark("Somebody who runs this tool’s server")
BY_COMMAND: Mapping[str, str] = {
    Action.SUBJECT_EXPORT: mark("Wrote every stored row about you to a file."),
    Action.SUBJECT_RIGHTS: mark("Carried out what was decided about the use of your data."),
    Action.RECORDS_CHANGE: mark("Changed who works with you."),
    Action.EVIDENCE_CHANGE: mark("Changed for which days nothing is expected of you."),
}
"""What a command did, as the learner reads it."""
ON_WHAT_YOU_SAID: Mapping[str, str] = {
    Action.DISPUTE_ANSWER: mark("Answered what you said about a week."),
    Action.PEOPLE_MESSAGE: mark("Prepared a message to several learners, you among them."),
    Action.COMPLAINTS_VIEW: mark("Opened what learners wrote to the school’s lead; you wrote to them."),
    Action.COMPLAINT_EXPORT: mark("Took what is stored behind your query or complaint as a file, to answer it."),
}
"""What staff did with what the learner said or wrote to them."""
OVER_COURSES = frozenset(
    {Action.PEOPLE_VIEW, Action.PEOPLE_EXPORT, Action.WORK_EXPORT, Action.PERSON_VIEW, *ON_WHAT_YOU_SAID}
)
"""Pages of an adviser or support officer: the course that they came from says nothing about them."""


FEW_TIMES = {1: mark("once"), 2: mark("twice")}
ASKED = (
    mark("Logged in to Moodle as you and asked for this tool’s page. Nothing was shown."),
    mark("Logged in to Moodle as you and asked for this tool’s page of {course}. Nothing was shown."),
)
TOOK = (
    mark("Took a list of learners that you are on as a file."),
    mark("Took a list of learners that you are on as a file from {course}."),
)
OPENED_LIST = (
    mark("Opened the list of the learners they may see."),
    mark("Opened the list of the learners they may see in {course}."),
)
OPENED_PAGE = (mark("Opened the page about you."), mark("Opened the page about you in {course}."))
"""What somebody did: without a course, and in one."""
ROLES: Mapping[str, str] = {
    "tutor": mark("tutor"),
    "learner": mark("learner"),
    "admin": mark("admin"),
    "adviser": mark("adviser"),
    "support-officer": mark("support officer"),
    "lead": mark("lead"),
    "faculty": mark("faculty"),
    "maintainer": mark("maintainer"),
    "break-glass": mark("break glass"),
    "operator": mark("operator"),
}
"""The part in which somebody looked, as the access log has it, and in words."""


@dataclass(frozen=True, slots=True)
class LookLine:
    """One time that somebody looked, or several of one day with nothing else between them."""

    who: str
    role: str
    when: str
    clocks: tuple[str, ...]
    """The time of each, the latest first, where there are several."""
    what: str
    kind: str
    """In a word or two: the page, a list, refused."""
    why: str


@dataclass(frozen=True, slots=True)
class LookPager:
    """Where a page stands among all."""

    place: str
    before: int | None
    after: int | None


def name_viewer(look: Look) -> str:
    """Name who looked; somebody in no roster has no name here."""
    if look.action in BY_COMMAND:
        return gettext(OPERATOR)
    if look.viewer_name:
        return clean(look.viewer_name)
    return gettext(ADMINISTRATOR) if look.is_refused else gettext(STRANGER)


def name_role(look: Look) -> str:
    """Name the part in which somebody looked."""
    return gettext(ROLES.get(look.viewer_role, look.viewer_role.replace("-", " ")))


def _make_look_line(looks: Sequence[Look], moment: Moment) -> LookLine:
    """Put looks of one day that differ in their times alone in words."""
    look, clocks = looks[0], list_clocks(looks, moment)
    return LookLine(
        who=name_viewer(look),
        role=name_role(look) if not look.is_refused or look.viewer_name else "",
        when=say_when(capital(full_date(moment.date_of(look.at))), clocks),
        clocks=clocks if len(clocks) > 1 else (),
        what=_say_what(look),
        kind=_name_kind(look),
        why=_say_why(look),
    )


def say_when(day: str, clocks: Sequence[str]) -> str:
    """Say when somebody looked on one day, and how often; at least one time, the latest first."""
    if len(clocks) == 1:
        return gettext("{date}, {time}", date=day, time=clocks[0])
    if clocks[0] == clocks[-1]:
        return gettext("{date}, {time}, {times}", date=day, time=clocks[0], times=_times(len(clocks)))
    return gettext(
        "{date}, {times} between {first} and {last}",
        date=day,
        times=_times(len(clocks)),
        first=clocks[-1],
        last=clocks[0],
    )


def fold_looks(looks: Sequence[Look], moment: Moment) -> tuple[tuple[Look, ...], ...]:
    """Put looks together that follow one another on one day and differ in their times alone; their order stays."""

    def but_for_the_time(look: Look) -> tuple[object, ...]:
        return replace(look, at=moment.now), moment.date_of(look.at)

    return tuple(tuple(alike) for _, alike in groupby(looks, but_for_the_time))


def list_clocks(looks: Sequence[Look], moment: Moment) -> tuple[str, ...]:
    """List the local times of looks, in their order."""
    return tuple(_clock(look, moment) for look in looks)


def _clock(look: Look, moment: Moment) -> str:
    return f"{look.at.astimezone(moment.zone):%H:%M}"


def _name_kind(look: Look) -> str:
    if look.action in BY_COMMAND:
        return gettext("by command")
    if look.is_refused:
        return gettext("refused")
    return gettext("list") if look.is_class_list else gettext("page about you")


def _say_why(look: Look) -> str:
    why = gettext(WHY[look.reason]) if look.reason in WHY else ""
    if look.action in EXPORTS:
        taken = gettext("They took it {purpose}.", purpose=say_purpose(look.given_reason))
        return f"{why} {taken}"
    if not look.given_reason:
        return why
    wrote = gettext("They wrote: “{text}”", text=clean_whole(look.given_reason))
    return f"{why} {wrote}"


def _say_what(look: Look) -> str:
    course = name_course(look)
    if look.action in BY_COMMAND:
        return gettext(BY_COMMAND[look.action])
    if look.is_refused:
        return _say_in(course, ASKED)
    if look.action in ON_WHAT_YOU_SAID:
        return gettext(ON_WHAT_YOU_SAID[look.action])
    if look.action in EXPORTS:
        return _say_in(course, TOOK)
    if look.action in OVER_COURSES and look.is_class_list:
        return gettext("Opened the list of the learners they work with.")
    if look.action in OVER_COURSES:
        return gettext("Opened the page about you in all your courses.")
    return _say_in(course, OPENED_LIST if look.is_class_list else OPENED_PAGE)


def _say_in(course: str, said: tuple[str, str]) -> str:
    return gettext(said[1], course=course) if course else gettext(said[0])


def name_course(look: Look) -> str:
    """Name the course that was looked into; empty where it is not known, or a page is of no one course."""
    return clean(look.course_name) if look.course_name and look.action not in OVER_COURSES else ""


def say_counts(counts: LookCounts) -> str:
    """Say how often somebody looked, what was shown told apart."""
    if not counts.total:
        return gettext("Nobody has looked so far.")
    parts = []
    if counts.page_count:
        parts.append(gettext("the page about you was opened {times}", times=_times(counts.page_count)))
    if counts.list_count:
        parts.append(
            gettext("a list of learners that you may be on was opened {times}", times=_times(counts.list_count))
        )
    if counts.command_count:
        parts.append(gettext("{times} something was done at the tool’s server", times=_times(counts.command_count)))
    if counts.refused_count:
        parts.append(
            gettext(
                "{times} somebody who had logged in to Moodle as you was refused and saw nothing",
                times=_times(counts.refused_count),
            )
        )
    return f"{capital(listed(parts))}."


def _times(number: int) -> str:
    if number in FEW_TIMES:
        return gettext(FEW_TIMES[number])
    return ngettext("{number} time", "{number} times", number)


def cut_looks(total: int, wished: int) -> tuple[int, LookPager]:
    """Return how many looks come before a page, and the page's place; a page after the last gives the last."""
    page_count = max(1, -(-total // PAGE_SIZE))
    page = min(max(wished, 1), page_count)
    first = (page - 1) * PAGE_SIZE
    last = min(first + PAGE_SIZE, total)
    place = say_place(first + 1, last, total) if total else ""
    return first, LookPager(place, page - 1 if page > 1 else None, page + 1 if page < page_count else None)


def say_place(first: int, last: int, total: int) -> str:
    """Say which rows of how many a page shows: "26–50 of 1,043"."""
    return gettext("{first}–{last} of {total}", first=numeral(first), last=numeral(last), total=numeral(total))


def make_look_lines(looks: Sequence[Look], moment: Moment) -> tuple[LookLine, ...]:
    """Put looks in words, in their order; those that differ in their times alone share a line."""
    return tuple(_make_look_line(alike, moment) for alike in fold_looks(looks, moment))
