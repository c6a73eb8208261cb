"""A day of syncs: sentence, drawing and table say the same."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import Tag
from sqlalchemy import insert

from bridge.schema.log import SyncRun
from bridge.store.database import Sessions, writing
from bridge.store.runs import FAILED, RUNNING, SUCCEEDED, RunRecord
from lti.panels.admin.history import BASE, TALLEST, make_history, say_runs
from lti.panels.admin.views import overview_panel
from lti.panels.words import Moment
from tests.lti.panels.conftest import MakeBrowser, soup_of
from tests.lti.panels.world import NOW, World, make_world

LONDON = Moment(NOW, ZoneInfo("Europe/London"))
FAILED_BACK = 11
"""So many hours ago a run failed."""


def add_runs(sessions: Sessions, world: World) -> dict[datetime, tuple[int, str]]:
    """Write a run for each of the last 24 hours, one failed, one hour with two; return (rows, outcome) by start."""
    rows = {}
    for back in range(24):
        started = NOW - timedelta(hours=back, minutes=5)
        outcome = FAILED if back == FAILED_BACK else SUCCEEDED
        rows[started] = (0 if outcome == FAILED else 100 + 37 * back, outcome)
    rows[NOW - timedelta(hours=3, minutes=2)] = (0, FAILED)
    with writing(sessions) as db:
        for started, (count, outcome) in rows.items():
            message = "Moodle is in <b>maintenance</b>" if outcome == FAILED else None
            db.execute(
                insert(SyncRun).values(
                    platform_id=world.platform_id,
                    job="sync",
                    started_at=started,
                    finished_at=started + timedelta(minutes=1),
                    outcome=outcome,
                    error_code="site-in-maintenance" if message else None,
                    error_message=message,
                    rows_read=count,
                    rows_new=count,
                    rows_quarantined=0,
                )
            )
    return rows


def card_of(page: str) -> Tag:
    card = soup_of(page).find(id="sync")
    assert isinstance(card, Tag)
    return card


def test_a_day_of_syncs_agrees_in_words_drawing_and_table(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    runs = add_runs(sessions, world)

    card = card_of(open_as(world).as_admin(overview_panel))

    table = [[cell.text for cell in row.find_all(["th", "td"])] for row in card.select("tbody tr")]
    numbers = [int(row[2].replace(",", "")) for row in table]
    shown = {start: one for start, one in runs.items() if start >= NOW.replace(minute=0) - timedelta(hours=23)}
    assert len(table) == 24
    assert sum(numbers) == sum(count for count, _ in shown.values())
    bars = {round(float(str(bar["x"]).rstrip("%"))): float(str(bar["height"])) for bar in card.select("rect")}
    drawn = {round(24 * x / 100): height for x, height in bars.items()}
    tall = max(numbers)
    assert {place: round(height / TALLEST * tall) for place, height in drawn.items()} == {
        place: pytest.approx(number, abs=tall / 100 + 0.04 * tall)
        for place, number in enumerate(numbers)
        if table[place][3] != "failed" and table[place][1] != "0"
    }
    crosses = {round(24 * float(str(use["x"]).rstrip("%")) / 100 - 0.5) for use in card.select("svg > use[x]")}
    assert crosses == {place for place, row in enumerate(table) if row[3] == "failed"}
    said = re.search(r"(\d+) of (\d+) runs succeeded", card.get_text())
    assert said is not None
    # The made-up course comes with one more run that succeeded.
    succeeded = [outcome for _, outcome in shown.values()].count(SUCCEEDED) + 1
    assert (int(said[1]), int(said[2])) == (succeeded, len(shown) + 1)
    assert sum(int(row[1]) for row in table) == len(shown) + 1
    assert f"at most {tall:,}" in card.get_text()
    assert f"to {tall:,} new records" in str(card.find("desc"))
    assert "<b>maintenance" not in str(card)


def run(back: float, outcome: str, rows: int = 10) -> RunRecord:
    started = NOW - timedelta(hours=back)
    ended = None if outcome == RUNNING else started + timedelta(minutes=1)
    message = "Moodle is in maintenance" if outcome == FAILED else None
    return RunRecord(1, 1, "sync", started, ended, outcome, None, message, rows, rows, 0)


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "No sync has ended in the last 24 hours."),
        ([run(0, RUNNING)], "No sync has ended in the last 24 hours. One is running now."),
        ([run(1, SUCCEEDED)], "In the last 24 hours the one run succeeded."),
        ([run(2, SUCCEEDED), run(1, SUCCEEDED)], "In the last 24 hours both runs succeeded."),
        (
            [run(2, SUCCEEDED), run(1, SUCCEEDED), run(0.5, SUCCEEDED), run(0, RUNNING)],
            "In the last 24 hours all 3 runs succeeded. One is running now.",
        ),
        (
            [run(2, FAILED), run(1, SUCCEEDED)],
            "In the last 24 hours 1 of 2 runs succeeded. The latest that did not began today, 12:20: Moodle is in"
            " maintenance. What it missed has been caught up since.",
        ),
        (
            [run(2, SUCCEEDED), run(1, FAILED)],
            "In the last 24 hours 1 of 2 runs succeeded. The latest that did not began today, 13:20: Moodle is in"
            " maintenance. The next run that succeeds catches up.",
        ),
    ],
)
def test_the_sentence_says_how_the_runs_went(runs: list[RunRecord], said: str) -> None:
    assert say_runs(runs, LONDON) == said


def test_no_run_at_all_draws_nothing_and_says_so() -> None:
    history = make_history((), LONDON)

    assert (history.bars, history.symbols, history.has_failed) == ((), (), False)
    assert {row[3] for row in history.rows} == {"no run"}
    assert history.description == "No run succeeded."


def test_runs_that_brought_nothing_are_a_line_at_the_foot() -> None:
    (bar,) = make_history((run(1, SUCCEEDED, rows=0),), LONDON).bars

    assert bar.y + bar.height == BASE


def test_the_hour_that_the_clocks_repeat_is_two_hours() -> None:
    after = datetime(2026, 10, 25, 6, 30, tzinfo=UTC)
    labels = [row[0] for row in make_history((), Moment(after, ZoneInfo("Europe/London"))).rows]

    assert labels.count("01:00") == 2
    assert len(labels) == 24
