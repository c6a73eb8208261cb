"""No table has room for what must never be known about a person, so no fault of a source can store it."""

from collections.abc import Collection

from bridge.schema.base import Base
from bridge.sources.forbidden import WHY_FORBIDDEN

COLUMNS = sorted(f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns)
PREDICTED = {"prediction", "predicted", "forecast", "probability", "likelihood", "risk"}
SPONSORED = {"visa", "tier", "sponsor", "sponsored", "immigration", "passport", "ukvi"}
OF_THE_WEEK = {"learner_week.mark_numerator", "learner_week.mark_denominator"}
"""The week's own figure, not a mark that anybody was given."""
OF_THE_LOG = {"log_cursor.mark_id", "log_cursor.mark_at"}
"""How far the log was seen."""


def words_of(column: str) -> set[str]:
    """Take a column's name apart, whole names among the words."""
    name = column.partition(".")[2]
    return {name, *name.split("_")}


def find_columns(words: Collection[str]) -> list[str]:
    """Return the columns that are named by one of the words."""
    return [column for column in COLUMNS if words_of(column) & set(words)]


def test_no_table_has_a_column_that_no_file_may_bring() -> None:
    assert set(find_columns(WHY_FORBIDDEN)) == OF_THE_WEEK | OF_THE_LOG


def test_no_table_has_a_visa_field() -> None:
    assert find_columns(SPONSORED) == []


def test_no_table_holds_a_prediction() -> None:
    assert find_columns(PREDICTED) == []


def test_a_column_is_found_by_its_whole_name_or_one_word_of_it() -> None:
    assert {"presence.kind", "activity.cmid"} & set(find_columns({"cmid", "kind"})) == {
        "presence.kind",
        "activity.cmid",
    }
    assert find_columns({"id_number"}) == []
    assert "person.given_name" in find_columns({"given_name"})
