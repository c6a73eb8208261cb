"""`lea import` and `lea measure` as those use them who look after the files of an institution."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bridge.schema.access import AccessRow
from bridge.schema.log import Presence
from bridge.schema.platforms import Platform
from bridge.schema.sources import SourceImport
from bridge.sources import tables
from bridge.sources.document import describe_columns
from bridge.sources.registry import SOURCES
from bridge.store.database import Sessions, make_engine, make_sessions, reading
from bridge.store.migrations import upgrade
from tests.bridge.sources.moodle_log.files import COURSE_VIEWED, VIEWED, write_log
from tests.bridge.sources.site import ADA, BIO, FILES
from tests.lti.commands.console import Console

ADDRESS = "https://moodle.example.ac.uk"
DOCUMENT = Path(__file__).parents[3] / "docs" / "import.md"


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """A file of every kind."""
    for kind, lines in FILES.items():
        (tmp_path / f"{kind}.csv").write_text("\n".join(lines) + "\n")
    return {kind: str(tmp_path / f"{kind}.csv") for kind in FILES}


@pytest.fixture
def fed(console: Console, files: dict[str, str]) -> Iterator[tuple[Console, Sessions]]:
    """A console on a site that only files tell of."""
    engine = make_engine(console.settings["LEA_DATABASE_URL"])
    upgrade(engine)
    added = console.lea("import", "courses", files["courses"], "--add-site", "--platform", ADDRESS)
    assert added.exit_code == 0, added.output
    assert console.lea("import", "roster", files["roster"]).exit_code == 0
    yield console, make_sessions(engine)
    engine.dispose()


def count(sessions: Sessions, table: type[Presence] | type[SourceImport] | type[Platform]) -> int:
    with reading(sessions) as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_every_kind_is_taken_in_and_measured_without_moodle(
    fed: tuple[Console, Sessions], files: dict[str, str]
) -> None:
    console, sessions = fed
    for kind, path in files.items():
        answer = console.lea("import", kind, path)
        assert answer.exit_code == 0, answer.output
    assert count(sessions, Presence) > 5
    measured = console.lea("measure")
    assert measured.exit_code == 0, measured.output
    assert "no published level yet" in measured.output
    status = console.lea("status")
    assert "attendance 2" in status.output


def test_a_site_is_added_once_and_by_its_address(console: Console, files: dict[str, str]) -> None:
    engine = make_engine(console.settings["LEA_DATABASE_URL"])
    upgrade(engine)
    assert console.lea("import", "courses", files["courses"], "--add-site").exit_code == 2
    assert console.lea("import", "courses", files["courses"]).exit_code == 1
    for _ in range(2):
        words = ("import", "courses", files["courses"], "--add-site", "--platform", f"{ADDRESS}/")
        assert console.lea(*words).exit_code == 0
    assert count(make_sessions(engine), Platform) == 1
    engine.dispose()


def test_a_dry_run_says_what_it_would_do_and_stores_nothing(
    fed: tuple[Console, Sessions], files: dict[str, str]
) -> None:
    console, sessions = fed
    noted = count(sessions, SourceImport)
    answer = console.lea("import", "visits", files["visits"], "--dry-run")
    assert answer.exit_code == 0, answer.output
    assert "Nothing was stored." in answer.output
    assert (count(sessions, Presence), count(sessions, SourceImport)) == (0, noted)


def test_rows_that_do_not_fit_are_listed_by_line_and_name_nobody(fed: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, sessions = fed
    path = tmp_path / "bad.csv"
    bad = [f"{BIO},SECRET{number},2026-10-01,7,10.0.0.1" for number in range(30)]
    path.write_text("\n".join([f"{FILES['visits'][0]},IP address", *bad, f"{BIO},{ADA},2026-10-01,7,10.0.0.1"]) + "\n")
    answer = console.lea("import", "visits", str(path))
    assert answer.exit_code == 1
    assert "30 × user_id: is no whole number from 1 on" in answer.output
    assert "line 2 does not fit" in answer.output
    assert "line 31 does not fit" not in answer.output
    assert "'IP address' may not come in" in answer.output
    assert "SECRET" not in answer.output
    assert "10.0.0.1" not in answer.output
    assert count(sessions, Presence) == 1
    every = console.lea("import", "visits", str(path), "--lines")
    assert "line 31 does not fit" in every.output


def test_a_file_that_is_refused_says_what_to_mend(fed: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, _ = fed
    path = tmp_path / "bad.csv"
    path.write_text("course_id,who\n1,2\n")
    answer = console.lea("import", "visits", str(path))
    assert answer.exit_code == 1
    assert "The column 'who' is not known." in answer.output
    assert "Nothing was read." in answer.output


def test_nothing_is_said_to_be_complete_up_to_a_day_that_is_still_to_come(
    fed: tuple[Console, Sessions], files: dict[str, str]
) -> None:
    console, sessions = fed
    noted = count(sessions, SourceImport)
    answer = console.lea("import", "library", files["library"], "--covers-to", "2199-01-01")
    assert (answer.exit_code, "still to come" in answer.output) == (1, True), answer.output
    assert count(sessions, SourceImport) == noted
    assert count(sessions, Presence) == 0


def test_a_file_that_breaks_off_leaves_its_access_row_all_the_same(
    fed: tuple[Console, Sessions], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    console, sessions = fed
    monkeypatch.setattr(tables, "CSV_BLOCK", 64)
    path = tmp_path / "broken.csv"
    lines = [FILES["visits"][0], *[f"{BIO},{ADA},2026-10-01,7"] * 10, "5,101,\xff,7", ""]
    path.write_bytes("\n".join(lines).encode("latin-1"))
    assert console.lea("import", "visits", str(path)).exit_code == 1
    assert count(sessions, Presence) == 1
    with reading(sessions) as db:
        details = db.scalars(select(AccessRow.detail).order_by(AccessRow.id)).all()
    assert details[-1] == "visits begun from a file, which was not taken in whole"


def test_words_of_a_file_are_printed_as_they_are(fed: tuple[Console, Sessions], tmp_path: Path) -> None:
    console, _ = fed
    unknown = {"Component": "Odd [/b] one", "Event name": "Something [red]done"}
    path = write_log(tmp_path / "log.csv", COURSE_VIEWED, VIEWED | unknown | {"Description": "Nobody knows."})
    answer = console.lea("import", "moodle-log", str(path))
    assert answer.exit_code == 0, answer.output
    assert "[/b]" in answer.output
    assert "[red]" in answer.output


def test_the_columns_are_printed_and_the_document_has_them(console: Console) -> None:
    printed = console.lea("import", "--columns")
    assert printed.exit_code == 0
    assert printed.output == describe_columns(SOURCES)
    assert printed.output in DOCUMENT.read_text()
    assert "`home_address`" in printed.output


def test_a_first_file_says_how_a_site_without_the_plugin_is_added(console: Console, files: dict[str, str]) -> None:
    assert console.lea("db", "upgrade").exit_code == 0

    refused = console.lea("import", "courses", files["courses"])

    assert refused.exit_code == 1
    assert "for a site without the plugin: --add-site --platform" in " ".join(refused.output.split())


def test_measuring_without_a_level_says_where_to_look_and_fills_every_bar(fed: tuple[Console, Sessions]) -> None:
    answer = fed[0].lea("measure").output

    assert "Next: lea calendar show, lea level show" in " ".join(answer.split())
    assert "0/?" not in answer


@pytest.mark.parametrize("command", ["outage", "exemption"])
def test_days_of_a_command_are_named_in_its_help(console: Console, command: str) -> None:
    assert "FIRST LAST" in console.lea(command, "add", "--help").output
