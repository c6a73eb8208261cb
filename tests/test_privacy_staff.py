"""docs/privacy-staff.md says what the rules of access say, and names what is there."""

import re
from pathlib import Path

from analytics.policy.relationships import Kind
from bridge.config import NAMES
from lti.panels.audiences import AUDIENCES, list_audiences

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "privacy-staff.md").read_text()


def test_the_table_is_what_the_rules_answer() -> None:
    rows = re.findall(r"^\| (.+) \| (.+) \|$", PAGE, re.MULTILINE)

    assert rows[1:] == list(list_audiences())


def test_every_kind_of_relationship_is_asked_about() -> None:
    asked = {held.kind for _, viewer in AUDIENCES for held in viewer.relationships}

    assert asked == set(Kind)


def test_every_setting_and_file_that_the_page_names_is_there() -> None:
    assert set(re.findall(r"LEA_\w+", PAGE)) <= NAMES
    files = re.findall(r"`((?:analytics|tests)/[\w/.]+)`", PAGE)
    assert files
    assert [name for name in files if not (ROOT / name).exists()] == []
