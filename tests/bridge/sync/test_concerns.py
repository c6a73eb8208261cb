"""The step that opens concerns: after the evaluations, within each school's weekly budget, and only with a process."""

from sqlalchemy import select

from bridge.moodle.client import MoodleClient
from bridge.schema.casework import Concern
from bridge.store.concerns import Raised
from bridge.store.database import Sessions, reading
from bridge.sync.concerns import find_beyond, open_concerns
from bridge.sync.context import Sync
from bridge.sync.course import SYNC_STEPS
from bridge.sync.report import Silent, Tally
from tests.bridge.store.casework_world import NOW, SUNDAY, Casework, add_week, make_casework
from tests.bridge.sync.conftest import SETTINGS, Clock


def run(sessions: Sessions, made: Casework) -> Tally:
    """Run the step."""
    clock, tally = Clock(NOW), Tally("concerns")
    client = MoodleClient("http://127.0.0.1:9", "none", now=lambda: clock().timestamp())
    open_concerns(Sync(sessions, client, made.platform_id, SETTINGS, clock, Silent()), tally)
    return tally


def opened(sessions: Sessions) -> dict[tuple[int, int], bool]:
    """Return (person, course) of each concern, and whether it stands in the digest."""
    with reading(sessions) as db:
        return {(one.person_id, one.course_id): one.is_beyond_budget for one in db.scalars(select(Concern))}


def raised(person_id: int, clock_days: int, course_id: int = 1) -> Raised:
    return Raised(course_id, person_id, 1, 5, SUNDAY, "L", "R", ("silent",), {"clock_days": clock_days})


def test_it_runs_after_the_evaluations_and_asks_nothing_of_moodle() -> None:
    names = [step.name for step in SYNC_STEPS]

    assert names.index("concerns") > names.index("evaluations")
    assert not next(step for step in SYNC_STEPS if step.name == "concerns").asks_moodle


def test_before_a_school_has_published_its_process_nothing_is_raised(sessions: Sessions) -> None:
    made = make_casework(sessions, with_process=False)
    add_week(sessions, made.home_course, made.learner, 5, ["silent"])

    assert (run(sessions, made).notes, opened(sessions)) == ([], {})


def test_concerns_are_opened_in_every_course_and_the_longest_silence_comes_first(
    sessions: Sessions,
) -> None:
    made = make_casework(sessions)
    for person_id, days in ((made.learner, 11), (made.classmate, 20), (made.third, 15)):
        add_week(sessions, made.home_course, person_id, 5, ["silent"], days)
    add_week(sessions, made.other_course, made.learner, 5, ["silent"], 11)

    tally = run(sessions, made)

    assert opened(sessions) == {
        (made.classmate, made.home_course): False,
        (made.third, made.home_course): False,
        (made.learner, made.home_course): True,
        (made.learner, made.other_course): False,
    }
    assert tally.notes == [
        "3 concerns were opened in a school, 1 of them for its digest",
        "1 concerns were opened in a school, 0 of them for its digest",
    ]
    assert run(sessions, made).notes == []


def test_a_later_run_of_the_same_week_does_not_spend_the_budget_again(sessions: Sessions) -> None:
    made = make_casework(sessions)
    for person_id in (made.learner, made.classmate):
        add_week(sessions, made.home_course, person_id, 5, ["silent"])
    run(sessions, made)
    add_week(sessions, made.home_course, made.third, 5, ["silent"], 30)
    run(sessions, made)

    assert opened(sessions)[made.third, made.home_course]


def test_a_learner_of_several_courses_counts_once() -> None:
    both = [raised(1, 12), raised(1, 12, course_id=2), raised(2, 11), raised(3, 10)]

    assert find_beyond(both, frozenset(), 2) == {(3, 1)}
    assert find_beyond(both, frozenset({1, 9}), 2) == {(2, 1), (3, 1)}
