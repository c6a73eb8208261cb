"""Whom and which course a row is about, and whether it may be stored: erasures and pauses hold for files, too."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum

from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.config import Settings
from bridge.store.courses import load_synced_courses
from bridge.store.left_out import load_left_out_ids, load_research_days
from bridge.store.restrictions import load_paused_days
from bridge.store.roster import load_learner_numbers
from bridge.store.tombstones import load_erasures, load_user_keys

FIRST_DAY = date(1990, 1, 1)


class Nobody(Enum):
    """Why no learner is found."""

    UNKNOWN = 1
    SEVERAL = 2


@dataclass(frozen=True, slots=True)
class Roll:
    """The learners of the switched-on courses, as files name them."""

    course_ids: Mapping[int, int]
    """Moodle course id → course id, of switched-on courses."""
    people: Mapping[tuple[int, int | str], int | Nobody]
    """(course id, Moodle's or the institution's number) → person, present and former learners."""
    left_out: frozenset[int]
    """People of whom no evidence is made now."""
    off_days: Mapping[int, tuple[tuple[date, date], ...]]
    """Person → days of which nothing is stored, both ends included; an erasure's, by course, in `erased`."""
    erased: Mapping[tuple[int, int], date]
    """(course, person) → the day up to which everything was erased."""

    def find(self, course_id: int, who: int | str) -> int | Nobody:
        """Return the learner of a course; `Nobody` where there is none or the number is several people's."""
        return self.people.get((course_id, who), Nobody.UNKNOWN)

    def find_anywhere(self, who: int | str) -> int | Nobody:
        """Return the learner of any course."""
        found = {person for course_id in self.course_ids.values() if (person := self.people.get((course_id, who)))}
        return Nobody.UNKNOWN if not found else found.pop() if len(found) == 1 else Nobody.SEVERAL

    def was_erased(self, course_id: int, person_id: int, day: date) -> bool:
        """Say whether a day's data of somebody was erased."""
        last = self.erased.get((course_id, person_id))
        return last is not None and day <= last

    def was_erased_everywhere(self, person_id: int, day: date) -> bool:
        """Say whether a day's data of somebody was erased in every course that they are in."""
        if not any(person == person_id for _, person in self.erased):
            return False
        courses = {course_id for (course_id, _), person in self.people.items() if person == person_id}
        return all(self.was_erased(course_id, person_id, day) for course_id in courses)

    def is_off(self, person_id: int, day: date) -> bool:
        """Say whether nothing of a day is stored: data that is or was paused, or of a research student not yet on."""
        return person_id in self.left_out or any(
            first <= day <= last for first, last in self.off_days.get(person_id, ())
        )

    def has_limits(self, course_id: int, person_id: int) -> bool:
        """Say whether somebody's rows have to be looked at day by day."""
        return person_id in self.off_days or person_id in self.left_out or (course_id, person_id) in self.erased


def load_roll(db: Session, platform_id: int, settings: Settings, today: date) -> Roll:
    """Return the learners of a platform's switched-on courses, in a fixed number of statements."""
    courses = {course.moodle_course_id: course.course_id for course in load_synced_courses(db, platform_id)}
    numbers = load_learner_numbers(db, courses.values())
    person_ids = {number.person_id for number in numbers}
    erasures = load_erasures(db, load_user_keys(db, platform_id, settings.secret_key))
    moodle_ids = {course_id: moodle_id for moodle_id, course_id in courses.items()}
    people: dict[tuple[int, int | str], int | Nobody] = {}
    erased: dict[tuple[int, int], date] = {}
    for one in numbers:
        people[one.course_id, one.moodle_user_id] = one.person_id
        if one.idnumber:
            key = (one.course_id, one.idnumber)
            people[key] = Nobody.SEVERAL if key in people else one.person_id
        at = erasures.find_time(one.moodle_user_id, moodle_ids[one.course_id]) if erasures.marks else None
        if at is not None:
            erased[one.course_id, one.person_id] = local_date(at, settings.zone)
    off = {person: tuple(days) for person, days in load_paused_days(db, person_ids, settings.zone, today).items()}
    for person, days in load_research_days(db, person_ids, settings.zone, FIRST_DAY).items():
        off[person] = (*off.get(person, ()), days)
    return Roll(courses, people, load_left_out_ids(db, platform_id), off, erased)
