"""A learner is erased, a backup is restored and synced again: they are in no table, file, export or output."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, delete, insert, select, update

from bridge.config import Settings
from bridge.schema import Base
from bridge.schema.casework import SupportCase
from bridge.schema.log import LogCursor, Presence
from bridge.schema.people import Enrolment, Person
from bridge.schema.records import School
from bridge.schema.rights import ErasureDecision
from bridge.store.access_log import AccessEntry, save_access
from bridge.store.case_chain import Author, append_entry, case_key
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from bridge.store.erasure_decisions import Decision
from bridge.store.tombstones import load_user_keys
from bridge.sync.lease import take_lease
from lti.app import create_app
from tests.demo_vle.worlds.model import Enrolment as VleEnrolment
from tests.demo_vle.worlds.model import Member, World
from tests.lti.commands.console import Console

ERASED = 31_415_926
NEEDLES = (str(ERASED), "Zebedee", "Quagmire", "ZQ-271828")
REASON = "Asked by letter; nothing speaks against it."
WORDS = ("--user", str(ERASED), "--decided-by", "Dana Officer", "--reason", REASON)
START = {"read_to": 0, "settled_to": 0, "mark_id": 0, "mark_at": None, "purged_to": 0}
Dump = dict[str, list[dict[str, Any]]]


@pytest.fixture
def synced(connected: Console, tmp_path: Path) -> Console:
    """A console after a sync, in whose courses somebody learns whose id and name are like nobody else's."""
    make_distinct(connected.vle.world)
    connected.settings["LEA_TOMBSTONE_FILE"] = str(tmp_path / "marks")
    assert connected.lea("course", "on", "2", "3", "4").exit_code == 0
    assert connected.lea("sync").exit_code == 0
    return connected


@pytest.fixture
def sessions(synced: Console) -> Iterator[Sessions]:
    engine = make_engine(synced.settings["LEA_DATABASE_URL"])
    yield make_sessions(engine)
    engine.dispose()


def make_distinct(world: World) -> None:
    """Give the busiest learner another id and name everywhere in Moodle."""
    learners = {
        user for course in world.courses.values() for user, one in course.members.items() if one.roles == ("student",)
    }
    rows = [row for row in world.log if row.userid in learners]
    old = max(learners, key=lambda user: sum(row.userid == user for row in rows))
    user = world.users.pop(old)
    world.users[ERASED] = replace(user, id=ERASED, firstname="Zebedee", lastname="Quagmire", idnumber="ZQ-271828")
    for course in world.courses.values():
        if old in course.members:
            course.members[ERASED] = course.members.pop(old)
        for task in course.tasks.values():
            if old in task.learners:
                task.learners[ERASED] = task.learners.pop(old)
    for row in world.log:
        if old in (row.userid, row.relateduserid, row.realuserid):
            new = [ERASED if user == old else user for user in (row.userid, row.relateduserid, row.realuserid)]
            world.log.add(row._replace(userid=new[0], relateduserid=new[1], realuserid=new[2]))


