"""What people did about concerns is counted in the same pools, rounded and withheld as every figure without names."""

from datetime import timedelta

import pytest

from analytics.policy.casework import Outcome, Step
from bridge.schema.casework import CaseEntry, Concern, SchoolProcess, SupportCase
from bridge.store.casework_figures import CaseState, load_case_states
from bridge.store.database import reading, writing
from tests.bridge.sync.test_figures import FIRST_SUNDAY, NOW, Site, site

__all__ = ["site"]
LEARNERS = range(1, 401)


def raise_concern(made: Site, person_id: int, *, days: int | None, is_wrong: bool) -> None:
    """Raise a concern and open its case; a wrong flag closes both, an attempt follows after some days."""
    told = {"platform_id": made.platform_id, "person_id": person_id}
    with writing(made.sessions) as db:
        closed = {"closed_at": NOW} if is_wrong else {}
        case = SupportCase(**told, school_id=1, opened_at=NOW, opened_by="Somebody", **closed)
        db.add(case)
        db.flush()
        concern = Concern(**told, course_id=1, week_no=1, as_of=FIRST_SUNDAY, level_version="1", rule_version="1")
        concern.process_id, concern.reasons, concern.evidence, concern.opened_at = 1, ["silent"], {}, NOW
        concern.case_id = case.id
        if is_wrong:
            concern.closed_at, concern.outcome = NOW, Outcome.WRONG_FLAG.value
        db.add(concern)
        if days is not None:
            entry = CaseEntry(case_id=case.id, position=1, at=NOW + timedelta(days=days), kind=Step.ATTEMPT.value)
            entry.by_moodle_user_id, entry.by_name, entry.by_role, entry.body = 1, "Somebody", "adviser", {}
            entry.salt, entry.commitment, entry.digest = "s" * 32, "c" * 64, "d" * 64
            db.add(entry)


@pytest.fixture
def course(site: Site) -> Site:
    """A course of four hundred learners of a school with a process."""
    site.add_course(1, LEARNERS, school_id=1)
    site.evaluate(1, 1, LEARNERS)
    with writing(site.sessions) as db:
        process = SchoolProcess(id=1, platform_id=site.platform_id, school_id=1, version="1", document={})
        process.digest, process.published_by, process.published_at = "0" * 64, "Lead", NOW
        db.add(process)
    return site


def test_a_learners_state_is_what_people_did(course: Site) -> None:
    raise_concern(course, 1, days=7, is_wrong=False)
    raise_concern(course, 2, days=8, is_wrong=False)
    raise_concern(course, 3, days=None, is_wrong=True)

    with reading(course.sessions) as db:
        assert load_case_states(db, 1, 1) == {
            1: CaseState(is_contacted_soon=True, has_wrong_flag=False, has_open_case=True),
            2: CaseState(is_contacted_soon=False, has_wrong_flag=False, has_open_case=True),
            3: CaseState(is_contacted_soon=False, has_wrong_flag=True, has_open_case=False),
        }
        assert load_case_states(db, 9, 1) == {}


def test_many_are_told_within_the_rounding_and_parts_of_few_are_withheld(course: Site) -> None:
    for person_id in range(1, 241):
        raise_concern(course, person_id, days=2 if person_id % 2 else 20, is_wrong=person_id <= 12)

    course.make()

    row = course.row(1, "course", 1)
    assert row is not None
    assert row == course.row(1, "school", 1)
    assert row["raised"] == pytest.approx(240, abs=20)
    assert row["contacted"] == pytest.approx(120, abs=20)
    assert (row["wrong_flags"], row["open_cases"]) == (None, None)
    assert all(number is None or number % 5 == 0 for number in (row["raised"], row["contacted"]))


def test_nothing_is_told_of_nine_learners_with_a_concern(course: Site) -> None:
    for person_id in range(1, 10):
        raise_concern(course, person_id, days=2, is_wrong=False)

    course.make()

    row = course.row(1, "platform")
    assert row is not None
    assert [row[name] for name in ("raised", "contacted", "open_cases", "wrong_flags")] == [None] * 4
