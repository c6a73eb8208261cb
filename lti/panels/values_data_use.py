"""Prepare "How my data is used here" from what is in force: sources, fields, rules, access (policy paragraph 5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from analytics.bands import BAND_FLOORS, TOO_EARLY, percent_of
from analytics.evidence import CONSEQUENCES, NO_ACT_ORIGINS, NO_EVIDENCE_COMPONENTS
from analytics.language import gettext, mark, ngettext
from analytics.level_words import say_condition, say_review
from analytics.policy.retention import RetentionRule
from analytics.rules import ConcernRule, Condition, Fact, Reason
from bridge.moodle.fields import OTHER_KEYS, SOURCES, Source, list_fields
from bridge.store.data_use import Supporter
from bridge.store.panel_records import MyCourse
from bridge.store.viewer_sessions import NewSession
from lti.panels.file_words import SourceView, list_files
from lti.panels.fresh_words import FreshLine, word_freshness
from lti.panels.held_people_words import say_relationship
from lti.panels.outlook import LevelWords, make_outlook, word_level
from lti.panels.values_held import say_rule, tables_by_rule
from lti.panels.words import Moment, capital, clean, listed, percent

LAUNCH_WORDS = {
    "registration_id": mark("which Moodle it was"),
    "platform_id": mark("which Moodle it was, as this tool numbers it"),
    "lti_deployment_id": mark("by which installation of the tool in Moodle"),
    "moodle_user_id": mark("Moodle’s number of you"),
    "moodle_course_id": mark("the course you came from"),
    "display_name": mark("your name as Moodle displays it"),
    "locale": mark("the language of your Moodle"),
    "theme": mark("whether your Moodle asks for light or dark pages"),
    "lti_role": mark("your main role in the course"),
    "is_platform_admin": mark("whether you administer Moodle"),
    "memberships_url": mark("where Moodle says who is a member of the course"),
    "idnumber": mark("your number at the institution"),
}
"""What a visit keeps of a launch, and what it is."""


@dataclass(frozen=True, slots=True)
class CourseUse:
    """One of the learner's courses: what is expected there, who teaches it, and how fresh its sources are."""

    course_id: int
    name: str
    level: LevelWords | None
    teachers: str
    fresh: tuple[FreshLine, ...]
    concerns: tuple[str, ...]
    """When the teachers' list suggests to get in touch: one sentence for each reason of the published rule."""
    review: str
    """When that rule is asked."""


@dataclass(frozen=True, slots=True)
class KeptKind:
    """One kind of data with its source, period and lawful basis."""

    title: str
    facts: tuple[tuple[str, str], ...]


def list_sources(imported: Mapping[str, datetime], moment: Moment) -> tuple[SourceView, ...]:
    """List what is read about people, from the types that take it: nothing else can come in.

    `imported`: the kinds of files that were taken in, with when each last was.
    """
    launch = tuple((field.name, gettext(LAUNCH_WORDS[field.name])) for field in fields(NewSession))
    keys = tuple((key, gettext(what)) for key, what in sorted(OTHER_KEYS.items()))
    return (
        *map(_view_source, SOURCES),
        SourceView(gettext("Keys of a log row’s “other”"), gettext("with the log"), keys),
        SourceView(gettext("Your way in from Moodle"), gettext("when you open these pages"), launch),
        *list_files(imported, moment),
    )


def _view_source(source: Source) -> SourceView:
    return SourceView(gettext(source.title), gettext(source.when), list_fields(source))


def list_supporters(supporters: Sequence[Supporter]) -> tuple[tuple[str, str], ...]:
    """List who works with the learner by the student record or by name: (name, part)."""
    return tuple(
        (clean(found.name), capital(say_relationship(found.kind, clean(found.school or gettext("your school")))))
        for found in supporters
    )


def list_courses(
    courses: Sequence[MyCourse], teachers: Mapping[int, Sequence[str]], moment: Moment
) -> tuple[CourseUse, ...]:
    """List the learner's courses with what holds in each."""
    return tuple(_make_course(course, teachers.get(course.head.course_id, ()), moment) for course in courses)


def _make_course(course: MyCourse, teachers: Sequence[str], moment: Moment) -> CourseUse:
    outlook = make_outlook(course.head, moment, course.standing.week_no if course.standing else 0)
    names = listed([clean(name) for name in teachers]) or gettext("nobody that Moodle has told of")
    rule = None if outlook.level is None else outlook.level.level.rule
    return CourseUse(
        course_id=course.head.course_id,
        name=outlook.name,
        level=word_level(outlook),
        teachers=names,
        fresh=word_freshness(outlook),
        concerns=() if rule is None else say_concern_rule(rule),
        review="" if rule is None else say_review(rule),
    )


def say_evidence_rule() -> tuple[str, ...]:
    """Say which log rows count as evidence."""
    components = listed(sorted(NO_EVIDENCE_COMPONENTS))
    origins = listed(sorted(NO_ACT_ORIGINS))
    return (
        gettext(
            "A row of Moodle’s log counts when Moodle calls it taking part and you did it yourself in one of your"
            " courses."
        ),
        ngettext(
            "These do not count: {number} kind of event that follows from an act, rows of {components}, and what came"
            " by {origins}. So looking at these pages never counts.",
            "These do not count: {number} kinds of event that follow from an act, rows of {components}, and what came"
            " by {origins}. So looking at these pages never counts.",
            len(CONSEQUENCES),
            components=components,
            origins=origins,
        ),
        gettext("How often or how long you use something is not measured: only on which days, and which activities."),
    )


def say_bands() -> tuple[str, ...]:
    """Say where each band begins."""
    bands = [
        gettext("{percent} or more: {band}", percent=percent(percent_of(floor) or 0), band=gettext(band.value))
        for band, floor in BAND_FLOORS
    ]
    return (*bands, gettext("before two counted weeks have closed: {band}", band=gettext(TOO_EARLY)))


def say_concern_rule(rule: ConcernRule) -> tuple[str, ...]:
    """Say when a teacher's list suggests to get in touch: one sentence for each reason of a rule."""
    return tuple(_say_reason(reason) for reason in rule.reasons)


def _say_reason(reason: Reason) -> str:
    return capital(listed([_say_condition(condition) for condition in reason.conditions])) + "."


def _say_condition(condition: Condition) -> str:
    number = int(condition.threshold)
    if condition.fact is Fact.E_BELOW:
        return gettext("a figure below {percent}", percent=percent(percent_of(condition.threshold) or 0))
    if condition.fact is Fact.OVERDUE_DAYS:
        return ngettext(
            "a task that has not arrived {number} counted day or more after your own date for it",
            "a task that has not arrived {number} counted days or more after your own date for it",
            number,
        )
    return say_condition(condition)


def list_kept(rules: Sequence[RetentionRule]) -> tuple[KeptKind, ...]:
    """List how long each kind of data about people is kept."""
    return tuple(KeptKind(gettext(rule.title), say_rule(rule)) for rule, _ in tables_by_rule(rules))
