"""Take a file in: rows are checked chunk by chunk, stored, counted; doing it again changes nothing."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.config import Settings
from bridge.sources.checking import open_reader
from bridge.sources.contract import Coded, Intake, Options, Reader, Rows, Source, Tally
from bridge.sources.errors import SourceRefused
from bridge.sources.roll import Roll, load_roll
from bridge.sources.tables import Codes, Rejected
from bridge.store.database import Sessions, reading, writing
from bridge.store.freshness import EVERY_COURSE
from bridge.store.platforms import load_platform
from bridge.store.sources import ImportRecord, save_covers, save_import

CACHE = "PRAGMA cache_size=-65536"
"""64 MB: what many facts are put among stays in memory. SQLite's own default is 2 MB."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a file."""

    digest: str
    dropped: tuple[str, ...]
    """Columns that were left out unread, since they may not come in."""
    tally: Tally


@dataclass(frozen=True, slots=True)
class Import:
    """One file, and what it is taken in with."""

    sessions: Sessions
    platform_id: int
    settings: Settings
    now: Callable[[], datetime]
    source: Source
    options: Options
    is_dry: bool = False
    """Everything is done, counted and taken back."""

    def run(self, path: Path, progress: Callable[[int], None]) -> Report:
        """Take a file in; `progress` hears how many more rows were seen.

        Raises:
            SourceRefused: the file as a whole is not taken, or breaks off; rows before are stored then.
        """
        tally, today = Tally(), local_date(self.now(), self.settings.zone)
        if self.options.covers_to is not None and self.options.covers_to > today:
            # An earlier day never takes one back, and weeks would be measured before their records are here.
            raise SourceRefused(f"The file cannot be complete up to {self.options.covers_to}, which is still to come.")
        with reading(self.sessions) as db:
            roll = load_roll(db, self.platform_id, self.settings, today)
            reader = self._open(path, self._intake(db, roll, tally))
        for rows, rejected in _join(reader.rows()) if self.source.is_whole else reader.rows():
            for row in rejected:
                tally.reject(row.line, row.reason)
            tally.rows += len(rows) + len(rejected)
            with self._writing() as db:
                self.source.take(self._intake(db, roll, tally), rows)
            progress(len(rows) + len(rejected))
        with self._writing() as db:
            self._note(db, reader, tally)
        return Report(reader.digest, tuple(reader.dropped), tally)

    def _open(self, path: Path, intake: Intake) -> Reader:
        if self.source.open is not None:
            return self.source.open(path, self.source, self.options, intake)
        return open_reader(path, self.source.columns, self.source.kind, local_date(self.now(), self.settings.zone))

    def _intake(self, db: Session, roll: Roll, tally: Tally) -> Intake:
        platform = load_platform(db, self.platform_id)
        has_moodle = platform is not None and platform.has_token
        return Intake(db, self.platform_id, self.settings, self.now(), has_moodle, roll, tally)

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Give a session that commits at its end; of a dry run nothing stays."""
        with writing(self.sessions) as db:
            if db.connection().dialect.name == "sqlite":
                db.execute(text(CACHE))
            yield db
            if self.is_dry:
                db.rollback()

    def _note(self, db: Session, reader: Reader, tally: Tally) -> None:
        """Keep what was taken in, and until which day the source is complete."""
        now = self.now()
        count = sum(tally.rejected_counts.values())
        record = ImportRecord(self.source.kind, reader.digest, now, tally.rows, tally.new, count)
        save_import(db, self.platform_id, record)
        if self.source.has_days:
            covers = tally.latest if self.options.covers_to is None else {EVERY_COURSE: self.options.covers_to}
            for kind in self.source.covers or (self.source.kind,):
                save_covers(db, self.platform_id, kind, covers, now)


def _join(chunks: Iterator[tuple[Rows, Sequence[Rejected]]]) -> Iterator[tuple[Rows, Sequence[Rejected]]]:
    """Give all chunks as one."""
    parts = list(chunks)
    if not parts:
        return
    columns: dict[str, Coded] = {}
    for name in parts[0][0].columns:
        codes: list[Codes] = []
        values: list[Any] = []
        for rows, _ in parts:
            codes.append(rows.columns[name].codes + len(values))
            values += rows.columns[name].values
        columns[name] = Coded(np.concatenate(codes), values)
    rejected = [row for _, some in parts for row in some]
    yield Rows(np.concatenate([rows.lines for rows, _ in parts]), columns), rejected
