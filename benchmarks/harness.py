"""Run a baseline beside the product's own code, alternated, and say how many times as long the product takes.

Both do the same work in the same run on the same machine, and swap who goes first from round to round: what else the
machine does meanwhile meets both. The figures are medians.
"""

import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Side = Callable[[int], float]
"""Takes the round's number; returns seconds, so that what it prepares is not counted."""


@dataclass(frozen=True, slots=True)
class Contest:
    """One row of the table "Speed to hold": what is compared, and the bar."""

    work: str
    baseline: str
    """What ours is compared with, in a few words."""
    run_baseline: Side
    run_ours: Side
    most: float | None
    """The bar: ours may take this many times as long; None: no bar is set, the ratio is told all the same."""
    amount: int = 1
    """Rows, scores or requests in one round."""
    unit: str = "rows"


@dataclass(frozen=True, slots=True)
class Result:
    """What one contest came to."""

    work: str
    baseline: str
    baseline_seconds: float
    ours_seconds: float
    most: float | None
    amount: int
    unit: str
    measure: str = "ms"
    """What is compared: time by the clock; or what is said here, such as MB, in that unit where seconds stand else."""

    @property
    def ratio(self) -> float:
        """How many times as long as the baseline ours takes."""
        return self.ours_seconds / self.baseline_seconds

    @property
    def is_held(self) -> bool:
        """Whether the bar is held; where there is none, it is."""
        return self.most is None or self.ratio <= self.most


def compare(contest: Contest, rounds: int) -> Result:
    """Run both sides `rounds` times, alternated, after one round that is not counted; medians.

    Raises:
        ValueError: fewer than one round.
    """
    if rounds < 1:
        raise ValueError("a benchmark needs at least one round")
    baseline: list[float] = []
    ours: list[float] = []
    for number in range(rounds + 1):
        sides = [(contest.run_baseline, baseline), (contest.run_ours, ours)]
        for run, taken in sides if number % 2 else reversed(sides):
            taken.append(run(number))
    return Result(
        contest.work,
        contest.baseline,
        median(baseline[1:]),
        median(ours[1:]),
        contest.most,
        contest.amount,
        contest.unit,
    )


def table(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table, ratios last. Empty: its head alone."""
    lines = [
        "| work | baseline | baseline, ms | ours, ms | ours, per second | bar | ratio | |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for one in results:
        rate = f"{one.amount / one.ours_seconds:,.0f} {one.unit}" if one.measure == "ms" else ""
        verdict = "" if one.most is None else "held" if one.is_held else "**missed**"
        bar = "" if one.most is None else f"≤ {one.most:.2f}"
        times = " | ".join(
            f"{seconds * 1000:,.1f}" if one.measure == "ms" else f"{seconds:,.0f} {one.measure}"
            for seconds in (one.baseline_seconds, one.ours_seconds)
        )
        lines.append(f"| {one.work} | {one.baseline} | {times} | {rate} | {bar} | {one.ratio:.2f} | {verdict} |")
    return "\n".join(lines)


def describe_machine() -> str:
    """Return the machine in one line: processor, cores, memory, Python."""
    facts = _read_pairs(Path("/proc/cpuinfo"))
    memory = _read_pairs(Path("/proc/meminfo")).get("MemTotal", "0 kB").split()[0]
    cores = sum(line.startswith("processor") for line in _lines(Path("/proc/cpuinfo")))
    name = facts.get("model name", platform.processor() or platform.machine())
    return f"{name}, {cores} cores, {int(memory) / 2**20:.0f} GB, {platform.system()}, Python {sys.version.split()[0]}"


def _read_pairs(path: Path) -> dict[str, str]:
    pairs = (line.partition(":") for line in _lines(path))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _lines(path: Path) -> Iterable[str]:
    return path.read_text().splitlines() if path.exists() else ()
