"""Take a CSV or Parquet file apart in chunks, so that memory stays flat: each distinct cell once, as text."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from bridge.sources.bounds import bounded_memory, find_file
from bridge.sources.errors import SourceRefused

CSV_BLOCK = 4 * 1024 * 1024
PARQUET_ROWS = 100_000
FIRST_LINE = 2
"""Of the rows; the header is line 1."""
LONGEST_HEADER = 64 * 1024
READ_AT_ONCE = 1024 * 1024
PARQUET_MAGIC = b"PAR1"
LARGEST_PIECE = 256 * 1024 * 1024
"""Of one Parquet column in one group of rows, unpacked: a small file may unpack to more than the memory holds."""

TOO_LARGE = "unpacks to more than the memory that a file may take. Write it in smaller groups of rows"

Codes = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class Rejected:
    """One row that is not taken, by its line; nothing of what it holds is repeated."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Cells:
    """One column of a chunk: for each row the place of its text among the distinct ones."""

    codes: Codes
    values: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows of a table: their lines (in Parquet: as if there were a header), columns, and rows that are no rows."""

    lines: Codes
    columns: dict[str, Cells]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose header was read."""

    path: Path
    names: tuple[str, ...]
    is_parquet: bool
    digest: str
    """SHA-256 of the file."""

    def chunks(self, wanted: Sequence[str]) -> Iterator[Chunk]:
        """Give the rows chunk by chunk, with the wanted columns alone; nothing for a file without rows.

        Raises:
            SourceRefused: the file cannot be read to its end. What was given before is right.
        """
        try:
            with bounded_memory():
                yield from _parquet_chunks(self, wanted) if self.is_parquet else _csv_chunks(self, wanted)
        except MemoryError as error:
            raise SourceRefused(
                f"The file {TOO_LARGE}. Rows before are stored; taking them in again is safe."
            ) from error
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError, OverflowError) as error:
            is_text = isinstance(error, UnicodeDecodeError) or "UTF8" in str(error)
            problem = "is not UTF-8. Save it as “CSV UTF-8”" if is_text else "is no table, or is damaged"
            raise SourceRefused(f"The file {problem}. Rows before are stored; taking them in again is safe.") from error
        except OSError as error:
            raise SourceRefused(f"The file cannot be read to its end. {SourceRefused.next_step}") from error


def open_table(path: Path) -> Table:
    """Read a file's header: Parquet by its first bytes, else CSV (UTF-8, commas, a header).

    Raises:
        SourceRefused: it is no such file, it is empty, or a quotation mark is open.
    """
    try:
        is_parquet, digest = _look_at(path)
        with bounded_memory():
            names = _parquet_names(path) if is_parquet else _csv_names(path)
    except OSError as error:
        raise SourceRefused(
            f"The file cannot be read: {error.strerror or 'it is damaged'}. Nothing was read."
        ) from error
    except UnicodeDecodeError as error:
        raise SourceRefused("The file is not UTF-8. Save it as “CSV UTF-8”. Nothing was read.") from error
    except MemoryError as error:
        raise SourceRefused(f"The file {TOO_LARGE}. Nothing was read.") from error
    except (pa.ArrowInvalid, csv.Error) as error:
        raise SourceRefused("The file is no table, or is damaged. Nothing was read.") from error
    return Table(path, names, is_parquet, digest)


def _look_at(path: Path) -> tuple[bool, str]:
    """Return whether a file is Parquet, and its digest; see that every quotation mark of a CSV is closed."""
    left = find_file(path)
    digest, quotes, first = hashlib.sha256(), 0, b""
    with path.open("rb") as file:
        while part := file.read(READ_AT_ONCE):
            left -= len(part)
            if left < 0:
                raise SourceRefused("The file grows while it is read. Take it in when it is whole. Nothing was read.")
            first = first or part[: len(PARQUET_MAGIC)]
            digest.update(part)
            quotes += part.count(b'"')
    if not first:
        raise SourceRefused("The file is empty. Nothing was read.")
    is_parquet = first == PARQUET_MAGIC
    # The reader would leave out silently what stands behind an open one.
    if not is_parquet and quotes % 2:
        raise SourceRefused("The file is no table: a quotation mark is open. Nothing was read.")
    return is_parquet, digest.hexdigest()


def _csv_names(path: Path) -> tuple[str, ...]:
    with path.open("rb") as file:
        first = file.readline(LONGEST_HEADER).decode("utf-8-sig")
    names = tuple(name.strip() for name in next(csv.reader([first.strip()], strict=True), ()))
    if len(names) == 1 and ";" in names[0]:
        raise SourceRefused("The cells are separated by semicolons. Save the file with commas. Nothing was read.")
    if not any(names):
        raise SourceRefused("The first line is no header. Nothing was read.")
    return names


