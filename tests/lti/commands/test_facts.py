"""`lea facts`: moved to ClickHouse and back from the command line; every other command refuses the wrong place."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.clickhouse import EmbeddedClickHouse
from tests.clickhouse_server import clickhouse_server
from tests.lti.commands.console import Console


@contextmanager
def behind_a_network(clickhouse: EmbeddedClickHouse) -> Iterator[str]:
    with clickhouse_server(clickhouse) as server:
        yield server.url


@pytest.mark.parametrize("new_database", [EmbeddedClickHouse.new_database, behind_a_network])
def test_facts_go_to_clickhouse_and_back_and_no_command_runs_in_their_absence(
    connected: Console,
    clickhouse: EmbeddedClickHouse,
    new_database: Callable[[EmbeddedClickHouse], AbstractContextManager[str]],
) -> None:
    assert connected.lea("course", "on", "2").exit_code == 0
    assert connected.lea("sync").exit_code == 0
    missing = connected.lea("facts", "move")
    assert (missing.exit_code, "LEA_FACTS_URL" in missing.output) == (1, True)

    with new_database(clickhouse) as url:
        connected.settings["LEA_FACTS_URL"] = url
        too_early = connected.lea("sync")
        assert (too_early.exit_code, "lea facts move" in too_early.output) == (1, True)
        moved = connected.lea("facts", "move")
        assert moved.exit_code == 0, moved.output
        assert "The facts are in ClickHouse" in moved.output
        assert connected.lea("sync").exit_code == 0
        assert "of 0 people and of 0 courses" in connected.lea("facts", "match").output

        del connected.settings["LEA_FACTS_URL"]
        for command in (("sync",), ("status",), ("retention", "status")):
            without = connected.lea(*command)
            assert (without.exit_code, "LEA_FACTS_URL is not set" in without.output) == (1, True), command
        connected.settings["LEA_FACTS_URL"] = url
        back = connected.lea("facts", "back")
        assert (back.exit_code, "take LEA_FACTS_URL away" in back.output) == (0, True), back.output
        del connected.settings["LEA_FACTS_URL"]
        assert connected.lea("sync").exit_code == 0


def test_an_address_that_is_no_clickhouse_is_refused_and_not_repeated(connected: Console) -> None:
    connected.settings["LEA_FACTS_URL"] = "postgresql://lea:secret-word@db.example/lea"
    answer = connected.lea("status")
    assert answer.exit_code == 1
    assert "LEA_FACTS_URL: must begin with clickhousedb://" in answer.output
    assert "secret-word" not in answer.output
