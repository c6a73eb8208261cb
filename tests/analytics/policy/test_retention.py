"""Every kind of data has a lawful basis, a period and a place in docs/dpia.md, and no personal table is without one."""

from pathlib import Path

import pytest

from analytics.policy.dpia import SECTIONS, write_dpia
from analytics.policy.retention import BASIS_WORDS, RULES, DataKind, LawfulBasis, find_rule, rules_with
from bridge.schema import Base
from bridge.store.erasure import is_person_column, is_user_column

DOCUMENT = Path(__file__).parents[3] / "docs" / "dpia.md"


def test_the_document_says_what_the_rules_say() -> None:
    assert DOCUMENT.read_text() == write_dpia(RULES)


def test_every_kind_has_one_rule_and_every_rule_a_section_and_a_basis() -> None:
    assert sorted(rule.kind for rule in RULES) == sorted(DataKind)
    assert {rule.dpia for rule in RULES} == set(SECTIONS)
    assert {rule.basis for rule in RULES} <= set(BASIS_WORDS)


def test_no_table_belongs_to_two_rules_and_every_one_exists() -> None:
    tables = [table for rule in RULES for table in rule.tables]
    assert len(tables) == len(set(tables))
    assert set(tables) <= set(Base.metadata.tables)


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_that_names_a_person_is_kept_by_a_rule(table: str) -> None:
    columns = Base.metadata.tables[table].columns
    names_somebody = any(is_person_column(column) or is_user_column(column) for column in columns)
    assert not names_somebody or find_rule(RULES, table) is not None


def test_an_institutions_periods_and_bases_take_the_place_of_the_defaults_and_are_printed() -> None:
    own = rules_with({DataKind.EVALUATIONS: 99}, {DataKind.EVALUATIONS: LawfulBasis.LEGITIMATE_INTERESTS})
    changed = [(rule, default) for rule, default in zip(own, RULES, strict=True) if rule != default]

    ((rule, _),) = changed
    assert (rule.kind, rule.days, rule.basis) == (DataKind.EVALUATIONS, 99, LawfulBasis.LEGITIMATE_INTERESTS)
    printed = write_dpia(own, "DPIA 2026/14")
    assert "for 99 days after the last teaching week" in printed
    assert "assessment: DPIA 2026/14" in printed


@pytest.mark.parametrize("days", [{DataKind.PEOPLE: 5}, {DataKind.RUNS: 0}, {DataKind.RUNS: 3_661}])
def test_a_period_that_makes_no_sense_is_refused(days: dict[DataKind, int]) -> None:
    with pytest.raises(ValueError, match="days"):
        rules_with(days, {})


@pytest.mark.parametrize("days", [{DataKind.MEMBERSHIP: 364}, {DataKind.EVIDENCE: 731}])
def test_evidence_is_not_kept_for_longer_than_the_part_in_a_course_by_which_it_is_found(
    days: dict[DataKind, int],
) -> None:
    with pytest.raises(ValueError, match=r"membership .* at least as long as evidence"):
        rules_with(days, {})
    assert rules_with({DataKind.MEMBERSHIP: 800, DataKind.EVIDENCE: 800}, {})


def test_periods_are_told_as_part_of_a_sentence() -> None:
    words = {rule.kind: rule.period_words for rule in rules_with({DataKind.RUNS: 1}, {})}
    assert words[DataKind.LOG_ROWS] == "for 35 days after they arrived here"
    assert words[DataKind.RUNS] == "for 1 day after the run"
    assert words[DataKind.PURGES] == "for 2,190 days after the removal"
    assert words[DataKind.PEOPLE] == "until you are in no course here any more"
