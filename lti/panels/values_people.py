"""Prepare the start page of advisers and support officers: their learners by name, and one learner's courses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from analytics.language import gettext, mark, numeral
from analytics.policy.access import Reason
from analytics.retell import retell
from bridge.store.panel_records import Standing
from bridge.store.people_of_staff import StaffCourse, StaffLearner
from lti.panels.evidence_words import say_band, say_evidence, say_pending, say_percent
from lti.panels.words import Moment, clean, sort_key

PAGE_SIZE = 25
QUERY_LIMIT = 100
RELATIONS: Mapping[Reason, str] = {
    Reason.ADVISES: mark("You are this learner’s adviser."),
    Reason.SUPPORTS_SCHOOL: mark("You are a support officer of this learner’s school."),
    Reason.BREAK_GLASS: mark("You look after this tool and gave a reason; it ends an hour after that."),
}


@dataclass(frozen=True, slots=True)
class Known:
    """One learner whom the viewer may see, and by what."""

    learner: StaffLearner
    reason: Reason


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One course of a learner."""

    course_id: int
    name: str
    school: str
    band: str
    percent: str
    pending: str
    evidence: str
    sentence: str
    """What the figure was made of; empty where there is no figure."""


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One learner of the list."""

    person_id: int
    name: str
    about: str
    courses: tuple[CourseLine, ...]


@dataclass(frozen=True, slots=True)
class PeopleCut:
    """One page of the list."""

    shown: tuple[Known, ...]
    place: str
    before: int | None
    after: int | None


def find_people(known: Sequence[Known], query: str) -> tuple[Known, ...]:
    """Give the learners whose name has the query in it, by family name, never by a figure."""
    wanted = sort_key(query) if query.strip() else ""
    found = [one for one in known if wanted in sort_key(one.learner.full_name)]
    return tuple(sorted(found, key=_name_key))


def cut_people(found: Sequence[Known], page: int) -> PeopleCut:
    """Cut the page asked for; a page after the last gives the last. Nobody: an empty page."""
    page_count = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(1, page), page_count)
    first = (page - 1) * PAGE_SIZE
    shown = tuple(found[first : first + PAGE_SIZE])
    place = _say_place(first + 1, first + len(shown), len(found)) if shown else ""
    return PeopleCut(shown, place, page - 1 if page > 1 else None, page + 1 if page < page_count else None)


def _say_place(first: int, last: int, total: int) -> str:
    return gettext("{first}–{last} of {total}", first=numeral(first), last=numeral(last), total=numeral(total))


def make_people_lines(
    shown: Sequence[Known], courses: Mapping[int, Sequence[StaffCourse]], moment: Moment
) -> tuple[PersonLine, ...]:
    """Make the lines of one page, in their order; a band stands beside its course, and there is no total."""
    return tuple(
        PersonLine(
            person_id=one.learner.person_id,
            name=clean(one.learner.full_name),
            about=say_about(one.learner),
            courses=make_course_lines(courses.get(one.learner.person_id, ()), moment),
        )
        for one in shown
    )


def make_course_lines(courses: Sequence[StaffCourse], moment: Moment) -> tuple[CourseLine, ...]:
    """Put a learner's courses in words, in their order."""
    return tuple(
        CourseLine(
            course_id=course.course_id,
            name=clean(course.name),
            school=clean(course.school_name) if course.school_name else "",
            band=say_band(course.standing),
            percent=say_percent(course.standing),
            pending=say_pending(course.standing),
            evidence=_say_latest(course.last_evidence_on, moment),
            sentence=say_made_of(course.standing),
        )
        for course in courses
    )


def say_about(learner: StaffLearner) -> str:
    """Say what the student record says that matters here: programme, school, part-time, an interruption."""
    parts = [clean(part) for part in (learner.programme_name, learner.school_name) if part]
    if learner.is_part_time:
        parts.append(gettext("part-time"))
    if learner.is_interrupted:
        parts.append(gettext("studies interrupted"))
    return " · ".join(parts)


def say_made_of(standing: Standing | None) -> str:
    """Quote the learner's own sentence, so that no figure stands without its markers; empty without a figure."""
    if standing is None or standing.percent is None:
        return ""
    return gettext(
        "The learner reads, after week {week}: “{sentence}”", week=standing.week_no, sentence=retell(standing.sentence)
    )


def _say_latest(day: date | None, moment: Moment) -> str:
    return (
        gettext("no evidence yet") if day is None else gettext("latest evidence {date}", date=say_evidence(day, moment))
    )


def _name_key(one: Known) -> tuple[str, str, int]:
    return sort_key(one.learner.family_name), sort_key(one.learner.given_name), one.learner.person_id
