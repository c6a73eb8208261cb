"""What the demo VLE says of the plugin is what the plugin's own files say."""

import json
import re
from pathlib import Path

from bridge.moodle.functions import OLDEST_PLUGIN_VERSION, Function
from tests.demo_vle.functions import FUNCTIONS, PLUGIN_RELEASE, PLUGIN_VERSION
from tests.demo_vle.site import CAPABILITIES
from tests.demo_vle.worlds.allowed_keys import ALLOWED_KEYS

PLUGIN = Path(__file__).parents[2] / "moodle_plugin_stub" / "local_lea"
RECORDINGS = Path(__file__).parents[1] / "recordings"
CONSTANT = re.compile(r"private const (\w+) = \[(.*?)\n    \];", re.DOTALL)
KEY = re.compile(r"'(\w+)' => ")
EVENT = re.compile(r"^        '(\\[^']+)' => (?:self::(\w+),|\[(.*?)\n?(?: {8})?\],\n)", re.DOTALL | re.MULTILINE)


def read(name: str) -> str:
    """Read a file of the plugin."""
    return (PLUGIN / name).read_text("utf-8")


def test_version_and_release_are_the_plugins() -> None:
    source = read("version.php")

    assert re.findall(r"\$plugin->version = (\d+);", source) == [str(PLUGIN_VERSION)]
    assert re.findall(r"\$plugin->release = '([^']+)';", source) == [PLUGIN_RELEASE]


def test_the_functions_and_their_capabilities_are_the_plugins() -> None:
    found = re.findall(r"'(local_lea_\w+)' => \[.*?'capabilities' => '([^']+)'", read("db/services.php"), re.DOTALL)

    assert dict(found) == {
        name: function.capability for name, function in FUNCTIONS.items() if name.startswith("local_lea_")
    }


def test_what_the_service_user_needs_is_what_the_plugin_says() -> None:
    recording = json.loads((RECORDINGS / "ws" / "get_version.json").read_text("utf-8"))

    assert [capability["name"] for capability in recording["body"]["capabilities"]] == list(CAPABILITIES)
    assert set(CAPABILITIES) >= {function.capability for function in FUNCTIONS.values() if function.capability}


def test_the_bridge_calls_the_plugins_functions_and_asks_for_no_newer_plugin() -> None:
    assert set(Function) == {name for name in FUNCTIONS if name.startswith("local_lea_")}
    assert OLDEST_PLUGIN_VERSION <= PLUGIN_VERSION


def test_the_keys_that_leave_the_site_are_the_plugins() -> None:
    source = read("classes/local/other_keys.php")
    named = {name: frozenset(KEY.findall(body)) for name, body in CONSTANT.findall(source)}
    allowed = source[source.index("public const ALLOWED") :]

    found = {
        event: named[name] if name else frozenset(KEY.findall(body)) for event, name, body in EVENT.findall(allowed)
    }

    assert found == dict(ALLOWED_KEYS)
