"""The pages for people name commands, options, settings, codes, links and pictures that exist, and leave none out."""

import re
import shlex
import struct
from itertools import pairwise
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bridge.config import NAMES, NOT_SETTINGS
from bridge.platform_file import read_platform_file
from lti.cli import main
from lti.reasons import TEXTS
from tests.browser.screenshots import PICTURES as TAKEN
from tests.browser.screenshots import find_stop

ROOT = Path(__file__).parents[1]
PLUGIN_PAGE = ROOT / "moodle_plugin_stub" / "local_lea" / "README.md"
PAGES = (ROOT / "README.md", PLUGIN_PAGE, *sorted((ROOT / "docs").glob("*.md")))
ADMIN_PAGE = ROOT / "docs" / "admin.md"
PICTURES = ROOT / "docs" / "screenshots"
LARGEST_PICTURE_BYTES = 200_000
WIDEST_PICTURE = 1280
EXAMPLE = "lti/translations/fr/"
"""The language that is not there yet, in the page that tells how one is added."""
HARMLESS = (
    ("plugin", "zip"),
    ("status",),
    ("platform", "list"),
    ("platform", "check"),
    ("course", "list"),
    ("calendar", "show"),
    ("level", "show"),
    ("level", "coverage"),
    ("school", "list"),
    ("retention", "status"),
    ("retention", "document"),
    ("audit", "verify"),
    ("audit", "alerts"),
    ("evaluations", "verify"),
    ("import", "--columns"),
)
"""Commands that the pages name and that change nothing of a new, empty tool."""


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def fenced_blocks(page: Path) -> list[str]:
    return re.findall(r"^ *```\w*\n(.*?)^ *```$", text(page), re.MULTILINE | re.DOTALL)


def shown_lines(page: Path) -> list[str]:
    """The `lea …` lines to be typed, without what a comment says."""
    lines = [line.strip() for block in fenced_blocks(page) for line in block.splitlines()]
    return [line.partition(" #")[0].strip() for line in lines if re.match(r"(\.venv/bin/)?lea ", line)]


def named_commands(page: Path) -> list[str]:
    return [*shown_lines(page), *re.findall(r"`((?:\.venv/bin/)?lea [^`\n]+)`", text(page))]


