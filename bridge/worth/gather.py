"""Follow the past learners of a platform's courses through their closed weeks, beside what became of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from analytics.levels import PublishedLevel
from analytics.rules import PUBLISHED_RULES, ConcernRule
from analytics.worth.following import Followed, follow_cohort
from bridge.config import Settings
from bridge.store.courses import SyncedCourse, load_synced_courses
from bridge.store.database import Sessions, reading
from bridge.store.worth import PastLearner, load_past_learners
from bridge.sync.cohorts import load_cohort
from bridge.sync.measure import Measure, load_measure
from bridge.worth.files import Learner, Outcome, Outcomes

LEARNERS_AT_ONCE = 1_000
"""Keeps memory small in the largest course."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of past data."""

    outcomes: Outcomes
    counts_as: frozenset[str]
    """The words of the outcome that is looked for, in small letters."""
    weeks: tuple[int, ...]
    """At whose ends the number is asked, ascending."""
    rules_to: int
    """The last week whose concerns are counted."""
    more_rules: tuple[ConcernRule, ...] = ()
    """To be asked besides those that come with the tool and those that were published."""

    @property
    def last_week(self) -> int:
        """The last week that is needed."""
        return max(*self.weeks, self.rules_to)

    @property
    def course_ids(self) -> frozenset[int]:
        """The courses that have outcomes, by Moodle's id."""
        return frozenset(course_id for course_id, _ in self.outcomes.by_learner)


@dataclass(slots=True)
class Gathered:
    """What was found. Only in memory: it holds outcomes beside people."""

    followed: list[Followed] = field(default_factory=list)
    rules: dict[str, ConcernRule] = field(default_factory=dict)
    """By version: the ones that come with the tool, and those published with the levels."""
    people: dict[Learner, int] = field(default_factory=dict)
    """Person ids as the files name people."""
    used_rows: int = 0
    """Rows of outcomes that a learner was found for."""
    notes: list[str] = field(default_factory=list)
    """Courses that could not be measured, and why."""


def gather(
    sessions: Sessions, settings: Settings, platform_id: int, question: Question, advance: Callable[[], None]
) -> Gathered:
    """Follow every learner with an outcome, course by course; nothing is written. ``advance`` is called once a course.

    Empty where no course has outcomes or a level in force.
    """
    gathered = Gathered(rules={rule.version: rule for rule in (*PUBLISHED_RULES, *question.more_rules)})
    with reading(sessions) as db:
        courses = load_synced_courses(db, platform_id)
        asked = [course for course in courses if course.moodle_course_id in question.course_ids]
        measures = {course.course_id: load_measure(db, course.course_id) for course in asked}
    # Every rule is asked in every course, so all of them are known before the first learner is followed.
    for measure in measures.values():
        gathered.rules |= {level.rule.version: level.rule for level in measure.levels} if measure else {}
    for course in asked:
        _gather_course(sessions, settings, course, measures[course.course_id], question, gathered)
        advance()
    missing = question.course_ids - {course.moodle_course_id for course in asked}
    gathered.notes += [f"Course {course_id} is not switched on here." for course_id in sorted(missing)]
    return gathered


def _gather_course(
    sessions: Sessions,
    settings: Settings,
    course: SyncedCourse,
    measure: Measure | None,
    question: Question,
    gathered: Gathered,
) -> None:
    run_no = 1 if measure is None else measure.run_no
    with reading(sessions) as db:
        matched = list(_match(course, load_past_learners(db, course.course_id, run_no), question, gathered))
    if run_no > 1:
        gathered.notes.append(
            f"Course {course.moodle_course_id} is in its run {run_no}, and only that was looked at: the outcomes have "
            "to be of that run. See docs/worth.md"
        )
    levels = {} if measure is None else _levels_by_week(measure, question.last_week)
    if measure is None or not levels:
        lacks = "no calendar, or no level" if measure is None else "no level in force in these weeks"
        gathered.notes.append(
            f"Course {course.moodle_course_id} has {lacks}, so its {len(matched):,} learners with an outcome are left "
            f"out. Next: lea level publish --course {course.moodle_course_id} --past-run REASON --from its first Monday"
        )
        return
    as_of = measure.calendar.sunday_of(max(levels))
    rules = tuple(gathered.rules.values())
    for some in _in_parts(matched):
        enrolled = {learner.person_id: learner.enrolled_on for learner, _ in some}
        gone_on = [_gone_on(learner, outcome) for learner, outcome in some]
        with reading(sessions) as db:
            cohort = load_cohort(db, course.course_id, enrolled, measure.calendar, as_of, settings.zone)
        followed = follow_cohort(cohort, measure.calendar, levels, rules, gone_on, question.weeks)
        for (learner, outcome), standings in zip(some, followed, strict=True):
            has_outcome = outcome.word in question.counts_as
            gathered.followed.append(Followed(learner.person_id, course.course_id, has_outcome, standings))


def _in_parts(matched: Sequence[tuple[PastLearner, Outcome]]) -> Iterator[Sequence[tuple[PastLearner, Outcome]]]:
    for start in range(0, len(matched), LEARNERS_AT_ONCE):
        yield matched[start : start + LEARNERS_AT_ONCE]


def _levels_by_week(measure: Measure, last_week: int) -> dict[int, PublishedLevel]:
    weeks = range(1, min(last_week, measure.calendar.week_count) + 1)
    return {week: level for week in weeks if (level := measure.used_level_of(week, date.max)) is not None}


def _match(
    course: SyncedCourse, learners: Sequence[PastLearner], question: Question, gathered: Gathered
) -> Iterator[tuple[PastLearner, Outcome]]:
    column = question.outcomes.learner_column
    for learner in learners:
        names = {"user_id": str(learner.moodle_user_id), "idnumber": learner.idnumber}
        outcome = question.outcomes.by_learner.get((course.moodle_course_id, Learner(column, names[column])))
        if outcome is not None:
            gathered.people |= {Learner(kind, name): learner.person_id for kind, name in names.items() if name}
            gathered.used_rows += 1
            yield learner, outcome


def _gone_on(learner: PastLearner, outcome: Outcome) -> date:
    """Give the first day on which the learner was not there any more."""
    return min((day for day in (learner.ends_on, outcome.left_on) if day is not None), default=date.max)
