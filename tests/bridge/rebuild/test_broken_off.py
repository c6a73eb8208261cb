"""A rebuild that is killed goes on where it was, and leaves the tables that an undisturbed one leaves."""

import os
import random
import signal
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import update

from bridge.errors import LeaseLost, RebuildOvertaken
from bridge.rebuild.archive import open_archive
from bridge.rebuild.rebuild import Rebuild
from bridge.schema.log import RebuildRow
from bridge.store.database import make_engine, make_sessions, reading, writing
from bridge.store.rebuilds import load_rebuild, move_rebuild
from bridge.store.tombstones import load_user_keys, save_tombstone
from bridge.sync.erasing import holding
from bridge.sync.lease import give_lease_back, take_lease
from bridge.sync.ticks import lease_of
from tests.bridge.rebuild.archives import write_archive
from tests.bridge.rebuild.conftest import AFTER_ALL, LITTLE, Site, now
from tests.bridge.sync.conftest import SETTINGS
from tests.faults.oracle import find_differences, read_all
from tests.faults.running import CONTEXT, SECONDS_A_CHILD, Points

KILLS = 2


def rebuild_and_die(url: str, folder: Path, at: int) -> None:
    """Rebuild, and be killed before the `at`-th statement or commit; 0: never, and write down how many there were."""
    engine = make_engine(url)
    points = Points(engine, at, lambda _: os.kill(os.getpid(), signal.SIGKILL))
    archive = open_archive([folder], SETTINGS.zone, int(AFTER_ALL.timestamp()))
    Rebuild(make_sessions(engine), 1, SETTINGS, now, archive, LITTLE).run()
    (folder / "points").write_text(str(points.count), encoding="utf-8")
    engine.dispose()


def run_in_a_child(url: str, folder: Path, at: int = 0) -> int:
    child = CONTEXT.Process(target=rebuild_and_die, args=(url, folder, at))
    child.start()
    child.join(SECONDS_A_CHILD)
    assert child.exitcode in (0, -signal.SIGKILL)
    return child.exitcode


def test_killed_between_two_statements_it_goes_on_and_the_tables_are_the_same(site: Site) -> None:
    expected = read_all(site.sessions)
    site.forget()
    assert run_in_a_child(site.url, site.folder) == 0
    assert find_differences(expected, read_all(site.sessions)) == []
    points = int((site.folder / "points").read_text(encoding="utf-8"))
    for at in random.Random(8).sample(range(points // 4, points), KILLS):
        site.forget()
        assert run_in_a_child(site.url, site.folder, at) == -signal.SIGKILL
        one, report = site.rebuild()
        assert report.failures == ()
        assert one.count.weeks + one.count.skipped == len(site.weeks())
        assert find_differences(expected, read_all(site.sessions)) == [], f"killed before point {at} of {points}"


class Stopped(Exception):
    """The test stops a rebuild here."""


class StopsAfter:
    """A progress that stops a rebuild after some weeks, or does something then."""

    def __init__(self, weeks: int, act: object = None) -> None:
        self.weeks, self.act, self.done = weeks, act, 0

    def step(self, name: str, total: int | None) -> None:
        """Begin to count."""

    def advance(self, count: int = 1) -> None:
        """Count, and stop."""
        self.done += count
        if count and self.done == self.weeks:
            if callable(self.act):
                self.act()
                return
            raise Stopped


def break_off(site: Site, weeks: int = 4) -> None:
    with pytest.raises(Stopped):
        site.make().run(StopsAfter(weeks))


def test_the_weeks_that_were_done_are_not_done_again(site: Site) -> None:
    expected = read_all(site.sessions)
    site.forget()
    break_off(site, weeks=4)
    with reading(site.sessions) as db:
        mark = load_rebuild(db, site.platform_id)
    assert mark is not None
    assert mark.done_to == site.weeks()[3].sunday
    one, _ = site.rebuild()
    assert (one.count.skipped, one.count.weeks) == (4, len(site.weeks()) - 4)
    assert find_differences(expected, read_all(site.sessions)) == []
    with reading(site.sessions) as db:
        assert load_rebuild(db, site.platform_id) is None


def test_it_begins_anew_when_files_or_courses_are_others(site: Site) -> None:
    break_off(site)
    write_archive(site.folder, site.rows, files=2)
    one, _ = site.rebuild()
    assert one.count.skipped == 0
    break_off(site)
    site.switch((), (4,))
    one, _ = site.rebuild()
    assert one.count.skipped == 0


def test_who_is_erased_meanwhile_does_not_come_back(site: Site) -> None:
    site.forget()
    erased = site.busiest()

    def erase() -> None:
        with writing(site.sessions) as db:
            keys = load_user_keys(db, site.platform_id, SETTINGS.secret_key)
            save_tombstone(db, site.platform_id, keys.of(erased), 0, 10**9, AFTER_ALL)

    one, report = site.rebuild(progress=StopsAfter(2, erase))
    assert report.failures == ()
    assert one.count.weeks == len(site.weeks())
    assert site.count_facts(site.weeks()[2].monday, erased) == 0
    assert site.count_facts(site.weeks()[2].monday) > 0


def test_another_rebuild_that_went_on_meanwhile_stops_this_one(site: Site) -> None:
    site.forget()

    def overtake() -> None:
        with writing(site.sessions) as db:
            db.execute(update(RebuildRow).values(done_to=date(2030, 1, 6)))

    _, report = site.rebuild(progress=StopsAfter(2, overtake))
    assert [failure.code for failure in report.failures] == [RebuildOvertaken.code]
    assert site.count_facts(site.weeks()[2].monday) == 0


def test_a_worker_that_reads_and_a_rebuild_keep_each_other_out(site: Site) -> None:
    expected = read_all(site.sessions)
    name = lease_of(site.platform_id)
    held = take_lease(site.sessions, name, "a worker", AFTER_ALL)
    with pytest.raises(LeaseLost, match="a worker"):
        site.rebuild()
    assert find_differences(expected, read_all(site.sessions)) == []
    give_lease_back(site.sessions, held, AFTER_ALL)
    refused = []

    def erase() -> None:
        with pytest.raises(LeaseLost) as found, holding(site.sessions, site.platform_id, now):
            pass
        refused.append(found.value)

    _, report = site.rebuild(progress=StopsAfter(2, erase))
    assert report.failures == ()
    assert "rebuild holds the lease" in str(refused[0])
    with holding(site.sessions, site.platform_id, now):
        """It was given back."""


def test_a_mark_moves_from_where_it_was_seen_alone(site: Site) -> None:
    break_off(site)
    with reading(site.sessions) as db:
        mark = load_rebuild(db, site.platform_id)
        assert mark is not None
        move_rebuild(db, mark, date(2030, 1, 6))
        with pytest.raises(RebuildOvertaken):
            move_rebuild(db, mark, date(2030, 1, 13))


def test_people_and_courses_that_never_stand_still_end_it_with_a_word(site: Site) -> None:
    is_on = [True]

    class Switching(StopsAfter):
        def advance(self, count: int = 1) -> None:
            if not count:
                return
            is_on[0] = not is_on[0]
            site.switch(*(((4,), ()) if is_on[0] else ((), (4,))))

    _, report = site.rebuild(progress=Switching(0))
    (failure,) = report.failures
    assert "again and again" in failure.message
