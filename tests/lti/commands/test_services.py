"""`lea school services` keeps the part of the directory that is for everybody, or changes nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.schema.records import School
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.support_services import Service, load_services, save_service
from tests.lti.commands.console import Console

HEADER = "need,name,how,url\n"
MONEY = 'Money,Hardship fund,"Ask at the desk,\nMon to Fri",https://example.ac.uk/money\n'


@pytest.fixture
def sessions(connected: Console) -> Iterator[Sessions]:
    """The console's database, with a service of one school."""
    engine = make_engine(connected.settings["LEA_DATABASE_URL"])
    made = make_sessions(engine)
    with writing(made) as db:
        db.add(School(id=1, platform_id=1, code="EMS", name="Mathematics"))
        db.flush()
        save_service(db, 1, Service("Money", "Of the school", "Ask", school_id=1))
    yield made
    engine.dispose()


def load(console: Console, tmp_path: Path, text: str) -> str:
    """Run the command with a file; return what it says."""
    path = tmp_path / "services.csv"
    path.write_bytes(text.encode())
    answer = console.lea("school", "services", str(path))
    assert answer.exit_code in (0, 1)
    return answer.output


def kept(sessions: Sessions) -> list[str]:
    with reading(sessions) as db:
        return [one.name for one in load_services(db, 1)]


def test_a_file_replaces_what_is_for_everybody_and_leaves_what_schools_keep(
    connected: Console, sessions: Sessions, tmp_path: Path
) -> None:
    assert "Kept for everybody: 2." in load(connected, tmp_path, HEADER + MONEY + "Low,Listening line,Telephone 123,\n")
    assert kept(sessions) == ["Listening line", "Hardship fund", "Of the school"]
    assert "Kept for everybody: 1." in load(connected, tmp_path, "\ufeff" + HEADER + MONEY)
    assert kept(sessions) == ["Hardship fund", "Of the school"]
    with reading(sessions) as db:
        assert load_services(db, 1)[0].how == "Ask at the desk,\nMon to Fri"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("need,name,how\nMoney,Fund,Ask\n", "The columns have to be need, name, how, url."),
        (HEADER + MONEY + "Money,,Ask,\n", "The name is missing."),
        (HEADER + "Money,Fund,Ask,http://example.ac.uk\n", "no https:// address"),
        (HEADER + '"Money,Fund\n', "no CSV"),
        ("", "The columns have to be"),
    ],
)
def test_a_file_with_something_wrong_changes_nothing(
    connected: Console, sessions: Sessions, tmp_path: Path, text: str, said: str
) -> None:
    load(connected, tmp_path, HEADER + MONEY)
    assert said in load(connected, tmp_path, text)
    assert kept(sessions) == ["Hardship fund", "Of the school"]
