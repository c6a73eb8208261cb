"""Hold published levels (policy paragraphs 4, 8, 12, 21 and 22; docs/engagement.md "Levels")."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from analytics.rules import DEFAULT_RULE, ConcernRule


class LevelError(ValueError):
    """A level that cannot be published, or none that is in force."""


class Marker(StrEnum):
    """The markers a school can choose for a course (policy paragraph 9), in the order of weights and sentences."""

    ACTIVITY = "activity"
    TASKS = "tasks"
    ATTENDANCE = "attendance"
    LECTURE_CAPTURE = "lecture_capture"
    MEETINGS = "meetings"
    LIBRARY = "library"
    """Library and reading lists."""
    CO_CURRICULAR = "co_curricular"


MARKER_ORDER = tuple(Marker)

DEFAULT_LEVEL = 4
"""Activities a week, unless the school says otherwise."""


def default_a_day(level: int) -> int:
    """Give how many activities of one day count: 2, or 1 where the level is 2 or less, so that one evening never
    fills a week."""
    return 1 if level <= 2 else 2


class Form(StrEnum):
    """How a marker is measured."""

    VISITS = "visits"
    """Different items a day, up to ``a_day``, against an expected number a week."""
    TASKS = "tasks"
    """Handed in, against the tasks there were."""
    SESSIONS = "sessions"
    """Attended, against the sessions there were."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a published level expects by one marker.

    Raises: LevelError for a weight or level below 1, a day that would fill a week by itself, or a level where the
    marker has none.
    """

    marker: Marker
    weight: int = 1
    """A small whole number."""
    level: int | None = None
    """L: items expected in a counted week; None where the marker is measured by tasks or sessions."""
    a_day: int | None = None
    """a: how many different items of one day count; with a level alone."""

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise LevelError(f"The weight of {self.marker} is {self.weight}. Weights are whole numbers from 1.")
        if (self.level is None) != (self.a_day is None):
            raise LevelError(f"{self.marker} needs both a level and how many of a day count, or neither.")
        if self.marker is Marker.ACTIVITY and self.level is None:
            raise LevelError("Activity needs a level: how many activities are expected in a week.")
        if self.marker in (Marker.TASKS, Marker.ATTENDANCE) and self.level is not None:
            raise LevelError(f"{self.marker} has no level: it is measured against the {self.form} there were.")
        if self.level is not None and self.a_day is not None:
            _check_a_day(self.level, self.a_day)

    @property
    def form(self) -> Form:
        """How the marker is measured."""
        if self.marker is Marker.TASKS:
            return Form.TASKS
        return Form.SESSIONS if self.level is None else Form.VISITS


def _check_a_day(level: int, a_day: int) -> None:
    if level < 1 or a_day < 1 or a_day >= max(level, 2):
        raise LevelError(
            f"A level of {level} a week with {a_day} a day lets one evening fill a week or is empty."
            f" Let {default_a_day(level)} a day count."
        )


@dataclass(frozen=True, slots=True)
class PublishedLevel:
    """What a school expects in a course, as published, and the rule by which a concern is raised.

    Raises: LevelError for no marker, one marker twice, or a start that is no Monday.
    """

    version: str
    """Named by every score that used this level (policy paragraph 4)."""
    effective_from: date
    """A Monday."""
    expectations: tuple[Expectation, ...]
    """One for each chosen marker, in MARKER_ORDER. Choose Tasks only where extensions and excused work are read."""
    rule: ConcernRule = DEFAULT_RULE

    def __post_init__(self) -> None:
        if not self.expectations:
            raise LevelError("A published level needs at least one marker.")
        if len(self.markers) < len(self.expectations):
            raise LevelError("A published level names one marker twice. Keep one of the two.")
        if self.effective_from.weekday() != 0:
            raise LevelError(f"A level takes effect from a Monday; {self.effective_from} is none.")
        in_order = sorted(self.expectations, key=lambda expectation: MARKER_ORDER.index(expectation.marker))
        object.__setattr__(self, "expectations", tuple(in_order))

    @property
    def markers(self) -> frozenset[Marker]:
        """The chosen markers."""
        return frozenset(expectation.marker for expectation in self.expectations)

    def expectation_of(self, marker: Marker) -> Expectation | None:
        """Give what is expected by a marker; None where it is not chosen."""
        return next((expectation for expectation in self.expectations if expectation.marker is marker), None)

    def items_of(self, marker: Marker) -> tuple[int, int] | None:
        """Give (expected in a week, how many of a day count) of a marker measured by items; None for any other."""
        expectation = self.expectation_of(marker)
        if expectation is None or expectation.level is None or expectation.a_day is None:
            return None
        return expectation.level, expectation.a_day

    def without(self, markers: AbstractSet[Marker]) -> "PublishedLevel | None":
        """Give the level without some markers, which have no weight then (paragraph 8); None when none is left."""
        left = tuple(expectation for expectation in self.expectations if expectation.marker not in markers)
        return replace(self, expectations=left) if left else None


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


def choose_level(rows: Sequence[LevelRow], kind: CourseKind) -> LevelSuggestion:
    """Choose the largest level that 60 % of a past run's weeks with any visit met, by its table of levels from 1.

    Without a week with any visit, or a row: 4 for an online course, 2 for a campus one, and no table.
    """
    fitting = [row for row in rows if row.active_weeks and row.share_of_active_weeks >= SUGGESTION_SHARE]
    if not fitting:
        level = LEVELS_WITHOUT_PAST[kind]
        return LevelSuggestion(level, default_a_day(level), ())
    return LevelSuggestion(fitting[-1].level, fitting[-1].a_day, tuple(rows))
