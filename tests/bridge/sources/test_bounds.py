"""A file that never ends, or that lies about its size, is refused before it costs the machine its memory."""

import os
import resource
import threading
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
import pytest

from bridge.feed.reading import read_feed
from bridge.sources import bounds, tables
from bridge.sources.bounds import bounded_memory, find_file
from bridge.sources.errors import SourceRefused
from bridge.sources.moodle_log.rows import read_rows
from bridge.sources.tables import open_table

MB = 1024**2
LONG = 256 * MB
"""Bytes of one cell that a file of some kilobytes unpacks to."""


def read_whole(path: Path) -> None:
    for _ in open_table(path).chunks(["a"]):
        pass


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/urandom"])
@pytest.mark.parametrize("take", [open_table, find_file])
def test_a_device_that_never_ends_is_no_file(device: str, take: Callable[[Path], object]) -> None:
    with pytest.raises(SourceRefused, match="no file"):
        take(Path(device))


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceRefused, match="no file"):
        find_file(tmp_path / "pipe")


def test_a_student_record_feed_that_never_ends_is_refused() -> None:
    with pytest.raises(Exception, match="no file"):
        read_feed(Path("/dev/zero"))


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a\n1\n")
    monkeypatch.setattr(tables, "find_file", lambda _: 2)
    with pytest.raises(SourceRefused, match="grows"):
        open_table(path)


def write_lying(path: Path) -> None:
    """Write one long cell, packed small, and let the footer say that it unpacks to one byte."""
    pyarrow.parquet.write_table(
        pa.table({"a": ["x" * LONG]}), path, compression="zstd", use_dictionary=False, write_statistics=False
    )
    metadata = pyarrow.parquet.ParquetFile(path).metadata
    said = metadata.row_group(0).column(0).total_uncompressed_size
    content = path.read_bytes()
    footer = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    assert varint(2 * said) in content[footer:]
    lie = content[footer:].replace(varint(2 * said), b"\x82" + b"\x80" * (len(varint(2 * said)) - 2) + b"\x00")
    path.write_bytes(content[:footer] + lie)


def varint(number: int) -> bytes:
    """Write a number as Thrift's compact protocol does: seven bits a byte, the least first."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*written, number])


def test_a_parquet_file_that_lies_about_its_size_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.parquet"
    write_lying(path)
    assert path.stat().st_size < MB
    assert pyarrow.parquet.ParquetFile(path).metadata.row_group(0).column(0).total_uncompressed_size == 1
    monkeypatch.setattr(bounds, "MOST_MEMORY", LONG // 2)
    with pytest.raises(SourceRefused, match="unpacks to more than the memory"):
        read_whole(path)


def test_a_download_whose_line_never_ends_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.csv"
    with path.open("wb") as file:
        file.write(b"Time,User full name")
        file.truncate(LONG)
    monkeypatch.setattr(bounds, "MOST_MEMORY", LONG // 2)
    with pytest.raises(SourceRefused, match="too long for the memory"):
        next(read_rows(path))


def test_the_bound_ends_with_the_reading() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), bounded_memory(64 * MB):
        bytearray(256 * MB)
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert len(bytearray(256 * MB)) == 256 * MB


def test_a_tighter_bound_of_the_system_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    set_to: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1_000, 2_000))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    with bounded_memory():
        assert threading.current_thread().is_alive()
    assert set_to == [(1_000, 2_000), (1_000, 2_000)]
