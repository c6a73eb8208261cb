"""What is an archive and what is none; what of it is never read; limits that hold."""

import stat
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bridge.errors import ArchiveRefused
from bridge.rebuild.archive import Archive, open_archive
from bridge.rebuild.engine import Limits, opened
from tests.bridge.rebuild.archives import to_table, write_archive
from tests.bridge.sync.conftest import SETTINGS
from tests.demo_vle.worlds.model import LogRow

ROW = LogRow(1, "\\core\\event\\course_viewed", 2, 5, 0, 2, 0, 1_795_000_000, "web", 0, "")


def opens(*paths: Path) -> Archive:
    return open_archive(paths, SETTINGS.zone, 2_000_000_000)


def test_a_column_that_may_not_come_in_is_named_and_not_read(tmp_path: Path) -> None:
    archive = opens(write_archive(tmp_path / "log", [ROW]))
    assert archive.dropped == ("ip",)
    with opened(Limits(memory_mb=256), archive.paths) as engine:
        survey = archive.survey(engine)
        columns = engine.sql(f"SELECT * FROM ({archive.events(engine, survey.weeks[0], survey)})").columns
    assert "ip" not in columns
    assert "other" not in columns


def test_a_folders_name_says_nothing_of_whose_rows_are_in_it(tmp_path: Path) -> None:
    archive = opens(write_archive(tmp_path / "userid=77" / "courseid=88", [ROW]))
    with opened(Limits(memory_mb=256), archive.paths) as engine:
        survey = archive.survey(engine)
        events = archive.events(engine, survey.weeks[0], survey)
        assert engine.sql(f"SELECT user_id, moodle_course_id FROM ({events})").fetchall() == [(5, 2)]
        assert archive.people(engine) == {5}


@pytest.mark.parametrize("name", ["anonymous", "realuserid", "eventname", "origin"])
def test_a_file_without_a_column_that_decides_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "log.parquet"
    pq.write_table(to_table([ROW]).drop_columns([name]), path)
    with pytest.raises(ArchiveRefused, match=f"has no column {name}"):
        opens(path)


@pytest.mark.parametrize(("name", "kind"), [("timecreated", pa.string()), ("userid", pa.float64())])
def test_a_column_of_another_type_is_refused_and_not_guessed(tmp_path: Path, name: str, kind: pa.DataType) -> None:
    table = to_table([ROW])
    place = table.column_names.index(name)
    pq.write_table(table.set_column(place, name, table.column(name).cast(kind)), tmp_path / "log.parquet")
    with pytest.raises(ArchiveRefused, match=f"{name} is {kind}, not whole numbers"):
        opens(tmp_path / "log.parquet")


def test_what_is_no_parquet_file_or_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id,eventname\n")
    with pytest.raises(ArchiveRefused, match="is no Parquet file"):
        opens(tmp_path / "log.csv")
    with pytest.raises(ArchiveRefused, match=r"holds no file \*\.parquet"):
        opens(tmp_path)


def test_exported_facts_are_no_log_and_are_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"day_no": [1], "person_id": [1]}), tmp_path / "facts.parquet")
    with pytest.raises(ArchiveRefused, match="logstore_standard_log"):
        opens(tmp_path)


def test_a_name_that_stands_for_other_files_is_refused(tmp_path: Path) -> None:
    write_archive(tmp_path / "log[1]", [ROW])
    with pytest.raises(ArchiveRefused, match="cannot be read"):
        opens(tmp_path / "log[1]")


def test_a_quotation_mark_in_a_name_is_part_of_it(tmp_path: Path) -> None:
    archive = opens(write_archive(tmp_path / "the registry's", [ROW], files=1))
    with opened(Limits(memory_mb=256), archive.paths) as engine:
        assert archive.survey(engine).rows == 1


def test_a_file_that_breaks_off_is_told_without_its_values(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "log", [ROW._replace(id=number) for number in range(1, 3_000)], files=1)
    archive = opens(folder)
    (path,) = folder.iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:200] + b"\0" * 3_000 + content[3_200:])
    with opened(Limits(memory_mb=256), archive.paths) as engine, pytest.raises(ArchiveRefused) as refused:
        archive.survey(engine)
    assert "cannot be read to its end" in str(refused.value)


def test_whom_a_damaged_file_names_is_not_asked_in_duckdbs_own_words(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "log", [ROW], files=1)
    archive = opens(folder)
    (path,) = folder.iterdir()
    group = pq.read_metadata(path).row_group(0)
    users = next(group.column(i) for i in range(group.num_columns) if group.column(i).path_in_schema == "userid")
    first = users.dictionary_page_offset
    content = path.read_bytes()
    path.write_bytes(
        content[:first] + b"\xff" * users.total_compressed_size + content[first + users.total_compressed_size :]
    )
    with opened(Limits(memory_mb=256), archive.paths) as engine:
        archive.survey(engine)
        with pytest.raises(ArchiveRefused, match="cannot be read to its end"):
            archive.people(engine)


def test_duckdb_reads_the_named_files_alone_and_its_limits_cannot_be_changed(tmp_path: Path) -> None:
    archive = opens(write_archive(tmp_path / "log", [ROW]))
    other = write_archive(tmp_path / "other", [ROW]) / "log-0.parquet"
    with opened(Limits(memory_mb=256, threads=1), archive.paths) as engine:
        assert engine.execute("SELECT current_setting('memory_limit')").fetchone() == ("244.1 MiB",)
        for forbidden in (
            f"SELECT * FROM read_parquet('{other}')",
            f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
            "SET memory_limit = '8GB'",
            "INSTALL httpfs",
        ):
            with pytest.raises(duckdb.Error):
                engine.execute(forbidden)


def test_more_than_the_memory_holds_goes_to_disk_and_is_gone_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with opened(Limits(memory_mb=64, threads=1), ()) as engine:
        engine.execute("CREATE TEMP TABLE t AS SELECT i, hash(i) AS a, hash(i + 1) AS b FROM range(6_000_000) r(i)")
        (folder,) = tmp_path.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert sum(file.stat().st_size for file in folder.rglob("*")) > 10_000_000
        assert engine.execute("SELECT count(*) FROM t").fetchone() == (6_000_000,)
    assert list(tmp_path.iterdir()) == []
