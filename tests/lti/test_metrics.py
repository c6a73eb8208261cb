"""/metrics and /readyz: true figures by bounded labels for whoever has the token, nobody's name, and no secret."""

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine, update

from bridge.schema.platforms import Platform
from bridge.schema.rights import RetentionRun
from bridge.store.cursor import load_cursor, move_cursor
from bridge.store.database import Sessions, make_engine, writing
from bridge.store.migrations import downgrade, upgrade
from bridge.store.runs import SYNC, RunResult, finish_run, start_run
from lti.services import EXTENSION
from tests.browser.conftest import free_port
from tests.demo_vle.demo import started, wait_for
from tests.lti.served import Tool
from tests.lti.small_world import LEARNER, OPEN
from tests.lti.test_serving import Served

TOKEN = "a token of Prometheus alone"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(tool: Tool) -> Tool:
    made = tool.app.extensions[EXTENSION]
    tool.app.extensions[EXTENSION] = replace(made, settings=replace(made.settings, metrics_token=TOKEN))
    return tool


def figures(text: str) -> dict[tuple[str, ...], float]:
    """By name and the values of the labels, in the order of the labels' names."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(one.name, *(value for _, value in sorted(one.labels.items()))): one.value for one in samples}


def scrape(tool: Tool) -> dict[tuple[str, ...], float]:
    answer = tool.request("GET", "/metrics", headers=BEARER)
    assert answer.status_code == 200, tool.log.getvalue()[-600:]
    return figures(answer.text)


def test_without_a_token_set_there_is_no_such_page(tool: Tool) -> None:
    assert tool.request("GET", "/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer another token of 20 and more", f"Basic {TOKEN}"])
def test_whoever_has_not_the_token_reads_nothing(measured: Tool, sent: str) -> None:
    answer = measured.request("GET", "/metrics", headers={"Authorization": sent} if sent else {})
    assert (answer.status_code, "lea_" in answer.text, TOKEN in answer.text) == (401, False, False)


def test_launches_answers_and_error_pages_are_counted_by_route_and_reason(measured: Tool) -> None:
    measured.launch(LEARNER, OPEN)
    measured.request("POST", "/lti/launch", data={"id_token": "x", "state": "unknown"})
    measured.request("GET", "/no/such/page/of/anybody")

    found = scrape(measured)

    assert found["lea_launches_total", "begun"] == 1
    assert found["lea_launches_total", "state-unknown"] == 1
    assert found["lea_refusals_total", "state-unknown"] == 1
    assert found["lea_answers_total", "/lti/launch", "2xx"] == 1
    assert found["lea_answers_total", "/lti/launch", "4xx"] == 1
    assert found["lea_answers_total", "(no such route)", "4xx"] == 1
    assert found["lea_request_seconds_count", "/lti/login"] == 1
    assert found["lea_request_seconds_sum", "/lti/login"] > 0


def test_how_the_syncs_stand_is_read_from_the_database(measured: Tool) -> None:
    now = measured.clock()
    with writing(measured.sessions) as db:
        cursor = load_cursor(db, measured.platform_id)
        move_cursor(db, cursor, fresh_at=now - timedelta(minutes=20))
        for at, result in (
            (now - timedelta(days=2), RunResult(7, 7, 7)),
            (now - timedelta(hours=2), RunResult(50, 40, 3)),
            (now - timedelta(hours=1), RunResult(1, 0, 0, "moodle-timeout", "No answer.")),
        ):
            finish_run(db, start_run(db, measured.platform_id, SYNC, at), result, at)

        proof = {"kind": "runs", "kept_days": 400, "removed": 0, "left_over": 0}
        db.add(RetentionRun(platform_id=measured.platform_id, at=now - timedelta(days=1), **proof))

    found = scrape(measured)

    assert found["lea_database_up",] == 1
    assert 86400 <= found["lea_removal_age_seconds", "1"] < 86430
    assert 1200 <= found["lea_sync_lag_seconds", "1"] < 1230
    assert 7200 <= found["lea_sync_success_age_seconds", "1"] < 7230
    assert [found["lea_sync_rows_day", kind, "1"] for kind in ("read", "new", "set-aside")] == [51, 40, 3]
    assert found["lea_sync_failures_day", "moodle-timeout", "1"] == 1


def test_no_figure_names_anybody_and_no_address_makes_a_label(measured: Tool) -> None:
    measured.launch(LEARNER, OPEN)
    for number in range(5):
        measured.request("GET", f"/lti/register/secret-link-{number}")
    text = measured.request("GET", "/metrics", headers=BEARER).text
    assert "secret-link" not in text
    assert "Lena" not in text
    assert measured.vle.url not in text
    routes = set(re.findall(r'route="([^"]+)"', text))
    known = {rule.rule for rule in measured.app.url_map.iter_rules()}
    assert routes <= known | {"(no such route)"}


def test_while_the_database_is_away_the_figures_say_so(measured: Tool, tmp_path: Path) -> None:
    made = measured.app.extensions[EXTENSION]
    gone = make_engine(f"sqlite:///{tmp_path / 'no' / 'folder.sqlite3'}")
    measured.app.extensions[EXTENSION] = replace(made, sessions=Sessions(gone))
    found = scrape(measured)
    ready = measured.request("GET", "/readyz")
    assert found["lea_database_up",] == 0
    assert ("lea_sync_lag_seconds", "1") not in found
    assert (ready.status_code, ready.text) == (503, "not ready: database\n")


def test_the_tool_is_ready_with_its_tables_and_its_key_alone(tool: Tool, engine: Engine) -> None:
    assert tool.request("GET", "/readyz").text == "ready\n"
    with writing(tool.sessions) as db:
        db.execute(update(Platform).values(moodle_token="of another key"))
    answer = tool.request("GET", "/readyz")
    assert (answer.status_code, answer.text) == (503, "not ready: secret-key\n")
    assert "of another key" not in answer.text + tool.log.getvalue()
    with writing(tool.sessions) as db:
        db.execute(update(Platform).values(moodle_token=None))
    downgrade(engine, "0016")
    assert tool.request("GET", "/readyz").text == "not ready: migrations\n"
    upgrade(engine)
    assert tool.request("GET", "/readyz").text == "ready\n"


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`lea serve` with three processes."""
    folder = tmp_path_factory.mktemp("several")
    url = f"sqlite:///{folder / 'lea.sqlite3'}"
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    port = free_port()
    environment = os.environ | {
        "LEA_SECRET_KEY": "a secret of the tests, long enough to be taken",
        "LEA_PUBLIC_URL": "https://engagement.example.ac.uk",
        "LEA_DATABASE_URL": url,
        "LEA_METRICS_TOKEN": TOKEN.replace(" ", "-"),
        "TMPDIR": str(folder),
    }
    lea = f"from lti.cli import main; main(['serve', '--workers', '3', '--port', '{port}'])"
    with started([sys.executable, "-c", lea], environment, folder / "log") as part:
        wait_for(f"http://127.0.0.1:{port}/readyz", part, folder / "log")
        yield Served(port, folder / "log")


def test_several_processes_give_one_count_whichever_answers(several: Served) -> None:
    for _ in range(40):
        assert several.get("/no-such-page").status_code == 404
    bearer = f"Bearer {TOKEN.replace(' ', '-')}"
    counts = [figures(several.get("/metrics", Authorization=bearer).text) for _ in range(6)]
    assert {found["lea_answers_total", "(no such route)", "4xx"] for found in counts} == {40}
