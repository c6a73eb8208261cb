"""docs/database.md says what the models are, and leaves no table and no column out."""

import ast
import re
from pathlib import Path

import pytest
from sqlalchemy import ForeignKey, Table
from sqlalchemy.orm import DeclarativeBase

from analytics.policy.retention import RULES, DataKind, rules_with
from bridge.describe.models import read_subjects
from bridge.describe.page import write_page
from bridge.describe.writers import WRITERS
from bridge.schema.base import Base
from bridge.store.held_tables import HELD_TABLES

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "database.md"
MODELS: dict[str, type[DeclarativeBase]] = {
    mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers if isinstance(mapper.local_table, Table)
}


def section(table: str, page: str) -> str:
    return page.partition(f"### {table}\n")[2].partition("\n##")[0]


def test_the_document_is_what_the_models_say() -> None:
    # When this fails: lea db document > docs/database.md
    assert DOCUMENT.read_text() == write_page(RULES)


def test_every_table_and_column_of_the_models_is_in_it() -> None:
    page = write_page(RULES)
    for table in Base.metadata.tables.values():
        rows = re.findall(r"^\| (?:\*\*)?(\w+)(?:\*\*)? \|", section(table.name, page), re.MULTILINE)
        assert rows[1:] == [column.name for column in table.columns], table.name


def test_keys_references_and_missing_values_are_told() -> None:
    rows = section("concern", write_page(RULES)).splitlines()
    (case,) = [row for row in rows if row.startswith("| case_id")]
    assert case.startswith("| case_id | bigint or null |  | → support_case.id")
    (key,) = [row for row in rows if row.startswith("| **id**")]
    assert "bigint |" in key
    for table in Base.metadata.tables.values():
        pointing = [
            column.name for column in table.columns if any(type(key) is ForeignKey for key in column.foreign_keys)
        ]
        assert section(table.name, write_page(RULES)).count("| → ") == len(pointing)


def test_the_words_beside_a_column_in_the_code_are_its_meaning() -> None:
    found = {table.name: table for subject in read_subjects() for table in subject.tables}
    presence = {column.name: column for column in found["presence"].columns}
    assert presence["kind"].meaning == "`analytics.evidence.Kind`."
    assert presence["day_no"].unit == "days since 1970-01-01, in the institution's zone"
    assert presence["cmid"].meaning == ""


def test_every_table_says_who_writes_it_and_no_other_does() -> None:
    assert set(WRITERS) == set(Base.metadata.tables)


@pytest.mark.parametrize("table", sorted(WRITERS))
def test_the_module_that_is_named_as_a_tables_writer_knows_its_model(table: str) -> None:
    _, module = WRITERS[table]
    tree = ast.parse((ROOT / module).read_text())
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {node.name for node in ast.walk(tree) if isinstance(node, ast.alias)}
    assert MODELS[table].__name__ in names


def test_every_table_about_people_is_marked_as_such() -> None:
    page = write_page(RULES)
    marked = {table for table in Base.metadata.tables if "- About people: yes" in section(table, page)}
    assert marked == {held.name for held in HELD_TABLES}


def test_an_institutions_own_periods_are_printed() -> None:
    page = write_page(rules_with({DataKind.LOG_ROWS: 12}, {}))
    assert "for 12 days after they arrived here" in section("log_event", page)
    assert "for 35 days after they arrived here" in section("quarantine", page)
