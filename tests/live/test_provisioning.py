"""A real Moodle makes, hides and shows the one activity of a course, and only courses that are switched on are read.

Source: the plugin's local_lea_set_courses. Needs a course to try on (LEA_LIVE_SPARE_COURSE) and a command that runs
Moodle's waiting ad-hoc tasks (LEA_LIVE_TASKS_COMMAND). At the end that course is switched off, its activity hidden.
"""

import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bridge.moodle.client import MoodleClient
from bridge.moodle.errors import CourseNotSwitchedOn
from bridge.records import CoursePlacement
from tests.live.conftest import read_variable
from tests.recordings.cases import ABSENT_ID, Subject

pytestmark = pytest.mark.live

TASK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Trial:
    """A Moodle with a course to try on."""

    client: MoodleClient
    course_id: int
    client_ids: tuple[str, ...]
    others: tuple[int, ...]
    """The courses that stay switched on."""
    command: tuple[str, ...]

    def set(self, *more: int) -> dict[int, CoursePlacement]:
        """Switch the others and these courses on, every other one off; what Moodle says of each."""
        placements = self.client.set_courses(self.client_ids, [*self.others, *more])
        return {placement.moodle_course_id: placement for placement in placements.courses}

    def run_tasks(self, processes: int = 1) -> None:
        """Run Moodle's waiting ad-hoc tasks, by several processes at once if need be."""
        running = [subprocess.Popen(self.command, stdout=subprocess.DEVNULL) for _ in range(processes)]
        assert [each.wait(TASK_SECONDS) for each in running] == [0] * processes

    def own_cmids(self) -> dict[int, bool]:
        """Return the tool's activities of the course, each with whether students see it."""
        activities = self.client.activities(self.course_id).activities
        return {each.cmid: each.is_visible for each in activities if each.is_own}


@pytest.fixture
def trial(client: MoodleClient, subject: Subject) -> Iterator[Trial]:
    """The course to try on, switched off; switched off again at the end."""
    course_id = int(read_variable("LEA_LIVE_SPARE_COURSE", "no course to try provisioning on"))
    command = read_variable("LEA_LIVE_TASKS_COMMAND", "no way to run Moodle's waiting tasks")
    others = tuple(int(each) for each in subject.switched_on.split(",") if int(each) != course_id)
    client_ids = tuple(each for each in subject.client_ids.split(",") if each)
    trial = Trial(client, course_id, client_ids, others, tuple(shlex.split(command)))
    trial.set()
    trial.run_tasks()
    yield trial
    trial.set()
    trial.run_tasks()


def test_a_course_is_read_as_soon_as_it_is_switched_on_and_not_before(trial: Trial) -> None:
    with pytest.raises(CourseNotSwitchedOn):
        trial.client.roster(trial.course_id)

    trial.set(trial.course_id)

    assert trial.client.roster(trial.course_id).rejected == ()


def test_two_processes_at_once_leave_exactly_one_activity(trial: Trial) -> None:
    assert trial.set(trial.course_id)[trial.course_id].problem == "queued"

    trial.run_tasks(processes=2)

    placement = trial.set(trial.course_id)[trial.course_id]
    assert placement.problem == ""
    assert placement.cmid is not None
    assert trial.own_cmids() == {placement.cmid: True}


def test_asking_again_changes_nothing(trial: Trial) -> None:
    trial.set(trial.course_id)
    trial.run_tasks()
    first = trial.set(trial.course_id)

    trial.run_tasks()

    assert trial.set(trial.course_id) == first
    assert list(trial.own_cmids()) == [first[trial.course_id].cmid]


def test_the_same_activity_comes_back_when_the_course_is_switched_on_again(trial: Trial) -> None:
    trial.set(trial.course_id)
    trial.run_tasks()
    before = trial.set(trial.course_id)[trial.course_id].cmid

    trial.set()
    trial.run_tasks()
    waiting = trial.set(trial.course_id)[trial.course_id]
    hidden = trial.own_cmids()
    trial.run_tasks()

    assert waiting == CoursePlacement(trial.course_id, True, before, "queued")
    assert hidden == {before: False}
    assert trial.own_cmids() == {before: True}


def test_a_course_that_does_not_exist_is_named_and_the_others_go_on(trial: Trial) -> None:
    answer = trial.set(ABSENT_ID)

    assert answer[ABSENT_ID] == CoursePlacement(ABSENT_ID, False, None, "unknowncourse")
    assert {answer[each].is_known for each in trial.others} == {True}
