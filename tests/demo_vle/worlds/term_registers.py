"""The register of one course of the generated term: a seminar every week, in the Attendance activity of Moodle."""

from random import Random

from tests.demo_vle.worlds.model import Activity, Course, Session
from tests.demo_vle.worlds.term_courses import READING_WEEK, THURSDAY, WEEKS
from tests.demo_vle.worlds.term_dates import TermDates
from tests.demo_vle.worlds.term_people import Habit, Learner

WITH_REGISTER = 12
"""The course with seminars."""
HOUR = 3600
SEED = 12
_CHANCES = {
    Habit.STEADY: 0.95,
    Habit.LIGHT: 0.8,
    Habit.EVENING: 0.85,
    Habit.DEADLINE: 0.75,
    Habit.RETURNING: 0.9,
    Habit.NEVER: 0.0,
}


def keep_register(course: Course, learners: list[Learner], dates: TermDates) -> None:
    """Add a register to a course: a session a week but in the reading week, each learner marked from their start on.

    Its own random numbers: the rest of the term is the same without it.
    """
    random = Random(SEED)
    cmid = course.id * 100 + 99
    course.activities.append(Activity(cmid, "attendance", "Seminar register", 0))
    for week in (week for week in range(1, WEEKS + 1) if week != READING_WEEK):
        marks = {
            learner.user.id: _mark(learner, week, random)
            for learner in learners
            if course.id in learner.course_ids and learner.start_week <= week
        }
        course.sessions.append(Session(course.id * 100 + week, cmid, dates.at(week, THURSDAY, 11 * HOUR), marks))


def _mark(learner: Learner, week: int, random: Random) -> str:
    chance = max(0.0, 1 - week * 0.09) if learner.habit is Habit.FADING else _CHANCES[learner.habit]
    draw, excuse = random.random(), random.random()
    if week not in learner.gap and draw < chance:
        return "attended"
    return "excused" if excuse < 0.15 else "absent"
