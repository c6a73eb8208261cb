"""`lea held export`: everything about one person, for a right of theirs, and they read that it was done."""

import json
import stat
from pathlib import Path

import pytest

from lti.commands.held import PURPOSES
from tests.lti.commands.console import Console
from tests.lti.commands.test_actions import rows, synced

__all__ = ["synced"]
WORDS = ("held", "export", "--user", "3", "--purpose", "access", "--done-by", "Dana Officer", "--out")


def test_the_file_holds_every_row_in_words_and_the_row_about_the_export_itself(synced: Console, tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    told = synced.lea(*WORDS, str(out))
    assert told.exit_code == 0, told.output
    document = json.loads(out.read_text())
    tables = {name: found for kind in document["kinds"] for name, found in kind["tables"].items()}
    assert tables["person"][0]["stored"]["moodle_user_id"] == 3
    assert tables["presence"]
    assert "by whose" not in tables["access_log"][0]["in_words"]
    assert "Dana Officer, for a request to see what is held" in tables["access_log"][0]["in_words"]
    assert rows(synced) == [
        ("subject:export", "operates-tool", 3, "Dana Officer, for a request to see what is held"),
    ]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_table_for_a_spreadsheet_holds_nobody_else(synced: Console, tmp_path: Path) -> None:
    out = tmp_path / "answer.csv"
    assert synced.lea(*WORDS, str(out)).exit_code == 0
    text = out.read_text(encoding="utf-8-sig")
    assert text.startswith("Kind of data,In words")
    others = {user.lastname for user in synced.vle.world.users.values() if user.id != 3}
    own = synced.vle.world.users[3]
    assert own.lastname in text
    assert {name for name in others if name in text and name != own.lastname} == set()


def test_a_file_that_is_there_stays_as_it_is(synced: Console, tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    out.write_text("kept")
    told = synced.lea(*WORDS, str(out))
    assert told.exit_code == 1
    assert "nothing was written" in told.output
    assert out.read_text() == "kept"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"--purpose": "assessment"}, "Invalid value for '--purpose'"),
        ({"--done-by": " "}, "must say who"),
        ({"--user": "999999"}, "no roster has them"),
        ({"--out": "answer.txt"}, "must end in .json or .csv"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    synced: Console, tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    words = {"--user": "3", "--purpose": "access", "--done-by": "Dana Officer", "--out": str(tmp_path / "a.json")}
    told = synced.lea("held", "export", *(word for pair in {**words, **changed}.items() for word in pair))
    assert told.exit_code != 0
    assert said in told.output
    assert rows(synced) == []
    assert list(tmp_path.glob("a.*")) == []


def test_the_purposes_are_rights_of_the_person_and_no_other_use() -> None:
    assert set(PURPOSES) == {"access", "portability", "complaint"}


def test_one_export_too_many_is_refused_and_the_contact_is_alerted(synced: Console, tmp_path: Path) -> None:
    capped = {"LEA_EXPORTS_PER_DAY": "1"}
    assert synced.lea(*WORDS, str(tmp_path / "a.json"), **capped).exit_code == 0
    told = synced.lea(*WORDS, str(tmp_path / "b.json"), **capped)
    assert told.exit_code == 1
    assert "LEA_EXPORTS_PER_DAY" in told.output
    assert not (tmp_path / "b.json").exists()
    assert len(rows(synced)) == 1
    alerts = synced.lea("audit", "alerts").output
    assert "too-many-exports" in alerts
    assert "whoever runs commands on the server" in alerts
