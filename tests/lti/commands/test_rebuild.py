"""`lea rebuild`: what it says, what it refuses, and the access row that it leaves."""

from pathlib import Path

from sqlalchemy import delete, func, select

from bridge.schema.access import AccessRow
from bridge.schema.log import Presence, RebuildRow
from bridge.store.database import Sessions, make_engine, make_sessions, reading, writing
from tests.bridge.rebuild.archives import write_archive
from tests.lti.commands.console import Console


def open_database(console: Console) -> Sessions:
    return make_sessions(make_engine(console.settings["LEA_DATABASE_URL"]))


def count(sessions: Sessions) -> int:
    with reading(sessions) as db:
        return db.scalar(select(func.count()).select_from(Presence)) or 0


def forget(sessions: Sessions) -> None:
    with writing(sessions) as db:
        db.execute(delete(Presence))


def test_lost_facts_come_back_by_one_command_and_it_says_how_many(connected: Console, tmp_path: Path) -> None:
    assert connected.lea("course", "on", "2").exit_code == 0
    assert connected.lea("sync").exit_code == 0
    sessions = open_database(connected)
    expected = count(sessions)
    archive = write_archive(tmp_path / "log", list(connected.vle.world.log))

    forget(sessions)
    dry = connected.lea("rebuild", "--dry-run", str(archive))
    assert dry.exit_code == 0, dry.output
    assert "Nothing was stored." in dry.output
    assert f"{expected:,}" in dry.output
    assert "'ip' may not come in" in dry.output
    assert count(sessions) == 0

    done = connected.lea("rebuild", str(archive))
    assert done.exit_code == 0, done.output
    assert count(sessions) == expected > 0
    assert f"{len(connected.vle.world.log):,}" in done.output

    forget(sessions)
    window = connected.lea("rebuild")
    assert window.exit_code == 0, window.output
    assert count(sessions) == expected

    with reading(sessions) as db:
        details = db.scalars(select(AccessRow.detail).where(AccessRow.detail.contains("rebuild"))).all()
        assert db.scalars(select(RebuildRow)).all() == []
    assert details == ["rebuild of facts from 3 files begun", "rebuild of facts from raw rows begun"]
    sessions.kw["bind"].dispose()


def test_what_is_no_archive_is_refused_with_what_to_do(connected: Console, tmp_path: Path) -> None:
    refused = connected.lea("rebuild", str(tmp_path))
    assert refused.exit_code == 1
    assert "holds no file *.parquet" in refused.output
    assert "run lea rebuild again" in refused.output


def test_a_damaged_archive_ends_with_one_and_says_that_it_goes_on(connected: Console, tmp_path: Path) -> None:
    first = next(iter(connected.vle.world.log))
    rows = [first._replace(id=number) for number in range(1, 3_000)]
    (path,) = write_archive(tmp_path / "log", rows, files=1).iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\0" * 3_000 + content[3_200:])
    failed = connected.lea("rebuild", str(path))
    assert failed.exit_code == 1
    assert "failed: facts: A file cannot be read to its end" in failed.output
    assert "run it again to go on" in failed.output
