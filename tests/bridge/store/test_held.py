"""What is held about somebody is found in every table, whole, and nothing of anybody else."""

import json
import re
from dataclasses import replace

import pytest
from sqlalchemy import Column, func, select

from bridge.moodle.functions import Function
from bridge.schema import Base, platforms
from bridge.store.database import Sessions, reading, writing
from bridge.store.held import HeldRow, count_held, load_held, load_who
from bridge.store.held_tables import HELD_TABLES, NOBODYS, ROSTER, HeldTable, Key, Who, find_table
from tests.bridge.store.held_world import SECRET_KEY, full_world
from tests.lti.panels.world import NOW

NAMES_SOMEBODY = re.compile(r"(^|_)(person_id|moodle_user_id|user_id|idnumber|user_key|sub|email)$")
FOUND_BY_ANOTHER_COLUMN = {
    "person.moodle_user_id",
    "person.idnumber",
    "viewer_session.idnumber",
    "course.idnumber",
}
"""Columns whose rows the registry finds by another one; a course's idnumber is the course's."""


def names_somebody(column: Column[object]) -> bool:
    return bool(NAMES_SOMEBODY.search(column.name)) or any(
        key.column.table.name == "person" for key in column.foreign_keys
    )


def every_row(sessions: Sessions, who: Who) -> dict[str, tuple[HeldRow, ...]]:
    with reading(sessions) as db:
        return {held.name: load_held(db, who, held) for held in HELD_TABLES}


def test_every_column_that_names_somebody_is_in_the_registry_or_has_its_reason() -> None:
    forgotten = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if names_somebody(column)
        and column.name not in getattr(find_table(table.name), "about", {})
        and f"{table.name}.{column.name}" not in {*NOBODYS, *FOUND_BY_ANOTHER_COLUMN}
    ]

    assert forgotten == []


def test_every_table_that_can_hold_a_launch_is_in_the_registry() -> None:
    with_launch = {table.name for table in Base.metadata.tables.values() if "launch" in table.columns}

    assert with_launch <= {held.name for held in HELD_TABLES}


@pytest.mark.parametrize("held", HELD_TABLES, ids=lambda held: held.name)
def test_an_entry_names_columns_that_are_there(held: HeldTable) -> None:
    named = {*held.about, *held.latest_first, *held.left_out}

    assert named <= {column.name for column in held.table.columns}


def test_the_source_of_records_about_people_is_called_as_the_plugin_calls_it() -> None:
    assert Function.ROSTER == ROSTER


def test_every_table_gives_its_rows_with_every_column_but_those_left_out(sessions: Sessions) -> None:
    _, mine, _ = full_world(sessions)

    rows = every_row(sessions, mine)

    assert [name for name, found in rows.items() if not found] == []
    for held in HELD_TABLES:
        columns = {column.name for column in held.table.columns} - set(held.left_out)
        assert {frozenset(row.values) for row in rows[held.name]} == {frozenset(columns)}


def test_no_row_names_anybody_else(sessions: Sessions) -> None:
    _, mine, theirs = full_world(sessions)

    for held in HELD_TABLES:
        for row in every_row(sessions, mine)[held.name]:
            named = {row.values[name] for name in held.about} - {None}
            assert named <= {mine.value_of(key) for key in held.about.values()}, held.name
            assert str(theirs.idnumber) not in json.dumps(dict(row.values), default=str)


def test_rows_of_two_people_are_never_mixed(sessions: Sessions) -> None:
    _, mine, theirs = full_world(sessions)
    shared = {"log_event"}

    for held in HELD_TABLES:
        if held.name in shared:
            continue
        ours, others = (every_row(sessions, who)[held.name] for who in (mine, theirs))
        assert not [row for row in ours if row.values in [other.values for other in others]], held.name


def test_what_somebody_did_to_another_is_told_to_both_without_the_other_one(sessions: Sessions) -> None:
    _, mine, theirs = full_world(sessions)

    done = every_row(sessions, mine)["log_event"][0].values
    suffered = every_row(sessions, theirs)["log_event"][0].values

    assert (done["log_id"], done["moodle_user_id"], done["related_moodle_user_id"]) == (
        2_000,
        mine.moodle_user_id,
        None,
    )
    assert json.loads(done["other"]) == {"completionstate": 1}
    assert (suffered["moodle_user_id"], suffered["related_moodle_user_id"]) == (None, theirs.moodle_user_id)
    assert json.loads(suffered["other"]) == {"relateduserid": theirs.moodle_user_id, "completionstate": 1}


def test_who_looked_is_named_and_who_was_refused_is_not(sessions: Sessions) -> None:
    _, mine, _ = full_world(sessions)

    looks = every_row(sessions, mine)["access_log"]

    assert {row.values["is_allowed"]: row.names.get("viewer") for row in looks} == {True: "Dr Priya Nair", False: None}


def test_rows_of_the_same_moodle_number_on_another_platform_are_somebody_elses(sessions: Sessions) -> None:
    world, mine, _ = full_world(sessions)
    with writing(sessions) as db:
        other = platforms.Platform(name="Other", moodle_url="https://other.example.ac.uk", created_at=NOW)
        db.add(other)
        db.flush()
        stranger = replace(mine, platform_id=other.id, person_id=0)

    with reading(sessions) as db:
        counts = count_held(db, stranger)
        assert load_who(db, other.id, mine.person_id, SECRET_KEY) is None
    by_number = [held.name for held in HELD_TABLES if Key.PERSON not in held.about.values()]
    assert {name: counts[name] for name in by_number} == dict.fromkeys(by_number, 0)
    assert world.platform_id != stranger.platform_id


def test_nothing_is_found_by_an_id_number_that_the_roster_does_not_give(sessions: Sessions) -> None:
    _, mine, _ = full_world(sessions)

    with reading(sessions) as db:
        assert count_held(db, replace(mine, idnumber=None))["training"] == 0


def test_rows_come_the_latest_first_and_page_by_page_without_a_gap(sessions: Sessions) -> None:
    _, mine, _ = full_world(sessions)
    held = find_table("presence")
    assert held is not None

    with reading(sessions) as db:
        whole = load_held(db, mine, held)
        pages = [load_held(db, mine, held, limit=4, offset=offset) for offset in range(0, len(whole), 4)]
        total = db.scalar(select(func.count()).select_from(held.table).where(held.is_about(mine)))

    assert len(whole) == total == sum(map(len, pages)) > 8
    assert tuple(row for page in pages for row in page) == whole
    days = [row.values["day_no"] for row in whole]
    assert days == sorted(days, reverse=True)


def test_a_row_knows_the_names_of_what_its_numbers_stand_for(sessions: Sessions) -> None:
    _, mine, _ = full_world(sessions)

    rows = every_row(sessions, mine)

    assert rows["presence"][0].names["course"] == "Cell Biology"
    assert rows["presence"][0].names["activity"].startswith("Worksheet")
    assert rows["learner_task"][0].names["task"]
    assert rows["group_member"][0].names == {"course": "Cell Biology", "group": "Group A"}
    assert rows["student_record"][0].names == {"school": "School of Biology", "programme": "BSc Biology"}
    assert rows["viewer_session"][0].names == {"course": "Cell Biology"}
