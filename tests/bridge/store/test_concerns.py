"""The published rule raises a concern once, only where people said what they do with it, and a person closes it."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from analytics.policy.casework import Outcome, StepRefused
from bridge.schema.casework import Concern, Dispute
from bridge.schema.records import School, StudentRecord
from bridge.store.cases import CaseRefused
from bridge.store.concerns import close_concern, find_raising_school, load_raised, save_concerns
from bridge.store.database import Sessions, reading, writing
from bridge.store.processes import load_process
from bridge.store.voice import save_declared
from tests.bridge.store.casework_world import ADVISER, NOW, SUNDAY, TODAY, Casework, add_week, make_casework

SILENT = ["silent"]


def raise_all(sessions: Sessions, made: Casework) -> list[int]:
    """Open what the rule raises in the home course; return whom it is about."""
    with writing(sessions) as db:
        raised = load_raised(db, made.home_course, TODAY)
        process = load_process(db, made.home)
        assert process is not None
        save_concerns(db, raised, process.process_id, made.platform_id, set(), NOW)
    return [one.person_id for one in raised]


def test_a_concern_keeps_the_evidence_as_it_was_shown_and_names_rule_level_and_process(sessions: Sessions) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)
    add_week(sessions, made.home_course, made.classmate, 5, [])

    assert raise_all(sessions, made) == [made.learner]
    with reading(sessions) as db:
        (concern,) = db.scalars(select(Concern))
        assert (concern.rule_version, concern.level_version, concern.reasons) == ("default-1", "SBB level 1", SILENT)
        assert concern.evidence["sentence"] == "No evidence for 12 counted days."
        assert concern.evidence["clock_days"] == 12


def test_an_open_concern_is_not_opened_again(sessions: Sessions) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)

    assert [raise_all(sessions, made), raise_all(sessions, made)] == [[made.learner], []]


def test_a_closed_concern_opens_again_only_after_a_week_without_reasons(sessions: Sessions) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 3, SILENT)
    with writing(sessions) as db:
        late = load_raised(db, made.home_course, TODAY - timedelta(days=7))
        process = load_process(db, made.home)
        assert process is not None
        save_concerns(db, late, process.process_id, made.platform_id, set(), NOW)
        concern_id = db.scalars(select(Concern.id)).one()
        close_concern(db, concern_id, made.learner, Outcome.WRONG_FLAG, "The log was late.", ADVISER, NOW)
    add_week(sessions, made.home_course, made.learner, 4, SILENT)
    same_run = raise_all(sessions, made)
    add_week(sessions, made.home_course, made.learner, 5, [])
    recovered = raise_all(sessions, made)
    add_week(sessions, made.home_course, made.learner, 6, SILENT)

    assert [same_run, recovered, raise_all(sessions, made)] == [[], [], [made.learner]]


def _dispute(sessions: Sessions, made: Casework, days: int) -> None:
    own = {"course_id": made.home_course, "person_id": made.learner, "week_no": 5, "text": "I read the book."}
    with writing(sessions) as db:
        db.add(Dispute(**own, made_at=NOW, paused_until=TODAY + timedelta(days=days)))


@pytest.mark.parametrize("day", [SUNDAY - timedelta(days=4), TODAY])
def test_what_was_declared_between_the_sunday_and_the_sync_stops_the_weeks_concern(
    sessions: Sessions, day: date
) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)
    with writing(sessions) as db:
        save_declared(db, made.home_course, made.learner, day, "Read at the library.", NOW)

    assert raise_all(sessions, made) == []


def test_what_the_evaluation_knew_already_and_a_task_that_has_not_arrived_still_raise_it(sessions: Sessions) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)
    add_week(sessions, made.home_course, made.classmate, 5, ["silent", "task"])
    with writing(sessions) as db:
        save_declared(db, made.home_course, made.learner, SUNDAY - timedelta(days=12), "Read.", NOW)
        save_declared(db, made.home_course, made.classmate, TODAY, "Read.", NOW)

    assert set(raise_all(sessions, made)) == {made.learner, made.classmate}
    with reading(sessions) as db:
        reasons = {row.person_id: row.reasons for row in db.scalars(select(Concern))}
    assert reasons == {made.learner: SILENT, made.classmate: ["task"]}


def _forget_record(sessions: Sessions, made: Casework) -> None:
    with writing(sessions) as db:
        db.execute(delete(StudentRecord).where(StudentRecord.person_id == made.learner))


def _switch_off(sessions: Sessions, made: Casework) -> None:
    with writing(sessions) as db:
        db.execute(update(School).where(School.id == made.home).values(switched_on_at=None))


@pytest.mark.parametrize(
    "change", [lambda sessions, made: _dispute(sessions, made, 7), _forget_record, _switch_off], ids=["d", "r", "off"]
)
def test_nothing_is_raised_after_a_dispute_or_where_no_home_school_looks_after_the_learner(
    sessions: Sessions, change: Callable[[Sessions, Casework], None]
) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)
    change(sessions, made)

    with reading(sessions) as db:
        assert load_raised(db, made.home_course, TODAY) == ()


def test_a_dispute_pauses_for_its_days_and_no_longer(sessions: Sessions) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)
    _dispute(sessions, made, -1)

    assert raise_all(sessions, made) == [made.learner]


def test_a_week_that_closed_long_ago_raises_nothing(sessions: Sessions) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 3, SILENT)

    with reading(sessions) as db:
        assert load_raised(db, made.home_course, TODAY) == ()


def test_without_a_process_of_the_home_school_nothing_is_raised(sessions: Sessions) -> None:
    made = make_casework(sessions, with_process=False)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)

    with reading(sessions) as db:
        assert (load_raised(db, made.home_course, TODAY), load_process(db, made.home)) == ((), None)
        assert find_raising_school(db, made.home_course) == made.home


@pytest.mark.parametrize("outcome", [Outcome.SUPPORTED, Outcome.NO_ACTION])
def test_what_takes_a_discussion_is_not_closed_without_a_case(sessions: Sessions, outcome: Outcome) -> None:
    made = make_casework(sessions)
    add_week(sessions, made.home_course, made.learner, 5, SILENT)
    raise_all(sessions, made)

    with pytest.raises(StepRefused), writing(sessions) as db:
        close_concern(db, db.scalars(select(Concern.id)).one(), made.learner, outcome, "All is well.", ADVISER, NOW)


def test_a_wrong_flag_is_closed_once_by_name_with_its_reason(sessions: Sessions) -> None:
    made = make_casework(sessions)
    for person_id in (made.learner, made.classmate):
        add_week(sessions, made.home_course, person_id, 5, SILENT)
    raise_all(sessions, made)
    with reading(sessions) as db:
        concern_id = db.scalars(select(Concern.id).where(Concern.person_id == made.learner)).one()
    flag = Outcome.WRONG_FLAG

    for who, reason in ((made.classmate, "Not theirs."), (made.learner, " ")):
        with pytest.raises(CaseRefused), writing(sessions) as db:
            close_concern(db, concern_id, who, flag, reason, ADVISER, NOW)
    with writing(sessions) as db:
        close_concern(db, concern_id, made.learner, flag, "The log was late.", ADVISER, NOW)
    with pytest.raises(CaseRefused), writing(sessions) as db:
        close_concern(db, concern_id, made.learner, flag, "Again.", ADVISER, NOW)
    with reading(sessions) as db:
        outcomes = {one.person_id: one.outcome for one in db.scalars(select(Concern))}
        assert outcomes == {made.learner: flag.value, made.classmate: None}
        closed = db.get_one(Concern, concern_id)
        assert (closed.closed_by, closed.closing_reason) == (ADVISER.name, "The log was late.")
