"""Check what the plugin's own pages must ask before they show or change anything, and what its README says of them."""

import re
from pathlib import Path

import pytest

PLUGIN = Path(__file__).parents[2] / "moodle_plugin_stub" / "local_lea"
PAGES = sorted(path.name for path in PLUGIN.glob("*.php") if "/config.php'" in path.read_text(encoding="utf-8"))


def text(name: str) -> str:
    """Return the text of one of the plugin's files."""
    return (PLUGIN / name).read_text(encoding="utf-8")


def positions(page: str, *steps: str) -> list[int]:
    """Return where each step stands in a page; the test fails when one is missing."""
    found = [text(page).find(step) for step in steps]
    assert -1 not in found, dict(zip(steps, found, strict=True))
    return found


def test_the_pages_are_those_that_are_known_here() -> None:
    assert PAGES == ["connect.php", "my.php", "start.php", "view.php"]


@pytest.mark.parametrize(
    ("page", "steps"),
    [
        (
            "view.php",
            ["require_login($course)", "is_allowed($context)", "is_somebody_else()", "is_on($courseid)", "frame("],
        ),
        ("my.php", ["require_login(", "isguestuser()", "is_somebody_else()", "my_note::leave(", "frame("]),
        ("start.php", ["require_login(", "require_capability('local/lea:viewstart'", "is_somebody_else()", "frame("]),
        ("connect.php", ["admin_externalpage_setup(", "!is_siteadmin()", "set_cacheable(false)", "data_submitted()"]),
        ("connect.php", ["is_somebody_else()", "require_sesskey()", "->is_good()", "connection::make("]),
    ],
)
def test_a_page_asks_who_is_there_before_it_opens_or_changes_anything(page: str, steps: list[str]) -> None:
    found = positions(page, *steps)
    assert found == sorted(found)


def test_only_the_page_that_makes_a_token_hands_it_to_anything() -> None:
    connect = text("connect.php")
    uses = [line.strip() for line in connect.splitlines() if "$token" in line]
    assert uses == [
        "$token = null;",
        "$token = connection::make($addresses, $action === 'renew', $seentokenid);",
        "if ($token !== null) {",
        "$page = new local_lea\\output\\connect_page($token, $addresses->is_good() ? '' : $written);",
    ]
    selected = re.search(r"'id, timecreated, lastaccess, validuntil, iprestriction'", text("classes/connection.php"))
    assert selected is not None, "the list of tokens is read without the tokens themselves"


def test_the_form_that_makes_a_token_is_posted_with_moodles_session_key() -> None:
    template = text("templates/connect.mustache")
    forms = re.findall(r"<form (.*?)>(.*?)</form>", template, re.DOTALL)
    assert len(forms) == 2
    for attributes, body in forms:
        assert 'method="post"' in attributes
        assert 'name="sesskey" value="{{sesskey}}"' in body
        assert 'name="seen" value="{{seen}}"' in body


def test_templates_write_nothing_unescaped() -> None:
    templates = sorted((PLUGIN / "templates").glob("*.mustache"))
    assert len(templates) == 2
    for path in templates:
        assert "{{{" not in path.read_text(encoding="utf-8"), path.name


def test_the_readme_lists_the_capabilities_of_the_service_in_their_order() -> None:
    listed = re.findall(r"^   \| `([\w/:]+)` \|", text("README.md"), re.MULTILINE)
    code = re.findall(r"^        '([\w/:]+)',$", text("classes/local/service_capabilities.php"), re.MULTILINE)
    assert listed == code
    assert len(code) == 7
