"""The semester's report is made of what the database holds of these days; the groups leave no trace in it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from analytics.policy.casework import Outcome, Step
from bridge.schema.base import Base
from bridge.schema.casework import CaseEntry, Concern, SchoolProcess, SupportCase
from bridge.schema.people import Person
from bridge.schema.records import School
from bridge.store.database import Sessions, reading, writing
from bridge.worth.errors import WorthRefused
from bridge.worth.files import Groups, Learner
from bridge.worth.semester import SemesterReport, make_semester_report
from tests.lti.panels.shapes import FIRST_MONDAY, NOW, ZONE, Shape
from tests.lti.panels.world import World, make_world

DAYS = (FIRST_MONDAY, NOW.date())
OPENED = datetime(2026, 10, 20, 9, tzinfo=UTC)


@pytest.fixture
def world(sessions: Sessions) -> World:
    """Forty-eight learners; every second one has a concern, half of these are wrong flags, the others are contacted."""
    world = make_world(sessions, Shape(learner_count=48))
    with writing(sessions) as db:
        school = School(platform_id=world.platform_id, code="S", name="School", switched_on_at=NOW)
        db.add(school)
        db.flush()
        told = {"platform_id": world.platform_id, "school_id": school.id}
        process = SchoolProcess(
            **told, version="1", document={}, digest="0" * 64, published_by="Lead", published_at=OPENED
        )
        db.add(process)
        db.flush()
        for number, person_id in enumerate(world.learner_ids):
            if number % 2:
                continue
            is_wrong = number % 4 == 0
            case = SupportCase(**told, person_id=person_id, opened_at=OPENED, opened_by="Somebody")
            db.add(case)
            db.flush()
            db.add(make_concern(world, process.id, person_id, case.id, is_wrong=is_wrong))
            if not is_wrong:
                db.add(make_entry(case.id, OPENED + timedelta(days=3)))
    return world


def make_concern(world: World, process_id: int, person_id: int, case_id: int, *, is_wrong: bool) -> Concern:
    return Concern(
        platform_id=world.platform_id,
        course_id=world.course_id,
        person_id=person_id,
        week_no=3,
        as_of=date(2026, 10, 18),
        level_version="3",
        rule_version="own-1",
        process_id=process_id,
        reasons=["silent"],
        evidence={},
        opened_at=OPENED,
        case_id=case_id,
        closed_at=OPENED + timedelta(days=9),
        outcome=Outcome.WRONG_FLAG.value if is_wrong else Outcome.SUPPORTED.value,
        closed_by="Somebody",
    )


def make_entry(case_id: int, at: datetime) -> CaseEntry:
    return CaseEntry(
        case_id=case_id,
        position=1,
        at=at,
        kind=Step.ATTEMPT.value,
        by_moodle_user_id=1,
        by_name="Somebody",
        by_role="adviser",
        body={},
        salt="s" * 32,
        commitment="c" * 64,
        digest="d" * 64,
    )


def groups_of(sessions: Sessions, world: World) -> Groups:
    """Every learner in one of two groups: those with a concern are three quarters of the first."""
    with reading(sessions) as db:
        users = dict(db.execute(select(Person.id, Person.moodle_user_id)).all())
    values = {}
    for number, person_id in enumerate(world.learner_ids):
        is_first = (number // 2) % 6 < (5 if number % 2 == 0 else 1)
        values[Learner("user_id", str(users[person_id]))] = "first" if is_first else "other"
    return Groups({"route": values | {Learner("user_id", "999999"): "first"}}, "user_id")


def report(sessions: Sessions, world: World, groups: Groups | None, days: tuple[date, date] = DAYS) -> SemesterReport:
    with reading(sessions) as db:
        return make_semester_report(db, world.platform_id, days, groups, NOW.date(), ZONE)


def test_wrong_flags_and_the_days_to_the_first_contact_are_told_by_rule(sessions: Sessions, world: World) -> None:
    made = report(sessions, world, None)

    (flag,) = made.flags
    assert (flag.rule_version, flag.learners, flag.wrong_share, flag.days_to_contact) == ("own-1", 20, 0.5, 3.0)
    assert (made.learners, made.impact) == (50, ())


def test_concerns_that_ended_with_their_run_are_told_apart(sessions: Sessions, world: World) -> None:
    with writing(sessions) as db:
        left = db.scalars(select(Concern).where(Concern.outcome == Outcome.SUPPORTED.value)).all()
        for concern in left:
            concern.outcome = concern.case_id = None

    (flag,) = report(sessions, world, None).flags

    assert len(left) == 12
    assert (flag.left_share, flag.wrong_share) == (0.5, None)


def test_the_gap_of_a_group_needs_ten_with_and_without_on_both_sides(sessions: Sessions, world: World) -> None:
    """Twenty of the first group's twenty-four have a concern: four without are too few."""
    assert not [row for row in report(sessions, world, groups_of(sessions, world)).impact if row.measure == "a concern"]


def test_only_the_days_asked_for_are_reported(sessions: Sessions, world: World) -> None:
    made = report(sessions, world, None, (FIRST_MONDAY, date(2026, 10, 17)))

    assert made.flags == ()
    with pytest.raises(WorthRefused, match="No week that closed"):
        report(sessions, world, None, (date(2025, 9, 1), date(2026, 1, 31)))


def test_nothing_of_the_groups_is_written(sessions: Sessions, world: World) -> None:
    def count_rows() -> dict[str, int]:
        with reading(sessions) as db:
            tables = Base.metadata.sorted_tables
            return {table.name: db.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    before = count_rows()
    document = report(sessions, world, groups_of(sessions, world)).to_json()

    assert count_rows() == before
    assert document["first"] == "2026-09-28"
    assert document["fewest_learners"] == 10
