"""A site that only files tell of is measured like any other: by every marker, in any order of files, week by week."""

from datetime import date, timedelta
from itertools import chain

import pytest
from sqlalchemy import select

from analytics.level_terms import LevelTerms
from analytics.levels import Expectation, Marker
from bridge.errors import BridgeError
from bridge.schema.engagement import EvaluationRow, LearnerState
from bridge.schema.log import SyncRun
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.calendar_changes import seed_calendar
from bridge.store.database import reading, writing
from bridge.sync.context import Sync
from bridge.sync.course import run_nightly, sync_platform
from bridge.sync.jobs import TIMETABLE, run_everywhere
from bridge.sync.report import Silent, SyncReport
from tests.bridge.sources.site import ADA, BEN, BIO, FILES, SETTINGS, Site
from tests.levels import publish

SUNDAY = date(2026, 10, 18)
"""It closes week 4 of the first course."""
TERMS = LevelTerms(
    (
        Expectation(Marker.ACTIVITY, level=2, a_day=1),
        Expectation(Marker.TASKS),
        Expectation(Marker.ATTENDANCE),
        Expectation(Marker.LECTURE_CAPTURE, level=1, a_day=1),
        Expectation(Marker.MEETINGS, level=1, a_day=1),
        Expectation(Marker.LIBRARY, level=1, a_day=1),
        Expectation(Marker.CO_CURRICULAR, level=1, a_day=1),
    ),
    who_intervenes=("Your adviser writes to you.",),
)

SAID = (
    "opened 3 of 8 expected activities",
    "attended 1 of 1 session",
    "watched 1 of 4 expected recordings",
    "attended 1 of 4 expected meetings",
    "used 1 of 4 expected library items",
    "of 4 expected co-curricular",
    "of 1 task in weeks 1–4 you handed in 1",
)
"""Of one learner by the end of week 4: a hand-in is a visit of its activity, too."""


def open_term(site: Site) -> None:
    """Publish a level with every marker, and a calendar of six weeks."""
    with writing(site.sessions) as db:
        seed_calendar(db, site.platform_id, week_count=6)
        publish(db, site.platform_id, TERMS)


def measure(site: Site) -> SyncReport:
    return sync_platform(site.sessions, None, site.platform_id, SETTINGS, lambda: site.now)


def evaluations(site: Site) -> dict[tuple[int, int], tuple[object, ...]]:
    """Return (Moodle's number, week) → (E, sentence, unused markers) in the first course."""
    row = EvaluationRow
    with reading(site.sessions) as db:
        course_id = db.scalars(select(Course.id).where(Course.moodle_course_id == BIO)).one()
        found = db.execute(
            select(Person.moodle_user_id, row).join(row, row.person_id == Person.id).where(row.course_id == course_id)
        )
        return {
            (user, one.week_no): (one.e_numerator, one.e_denominator, one.sentence, tuple(one.unused_markers))
            for user, one in found
        }


def take_term(site: Site, order: list[str]) -> None:
    for kind in order:
        has_days = kind not in ("courses", "roster", "activities", "tasks", "extensions", "exemptions")
        site.take(kind, covers_to=SUNDAY if has_days else None)


def test_every_marker_is_measured_from_its_file(site: Site) -> None:
    open_term(site)
    take_term(site, list(FILES))
    assert measure(site).has_succeeded
    found = evaluations(site)
    assert {week for _, week in found} == {1, 2, 3, 4}
    said = str(found[ADA, 4][2])
    assert [part for part in SAID if part not in said] == []
    assert found[ADA, 4][3] == ()


def test_files_in_any_order_give_the_same_evaluations(site: Site) -> None:
    open_term(site)
    first = ["courses", "roster", "tasks"]
    take_term(site, first + [kind for kind in reversed(FILES) if kind not in first])
    measure(site)
    by_reversed = evaluations(site)
    with writing(site.sessions) as db:
        db.query(EvaluationRow).delete()
    take_term(site, list(FILES))
    measure(site)
    assert evaluations(site) == by_reversed
    assert len(by_reversed) == 8


def test_a_marker_whose_file_ends_too_early_is_not_used_and_the_week_counts(site: Site) -> None:
    open_term(site)
    take_term(site, [kind for kind in FILES if kind != "attendance"])
    site.take("attendance", covers_to=SUNDAY - timedelta(days=1))
    measure(site)
    _, _, sentence, unused = evaluations(site)[ADA, 4]
    assert unused == ("attendance",)
    assert "session" not in str(sentence)


def test_no_week_is_evaluated_before_its_visits_are_complete(site: Site) -> None:
    open_term(site)
    site.begin()
    measure(site)
    assert evaluations(site) == {}
    site.take("visits", covers_to=date(2026, 10, 3))
    measure(site)
    assert {week for _, week in evaluations(site)} == {1}


@pytest.mark.parametrize("kind", ["meetings", "library", "lecture-capture", "co-curricular", "attendance"])
def test_whatever_was_done_stops_the_clock(site: Site, kind: str) -> None:
    open_term(site)
    site.begin()
    site.take("visits", [FILES["visits"][0]], covers_to=SUNDAY)
    site.take(kind)
    measure(site)
    with reading(site.sessions) as db:
        columns = select(Person.moodle_user_id, LearnerState.last_evidence_on, LearnerState.clock_days)
        found = {(user, last, days) for user, last, days in db.execute(columns.join(LearnerState).join(Course)) if last}
    when = {"meetings": 14, "library": 15, "co-curricular": 16}.get(kind, 12)
    assert found == {(ADA, date(2026, 10, when), 18 - when)}


def test_being_absent_stops_no_clock(site: Site) -> None:
    open_term(site)
    site.begin()
    site.take("visits", [FILES["visits"][0]], covers_to=SUNDAY)
    site.take("attendance")
    measure(site)
    with reading(site.sessions) as db:
        is_bens = (LearnerState.person_id == Person.id, Person.moodle_user_id == BEN)
        assert db.scalars(select(LearnerState.last_evidence_on).where(*is_bens)).all() == [None]


def test_the_worker_measures_a_site_that_files_tell_of_and_of_one_without_any_only_lets_go(site: Site) -> None:
    open_term(site)
    for job in TIMETABLE:
        run_everywhere(job, site.sessions, SETTINGS, lambda: site.now, "test")
    with reading(site.sessions) as db:
        assert db.scalars(select(SyncRun.job)).all() == ["nightly"]
    take_term(site, list(FILES))
    for job in TIMETABLE:
        run_everywhere(job, site.sessions, SETTINGS, lambda: site.now, "test")
    with reading(site.sessions) as db:
        assert db.execute(select(SyncRun.job, SyncRun.outcome).order_by(SyncRun.id)).all() == [
            (job, "succeeded") for job in ("nightly", "measure", "nightly")
        ]
    assert evaluations(site)


def test_steps_that_need_moodle_are_not_run_without_it(site: Site) -> None:
    site.begin()
    reports = (measure(site), run_nightly(site.sessions, None, site.platform_id, SETTINGS, lambda: site.now))
    steps = {tally.step for tally in chain.from_iterable(report.tallies for report in reports)}
    assert steps >= {"weeks", "evaluations", "retention"}
    assert steps.isdisjoint({"handshake", "rosters", "log", "reconcile"})
    with pytest.raises(BridgeError, match="is not asked now"):
        _ = Sync(site.sessions, None, site.platform_id, SETTINGS, lambda: site.now, Silent()).client
