"""`lea export facts`: the files are there, and the access log says that somebody took them."""

from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import func, select

from bridge.schema.access import AccessRow
from bridge.schema.log import Presence
from bridge.store.database import make_engine, make_sessions, reading
from tests.lti.commands.console import Console


def test_what_was_synced_is_exported_once_and_leaves_a_row(connected: Console, tmp_path: Path) -> None:
    assert connected.lea("course", "on", "2").exit_code == 0
    assert connected.lea("sync").exit_code == 0
    told = connected.lea("export", "facts", "--parquet", str(tmp_path / "facts"))
    assert told.exit_code == 0, told.output
    again = connected.lea("export", "facts", "--parquet", str(tmp_path / "facts"))
    assert again.exit_code == 1
    assert "Name a new or empty folder" in again.output

    engine = make_engine(connected.settings["LEA_DATABASE_URL"])
    with reading(make_sessions(engine)) as db:
        count = db.scalar(select(func.count()).select_from(Presence)) or 0
        details = db.scalars(select(AccessRow.detail).where(AccessRow.detail.contains("presence facts"))).all()
    engine.dispose()
    assert count > 0
    assert sum(pq.read_metadata(path).num_rows for path in (tmp_path / "facts").iterdir()) == count
    assert f"{count:,} facts are in" in told.output
    assert details == ["export of presence facts into files begun"] * 2
