"""Prepare the page on which learners read who has looked at their data: who, when, what, and why in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analytics.policy.access import Action, Reason
from analytics.policy.actions import EXPORTS
from analytics.policy.purposes import say_purpose
from bridge.store import login_as
from bridge.store.looks import LookCounts
from bridge.store.panel_records import Look
from lti.panels.words import Moment, capital, clean, clean_whole, count, full_date, listed

PAGE_SIZE = 25
STRANGER = "Somebody who is not on the course’s list"
ADMINISTRATOR = "A Moodle administrator"
WHY: Mapping[str, str] = {
    Reason.TEACHES_COURSE: "They teach this course.",
    Reason.SHARES_GROUP: "They teach a group of this course that you are in.",
    Reason.ADVISES: "They are your adviser.",
    Reason.SUPPORTS_SCHOOL: "They are a student support officer of your school.",
    Reason.LEADS_SCHOOL: "They lead learner engagement in your school.",
    Reason.BREAK_GLASS: "They look after this tool, had to look, and gave a reason for it.",
    Reason.OPERATES_TOOL: "It was done at the tool’s server, for you or by a decision about your data.",
    Reason.WORKS_WITH_LEARNERS: "They are your adviser, or a student support officer of your school.",
    login_as.REASON: "Nobody sees this page as somebody else, so it was refused.",
}
"""What a reason of the access log says to the learner; `Reason` has the others, which show nothing to anybody else."""
OPERATOR = "Somebody who runs this tool’s server"
BY_COMMAND: Mapping[str, str] = {
    Action.SUBJECT_EXPORT: "Wrote every stored row about you to a file.",
    Action.SUBJECT_RIGHTS: "Carried out what was decided about the use of your data.",
    Action.RECORDS_CHANGE: "Changed who works with you.",
    Action.EVIDENCE_CHANGE: "Changed for which days nothing is expected of you.",
}
"""What a command did, as the learner reads it."""
ON_WHAT_YOU_SAID: Mapping[str, str] = {
    Action.DISPUTE_ANSWER: "Answered what you said about a week.",
    Action.PEOPLE_MESSAGE: "Prepared a message to several learners, you among them.",
    Action.COMPLAINTS_VIEW: "Opened what learners wrote to the school’s lead; you wrote to them.",
}
"""What staff did with what the learner said or wrote to them."""
OVER_COURSES = frozenset(
    {Action.PEOPLE_VIEW, Action.PEOPLE_EXPORT, Action.WORK_EXPORT, Action.PERSON_VIEW, *ON_WHAT_YOU_SAID}
)
"""Pages of an adviser or support officer: the course that they came from says nothing about them."""


@dataclass(frozen=True, slots=True)
class LookLine:
    """One time that somebody looked."""

    who: str
    role: str
    day: str
    clock: str
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
        return OPERATOR
    if look.viewer_name:
        return clean(look.viewer_name)
    return ADMINISTRATOR if look.is_refused else STRANGER


def name_role(look: Look) -> str:
    """Name the part in which somebody looked."""
    return look.viewer_role.replace("-", " ")


def make_look_line(look: Look, moment: Moment) -> LookLine:
    """Put one look in words."""
    return LookLine(
        who=name_viewer(look),
        role=name_role(look) if not look.is_refused or look.viewer_name else "",
        day=capital(full_date(moment.date_of(look.at))),
        clock=f"{look.at.astimezone(moment.zone):%H:%M}",
        what=_say_what(look),
        kind=_name_kind(look),
        why=_say_why(look),
    )


def _name_kind(look: Look) -> str:
    if look.action in BY_COMMAND:
        return "by command"
    if look.is_refused:
        return "refused"
    return "list" if look.is_class_list else "page about you"


def _say_why(look: Look) -> str:
    why = WHY.get(look.reason, "")
    if look.action in EXPORTS:
        return f"{why} They took it {say_purpose(look.given_reason)}."
    return f"{why} They wrote: “{clean_whole(look.given_reason)}”" if look.given_reason else why


def _say_what(look: Look) -> str:
    course = name_course(look)
    if look.action in BY_COMMAND:
        return BY_COMMAND[look.action]
    if look.is_refused:
        where = f" of {course}" if course else ""
        return f"Logged in to Moodle as you and asked for this tool’s page{where}. Nothing was shown."
    if look.action in ON_WHAT_YOU_SAID:
        return ON_WHAT_YOU_SAID[look.action]
    if look.action in EXPORTS:
        return f"Took a list of learners that you are on as a file{f' from {course}' if course else ''}."
    if look.action in OVER_COURSES:
        what = "list of the learners they work with" if look.is_class_list else "page about you in all your courses"
        return f"Opened the {what}."
    where = f" in {course}" if course else ""
    if look.is_class_list:
        return f"Opened the list of the learners they may see{where}."
    return f"Opened the page about you{where}."


def name_course(look: Look) -> str:
    """Name the course that was looked into; empty where it is not known, or a page is of no one course."""
    return clean(look.course_name) if look.course_name and look.action not in OVER_COURSES else ""


def say_counts(counts: LookCounts) -> str:
    """Say how often somebody looked, what was shown told apart."""
    if not counts.total:
        return "Nobody has looked so far."
    parts = []
    if counts.page_count:
        parts.append(f"the page about you was opened {_times(counts.page_count)}")
    if counts.list_count:
        parts.append(f"a list of learners that you may be on was opened {_times(counts.list_count)}")
    if counts.command_count:
        parts.append(f"{_times(counts.command_count)} something was done at the tool’s server")
    if counts.refused_count:
        parts.append(
            f"{_times(counts.refused_count)} somebody who had logged in to Moodle as you was refused and saw nothing"
        )
    return f"{capital(listed(parts))}."


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number) or count(number, "time")


def cut_looks(total: int, wished: int) -> tuple[int, LookPager]:
    """Return how many looks come before a page, and the page's place; a page after the last gives the last."""
    page_count = max(1, -(-total // PAGE_SIZE))
    page = min(max(wished, 1), page_count)
    first = (page - 1) * PAGE_SIZE
    last = min(first + PAGE_SIZE, total)
    place = f"{first + 1:,}–{last:,} of {total:,}" if total else ""
    return first, LookPager(place, page - 1 if page > 1 else None, page + 1 if page < page_count else None)


def make_look_lines(looks: Sequence[Look], moment: Moment) -> tuple[LookLine, ...]:
    """Put looks in words, in their order."""
    return tuple(make_look_line(look, moment) for look in looks)
