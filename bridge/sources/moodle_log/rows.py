"""Moodle's log download, CSV or JSON, as rows; the address column is counted and let go at once (report_log, 4.5)."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any

from bridge.moodle.rows import clean_text
from bridge.sources.bounds import bounded_memory
from bridge.sources.errors import SourceRefused

HEADINGS = {
    "time": "Time",
    "userfullname": "User full name",
    "affecteduser": "Affected user",
    "eventcontext": "Event context",
    "component": "Component",
    "eventname": "Event name",
    "description": "Description",
    "origin": "Origin",
    "ipaddress": "IP address",
}
"""What the JSON download calls a column → what the CSV download calls it where the interface is in English."""
OPTIONAL = frozenset({"ipaddress"})
"""Some sites take the column out before they pass the file on; better so."""
NOT_SHOWN = dict.fromkeys([*range(32), *range(127, 160)])
"""Control characters, which a console would obey."""
NOBODY = frozenset({"", "-"})
CHUNK_CHARACTERS = 1 << 16
MAX_CELL_CHARACTERS = 131_072


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of the download as it stands in the file, less the address."""

    line: int
    """Of the CSV file, where the row ends; of JSON, the row's number."""
    time: str
    user: str
    """The full name: told apart from the affected user's, never kept."""
    affected: str
    context: str
    component: str
    event_name: str
    description: str
    origin: str
    had_address: bool

    @property
    def is_by_the_affected(self) -> bool:
        """Whether nobody else was affected than who did it."""
        return self.affected in NOBODY or self.affected == self.user


def read_rows(path: Path) -> Iterator[RawRow]:
    """Give the rows of a download, one by one, so that memory stays flat. Nothing for a file with headings alone.

    Raises:
        SourceRefused: no such download: another format, columns missing, unknown or in another language.
    """
    with _open(path) as file:
        start = file.read(64).lstrip()
        file.seek(0)
        if start.startswith(("[", "{")):
            yield from _read_json(file)
        else:
            yield from _read_csv(file)


@contextmanager
def _open(path: Path) -> Iterator[IO[str]]:
    with path.open("rb") as raw:
        start = raw.read(4)
    if start.startswith(b"PK"):
        raise SourceRefused(
            "This is a spreadsheet. Download the log again as “Comma separated values (.csv)”; nothing was imported."
        )
    encoding = "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        with bounded_memory(), path.open(encoding=encoding, newline="") as file:
            yield file
    except MemoryError as error:
        raise SourceRefused("A line of the file is too long for the memory. Download it again.") from error
    except UnicodeError as error:
        raise SourceRefused(
            "The file is not UTF-8 text, as Moodle writes it. Download it again and do not save it from a spreadsheet;"
            " nothing was imported."
        ) from error


def _read_csv(file: IO[str]) -> Iterator[RawRow]:
    first = file.readline()
    delimiter = max(",;\t", key=first.count)
    csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(chain([first], file), delimiter=delimiter)
    try:
        names = _match_headings([cell.strip() for cell in next(reader, [])])
        for cells in reader:
            if any(cells):
                yield _to_row(reader.line_num, dict(zip(names, cells, strict=False)))
    except csv.Error as error:
        raise SourceRefused(f"Line {reader.line_num} of the file is broken ({error}). Download it again.") from error


def _match_headings(headings: Sequence[str]) -> list[str]:
    """Return the name of each column, whatever their order."""
    known = {heading.casefold(): name for name, heading in HEADINGS.items()} | {name: name for name in HEADINGS}
    unknown = [heading for heading in headings if heading.casefold() not in known]
    names = [known[heading.casefold()] for heading in headings if heading.casefold() in known]
    missing = [heading for name, heading in HEADINGS.items() if name not in names and name not in OPTIONAL]
    if unknown or missing or len(set(names)) < len(names):
        said = "; ".join(
            text
            for text in (
                f"unknown columns: {', '.join(repr(heading[:40]) for heading in unknown[:12])}" if unknown else "",
                f"missing columns: {', '.join(missing)}" if missing else "",
                "a column stands there twice" if len(set(names)) < len(names) else "",
            )
            if text
        )
        raise SourceRefused(
            f"This is not Moodle's log download in English ({said}). Set your language in Moodle to English, download"
            " the log again (course → Reports → Logs → CSV) and pass it on as it is. Nothing was imported."
        )
    return names


def _read_json(file: IO[str]) -> Iterator[RawRow]:
    """Give the objects of `[[{…}, …]]`, decoding one at a time."""
    decoder, buffer, number = json.JSONDecoder(), "", 0
    names: list[str] | None = None
    while True:
        chunk = file.read(CHUNK_CHARACTERS)
        buffer += chunk
        while (start := buffer.find("{")) >= 0:
            try:
                found, end = decoder.raw_decode(buffer, start)
            except json.JSONDecodeError:
                break
            except RecursionError as error:
                raise SourceRefused(f"Row {number + 1:,} of the file lies too deep. Download it again.") from error
            buffer, number = buffer[end:], number + 1
            names = _match_headings(list(found)) if names is None else names
            yield _to_row(number, {name.casefold(): value for name, value in found.items()})
        if not chunk or len(buffer) > 8 * MAX_CELL_CHARACTERS:
            break
    if "{" in buffer or not buffer.rstrip().endswith("]"):
        raise SourceRefused(f"The JSON file ends too early, after {number:,} rows. Download it again.")
    if names is None:
        raise SourceRefused("The JSON file holds no rows of Moodle's log. Nothing was imported.")


def _to_row(line: int, cells: Mapping[str, Any]) -> RawRow:
    def text(name: str) -> str:
        return clean_text(str(cells.get(name) or "")).translate(NOT_SHOWN).strip()

    return RawRow(
        line=line,
        time=text("time"),
        user=text("userfullname"),
        affected=text("affecteduser"),
        context=text("eventcontext"),
        component=text("component"),
        event_name=text("eventname"),
        description=text("description"),
        origin=text("origin"),
        had_address=bool(text("ipaddress")),
    )
