"""Measure the rows of the table "Speed to hold" (docs/performance.md).

python -m benchmarks [NAME …] [--learners N] [--courses N] [--history N] [--enrolments N] [--backlog N]
                     [--synced N] [--rounds N]
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.backlog import backlog, memory
from benchmarks.generator import University, make_university
from benchmarks.harness import Result, compare, describe_machine, table
from benchmarks.ingest import batch_on_history, postgres_page, sqlite_page
from benchmarks.launch import launches
from benchmarks.rebuild import rebuild, rebuild_memory
from benchmarks.scores import scores
from benchmarks.served import panels
from benchmarks.weeks import weeks
from tests.databases import PostgresCluster


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large the made-up university is, and how often each side runs."""

    learners: int = 4_000
    courses: int = 750
    history: int = 1_000_000
    """Events behind the batch, or in the archive that is rebuilt from."""
    enrolments: int = 8_000
    """Learners times courses whose weeks are scored."""
    backlog: int = 50_000
    """Rows of the log that a sync finds waiting."""
    synced: int = 1_000_000
    """Rows of the log whose taking in is watched for memory."""
    rounds: int = 9


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a benchmark runs."""

    folder: Path
    sizes: Sizes
    start_postgres: Callable[[], AbstractContextManager[PostgresCluster]]

    def university(self) -> University:
        """Make the university."""
        return make_university(self.sizes.learners, self.sizes.courses)


def _sqlite(ground: Ground) -> Iterator[Result]:
    with sqlite_page(ground.folder, ground.university()) as contest:
        yield compare(contest, ground.sizes.rounds)


def _postgres(ground: Ground) -> Iterator[Result]:
    with ground.start_postgres() as cluster, postgres_page(cluster, ground.university()) as contest:
        yield compare(contest, ground.sizes.rounds)


def _history(ground: Ground) -> Iterator[Result]:
    with batch_on_history(ground.folder, ground.university(), ground.sizes.history) as contests:
        yield from [compare(contest, ground.sizes.rounds) for contest in contests]


def _scores(ground: Ground) -> Iterator[Result]:
    yield from [compare(contest, ground.sizes.rounds) for contest in scores(ground.sizes.enrolments)]


def _weeks(ground: Ground) -> Iterator[Result]:
    with weeks(ground.folder, ground.sizes.enrolments // 4) as contest:
        yield compare(contest, ground.sizes.rounds)


def _rebuild(ground: Ground) -> Iterator[Result]:
    yield from rebuild(ground.folder, ground.university(), ground.sizes.history, ground.sizes.rounds)


def _rebuild_memory(ground: Ground) -> Iterator[Result]:
    yield from rebuild_memory(ground.folder, ground.university(), ground.sizes.history)


def _panels(ground: Ground) -> Iterator[Result]:
    with panels(ground.folder) as contests:
        yield from [compare(contest, ground.sizes.rounds) for contest in contests]


def _launch(ground: Ground) -> Iterator[Result]:
    with launches(ground.folder) as contests:
        yield from [compare(contest, ground.sizes.rounds) for contest in contests]


def _backlog(ground: Ground) -> Iterator[Result]:
    yield from backlog(ground.folder, ground.university(), ground.sizes.backlog)


def _memory(ground: Ground) -> Iterator[Result]:
    yield from memory(ground.folder, ground.university(), ground.sizes.synced)


BENCHES: dict[str, Callable[[Ground], Iterator[Result]]] = {
    "sqlite": _sqlite,
    "postgresql": _postgres,
    "history": _history,
    "scores": _scores,
    "weeks": _weeks,
    "panels": _panels,
    "launch": _launch,
    "rebuild": _rebuild,
    "rebuild-memory": _rebuild_memory,
    "backlog": _backlog,
    "memory": _memory,
}


def start_postgres() -> AbstractContextManager[PostgresCluster]:
    """Start a PostgreSQL server of this run's own."""
    return PostgresCluster.start(None)


def run(names: Sequence[str], sizes: Sizes) -> list[Result]:
    """Run benchmarks by name, each in a temporary folder of its own; say on stderr what each came to, and when."""
    results: list[Result] = []
    for name in names:
        started = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="lea-bench-") as folder:
            for result in BENCHES[name](Ground(Path(folder), sizes, start_postgres)):
                print(table([result]).splitlines()[-1], file=sys.stderr, flush=True)
                results.append(result)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)
    return results


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what the command line names, everything by default, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the speeds to hold.")
    parser.add_argument("names", nargs="*", metavar="NAME", choices=[[], *BENCHES], help=", ".join(BENCHES))
    defaults = Sizes()
    for name in defaults.__slots__:
        parser.add_argument(f"--{name}", type=int, default=getattr(defaults, name), metavar="N")
    asked = vars(parser.parse_args(arguments))
    names = asked.pop("names") or list(BENCHES)
    sizes = Sizes(**asked)
    results = run(names, sizes)
    print(f"\n{describe_machine()}; {sizes}\n\n{table(results)}")


if __name__ == "__main__":
    main()
