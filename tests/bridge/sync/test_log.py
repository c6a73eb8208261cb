"""The recorded log over HTTP into the database: every row and fact, once, whatever happens on the way."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from analytics.calendar import day_number
from bridge.errors import CursorMoved
from bridge.schema.log import LogCursor, LogEventRow, Presence, Quarantine
from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.database import reading, writing
from bridge.store.quarantine import load_rejected_ids
from bridge.store.runs import load_runs
from bridge.sync.log import save_page
from tests.bridge.sync.conftest import COURSES, RECORDED_AT, Bench
from tests.bridge.sync.counting import facts_in_file, file_rows, measured, saved_facts, saved_ids
from tests.demo_vle.faults import Fault
from tests.demo_vle.worlds.model import LogRow

LOG = "local_lea_get_log_events"
COUNTS = "local_lea_get_log_counts"


def row_of(bench: Bench, *, log_id: int = 0, user: int = 3, cmid: int = 0) -> LogRow:
    """Make a log row of a learner viewing course 2, now."""
    at = int(bench.clock().timestamp())
    return LogRow(log_id, "\\core\\event\\course_viewed", 2, user, 0, 2, cmid, at, "web", 0, "")


def test_rows_and_facts_equal_a_count_made_from_the_file(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    report = bench.sync()
    ids = {row["id"] for row in file_rows(COURSES)}
    assert saved_ids(bench.sessions) == ids
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, COURSES)
    assert len(saved_facts(bench.sessions)) > 500
    assert report.rows_new == len(ids)


def test_every_column_of_a_row_is_kept(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    with reading(bench.sessions) as db:
        saved = {row.log_id: row for row in db.scalars(select(LogEventRow))}
        for row in file_rows(COURSES):
            kept = saved[row["id"]]
            assert (kept.event_name, kept.edulevel, kept.origin) == (row["eventname"], row["edulevel"], row["origin"])
            assert kept.moodle_user_id == row["userid"]
            assert kept.related_moodle_user_id == row["relateduserid"]
            assert kept.occurred_at.timestamp() == row["timecreated"]
            assert kept.arrived_at == bench.clock()


def test_a_second_sync_changes_nothing(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    before = (saved_ids(bench.sessions), saved_facts(bench.sessions), measured(bench.sessions))
    bench.clock.go_on(minutes=15)
    again = bench.sync()
    assert (saved_ids(bench.sessions), saved_facts(bench.sessions), measured(bench.sessions)) == before
    assert again.rows_new == 0


def test_a_replay_from_the_start_changes_nothing(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    before = (saved_ids(bench.sessions), saved_facts(bench.sessions), measured(bench.sessions))
    with writing(bench.sessions) as db:
        db.execute(update(LogCursor).values(read_to=0, settled_to=0, mark_id=0, mark_at=None))
    again = bench.sync()
    assert (saved_ids(bench.sessions), saved_facts(bench.sessions), measured(bench.sessions)) == before
    assert again.rows_new == 0
    assert again.rows_read > len(before[0])


def test_rows_served_twice_are_kept_once(bench: Bench) -> None:
    bench.switch_on(2)
    bench.vle.faults.double([row["id"] for row in file_rows([2])])
    bench.sync()
    assert saved_ids(bench.sessions) == {row["id"] for row in file_rows([2])}


def test_a_restored_course_with_old_times_adds_no_evidence(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    before = saved_facts(bench.sessions)
    for row in list(bench.vle.world.log)[-50:]:
        bench.vle.world.log.append(row._replace(origin="restore", timecreated=row.timecreated - 400 * 86_400))
    bench.clock.go_on(minutes=15)
    bench.sync()
    assert saved_facts(bench.sessions) == before


@pytest.mark.parametrize("minutes", [1, 3, 15, 600])
def test_a_row_that_becomes_visible_late_is_found_whatever_the_interval(minutes: int, bench: Bench) -> None:
    bench.switch_on(*COURSES)
    late = [row["id"] for row in file_rows(COURSES)][-300::100]
    bench.vle.world.log.hide(late)
    bench.sync()
    bench.vle.world.log.show(late)
    assert not set(late) & saved_ids(bench.sessions)
    for _ in range(4):
        bench.clock.go_on(minutes=minutes)
        bench.vle.world.log.append(row_of(bench))
        bench.sync()
    assert set(late) <= saved_ids(bench.sessions)
    assert facts_in_file(bench.vle.world, COURSES) <= saved_facts(bench.sessions)


def test_a_row_that_becomes_visible_between_two_far_runs_is_found(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(minutes=15)
    hidden = bench.vle.world.log.append(row_of(bench)).id
    bench.vle.world.log.hide([hidden])
    seen = bench.vle.world.log.append(row_of(bench, user=5)).id
    bench.sync()
    assert seen in saved_ids(bench.sessions)
    bench.vle.world.log.show()
    for _ in range(2):
        bench.clock.go_on(minutes=15)
        bench.sync()
    assert hidden in saved_ids(bench.sessions)


def test_a_backlog_is_fetched_once(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    kept = [row for row in bench.vle.world.log if row.courseid in COURSES]
    for number in range(14_000):
        bench.vle.world.log.append(kept[number % len(kept)]._replace(timecreated=int(bench.clock().timestamp())))
    for _ in range(5):
        bench.sync()
        bench.clock.go_on(minutes=15)
    backlog = len(saved_ids(bench.sessions))
    assert backlog > 14_000
    assert bench.vle.served.rows <= 1.1 * backlog
    with reading(bench.sessions) as db:
        cursor = load_cursor(db, bench.platform_id)
    assert cursor.settled_to == cursor.read_to == bench.vle.world.log.max_id()


def test_the_next_page_is_asked_for_while_a_full_one_is_saved(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.switch_on(*COURSES)
    asked_meanwhile: list[int] = []

    def slowly(*given: Any) -> Any:
        give_up_at = time.monotonic() + 5
        while len(bench.vle.served.pages) < 2 and time.monotonic() < give_up_at:
            time.sleep(0.01)
        asked_meanwhile.append(len(bench.vle.served.pages))
        return save_page(*given)

    monkeypatch.setattr("bridge.sync.log.save_page", slowly)
    bench.sync()
    assert asked_meanwhile[0] == 2
    assert set(bench.vle.served.ids.values()) == {1}


def test_nothing_is_compared_before_a_mark_is_old_enough(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(seconds=119)
    bench.sync()
    assert bench.vle.served.calls[COUNTS] == 0
    bench.clock.go_on(seconds=1)
    bench.sync()
    assert bench.vle.served.calls[COUNTS] > 0


def test_a_failure_in_mid_backlog_keeps_whole_pages_and_the_next_run_goes_on(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    for row in [row for row in bench.vle.world.log if row.courseid == 2] * 3:
        bench.vle.world.log.append(row)
    served_first = 5_000
    bench.client.version()
    bench.vle.site.served.reset()
    with_fault = bench.vle.faults
    with_fault.always(Fault.INVALID_TOKEN, function=COUNTS)
    original = bench.vle.site.served.count_page

    def break_after_first(after_id: int, to_id: int, ids: list[int]) -> None:
        original(after_id, to_id, ids)
        with_fault.always(Fault.SERVER_ERROR, function=LOG)

    bench.vle.site.served.count_page = break_after_first  # type: ignore[method-assign]  # the served site's own hook
    report = bench.try_to_sync()
    assert [failure.code for failure in report.failures] == ["moodle-server-error"]
    with reading(bench.sessions) as db:
        cursor = load_cursor(db, bench.platform_id)
        (run,) = load_runs(db, bench.platform_id)
    assert len(saved_ids(bench.sessions)) == served_first
    assert cursor.read_to == max(saved_ids(bench.sessions))
    assert cursor.fresh_at is None
    assert (run.outcome, run.error_code, run.rows_new) == ("failed", "moodle-server-error", served_first)
    bench.vle.site.served.count_page = original  # type: ignore[method-assign]  # as above
    with_fault.clear()
    bench.sync()
    assert facts_in_file(bench.vle.world, COURSES) <= saved_facts(bench.sessions)
    assert bench.vle.served.rows == len(saved_ids(bench.sessions))


def test_a_crash_in_mid_batch_leaves_cursor_and_rows_as_they_were(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.switch_on(*COURSES)

    def crash(*_: object) -> int:
        raise RuntimeError("the power went off")

    with monkeypatch.context() as patch:
        patch.setattr("bridge.sync.log.put_facts", crash)
        with pytest.raises(RuntimeError):
            bench.try_to_sync()
    with reading(bench.sessions) as db:
        assert load_cursor(db, bench.platform_id).read_to == 0
        (run,) = load_runs(db, bench.platform_id)
    assert saved_ids(bench.sessions) == set()
    assert run.outcome == "failed"
    assert "power" not in str(run.error_message)
    bench.sync()
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, COURSES)


def test_a_page_with_three_bad_rows_is_kept_but_for_them(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bad = [row["id"] for row in file_rows(COURSES)][1_000:4_000:1_000]
    bench.vle.faults.spoil(bad)
    report = bench.sync()
    with reading(bench.sessions) as db:
        kept = {row.source_key: row.reason for row in db.scalars(select(Quarantine))}
    assert saved_ids(bench.sessions) == {row["id"] for row in file_rows(COURSES)} - set(bad)
    assert set(kept) == {str(log_id) for log_id in bad}
    assert all(kept.values())
    assert report.rows_quarantined == 3


def test_quarantined_rows_are_not_read_over_and_over(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.vle.faults.spoil([row["id"] for row in file_rows(COURSES)][1_000:4_000:1_000])
    bench.sync()
    bench.vle.served.reset()
    for _ in range(3):
        bench.clock.go_on(minutes=15)
        bench.sync()
    assert bench.vle.served.calls[COUNTS] > 0
    assert bench.vle.served.rows == 0


def test_a_quarantined_row_that_is_sent_whole_later_is_taken(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    ids = [row["id"] for row in file_rows(COURSES)]
    bench.vle.faults.spoil(ids[1_000:1_001])
    bench.vle.world.log.hide(ids[1_001:1_002])
    bench.sync()
    bench.vle.faults.spoil([])
    bench.vle.world.log.show()
    bench.clock.go_on(minutes=15)
    bench.sync()
    with reading(bench.sessions) as db:
        assert db.scalar(select(func.count()).select_from(Quarantine)) == 0
    assert saved_ids(bench.sessions) == set(ids)


def test_a_course_switched_on_later_gets_its_earlier_log(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    bench.clock.go_on(minutes=15)
    bench.sync()
    bench.switch_on(3)
    bench.vle.served.reset()
    bench.sync()
    assert saved_ids(bench.sessions) == {row["id"] for row in file_rows([2, 3])}
    assert saved_facts(bench.sessions) == facts_in_file(bench.vle.world, [2, 3])
    assert bench.vle.served.rows == len(list(file_rows([3])))


def test_a_backfill_that_broke_off_goes_on_where_it_stood(bench: Bench) -> None:
    bench.sync()
    for row in [row for row in bench.vle.world.log if row.courseid == 2] * 3:
        bench.vle.world.log.append(row)
    bench.sync()
    bench.switch_on(2)
    bench.vle.served.reset()
    bench.vle.faults.next(Fault.INVALID_TOKEN, function="nothing")
    original = bench.vle.site.served.count_page

    def break_after_first(after_id: int, to_id: int, ids: list[int]) -> None:
        original(after_id, to_id, ids)
        if ids:
            bench.vle.faults.always(Fault.SERVER_ERROR, function=LOG)

    bench.vle.site.served.count_page = break_after_first  # type: ignore[method-assign]  # the served site's own hook
    assert not bench.try_to_sync().has_succeeded
    bench.vle.site.served.count_page = original  # type: ignore[method-assign]  # as above
    bench.vle.faults.clear()
    assert len(saved_ids(bench.sessions)) == 5_000
    bench.sync()
    assert bench.vle.served.rows == len(saved_ids(bench.sessions)) > 5_000


def test_of_two_runs_that_saw_the_same_cursor_only_one_commits(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    with reading(bench.sessions) as db:
        seen = load_cursor(db, bench.platform_id)
    with writing(bench.sessions) as db:
        move_cursor(db, seen, read_to=10**6)
    with pytest.raises(CursorMoved), writing(bench.sessions) as db:
        move_cursor(db, seen, read_to=2 * 10**6)
    with reading(bench.sessions) as db:
        assert load_cursor(db, bench.platform_id).read_to == 10**6


def test_a_log_that_was_cut_is_read_from_its_new_end(bench: Bench) -> None:
    bench.switch_on(2)
    bench.sync()
    with writing(bench.sessions) as db:
        seen = load_cursor(db, bench.platform_id)
        move_cursor(db, seen, read_to=10**7, settled_to=10**7)
    report = bench.sync()
    assert any("restored" in note for note in report.notes)
    new = bench.vle.world.log.append(row_of(bench)).id
    bench.sync()
    assert new in saved_ids(bench.sessions)


def test_the_nightly_job_lets_old_rows_go_and_changes_no_number(bench: Bench) -> None:
    bench.switch_on(*COURSES)
    bench.sync()
    bench.clock.go_on(minutes=15)
    bench.sync()
    facts = saved_facts(bench.sessions)
    bench.clock.go_on(days=36)
    newest = bench.vle.world.log.append(row_of(bench)).id
    bench.sync()
    bench.nightly()
    bench.vle.served.reset()
    bench.nightly()
    assert saved_ids(bench.sessions) == {newest}
    assert facts < saved_facts(bench.sessions)
    assert bench.vle.served.rows == 0


def test_the_nightly_job_finds_what_the_settling_missed(bench: Bench) -> None:
    bench.switch_on(2)
    lost = [row["id"] for row in file_rows([2])][700]
    bench.vle.world.log.hide([lost])
    for _ in range(3):
        bench.sync()
        bench.clock.go_on(minutes=15)
    bench.vle.world.log.show()
    bench.sync()
    assert lost not in saved_ids(bench.sessions)
    bench.nightly()
    assert lost in saved_ids(bench.sessions)


def test_rows_of_a_clock_of_moodle_that_jumped_ahead_in_mid_run_are_set_aside(bench: Bench) -> None:
    bench.switch_on(2)
    ahead = RECORDED_AT + timedelta(days=400)
    wrong = bench.vle.world.log.append(row_of(bench)._replace(timecreated=int(ahead.timestamp())))
    bench.vle.site.now = lambda: ahead if bench.vle.served.calls[LOG] else RECORDED_AT

    bench.sync()

    with reading(bench.sessions) as db:
        assert load_rejected_ids(db, bench.platform_id, LOG) == {wrong.id}
        assert max(db.scalars(select(Presence.day_no))) <= day_number(RECORDED_AT.date())
