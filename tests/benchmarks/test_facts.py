"""The weighing of facts runs at the tiniest size; what came out, no test says."""

import pytest

from benchmarks.databases import make_facts
from benchmarks.facts import main, measure
from benchmarks.generator import make_events, make_university


@pytest.mark.parametrize("name", ["SQLite", "DuckDB"])
def test_facts_are_weighed(name: str) -> None:
    university = make_university(20, 4)
    facts = make_facts(university, make_events(university, 2_000, days=3))
    cost = measure(name, facts)
    assert cost.bytes_each > 0
    assert min(cost.added_a_second, cost.cohort_ms, cost.learner_ms) > 0


def test_the_command_says_of_how_many_events_how_many_facts_came(capsys: pytest.CaptureFixture[str]) -> None:
    main(["SQLite", "--events", "500", "--learners", "20", "--courses", "4"])
    printed = capsys.readouterr().out
    assert "500 events of 1 days made " in printed
    assert "| SQLite | " in printed
