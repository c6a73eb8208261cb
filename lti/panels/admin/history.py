"""Draw a day of syncs: one sentence, one bar for each hour, the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics.language import gettext, ngettext, numeral, pgettext
from bridge.store.runs import FAILED, RUNNING, SUCCEEDED, RunRecord
from lti.panels.charts import Bar, Symbol
from lti.panels.words import Moment, clean, instant

HOURS = 24
SLOT = 100 / HOURS
BAR_WIDTH = 2.92
BASE, TALLEST, SHORTEST = 44.0, 40.0, 1.5
FAIL_Y = 30.0


@dataclass(frozen=True, slots=True)
class Hour:
    """What the runs that began within one hour did."""

    label: str
    succeeded: int
    failed: int
    rows_new: int

    @property
    def result(self) -> str:
        """Say how the hour went."""
        if not self.succeeded and not self.failed:
            return pgettext("a sync", "no run")
        if not self.failed:
            return pgettext("a sync", "succeeded")
        if not self.succeeded:
            return pgettext("a sync", "failed")
        return gettext("{failed} of {number} failed", failed=self.failed, number=self.succeeded + self.failed)


@dataclass(frozen=True, slots=True)
class History:
    """The finished values of the card."""

    sentence: str
    description: str
    bars: tuple[Bar, ...]
    symbols: tuple[Symbol, ...]
    first: str
    last: str
    scale: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """The same as a table: hour, runs, new records, result."""
    has_failed: bool


def make_history(runs: Sequence[RunRecord], moment: Moment) -> History:
    """Make the card from the sync's runs of the last 24 hours, the oldest first. Empty: it says that none ran."""
    starts = _starts(moment)
    runs = [run for run in runs if run.started_at >= starts[0]]  # the words speak of what is drawn
    hours = _sum_by_hour(runs, starts, moment)
    most = max(hour.rows_new for hour in hours)
    return History(
        sentence=say_runs(runs, moment),
        description=_describe(hours),
        bars=tuple(_bar(place, hour, most) for place, hour in enumerate(hours) if hour.succeeded),
        symbols=tuple(
            Symbol("fail", round(SLOT * (place + 0.5), 2), FAIL_Y)
            for place, hour in enumerate(hours)
            if hour.failed and not hour.succeeded
        ),
        first=_near(moment.now - timedelta(hours=HOURS - 1), moment),
        last=_near(moment.now, moment),
        scale=gettext("each bar: new records in an hour, at most {number}", number=numeral(most)),
        head=(gettext("Hour from"), gettext("Runs"), gettext("New records"), gettext("Result")),
        rows=tuple(
            (hour.label, numeral(hour.succeeded + hour.failed), numeral(hour.rows_new), hour.result) for hour in hours
        ),
        has_failed=any(hour.failed for hour in hours),
    )


def say_runs(runs: Sequence[RunRecord], moment: Moment) -> str:
    """Say how many runs succeeded and what became of the last that did not."""
    ended = [run for run in runs if run.outcome != RUNNING]
    failed = [run for run in ended if run.outcome == FAILED]
    running = " " + gettext("One is running now.") if len(ended) < len(runs) else ""
    if not ended:
        return gettext("No sync has ended in the last 24 hours.") + running
    if not failed:
        return _say_all_succeeded(len(ended)) + running
    last = failed[-1]
    caught_up = any(run.started_at > last.started_at and run.outcome == SUCCEEDED for run in ended)
    after = gettext("The next run that succeeds catches up.")
    if caught_up:
        after = gettext("What it missed has been caught up since.")
    some = ngettext(
        "In the last 24 hours {succeeded} of {number} run succeeded.",
        "In the last 24 hours {succeeded} of {number} runs succeeded.",
        len(ended),
        succeeded=numeral(len(ended) - len(failed)),
    )
    when = instant(last.started_at, moment)
    latest = gettext("The latest that did not began {when}: {why}", when=when, why=_why(last))
    return f"{some} {latest} {after}{running}"


def _say_all_succeeded(number: int) -> str:
    if number == 2:
        return gettext("In the last 24 hours both runs succeeded.")
    return ngettext(
        "In the last 24 hours the one run succeeded.", "In the last 24 hours all {number} runs succeeded.", number
    )


def _why(run: RunRecord) -> str:
    text = clean(run.error_message or run.error_code or gettext("nothing is known about why"))
    return text if text.endswith((".", "…")) else f"{text}."


def _starts(moment: Moment) -> list[datetime]:
    """Give where 24 hours begin, the present one last; they are UTC's, so that a change of the clocks loses none."""
    this_hour = moment.now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return [this_hour - timedelta(hours=back) for back in reversed(range(HOURS))]


def _sum_by_hour(runs: Sequence[RunRecord], starts: Sequence[datetime], moment: Moment) -> list[Hour]:
    hours = []
    for start in starts:
        ended = [run for run in runs if start <= run.started_at < start + timedelta(hours=1) and run.outcome != RUNNING]
        good = [run for run in ended if run.outcome == SUCCEEDED]
        label = f"{start.astimezone(moment.zone):%H:%M}"
        hours.append(Hour(label, len(good), len(ended) - len(good), sum(run.rows_new for run in ended)))
    return hours


def _bar(place: int, hour: Hour, most: int) -> Bar:
    height = round(max(SHORTEST, TALLEST * hour.rows_new / most), 2) if most else SHORTEST
    left = round(SLOT * place + (SLOT - BAR_WIDTH) / 2, 2)
    return Bar("met", left, round(BASE - height, 2), BAR_WIDTH, height)


def _describe(hours: Sequence[Hour]) -> str:
    failed = [hour.label for hour in hours if hour.failed and not hour.succeeded]
    rows = [hour.rows_new for hour in hours if hour.succeeded]
    told = gettext("No run succeeded")
    if rows:
        values = {"fewest": numeral(min(rows)), "most": numeral(max(rows))}
        told = gettext("From {fewest} to {most} new records in an hour", **values)
    if not failed:
        return f"{told}."
    return gettext("{told}; no run succeeded in the hours from {hours}.", told=told, hours=", ".join(failed))


def _near(at: datetime, moment: Moment) -> str:
    local = at.astimezone(moment.zone).replace(minute=0)
    return instant(local, moment)
