"""The `lea` command as an administrator uses it, against a real VLE over HTTP, on SQLite and PostgreSQL."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lti.cli import main
from tests.lti.commands.console import Console


def test_the_way_from_an_empty_database_to_numbers_is_five_commands(console: Console) -> None:
    assert console.lea("db", "upgrade").exit_code == 0
    assert console.add_platform().exit_code == 0
    switched = console.lea("course", "on", "2", "3")
    assert "2 courses" in switched.output
    synced = console.lea("sync")
    assert synced.exit_code == 0, synced.output
    told = console.lea("status")
    assert "sync succeeded" in told.output
    assert "set aside" in told.output


def test_upgrading_twice_changes_nothing(console: Console) -> None:
    assert [console.lea("db", "upgrade").exit_code for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("words", [("--help",), ("sync", "--help"), ("platform", "add", "--help"), ("--version",)])
def test_help_needs_no_settings(words: tuple[str, ...]) -> None:
    answer = CliRunner(env={"LEA_SECRET_KEY": "", "LEA_PUBLIC_URL": ""}).invoke(main, words)
    assert answer.exit_code == 0


def commands_below(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Give every command with its words, groups too."""
    yield path, command
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands_below(inner, (*path, name))


@pytest.mark.parametrize(
    ("path", "command"),
    [pytest.param(path, command, id=" ".join(path) or "lea") for path, command in commands_below(main)],
)
def test_every_command_and_every_option_explains_itself(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help
    options = [option for option in command.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_a_command_before_the_upgrade_says_what_to_run(console: Console, tmp_path: Path) -> None:
    answer = console.lea("status", LEA_DATABASE_URL=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    assert answer.exit_code == 1
    assert "lea db upgrade" in answer.output


def test_a_database_that_does_not_answer_is_one_line(console: Console) -> None:
    answer = console.lea("status", LEA_DATABASE_URL="postgresql+psycopg://lea:hush-hush@127.0.0.1:1/lea")
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: The database does not answer")
    assert "hush-hush" not in answer.output
    assert "Traceback" not in answer.output


def test_each_step_taken_too_early_names_the_one_before_it(console: Console) -> None:
    console.lea("db", "upgrade")
    assert "Next: lea register, or lea platform add" in console.lea("sync").output
    console.add_platform()
    early = console.lea("sync")
    assert early.exit_code == 0
    assert "No course is switched on" in early.output
    console.lea("course", "on", "2")
    assert "No course is switched on" not in console.lea("sync").output


def test_missing_settings_are_named_in_one_line(console: Console) -> None:
    answer = console.lea("status", LEA_SECRET_KEY="short", LEA_ZONE="Nowhere")
    assert answer.exit_code == 1
    assert "LEA_SECRET_KEY" in answer.output
    assert "LEA_ZONE" in answer.output
    assert "Traceback" not in answer.output


def test_the_token_is_asked_for_without_being_shown(console: Console) -> None:
    console.lea("db", "upgrade")
    answer = console.lea("platform", "add", "--from", str(console.platform_file), typed=f"{console.vle.token}\n")
    assert answer.exit_code == 0
    assert console.vle.token not in answer.output


def test_an_empty_token_saves_nothing(console: Console) -> None:
    console.lea("db", "upgrade")
    answer = console.lea("platform", "add", "--from", str(console.platform_file), "--token-file", "-", typed=" \n")
    assert answer.exit_code == 1
    assert "No platform is connected yet" in console.lea("platform", "list").output


def test_a_platform_that_is_no_trial_is_refused_with_a_sentence(console: Console) -> None:
    console.lea("db", "upgrade")
    words = ("platform", "add", "--from", str(console.platform_file), "--token-file", "-")
    answer = console.lea(*words, typed=console.vle.token, LEA_ALLOW_INSECURE_PLATFORMS="0")
    assert answer.exit_code == 1
    assert "LEA_ALLOW_INSECURE_PLATFORMS=1" in answer.output
    assert "Nothing was saved" in answer.output


def test_adding_a_platform_again_changes_it_rather_than_doubling_it(connected: Console) -> None:
    connected.platform_file.write_text(json.dumps({**connected.vle.registration(), "name": "Renamed"}))
    connected.add_platform()
    listed = connected.lea("platform", "list").output
    assert "Renamed" in listed
    assert "Test Moodle" not in listed


def test_courses_are_listed_as_moodle_names_them(connected: Console) -> None:
    connected.lea("course", "on", "2")
    listed = connected.lea("course", "list").output
    assert "EMS401U" in listed
    assert "yes" in listed
    assert "no" in listed


@pytest.mark.parametrize("named", ["Physics [/]", "[conceal]Physics[/conceal]"])
def test_a_courses_name_is_listed_as_it_is(connected: Console, named: str) -> None:
    connected.vle.world.courses[2] = replace(connected.vle.world.courses[2], fullname=named)

    answer = connected.lea("course", "list")

    assert answer.exit_code == 0, answer.exception
    assert named in answer.output


def test_a_course_moodle_does_not_know_switches_nothing_on(connected: Console) -> None:
    answer = connected.lea("course", "on", "2", "999")
    assert answer.exit_code == 1
    assert "999" in answer.output
    assert "│ yes" not in connected.lea("course", "list").output


@pytest.mark.parametrize("words", [("course", "on"), ("course", "on", "--all", "2"), ("course", "on", "1")])
def test_what_is_unclear_is_asked_back(connected: Console, words: tuple[str, ...]) -> None:
    assert connected.lea(*words).exit_code == 2


def test_a_course_is_switched_off_once(connected: Console) -> None:
    connected.lea("course", "on", "--all")
    assert connected.lea("course", "off", "2").exit_code == 0
    again = connected.lea("course", "off", "2")
    assert again.exit_code == 1
    assert "Nothing was changed" in again.output


def test_a_sync_that_moodle_refuses_says_why_and_what_stays(connected: Console) -> None:
    connected.lea("course", "on", "2")
    connected.vle.site.token = "0" * 32
    answer = connected.lea("sync")
    assert answer.exit_code == 1
    assert "token" in answer.output
    assert "What was saved stays" in answer.output
    assert "failed" in connected.lea("status").output


def test_a_calendar_with_a_break_that_ends_before_it_begins_is_refused(connected: Console) -> None:
    answer = connected.lea("calendar", "set", "--weeks", "12", "--break", "Reading", "2026-11-08", "2026-11-02")
    assert answer.exit_code == 2
    assert "Reading" in answer.output


def test_a_calendar_has_a_new_version_each_time(connected: Console) -> None:
    answers = [connected.lea("calendar", "set", "--weeks", "12").output for _ in range(2)]
    assert "calendar-2" in answers[0]
    assert "calendar-3" in answers[1]


def test_several_platforms_are_told_apart_by_address(connected: Console) -> None:
    other = {**connected.vle.registration(), "moodle_url": "http://127.0.0.1:9", "client_id": "other", "name": "Other"}
    connected.platform_file.write_text(json.dumps(other))
    connected.add_platform()
    assert "--platform" in connected.lea("course", "on", "2").output
    assert connected.lea("course", "on", "2", "--platform", connected.vle.url).exit_code == 0
    assert "lea platform list" in connected.lea("status", "--platform", "http://nowhere.example").output
