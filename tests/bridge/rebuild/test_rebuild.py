"""What was lost comes back as the sync had made it, table by table and row by row, and nothing else changes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from bridge.rebuild.window import RawWindow
from bridge.schema.engagement import EvaluationRow, StaleLearner
from bridge.schema.log import LogEventRow
from bridge.schema.people import Enrolment, Person
from bridge.store.database import reading, writing
from bridge.store.restrictions import RestrictionKind, end_restrictions, start_restriction
from bridge.store.runs import REBUILD, load_runs
from bridge.store.tombstones import load_user_keys, save_tombstone
from tests.bridge.rebuild.archives import write_archive
from tests.bridge.rebuild.conftest import AFTER_ALL, Site
from tests.bridge.sync.conftest import SETTINGS
from tests.faults.oracle import Contents, find_differences, read_all


def lost(site: Site, expected: Contents) -> list[str]:
    """Return the rows that are not as expected."""
    return find_differences(expected, read_all(site.sessions))


def count_evaluations(site: Site) -> int:
    with reading(site.sessions) as db:
        return db.scalar(select(func.count()).select_from(EvaluationRow)) or 0


def count_learners(site: Site) -> int:
    with reading(site.sessions) as db:
        return db.scalar(select(func.count()).select_from(Enrolment).where(Enrolment.is_learner.is_(True))) or 0


def test_lost_facts_and_weeks_come_back_from_the_archive_as_the_sync_had_made_them(site: Site) -> None:
    expected = read_all(site.sessions)
    site.forget()
    assert {"presence", "learner_week"} <= {one.partition(":")[0] for one in lost(site, expected)}
    one, report = site.rebuild()
    assert report.failures == ()
    assert lost(site, expected) == []
    assert one.count.facts == one.count.new == expected["presence"].total() > 500
    assert one.count.rows == len(site.rows)
    assert count_evaluations(site) > 0
    with reading(site.sessions) as db:
        (run,) = load_runs(db, site.platform_id, limit=1)
    assert (run.job, run.outcome, run.rows_new) == (REBUILD, "succeeded", one.count.new)


def test_lost_facts_and_weeks_come_back_from_the_raw_window_too(site: Site) -> None:
    expected = read_all(site.sessions)
    site.forget()
    one, report = site.rebuild(RawWindow(site.sessions, site.platform_id))
    assert report.failures == ()
    assert lost(site, expected) == []
    with reading(site.sessions) as db:
        assert one.count.rows == db.scalar(select(func.count()).select_from(LogEventRow))


def test_from_the_database_everybody_is_measured_anew_though_no_fact_is(site: Site) -> None:
    with writing(site.sessions) as db:
        db.execute(update(LogEventRow).values(edulevel=0))
    changed = read_all(site.sessions)
    measured = []

    class Watching:
        def step(self, name: str, total: int | None) -> None:
            if name == "weeks":
                with reading(site.sessions) as db:
                    measured.append(db.scalar(select(func.count()).select_from(StaleLearner)))

        def advance(self, count: int = 1) -> None:
            """Nothing to see."""

    one, _ = site.rebuild(RawWindow(site.sessions, site.platform_id), progress=Watching())
    assert one.count.new == 0
    assert measured == [count_learners(site)]
    assert find_differences(changed, read_all(site.sessions)) == []


def test_doing_it_again_changes_nothing_and_measures_nobody(site: Site) -> None:
    expected = read_all(site.sessions)
    write_archive(site.folder / "again", site.rows, files=2)
    one, _ = site.rebuild()
    assert (one.count.new, one.count.facts) == (0, expected["presence"].total())
    assert lost(site, expected) == []


def test_a_dry_run_counts_what_a_rebuild_would_store_and_stores_nothing(site: Site) -> None:
    site.forget()
    without = read_all(site.sessions)
    dry, report = site.rebuild(is_dry=True)
    assert report.failures == ()
    assert find_differences(without, read_all(site.sessions)) == []
    real, _ = site.rebuild()
    assert dry.count == real.count


def test_courses_that_are_off_stay_out(site: Site) -> None:
    site.switch((), (2, 3))
    site.forget()
    site.rebuild()
    here = site.count_facts()
    site.switch((2, 3), ())
    site.rebuild()
    assert 0 < here < site.count_facts()


def test_an_erasure_a_pause_and_a_deleted_account_stay_out(site: Site) -> None:
    site.forget()
    was_paused = site.busiest()
    erased, paused, deleted = [user for user in range(3, 20) if user != was_paused][:3]
    first = site.weeks()[0].monday
    times = sorted(row.timecreated for row in site.rows if row.userid == was_paused and row.edulevel == 2)
    until = datetime.fromtimestamp(times[len(times) // 2], UTC)
    with writing(site.sessions) as db:
        ids = dict(db.execute(select(Person.moodle_user_id, Person.id)).all())
        keys = load_user_keys(db, site.platform_id, SETTINGS.secret_key)
        save_tombstone(db, site.platform_id, keys.of(erased), 0, 10**9, AFTER_ALL)
        start_restriction(db, ids[paused], RestrictionKind.OBJECTION, "Dana Officer", AFTER_ALL)
        start_restriction(db, ids[was_paused], RestrictionKind.OBJECTION, "Dana Officer", until - timedelta(days=100))
        end_restrictions(db, ids[was_paused], until)
        db.get_one(Person, ids[deleted]).deleted_at = AFTER_ALL
    site.rebuild()
    assert [site.count_facts(first, user) for user in (erased, paused, deleted)] == [0, 0, 0]
    began_again = (until + timedelta(days=1)).date()
    assert site.count_facts(first, was_paused) == site.count_facts(began_again, was_paused) > 0
