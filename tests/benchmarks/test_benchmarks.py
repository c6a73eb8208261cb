"""The benchmarks run: each at the tiniest size, so that none rots. How fast anything is, no test says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import BENCHES, Ground, Sizes, main
from benchmarks.generator import make_answer, make_events, make_university
from benchmarks.harness import Contest, Result, compare, table
from tests.databases import PostgresCluster

TINY = Sizes(learners=40, courses=6, history=2_000, enrolments=20, backlog=6_000, synced=20_000, rounds=1)


@pytest.mark.parametrize("name", BENCHES)
def test_a_benchmark_runs(name: str, tmp_path: Path, postgres_cluster: PostgresCluster) -> None:
    @contextmanager
    def cluster() -> Iterator[PostgresCluster]:
        yield postgres_cluster

    results = list(BENCHES[name](Ground(tmp_path, TINY, cluster)))
    assert results
    for result in results:
        assert result.baseline_seconds > 0
        assert result.ours_seconds > 0
        assert result.work in table(results)


def test_the_command_prints_the_table_and_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    main(["sqlite", "--learners", "40", "--courses", "6", "--rounds", "1"])
    printed = capsys.readouterr().out
    assert "| ingest a 5,000-row page, SQLite | sqlite3 executemany |" in printed
    assert "Python 3" in printed


def test_a_name_that_is_none_of_the_benchmarks_is_refused() -> None:
    with pytest.raises(SystemExit):
        main(["something"])


def test_both_sides_take_turns_going_first_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []

    def run(name: str, seconds: list[float]) -> float:
        order.append(name)
        return seconds.pop(0)

    baseline, ours = [99.0, 2.0, 4.0, 30.0], [99.0, 4.0, 8.0, 12.0]
    result = compare(
        Contest("work", "bare", lambda _: run("bare", baseline), lambda _: run("ours", ours), most=1.5), rounds=3
    )
    assert order == ["ours", "bare", "bare", "ours", "ours", "bare", "bare", "ours"]
    assert (result.baseline_seconds, result.ours_seconds, result.ratio) == (4.0, 8.0, 2.0)
    assert not result.is_held


def test_the_table_says_which_bar_is_missed() -> None:
    held, missed = (Result("w", "b", 1.0, seconds, 1.5, 10, "rows") for seconds in (1.5, 1.6))
    assert table([held]).endswith("| ≤ 1.50 | 1.50 | held |")
    assert table([missed]).endswith("| ≤ 1.50 | 1.60 | **missed** |")


def test_no_round_is_no_benchmark() -> None:
    with pytest.raises(ValueError, match="at least one round"):
        compare(Contest("w", "b", lambda _: 1.0, lambda _: 1.0, most=1), rounds=0)


def test_the_same_seed_makes_the_same_log_and_another_one_another() -> None:
    university = make_university(50, 10)
    first, again, other = (make_events(university, 500, days=7, seed=seed) for seed in (8, 8, 9))
    assert make_answer(university, first) == make_answer(university, again)
    assert make_answer(university, first) != make_answer(university, other)


def test_ids_rise_with_holes_and_courses_and_activities_are_skewed() -> None:
    university = make_university(2_000, 100)
    events = make_events(university, 20_000, above=7, days=14)
    steps = np.diff(events.ids)
    assert events.ids[0] > 7
    assert set(steps.tolist()) == {1, 2, 3}
    sizes = np.sort(np.bincount(university.pairs[:, 1]))[::-1]
    assert sizes[:10].sum() > 0.3 * sizes.sum()
    opened = np.sort(np.unique(events.cmids[events.cmids > 0], return_counts=True)[1])[::-1]
    assert opened[: len(opened) // 10].sum() > 0.4 * opened.sum()
    assert len(set(events.days().tolist())) == 14