def _parquet_names(path: Path) -> tuple[str, ...]:
    file = pyarrow.parquet.ParquetFile(path)
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    pieces = [group.column(number).total_uncompressed_size for group in groups for number in range(group.num_columns)]
    if max(pieces, default=0) > LARGEST_PIECE:
        raise SourceRefused(
            f"One group of rows unpacks to more than {LARGEST_PIECE // 1024**2:,} MB. Nothing was read. "
            "Write the file with smaller groups of rows."
        )
    return tuple(str(name).strip() for name in file.schema_arrow.names)


@dataclass(slots=True)
class _Lines:
    """Gives rows their lines, counted as an editor counts them: a row may be cut, and cells may hold line breaks."""

    found: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Row that has too few or too many cells → why, and its line breaks; rows are numbered from the header on."""
    row: int = FIRST_LINE
    """The next one."""
    breaks: int = 0
    """Line breaks inside the rows before it."""

    def __call__(self, row: Any) -> str:
        few = row.actual_columns < row.expected_columns
        reason = f"has {'fewer' if few else 'more'} cells than the header" if row.text.strip() else ""
        self.found[row.number] = (reason, row.text.count("\n"))
        return "skip"

    def number(self, breaks: Codes, *, is_last: bool = False) -> tuple[Codes, tuple[Rejected, ...]]:
        """Return the lines of the next rows, whose cells hold so many line breaks, and the cut rows among them."""
        end = self.row + len(breaks)
        cut = []
        for number in sorted(self.found):
            # The reader may be ahead: what it cut behind the last of these rows belongs to the next ones.
            if number < end or is_last:
                cut.append(number)
                end += 1
        rows = np.arange(self.row, end, dtype=np.int64)
        is_cut = np.isin(rows, cut)
        inside = np.zeros(len(rows), dtype=np.int64)
        inside[~is_cut] = breaks
        inside[is_cut] = [self.found[number][1] for number in cut]
        lines = rows + self.breaks + np.cumsum(inside) - inside
        reasons = [self.found.pop(number)[0] for number in cut]
        rejected = zip(lines[is_cut].tolist(), reasons, strict=True)
        self.row, self.breaks = end, self.breaks + int(inside.sum())
        return lines[~is_cut], tuple(Rejected(line, reason) for line, reason in rejected if reason)


def _csv_chunks(table: Table, wanted: Sequence[str]) -> Iterator[Chunk]:
    keys = [f"c{number}" for number in range(len(table.names))]
    lines = _Lines()
    reader = pyarrow.csv.open_csv(
        table.path,
        # One thread: only then it tells the lines of rows that are cut.
        read_options=pyarrow.csv.ReadOptions(use_threads=False, block_size=CSV_BLOCK, column_names=keys, skip_rows=1),
        parse_options=pyarrow.csv.ParseOptions(
            newlines_in_values=True, invalid_row_handler=lines, ignore_empty_lines=False
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            strings_can_be_null=False,
            include_columns=[keys[table.names.index(name)] for name in wanted],
            column_types=dict.fromkeys(keys, pa.dictionary(pa.int32(), pa.string())),
        ),
    )
    for batch in reader:
        columns = [_cells(column) for column in batch.columns]
        numbers, rejected = lines.number(sum((_breaks(cells) for cells in columns), np.zeros(batch.num_rows, np.int64)))
        yield Chunk(numbers, dict(zip(wanted, columns, strict=True)), rejected)
    none = np.zeros(0, dtype=np.int64)
    _, rejected = lines.number(none, is_last=True)
    yield Chunk(none, {name: Cells(none, [""]) for name in wanted}, rejected)


def _breaks(cells: Cells) -> Codes:
    """Count the line breaks inside the cells of a column, row by row."""
    counts = np.array([value.count("\n") for value in cells.values], dtype=np.int64)
    return counts[cells.codes]


def _parquet_chunks(table: Table, wanted: Sequence[str]) -> Iterator[Chunk]:
    # Texts stay in their dictionary: a long one that many rows share is kept once.
    file = pyarrow.parquet.ParquetFile(table.path, read_dictionary=_parquet_paths(table.path))
    names = {name.strip(): name for name in file.schema_arrow.names}
    line = FIRST_LINE
    for batch in file.iter_batches(batch_size=PARQUET_ROWS, columns=[names[name] for name in wanted]):
        lines = np.arange(line, line + batch.num_rows, dtype=np.int64)
        line += batch.num_rows
        yield Chunk(lines, {name: _cells(batch.column(names[name])) for name in wanted})


def _parquet_paths(path: Path) -> list[str]:
    schema = pyarrow.parquet.ParquetFile(path).schema
    return [
        column.path
        for column in schema
        if column.physical_type == "BYTE_ARRAY" and column.logical_type.type in ("STRING", "NONE")
    ]


def _cells(column: Any) -> Cells:
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    values = [_to_text(value) for value in coded.dictionary.to_pylist()]
    codes = coded.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.int64)
    return Cells(codes, [*values, ""])


def _to_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode().strip()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.tzinfo is None and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).strip()
