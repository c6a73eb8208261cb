"""Hold published levels (policy paragraphs 4, 8, 12, 21 and 22; docs/engagement.md "Levels")."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction


class LevelError(ValueError):
    """A level that cannot be published, or none that is in force."""


class Marker(StrEnum):
    """The markers a school can choose for a course. More come with their sources."""

    ACTIVITY = "activity"
    TASKS = "tasks"
    ATTENDANCE = "attendance"


MARKER_ORDER = (Marker.ACTIVITY, Marker.TASKS, Marker.ATTENDANCE)
"""The order of weights, in records and in sentences."""

DEFAULT_LEVEL = 4
"""Activities a week, unless the school says otherwise."""


def default_a_day(level: int) -> int:
    """Give how many activities of one day count: 2, or 1 where the level is 2 or less, so that one evening never
    fills a week."""
    return 1 if level <= 2 else 2


@dataclass(frozen=True, slots=True)
class PublishedLevel:
    """What a school expects in a course, as published.

    Raises: LevelError for a level below 1, weights below 1, no marker, a start that is no Monday, or a day that would
    fill a week by itself.
    """

    version: str
    """Named by every score that used this level (policy paragraph 4)."""
    a_day: int
    """How many different activities of one day count."""
    level: int
    """Expected activities a week."""
    weights: tuple[int, int, int]
    """Activity, Tasks, Attendance: small whole numbers."""
    markers: frozenset[Marker]
    """The chosen ones. Choose Tasks only where extensions and excused work are read."""
    effective_from: date
    """A Monday."""

    def __post_init__(self) -> None:
        if self.level < 1 or self.a_day < 1 or self.a_day >= max(self.level, 2):
            raise LevelError(
                f"A level of {self.level} a week with {self.a_day} a day lets one evening fill a week or is empty."
                f" Let {default_a_day(self.level)} a day count."
            )
        if len(self.weights) != len(MARKER_ORDER) or min(self.weights) < 1:
            raise LevelError(
                f"Weights are three whole numbers from 1 (Activity, Tasks, Attendance), not {self.weights}."
            )
        if not self.markers:
            raise LevelError("A published level needs at least one marker.")
        if self.effective_from.weekday() != 0:
            raise LevelError(f"A level takes effect from a Monday; {self.effective_from} is none.")

    def weight_of(self, marker: Marker) -> int:
        """Give a marker's weight, chosen or not."""
        return self.weights[MARKER_ORDER.index(marker)]


def find_level_in_force(levels: Iterable[PublishedLevel], day: date) -> PublishedLevel:
    """Find the level in force on a day: the latest that has taken effect; of two from one Monday, the later in line.

    Raises: LevelError when none has taken effect: no score before it is published (policy paragraph 22).
    """
    in_force: PublishedLevel | None = None
    for level in levels:
        if level.effective_from <= day and (in_force is None or level.effective_from >= in_force.effective_from):
            in_force = level
    if in_force is None:
        raise LevelError(f"No published level is in force on {day}. Publish one that takes effect by then.")
    return in_force


SUGGESTION_SHARE = Fraction(60, 100)
"""A suggested level was met in at least this share of the past run's weeks with any visit."""
HIGHEST_SUGGESTION = 14
"""Two a day, every day."""

PastLearner = Sequence[Sequence[int]]
"""One learner's past run: for each counted week, how many different activities were opened on each day with any."""


class CourseKind(StrEnum):
    """How a course without a past run is taught."""

    ONLINE = "online"
    CAMPUS = "campus"
    """A campus module of files and assignments."""


LEVELS_WITHOUT_PAST = {CourseKind.ONLINE: 4, CourseKind.CAMPUS: 2}


@dataclass(frozen=True, slots=True)
class LevelRow:
    """What one level would have meant in a past run; whole numbers, so that a school can check them."""

    level: int
    a_day: int
    weeks_met: int
    """Learner-weeks that met it."""
    active_weeks: int
    """Learner-weeks with any visit."""
    all_weeks: int
    """All counted learner-weeks."""
    learners_meeting: int
    """Learners who would stand at 70 % or more of it over the whole run, by Activity alone."""
    learner_count: int

    @property
    def share_of_active_weeks(self) -> Fraction:
        """Give the share of weeks with any visit that met it; 0 without such a week."""
        return Fraction(self.weeks_met, self.active_weeks or 1)

    @property
    def share_of_all_weeks(self) -> Fraction:
        """Give the share of all learner-weeks that met it; 0 without a week."""
        return Fraction(self.weeks_met, self.all_weeks or 1)

    @property
    def share_of_learners(self) -> Fraction:
        """Give the share of learners who would stand at 70 % or more; 0 without learners."""
        return Fraction(self.learners_meeting, self.learner_count or 1)


@dataclass(frozen=True, slots=True)
class LevelSuggestion:
    """A suggestion with its table; the school decides, and no level is switched on unseen."""

    level: int
    a_day: int
    rows: tuple[LevelRow, ...]
    """One row per level from 1; empty without a past run."""


def suggest_level(past_run: Sequence[PastLearner], kind: CourseKind = CourseKind.ONLINE) -> LevelSuggestion:
    """Suggest the largest level that 60 % of a past run's weeks with any visit met, with the table behind it.

    Without a week with any visit: 4 for an online course, 2 for a campus one, and no table.
    """
    rows = tuple(_measure_level(level, past_run) for level in range(1, HIGHEST_SUGGESTION + 1))
    fitting = [row for row in rows if row.active_weeks and row.share_of_active_weeks >= SUGGESTION_SHARE]
    if not fitting:
        level = LEVELS_WITHOUT_PAST[kind]
        return LevelSuggestion(level, default_a_day(level), ())
    return LevelSuggestion(fitting[-1].level, fitting[-1].a_day, rows)


def _measure_level(level: int, past_run: Sequence[PastLearner]) -> LevelRow:
    a_day = default_a_day(level)
    learners = [[sum(min(a_day, activities) for activities in week) for week in weeks] for weeks in past_run]
    weeks = [visits for learner in learners for visits in learner]
    return LevelRow(
        level=level,
        a_day=a_day,
        weeks_met=sum(visits >= level for visits in weeks),
        active_weeks=sum(visits > 0 for visits in weeks),
        all_weeks=len(weeks),
        learners_meeting=sum(_meets(level, learner) for learner in learners),
        learner_count=len(learners),
    )


def _meets(level: int, visits_by_week: Sequence[int]) -> bool:
    opened = sum(min(level, visits) for visits in visits_by_week)
    return bool(visits_by_week) and Fraction(opened, level * len(visits_by_week)) >= Fraction(7, 10)
