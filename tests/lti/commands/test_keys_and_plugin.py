"""`lea keys` and `lea plugin`: what signs, how it changes, and the file that Moodle installs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner

from bridge.plugin_zip import build_plugin_archive
from lti.cli import main
from tests.lti.commands.console import Console

START = datetime(2026, 11, 2, 9, tzinfo=UTC)


def kids(console: Console) -> list[str]:
    """Return the ids in the list of keys, top down."""
    lines = console.lea("keys", "list").output.splitlines()
    return [line.split("│")[1].strip() for line in lines if line.startswith("│")]


def test_a_rotation_takes_two_steps_a_day_apart(connected: Console) -> None:
    with time_machine.travel(START, tick=False) as clock:
        assert "No key yet" in connected.lea("keys", "list").output
        assert "signs from now on" in connected.lea("keys", "rotate").output
        (old,) = kids(connected)
        clock.shift(timedelta(days=30))
        rotated = connected.lea("keys", "rotate").output
        assert f"lea keys retire {old}" in rotated
        assert "signs from 2026-12-03 09:00" in connected.lea("keys", "list").output
        clock.shift(timedelta(days=1, hours=1))
        assert "can be retired" in connected.lea("keys", "list").output
        retired = connected.lea("keys", "retire", old)
        assert retired.exit_code == 0
        assert f"{old} is retired" in retired.output
        assert "retired 2026-12-03 10:00" in connected.lea("keys", "list").output


def test_a_key_that_signs_is_retired_only_when_it_is_meant(connected: Console) -> None:
    connected.lea("keys", "rotate")
    connected.lea("keys", "rotate")
    signing = kids(connected)[-1]
    asked = connected.lea("keys", "retire", signing, typed="n\n")
    assert asked.exit_code == 1
    assert "Nothing was changed" in asked.output
    assert connected.lea("keys", "retire", signing, "--yes").exit_code == 0


@pytest.mark.parametrize("kid", ["only", "unknown"])
def test_what_cannot_be_retired_says_why_and_asks_nothing(connected: Console, kid: str) -> None:
    connected.lea("keys", "rotate")
    answer = connected.lea("keys", "retire", kids(connected)[0] if kid == "only" else kid)
    assert answer.exit_code == 1
    assert "Nothing was changed" in answer.output
    assert "Aborted" not in answer.output


def test_a_second_rotation_at_once_makes_no_third_key(connected: Console) -> None:
    for _ in range(2):
        assert connected.lea("keys", "rotate").exit_code == 0
    third = connected.lea("keys", "rotate")
    assert third.exit_code == 1
    assert "already waits" in third.output
    assert len(kids(connected)) == 2


def test_a_narrow_terminal_cuts_no_key_id(connected: Console) -> None:
    connected.lea("keys", "rotate")
    (whole,) = kids(connected)
    assert whole in connected.lea("keys", "list", COLUMNS="60").output


def test_no_private_key_is_ever_printed(connected: Console) -> None:
    told = connected.lea("keys", "rotate").output + connected.lea("keys", "list").output
    assert "PRIVATE" not in told
    assert "gAAAA" not in told


def test_the_plugin_is_packed_into_a_folder_under_its_own_name_or_where_it_is_told(tmp_path: Path) -> None:
    made = build_plugin_archive()
    runner = CliRunner(env={"LEA_SECRET_KEY": "", "LEA_PUBLIC_URL": ""})
    for output in (tmp_path, tmp_path / "other.zip"):
        answer = runner.invoke(main, ["plugin", "zip", "--output", str(output)])
        assert answer.exit_code == 0, answer.output
        assert made.release in answer.output
    assert (tmp_path / made.file_name).read_bytes() == (tmp_path / "other.zip").read_bytes() == made.content


def test_a_place_that_cannot_be_written_is_named(connected: Console, tmp_path: Path) -> None:
    answer = connected.lea("plugin", "zip", "--output", str(tmp_path / "no" / "such" / "folder.zip"))
    assert answer.exit_code == 1
    assert "--output" in answer.output
