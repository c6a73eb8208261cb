"""Hold published levels (policy paragraphs 4, 8, 12, 21 and 22; docs/engagement.md "Levels")."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
