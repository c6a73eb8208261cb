"""Each run by hand has an id, as the worker's have: in the log, and in all that is asked of Moodle for it."""

import json

import pytest

from tests.lti.commands.console import Console


def told(console: Console, *words: str) -> list[dict[str, object]]:
    """Run a command and return what it logs, line by line, from standard error."""
    result = console.lea(*words, LEA_LOG_LEVEL="INFO")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("command", ["sync", "measure"])
def test_a_run_by_hand_logs_how_it_ended_under_an_id_of_its_own(connected: Console, command: str) -> None:
    ids = []
    for _ in range(2):
        (line,) = [line for line in told(connected, command) if line["event"] == "job_ended"]
        assert (line["job"], line["failures"]) == (command, [])
        ids.append(str(line["request_id"]))
    assert all(one.startswith("run-") for one in ids)
    assert len(set(ids)) == 2
