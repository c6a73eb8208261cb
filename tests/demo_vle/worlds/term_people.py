"""The invented learners of the generated term: who takes what, from when, and how they tend to work."""

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from tests.demo_vle.worlds.model import User
from tests.demo_vle.worlds.term_courses import COURSES, READING_WEEK, WEEKS
from tests.demo_vle.worlds.term_names import FIRST_NAMES, LAST_NAMES

LEARNERS = 300
FIRST_LEARNER_ID = 101
SMALL_COURSE_SEATS = 7
RETURNING, STEADY, UNSEEN, LATE = 101, 102, 103, 104
"""Learners with a history of their own, offered to visitors."""


class Habit(StrEnum):
    """How somebody tends to work."""

    STEADY = "several days a week"
    LIGHT = "a day or two a week"
    EVENING = "one long evening a week"
    DEADLINE = "mostly in weeks with something due"
    FADING = "less and less"
    RETURNING = "stops for some weeks and comes back"
    NEVER = "never comes"


_SHARES = {
    Habit.STEADY: 50,
    Habit.LIGHT: 20,
    Habit.EVENING: 8,
    Habit.DEADLINE: 9,
    Habit.FADING: 5,
    Habit.RETURNING: 7,
    Habit.NEVER: 1,
}


@dataclass(frozen=True, slots=True)
class Learner:
    """An invented learner. `start_week`: first week of enrolment. `gap`: weeks without any activity."""

    user: User
    habit: Habit
    start_week: int
    gap: range
    course_ids: tuple[int, ...]

    def working_days(self, week: int, due: bool, random: Random) -> int:
        """Draw on how many days of a week this learner works for one course; `due`: something is to be handed in."""
        if week < self.start_week or week in self.gap or self.habit is Habit.NEVER:
            return 0
        mean = {
            Habit.STEADY: 2.7,
            Habit.LIGHT: 1.2,
            Habit.EVENING: 1.0,
            Habit.DEADLINE: 2.6 if due else 0.6,
            Habit.FADING: max(0.0, 3.4 - week * 0.34),
            Habit.RETURNING: 2.5,
        }[self.habit]
        if week == READING_WEEK:
            mean *= 0.4
        whole = int(mean)
        days = whole + (random.random() < mean - whole)
        return max(0, min(5, days + random.choice((-1, 0, 0, 0, 1)))) if self.habit is not Habit.EVENING else days

    def chance_on_time(self, week: int) -> float:
        """How likely this learner hands in on time what is due in a week."""
        if self.habit is Habit.NEVER or week in self.gap:
            return 0.0
        return {
            Habit.STEADY: 0.985,
            Habit.LIGHT: 0.94,
            Habit.EVENING: 0.95,
            Habit.DEADLINE: 0.97,
            Habit.FADING: 0.95 if week <= WEEKS // 2 else 0.5,
            Habit.RETURNING: 0.92,
        }[self.habit]


def make_learners(random: Random) -> list[Learner]:
    """Invent the 300 learners, ids from 101; the first four have a history of their own."""
    names = _names(random, LEARNERS)
    habits = list(_SHARES)
    shares = list(_SHARES.values())
    large = [course.id for course in COURSES if not course.small]
    small = [course.id for course in COURSES if course.small]
    learners = []
    for place in range(LEARNERS):
        user_id = FIRST_LEARNER_ID + place
        first, last = names[place]
        user = User(user_id, f"s{260000 + user_id}", first, last, f"26{user_id:07d}")
        habit = random.choices(habits, shares)[0]
        start_week = random.choice((3, 3, 4, 5)) if random.random() < 0.06 else 1
        gap_start = random.choice((3, 4, 5, 8, 9))
        chosen = tuple(sorted(random.sample(large, random.choices((2, 3, 4), (50, 40, 10))[0])))
        if 10 <= place < 10 + SMALL_COURSE_SEATS:
            chosen = (*chosen[:3], *small)
        gap = range(gap_start, gap_start + random.choice((2, 3))) if habit is Habit.RETURNING else range(0)
        learners.append(_with_history(Learner(user, habit, start_week, gap, chosen)))
    return learners


def make_staff(random: Random) -> dict[str, User]:
    """Invent the people who teach or administer, by what they are to the demo."""
    names = iter(_names(random, 16))
    staff = {"admin": User(2, "admin", "Site", "Administrator", is_admin=True)}
    staff["manager"] = User(3, "manager", *next(names), "STAFF003", is_manager=True)
    staff["bot"] = User(4, "lea-service", "Engagement", "Service")
    for place, key in enumerate([f"editor{course.id}" for course in COURSES]):
        staff[key] = User(20 + place, f"editor{place}", *next(names), f"STAFF{20 + place:03d}")
    for place, key in enumerate(("tutor", "seminar_tutor", "second_tutor")):
        staff[key] = User(40 + place, key.replace("_", ""), *next(names), f"STAFF{40 + place:03d}")
    for place, key in enumerate(("adviser", "lead", "faculty")):
        staff[key] = User(50 + place, key, *next(names), f"STAFF{50 + place:03d}")
    # Named here: a name drawn would change everything that is drawn after it.
    staff["maths_lead"] = User(53, "mathslead", "Ottilie", "Brandreth", "STAFF053")
    staff["officer"] = User(54, "officer", "Callum", "Adeyemi-Ross", "STAFF054")
    return staff


def _with_history(learner: Learner) -> Learner:
    histories = {
        RETURNING: (Habit.RETURNING, 1, range(5, 7), (11, 13, 14)),
        STEADY: (Habit.STEADY, 1, range(0), (11, 13)),
        UNSEEN: (Habit.NEVER, 1, range(0), (11, 14)),
        LATE: (Habit.LIGHT, 4, range(0), (11, 12, 15)),
    }
    if learner.user.id not in histories:
        return learner
    return Learner(learner.user, *histories[learner.user.id])


def _names(random: Random, count: int) -> list[tuple[str, str]]:
    names: dict[tuple[str, str], None] = {}
    while len(names) < count:
        names[random.choice(FIRST_NAMES), random.choice(LAST_NAMES)] = None
    return list(names)