def find_command(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the first words name, and the words after it."""
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{command.name} has no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    return command, words


def id_of(value: object) -> str:
    return value.relative_to(ROOT).as_posix() if isinstance(value, Path) else str(value)


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the headings."""
    plain = (re.sub(r"[^\w\- ]", "", head.lower()) for head in re.findall(r"^#+ (.+)$", text(page), re.MULTILINE))
    return {head.replace(" ", "-") for head in plain}


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_command_and_option_that_is_named_exists(page: Path) -> None:
    for named in named_commands(page):
        command, words = find_command(shlex.split(named)[1:])
        known = {option for one in command.params for option in one.opts} | {"--help", "-h"}
        assert [word for word in words if word.startswith("--") and word not in known] == [], named


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_line_to_be_typed_is_taken_as_it_stands(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "moodle.json").write_text("{}")
    for line in shown_lines(page):
        command, words = find_command(shlex.split(line)[1:])
        command.make_context(line, words)


def test_the_commands_are_read_from_the_pages_at_all() -> None:
    assert "lea platform check" in shown_lines(ADMIN_PAGE)
    assert "lea register" in named_commands(ROOT / "README.md")
    with pytest.raises(AssertionError):
        find_command(["platform", "forget"])


def test_the_description_of_a_moodle_is_one_that_the_command_takes(tmp_path: Path) -> None:
    (shown,) = [block for block in fenced_blocks(ADMIN_PAGE) if block.startswith("{")]
    (tmp_path / "moodle.json").write_text(shown)
    assert read_platform_file(tmp_path / "moodle.json", allow_insecure=False).deployment_ids == ("1",)


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_setting_that_is_named_exists(page: Path) -> None:
    named = set(re.findall(r"\bLEA_[A-Z_]*[A-Z]", text(page)))
    assert {name for name in named if name not in NAMES and not name.startswith(NOT_SETTINGS)} == set()


def test_every_setting_is_explained_above_its_line() -> None:
    lines = text(ROOT / ".env.example").splitlines()
    explained = {line.partition("=")[0] for before, line in pairwise(lines) if before[:2] == "# "}
    assert explained & {line.partition("=")[0] for line in lines} >= NAMES


def test_every_code_of_an_error_page_is_explained_to_administrators() -> None:
    table = text(ADMIN_PAGE).partition("| code | what it means |")[2].partition("\n\n")[0]
    named = [code for row in table.splitlines()[2:] for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(TEXTS)


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_no_picture_of_the_administrators_page_lies_about_unused() -> None:
    shown = {
        (page.parent / target).resolve() for page in PAGES for target in re.findall(r"!\[[^]]+\]\((\S+)\)", text(page))
    }
    assert {found for found in (PICTURES / "admin").glob("*.png") if found not in shown} == set()


@pytest.mark.parametrize("picture", sorted(PICTURES.rglob("*.png")), ids=id_of)
def test_a_picture_is_small(picture: Path) -> None:
    content = picture.read_bytes()
    (width,) = struct.unpack(">I", content[16:20])
    assert width <= WIDEST_PICTURE
    assert len(content) <= LARGEST_PICTURE_BYTES


READERS = ("for-learners.md", "for-tutors.md", "for-leads.md", "admin.md", "for-developers.md")


def test_the_readme_is_short_and_leads_each_reader_to_a_page_of_their_own() -> None:
    readme = text(ROOT / "README.md")
    assert len(readme.splitlines()) <= 80
    assert all(f"](docs/{name})" in readme for name in READERS)


def test_every_page_for_people_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        targets = (target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+\.md[^)\s]*)\)", text(page)))
        waiting += {(page.parent / target).resolve() for target in targets} - reached - set(waiting)
    assert set(PAGES) - reached == set()


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", text(ROOT / "Makefile"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)`", text(page))) | {
        name for block in fenced_blocks(page) for name in re.findall(r"^ *make ([a-z]+)$", block, re.MULTILINE)
    }
    assert named - targets == set()


@pytest.mark.parametrize("page", PAGES, ids=id_of)
def test_every_file_of_the_project_that_is_named_exists(page: Path) -> None:
    """A path between backticks leads to a file or folder of the project; tests are named with or without their room."""
    rooms = ("analytics/", "bridge/", "lti/", "tests/", "docs/", "migrations/", "benchmarks/", "moodle_plugin_stub/")
    named = {one for one in re.findall(r"`([\w./-]+)`", text(page)) if one.startswith(rooms)}
    missing = {one for one in named if not (ROOT / one).exists() and not (ROOT / "tests" / one).exists()}
    assert {one for one in missing if not one.startswith(EXAMPLE)} == set()


def test_the_pictures_that_are_shown_are_those_that_make_screenshots_takes() -> None:
    shown = {
        Path(target).stem
        for page in PAGES
        for target in re.findall(r"!\[[^]]+\]\((?:docs/)?screenshots/([\w-]+\.png)\)", text(page))
    }
    assert shown == {picture.name for picture in TAKEN}
    assert {picture.stem for picture in PICTURES.glob("*.png")} <= shown
    assert all(find_stop(picture.stop) for picture in TAKEN)


@pytest.mark.parametrize("words", HARMLESS, ids=" ".join)
def test_a_command_of_the_pages_that_changes_nothing_runs(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = {
        "LEA_SECRET_KEY": "k" * 40,
        "LEA_PUBLIC_URL": "http://localhost:8100",
        "LEA_DATABASE_URL": f"sqlite:///{tmp_path / 'lea.sqlite3'}",
    }
    console = CliRunner(env=settings)
    assert console.invoke(main, ["db", "upgrade"]).exit_code == 0
    answer = console.invoke(main, list(words))
    # Without a Moodle most end with the next step; none breaks.
    assert answer.exit_code in (0, 1), answer.output
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    assert answer.exit_code == 0 or "Next: " in answer.output


def test_every_harmless_command_is_named_on_a_page() -> None:
    named = {" ".join(shlex.split(one)[1:]) for page in PAGES for one in named_commands(page)}
    assert {" ".join(words) for words in HARMLESS} - named == set()
