"""The plugin's declared answers and the recorded answers of a real Moodle must not part."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.recordings.structures import find_differences, infer_structure

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "moodle_plugin_stub" / "local_lea"
RECORDINGS = HERE.parent / "recordings" / "ws"

Declared = dict[str, dict[str, Any]]

MOODLES_OWN = ("wstoken", "wsfunction", "moodlewsrestformat")
"""Parameters of the web server itself."""


def load_recordings() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Read every recording with its name."""
    for path in sorted(RECORDINGS.glob("*.json")):
        yield path.stem, json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def declared() -> Declared:
    """What the plugin declares, as PHP itself reads it."""
    php = shutil.which("php")
    if php is None:
        if os.environ.get("LEA_REQUIRE_PHP") == "1":
            pytest.fail("LEA_REQUIRE_PHP=1 is set, but there is no php on the PATH")
        pytest.skip("PHP is not installed here: the plugin's declared answers are not compared with the recordings")
    dump = subprocess.run(
        [php, str(HERE / "dump_structures.php"), str(PLUGIN)], capture_output=True, text=True, check=False, timeout=60
    )
    assert dump.returncode == 0, dump.stdout + dump.stderr
    structures: Declared = json.loads(dump.stdout)
    return structures


def test_every_recorded_answer_has_the_declared_structure(declared: Declared) -> None:
    wrong = {
        name: differences
        for name, recording in load_recordings()
        if recording["function"] in declared and "errorcode" not in recording["body"]
        if (differences := find_differences(declared[recording["function"]]["returns"], recording["body"]))
    }

    assert wrong == {}


def test_every_function_has_a_recorded_answer(declared: Declared) -> None:
    answered = {recording["function"] for _, recording in load_recordings() if "errorcode" not in recording["body"]}

    assert set(declared) - answered == set()


def test_every_recorded_request_sends_declared_parameters_only(declared: Declared) -> None:
    unknown = {}
    for name, recording in load_recordings():
        if recording["function"] in declared and name != "error_extra_param":
            known = {*MOODLES_OWN, *declared[recording["function"]]["parameters"]["keys"]}
            if extra := recording["request"]["form"].keys() - known:
                unknown[name] = extra

    assert unknown == {}


def test_every_list_is_recorded_with_at_least_one_entry(declared: Declared) -> None:
    filled = {
        (recording["function"], key)
        for _, recording in load_recordings()
        if isinstance(recording["body"], dict)
        for key, value in recording["body"].items()
        if isinstance(value, list) and value
    }
    lists = {
        (function, key)
        for function, structures in declared.items()
        for key, value in structures["returns"]["keys"].items()
        if value["kind"] == "list"
    }

    assert lists - filled == set()


def test_no_recording_holds_a_token_or_an_address() -> None:
    for name, recording in load_recordings():
        text = json.dumps(recording)
        assert recording["request"]["form"]["wstoken"].startswith("<token of "), name
        assert "127.0.0.1" not in text, name
        assert "localhost" not in text, name


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        ({"id": 1, "names": ["a"]}, ""),
        ({"id": "1", "names": []}, "answer.id is str, not int"),
        ({"id": True, "names": []}, "answer.id is bool, not int"),
        ({"id": 1}, "answer.names is missing"),
        ({"id": 1, "names": [], "colour": "red"}, "answer.colour is not declared"),
        ({"id": 1, "names": [2]}, "answer.names[0] is int, not str"),
        ({"id": 1, "names": None}, "answer.names is null"),
    ],
)
def test_a_difference_is_named_with_its_place(answer: object, line: str) -> None:
    value = {"kind": "value", "null": False, "required": 1}
    names = {"kind": "list", "content": {**value, "type": "text"}, "null": False, "required": 1}
    structure = {
        "kind": "record",
        "keys": {"id": {**value, "type": "int"}, "names": names},
        "null": False,
        "required": 1,
    }

    assert find_differences(structure, answer) == ([line] if line else [])


def test_a_structure_is_inferred_from_several_answers() -> None:
    structure = infer_structure([{"id": 1, "names": []}, {"id": 2, "names": ["a"], "note": None}])

    assert find_differences(structure, {"id": 3, "names": ["b", "c"]}) == []
    assert find_differences(structure, {"id": 3}) == ["answer.names is missing"]
    assert find_differences(structure, {"id": 3, "names": [1]}) == ["answer.names[0] is int, not str"]
