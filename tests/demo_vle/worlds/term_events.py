"""What the invented learners did: log rows and hand-ins of the generated term, drawn by habit."""

from collections.abc import Mapping, Sequence
from random import Random

from tests.demo_vle.worlds.model import Activity, Course, LearnerTask, LogRow
from tests.demo_vle.worlds.term_courses import READING_WEEK, CoursePlan, TaskPlan
from tests.demo_vle.worlds.term_dates import TermDates
from tests.demo_vle.worlds.term_people import RETURNING, Habit, Learner

LAST_WEEK = 13
"""Events are made for a week more than the term has had: the demo's days to come."""
HOUR = 3600
WEEK_SECONDS = 7 * 24 * HOUR
COURSE_VIEWED = "\\core\\event\\course_viewed"
COMPLETED = "\\core\\event\\course_module_completion_updated"
HAND_IN_EVENTS = {
    "assign": ("\\assignsubmission_file\\event\\submission_created", "\\mod_assign\\event\\assessable_submitted"),
    "quiz": ("\\mod_quiz\\event\\attempt_started", "\\mod_quiz\\event\\attempt_submitted"),
}
WORKING_DAYS = (0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 6, 6)
"""Weekdays to draw from: fewer people work on Fridays and Saturdays."""


class EventMaker:
    """Draws events for learners of one term; the rows have no id yet."""

    def __init__(self, random: Random, dates: TermDates) -> None:
        self._random = random
        self._dates = dates
        self.rows: list[LogRow] = []

    def study(self, learner: Learner, course: Course, plan: CoursePlan) -> None:
        """Add a learner's visits to a course over the term."""
        by_section: dict[int, list[Activity]] = {}
        for activity in course.activities:
            if not activity.own and activity.modname not in HAND_IN_EVENTS:
                by_section.setdefault(activity.section, []).append(activity)
        due_weeks = {task.week for task in plan.tasks}
        random = self._random
        for week in range(1, LAST_WEEK + 1):
            days = learner.working_days(week, week in due_weeks, random)
            for weekday in (
                random.sample(sorted(set(WORKING_DAYS)), days) if days > 3 else random.sample(WORKING_DAYS, days)
            ):
                self._sit_down(learner, course, by_section, week, weekday)

    def _sit_down(
        self, learner: Learner, course: Course, by_section: Mapping[int, Sequence[Activity]], week: int, weekday: int
    ) -> None:
        random = self._random
        at = self._dates.at(week, weekday, int(random.triangular(8, 23.5, 15) * HOUR))
        user_id = learner.user.id
        self._add("\\core\\event\\user_loggedin", user_id, 0, 0, at, edulevel=0)
        self._add(COURSE_VIEWED, user_id, course.id, 0, at + 20)
        shelf = [
            *by_section.get(week, ()),
            *by_section.get(week, ()),
            *by_section.get(week - 1, ()),
            *by_section.get(0, ()),
        ]
        count = random.choice((5, 6, 7)) if learner.habit is Habit.EVENING else random.choice((0, 1, 2, 2, 3, 4))
        for place in range(count if shelf else 0):
            activity = random.choice(shelf)
            at += random.randrange(30, 1500)
            self._add(f"\\mod_{activity.modname}\\event\\course_module_viewed", user_id, course.id, activity.cmid, at)
            if place % 2 == 0:
                self._add(COMPLETED, user_id, course.id, activity.cmid, at, related=user_id)
            if activity.modname == "forum" and random.random() < 0.2:
                self._add("\\mod_forum\\event\\post_created", user_id, course.id, activity.cmid, at + 240)

    def due(self, plan: TaskPlan) -> int:
        """Give the date of a task in Unix seconds."""
        return self._dates.at(plan.week, plan.weekday, plan.hour * HOUR)

    def hand_in(self, learner: Learner, course: Course, cmid: int, plan: TaskPlan) -> LearnerTask:
        """Draw what becomes of a task for a learner and add the events of a hand-in."""
        random = self._random
        # The learner whose story is told has two more weeks for what fell into the weeks of absence.
        absent = learner.user.id == RETURNING and plan.week in learner.gap
        extended = random.random() < 0.05 or absent
        excused = random.random() < 0.015
        effective = self.due(plan) + WEEK_SECONDS * (0 if not extended else 2 if absent else 1)
        drawn = self._draw_hand_in(learner, plan, effective, extended)
        handed_in = effective - 2 * HOUR if absent else drawn
        if handed_in:
            first, last = HAND_IN_EVENTS[plan.modname]
            view = f"\\mod_{plan.modname}\\event\\course_module_viewed"
            for event, before in ((view, 1500), (first, 900 if plan.modname == "quiz" else 2), (last, 0)):
                self._add(event, learner.user.id, course.id, cmid, handed_in - before)
        return LearnerTask(effective, excused, handed_in)

    def _draw_hand_in(self, learner: Learner, plan: TaskPlan, effective: int, extended: bool) -> int:
        """Draw when a task is handed in: on time, late or (0) never."""
        random = self._random
        chance = learner.chance_on_time(plan.week + 2 * extended)
        if plan.week < learner.start_week or chance == 0:
            return 0
        earliest = self._dates.at(max(plan.week - 1, learner.start_week), 0, 9 * HOUR)
        if random.random() < chance:
            return max(earliest, effective - int(random.expovariate(1 / (1.2 * 24 * HOUR))) - 300)
        late = effective + random.randrange(HOUR, 5 * 24 * HOUR)
        # A quiz closes at its date; an assignment may still be handed in.
        return late if random.random() < 0.85 and plan.modname == "assign" else 0

    def teach(self, user_id: int, course: Course) -> None:
        """Add what a teacher does in a course: rows that are no evidence of anybody's study."""
        random = self._random
        for week in range(1, LAST_WEEK + 1):
            for weekday in random.sample(range(5), 2 if week != READING_WEEK else 1):
                at = self._dates.at(week, weekday, int(random.uniform(9, 17) * HOUR))
                self._add(COURSE_VIEWED, user_id, course.id, 0, at)
                for activity in random.sample(course.activities, 3):
                    if not activity.own:
                        event = f"\\mod_{activity.modname}\\event\\course_module_viewed"
                        self._add(event, user_id, course.id, activity.cmid, at + random.randrange(60, 600))
                learner = random.choice(sorted(course.members))
                self._add("\\core\\event\\user_graded", user_id, course.id, 0, at + 900, edulevel=1, related=learner)

    def _add(
        self, event: str, user_id: int, course_id: int, cmid: int, at: int, *, edulevel: int = 2, related: int = 0
    ) -> None:
        self.rows.append(LogRow(0, event, edulevel, user_id, related, course_id, cmid, at, "web", 0, ""))
