"""Every command names what it does, asks the rules first, and leaves a row where it touches a learner's data."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from analytics.policy.access import Action, Subject, decide
from bridge.schema.access import AccessRow
from bridge.schema.people import Person
from bridge.store.access_log import AT_THE_SERVER
from bridge.store.database import make_engine, make_sessions, reading
from lti.cli import main
from lti.commands.actions import COMMANDS, OPERATOR, find_command_action
from lti.commands.runtime import DECIDED, says_what_went_wrong
from tests.lti.commands.console import Console


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from walk(inner, (*path, name))
    else:
        yield " ".join(path), command


EVERY = dict(walk(main))


@pytest.mark.parametrize("path", EVERY)
def test_every_command_names_an_action_and_asks_before_it_runs(path: str) -> None:
    action = find_command_action(path)
    assert action is not None
    assert decide(OPERATOR, action, Subject(None)).is_allowed
    assert getattr(EVERY[path].callback, DECIDED, False)


def test_a_command_that_nobody_named_does_nothing() -> None:
    done = []

    @main.command("unheard-of")
    @says_what_went_wrong
    def unheard_of() -> None:
        done.append(True)

    try:
        answer = CliRunner().invoke(main, ["unheard-of"])
    finally:
        main.commands.pop("unheard-of")
    assert answer.exit_code == 1
    assert "named by no rule of access, so nothing was done" in answer.output
    assert done == []


def test_whoever_runs_commands_has_no_page_with_a_name() -> None:
    pages = set(Action) - set(COMMANDS.values())
    allowed = {action for action in pages if decide(OPERATOR, action, Subject(1, 1, school_id=1)).is_allowed}
    assert allowed == set()


@pytest.fixture
def synced(connected: Console) -> Console:
    assert connected.lea("course", "on", "2").exit_code == 0
    assert connected.lea("sync").exit_code == 0
    return connected


def rows(console: Console) -> list[tuple[str, str, int | None, str | None]]:
    """Return what commands left in the access log: action, reason, subject's Moodle id, detail."""
    engine = make_engine(console.settings["LEA_DATABASE_URL"])
    with reading(make_sessions(engine)) as db:
        found = db.execute(
            select(AccessRow.action, AccessRow.reason, Person.moodle_user_id, AccessRow.detail)
            .outerjoin(Person, Person.id == AccessRow.subject_person_id)
            .where(AccessRow.viewer_moodle_user_id == AT_THE_SERVER)
            .order_by(AccessRow.id)
        ).all()
    engine.dispose()
    return [(action, reason, who, detail) for action, reason, who, detail in found]


def test_what_touches_one_learner_leaves_a_row_that_says_by_whose_decision(synced: Console) -> None:
    pause = ("restrict", "start", "--user", "3", "--kind", "objection", "--decided-by", "Dana Officer")
    assert synced.lea(*pause).exit_code == 0
    assert synced.lea("restrict", "end", "--user", "3").exit_code == 0
    refuse = ("erase", "refuse", "--user", "3", "--decided-by", "Dana Officer", "--reason", "Still enrolled.")
    assert synced.lea(*refuse).exit_code == 0
    adviser = ("relationship", "add", "adviser", "--name", "Ann", "--moodle-user", "9", "--learner")
    engine = make_engine(synced.settings["LEA_DATABASE_URL"])
    with reading(make_sessions(engine)) as db:
        number = db.scalars(select(Person.idnumber).where(Person.moodle_user_id == 3)).one()
    engine.dispose()
    told = synced.lea(*adviser, number)
    assert told.exit_code == 0, told.output
    assert synced.lea("relationship", "end", "1").exit_code == 0
    assert rows(synced) == [
        ("subject:rights", "operates-tool", 3, "pause begun, decided by Dana Officer"),
        ("subject:rights", "operates-tool", 3, "pause ended"),
        ("subject:rights", "operates-tool", 3, "erasure refused, decided by Dana Officer"),
        ("records:change", "operates-tool", 3, "adviser added: Ann"),
        ("records:change", "operates-tool", 3, "relationship 1 ended"),
    ]
    assert synced.lea("audit", "verify").exit_code == 0


def test_what_changes_what_everybody_is_measured_by_leaves_a_row_that_says_who_did_it(synced: Console) -> None:
    assert synced.publish_level().exit_code == 0
    assert synced.lea("outage", "add", "2026-10-05", "2026-10-07", "--by", "Ops").exit_code == 0
    assert synced.lea("outage", "repair", "1").exit_code == 0
    assert synced.lea("calendar", "set", "--weeks", "9", "--course", "2").exit_code == 0
    assert synced.lea("calendar", "inherit", "2").exit_code == 0
    refused = [
        ("outage", "repair", "1"),
        ("outage", "add", "2026-10-05", "2026-10-07", "--by", " "),
        ("level", "publish", "--by", "The test", "--yes"),
        ("calendar", "set", "--weeks", "9", "--course", "99"),
    ]
    assert all(synced.lea(*words).exit_code for words in refused)
    assert rows(synced) == [
        ("evidence:change", "operates-tool", None, detail)
        for detail in (
            "level site-1 from 2026-08-31 published by The test",
            "outage 1 noted, 2026-10-05 to 2026-10-07, by Ops",
            "outage 1 repaired, 2026-10-05 to 2026-10-07",
            "calendar calendar-course-2-1 set",
            "course 2 let inherit its calendar",
        )
    ]


def test_what_goes_through_many_learners_leaves_one_row_that_names_none(synced: Console) -> None:
    told = synced.lea("evaluations", "differences", "--course", "2")
    assert told.exit_code == 0, told.output
    assert rows(synced) == [("audit:view", "operates-tool", None, "differences of course 2 looked through")]


def test_looking_at_exempt_days_leaves_a_row_of_the_learner_or_of_nobody(synced: Console) -> None:
    assert synced.lea("exemption", "list", "--user", "3").exit_code == 0
    assert synced.lea("exemption", "list").exit_code == 0
    assert rows(synced) == [
        ("audit:view", "operates-tool", 3, "exempt days looked at"),
        ("audit:view", "operates-tool", None, "exempt days looked at"),
    ]


def test_the_table_names_no_command_that_is_gone() -> None:
    assert {path for path in COMMANDS if path not in main.commands and path not in EVERY} == set()