def back_up(engine: Engine) -> Dump:
    with engine.connect() as connection:
        return {
            table.name: [dict(row._mapping) for row in connection.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


def restore(engine: Engine, dump: Dump) -> None:
    with engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
        for table in Base.metadata.sorted_tables:
            if dump[table.name]:
                connection.execute(insert(table), dump[table.name])


def find_traces(engine: Engine, folder: Path) -> set[str]:
    """Return every place in which something of the learner is: table and column, or file."""
    found = set()
    for name, rows in back_up(engine).items():
        for row in rows:
            found |= {f"{name}.{column}" for column, value in row.items() if is_trace(str(value))}
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for path in folder.rglob("*"):
        if path.is_file() and is_trace(path.read_bytes().decode("latin-1")):
            found.add(path.name)
    return found


def is_trace(text: str) -> bool:
    return any(needle in text for needle in NEEDLES)


def leave(world: World) -> dict[int, Member]:
    """Take the learner out of every course, and their hand-ins; Moodle's log still has their rows."""
    left = {}
    for course in world.courses.values():
        if ERASED in course.members:
            left[course.id] = course.members.pop(ERASED)
        for task in course.tasks.values():
            task.learners.pop(ERASED, None)
    return left


def add_look(sessions: Sessions) -> None:
    with writing(sessions) as db:
        person = db.scalars(select(Person).where(Person.moodle_user_id == ERASED)).one()
        at = datetime.now(UTC)
        save_access(db, AccessEntry(at, person.platform_id, 5, "tutor", "learner:view", 2, person.id, True, "x", "r"))


def read_log_from_start(sessions: Sessions) -> None:
    """Let the next sync read Moodle's whole log once more, as after a restore of an old backup."""
    with writing(sessions) as db:
        db.execute(update(LogCursor).values(**START))


def test_an_erased_learner_stays_away_through_restore_and_sync_and_comes_back_with_new_data_alone(
    synced: Console, sessions: Sessions, tmp_path: Path
) -> None:
    engine = sessions.kw["bind"]
    add_look(sessions)
    assert synced.lea("audit", "verify").exit_code == 0
    dump = back_up(engine)
    dump["log_cursor"][0] |= START
    assert {"person.full_name", "log_event.moodle_user_id"} <= find_traces(engine, tmp_path)
    membership = leave(synced.vle.world)

    erased = synced.lea("erase", *WORDS, "--yes")
    assert "Erased. Left over: 0 rows." in erased.output, erased.output
    assert find_traces(engine, tmp_path) == set()
    assert synced.lea("audit", "verify").exit_code == 0

    restore(engine, dump)
    assert "person.full_name" in find_traces(engine, tmp_path)
    outputs = [synced.lea(*words) for words in (("sync",), ("status",), ("tombstones", "export", str(tmp_path / "x")))]
    assert [answer.exit_code for answer in outputs] == [0, 0, 0], outputs[0].output
    assert not any(is_trace(answer.output) for answer in outputs)
    assert find_traces(engine, tmp_path) == set()
    assert synced.lea("audit", "verify").exit_code == 0

    enrol_again(synced.vle.world, membership)
    read_log_from_start(sessions)
    assert synced.lea("sync").exit_code == 0
    today = datetime.now(UTC).date()
    with reading(sessions) as db:
        person_id = db.scalars(select(Person.id).where(Person.moodle_user_id == ERASED)).one()
        days = db.execute(select(Presence.day_no, Presence.cmid).where(Presence.person_id == person_id)).all()
        first = db.scalars(select(Enrolment.enrolled_on).where(Enrolment.person_id == person_id)).all()
    assert [cmid for _, cmid in days] == [new_cmid(synced.vle.world)]
    assert set(first) == {today}


def new_cmid(world: World) -> int:
    return next(activity.cmid for activity in world.courses[2].activities if not activity.own)


def enrol_again(world: World, membership: dict[int, Member]) -> None:
    now = int(datetime.now(UTC).timestamp())
    for course_id, member in membership.items():
        again = replace(member, enrolments=(VleEnrolment(timecreated=now),))
        world.courses[course_id].members[ERASED] = again
    seen = next(row for row in world.log if row.courseid == 2 and row.eventname.endswith("course_module_viewed"))
    own = seen._replace(userid=ERASED, relateduserid=0, realuserid=0, cmid=new_cmid(world))
    world.log.append(own._replace(timecreated=now + 1))


def test_the_pages_do_not_begin_before_a_restored_backup_was_made_true(synced: Console, sessions: Sessions) -> None:
    dump = back_up(sessions.kw["bind"])
    leave(synced.vle.world)
    synced.lea("erase", *WORDS, "--yes")
    restore(sessions.kw["bind"], dump)
    settings = Settings.from_environment({k: v for k, v in synced.settings.items() if k.startswith("LEA_")})
    client = create_app(settings, sessions=sessions).test_client()

    client.get("/healthz")
    assert is_held(sessions)
    client.post("/panel/", data={"page_token": "x"})

    assert not is_held(sessions)


def is_held(sessions: Sessions) -> bool:
    with reading(sessions) as db:
        return db.scalar(select(Person.id).where(Person.moodle_user_id == ERASED)) is not None


def decisions(synced: Console, sessions: Sessions) -> tuple[Decision, ...]:
    with reading(sessions) as db:
        key = load_user_keys(db, 1, synced.settings["LEA_SECRET_KEY"]).of(ERASED)
        rows = db.scalars(select(ErasureDecision).where(ErasureDecision.user_key == key))
        return tuple(Decision(*(getattr(row, name) for name in Decision.__slots__)) for row in rows)


def test_a_dry_run_counts_and_changes_nothing(synced: Console, sessions: Sessions) -> None:
    before = back_up(sessions.kw["bind"])

    answer = synced.lea("erase", *WORDS, "--dry-run")

    with reading(sessions) as db:
        person_id = db.scalars(select(Person.id).where(Person.moodle_user_id == ERASED)).one()
    rows = sum(row["person_id"] == person_id for row in before["presence"])
    assert rows > 10
    assert [line.split("│")[2].strip() for line in answer.output.splitlines() if "presence" in line] == [f"{rows:,}"]
    assert back_up(sessions.kw["bind"]) == before


def test_whoever_wrote_in_cases_as_staff_is_told_of_before_anything_is_erased(
    synced: Console, sessions: Sessions
) -> None:
    assert "as staff" not in synced.lea("erase", *WORDS, "--dry-run").output
    with writing(sessions) as db:
        school = School(platform_id=1, code="BIO", name="Biology")
        db.add(school)
        db.flush()
        now = datetime.now(UTC)
        case = SupportCase(platform_id=1, school_id=school.id, opened_at=now, opened_by="Dr A")
        db.add(case)
        db.flush()
        key = case_key(synced.settings["LEA_SECRET_KEY"])
        append_entry(db, key, case.id, "note", {"text": "A note."}, Author(ERASED, "Dr A", "adviser"), now)

    answer = synced.lea("erase", *WORDS, "--dry-run")

    assert "Steps of cases that they wrote as staff: 1." in answer.output
    assert "until each case's own period ends" in answer.output


def test_without_a_yes_nothing_is_erased(synced: Console, sessions: Sessions) -> None:
    answer = synced.lea("erase", *WORDS, typed="n\n")

    assert (answer.exit_code, is_held(sessions), decisions(synced, sessions)) == (1, True, ())
    assert "Nothing was changed" in answer.output


def test_a_refusal_is_written_down_and_deletes_nothing(synced: Console, sessions: Sessions) -> None:
    answer = synced.lea("erase", "refuse", *WORDS, "--asked-on", "2026-10-01")

    assert answer.exit_code == 0, answer.output
    assert is_held(sessions)
    (decision,) = decisions(synced, sessions)
    assert (decision.is_granted, decision.decided_by, decision.reason) == (False, "Dana Officer", REASON)
    assert decision.asked_at == datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize("reason", ["Because Quagmire asked.", f"User {ERASED} asked", "see zq-271828"])
def test_a_reason_that_names_the_learner_is_not_taken(synced: Console, sessions: Sessions, reason: str) -> None:
    answer = synced.lea("erase", "--user", str(ERASED), "--decided-by", "D", "--reason", reason, "--yes")

    assert (answer.exit_code, is_held(sessions), decisions(synced, sessions)) == (2, True, ())
    assert "names the learner" in answer.output


def test_while_a_sync_reads_nothing_is_erased(synced: Console, sessions: Sessions) -> None:
    take_lease(sessions, "platform 1", "somebody", datetime.now(UTC))

    answer = synced.lea("erase", *WORDS, "--yes")

    assert (answer.exit_code, is_held(sessions), decisions(synced, sessions)) == (1, True, ())
    assert "A worker is reading" in answer.output


def test_marks_taken_along_by_hand_erase_in_another_copy(synced: Console, sessions: Sessions, tmp_path: Path) -> None:
    dump = back_up(sessions.kw["bind"])
    leave(synced.vle.world)
    synced.lea("erase", *WORDS, "--yes")
    carried = tmp_path / "carried"
    assert "1 marks" in synced.lea("tombstones", "export", str(carried)).output
    restore(sessions.kw["bind"], dump)
    (tmp_path / "marks").unlink()

    answer = synced.lea("tombstones", "apply", str(carried))

    assert "carried out: 1" in answer.output
    assert not is_held(sessions)


def test_without_a_file_for_marks_the_next_step_is_told(synced: Console) -> None:
    told = synced.lea("erase", *WORDS, "--yes", LEA_TOMBSTONE_FILE="").output

    is_sqlite = synced.settings["LEA_DATABASE_URL"].startswith("sqlite")
    assert ("lea tombstones export FILE" in told) != is_sqlite


@pytest.mark.parametrize("changed", [("--asked-on", "2999-01-01"), ("--reason", " "), ("--decided-by", " ")])
def test_a_decision_that_says_nothing_or_comes_from_the_future_is_not_taken(
    synced: Console, sessions: Sessions, changed: tuple[str, str]
) -> None:
    answer = synced.lea("erase", *WORDS, *changed, "--yes")

    assert (answer.exit_code, is_held(sessions), decisions(synced, sessions)) == (2, True, ())
