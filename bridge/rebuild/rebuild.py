"""Rebuild a platform's facts week by week, each week one transaction, then measure what changed.

Facts are a set and are only added: doing it again, or half of it twice, changes nothing. What is evaluated stays as it
was shown. A rebuild that was broken off goes on behind its last week, as long as files, people, courses and
rules are the same; else it begins anew.
"""

import hashlib
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

import pyarrow as pa
from duckdb import DuckDBPyConnection
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from bridge.config import Settings
from bridge.errors import RebuildOvertaken
from bridge.rebuild.engine import Limits, find_kinds, load_tables, make_facts, opened
from bridge.rebuild.people import People, load_people
from bridge.rebuild.source import Source, Survey, Week
from bridge.store.database import Sessions, reading, writing
from bridge.store.engagement import mark_all_stale, mark_course_stale
from bridge.store.fact_batches import prepare_for_many, save_fact_batch
from bridge.store.rebuilds import (
    BEFORE_ALL,
    RebuildMark,
    Standing,
    begin_rebuild,
    end_rebuild,
    load_rebuild,
    load_standing,
    move_rebuild,
)
from bridge.store.runs import REBUILD
from bridge.sync.context import Sync
from bridge.sync.course import Step, run_steps
from bridge.sync.lease import RenewingProgress, give_lease_back, take_lease
from bridge.sync.report import Progress, Silent, SyncReport, Tally
from bridge.sync.ticks import lease_of
from bridge.sync.weeks import fold_weeks

LEARNER = ["course_id", "person_id"]
MOST_BEGINNINGS = 5
"""Somebody who is erased, or a course that is switched, sends a rebuild back to its first week."""


class _PeopleChanged(Exception):
    """Whose facts may come in is not what it was when the rebuild began."""


@dataclass(slots=True)
class Count:
    """What a rebuild did so far."""

    rows: int = 0
    """Of the log, evidence or not."""
    weeks: int = 0
    skipped: int = 0
    """Weeks that an earlier, broken-off rebuild had done."""
    facts: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One rebuild of one platform."""

    sessions: Sessions
    platform_id: int
    settings: Settings
    now: Callable[[], datetime]
    source: Source
    limits: Limits = field(default_factory=Limits)
    is_dry: bool = False
    """Every fact is made, put in and taken out again; nothing is measured, and no mark is left."""
    count: Count = field(default_factory=Count)

    def run(self, progress: Progress | None = None) -> SyncReport:
        """Rebuild, measure and write down the run; errors are in the report, and what was stored before them stays.

        Workers, and erasures, wait meanwhile: it holds the platform's lease. A dry run does not, and is not written
        down.

        Raises:
            LeaseLost: a worker reads from the platform just now; nothing was changed. Or another took the lease.
        """
        inner = progress or Silent()
        if self.is_dry:
            tally = Tally("facts")
            started_at = self.now()
            self.make_facts(self._sync(inner), tally)
            return SyncReport(self.platform_id, started_at, self.now(), (tally,))
        # Without the process in its name: whoever takes up one that was killed need not wait for its lease to end.
        holder = f"{socket.gethostname()}:{REBUILD}"
        held = take_lease(self.sessions, lease_of(self.platform_id), holder, self.now())
        renewing = RenewingProgress(inner, self.sessions, held, self.now)
        try:
            report = run_steps(self._sync(renewing), REBUILD, self._steps())
            if report.has_succeeded:
                with writing(self.sessions) as db:
                    end_rebuild(db, self.platform_id)
        finally:
            give_lease_back(self.sessions, renewing.held, self.now())
        return report

    def _sync(self, progress: Progress) -> Sync:
        return Sync(self.sessions, None, self.platform_id, self.settings, self.now, progress)

    def _steps(self) -> tuple[Step, ...]:
        return (
            Step("facts", self.make_facts, asks_moodle=False, is_essential=True),
            Step("weeks", fold_weeks, asks_moodle=False, is_per_course=True),
        )

    def make_facts(self, sync: Sync, tally: Tally) -> None:
        """Put the facts in, week by week, and note whose weeks changed: the step before measuring.

        Raises:
            ArchiveRefused: a file is damaged; the weeks before stay.
            RebuildOvertaken: another rebuild went on, or people and courses changed again and again.
        """
        with opened(self.limits, self.source.paths) as engine:
            survey = self.source.survey(engine)
            for _ in range(MOST_BEGINNINGS):
                try:
                    self._make_all(engine, survey, sync)
                    break
                except _PeopleChanged:
                    continue
            else:
                raise RebuildOvertaken("People or courses changed while it ran, again and again")
        tally.rows_read += self.count.rows
        tally.rows_new += self.count.new

    def _make_all(self, engine: DuckDBPyConnection, survey: Survey, sync: Sync) -> None:
        people, standing = self._load_people(engine, sync, survey)
        mark = self._find_mark(survey, people)
        self.count.rows, self.count.facts, self.count.weeks, self.count.skipped = survey.rows, 0, 0, 0
        sync.progress.step("facts, by week", len(survey.weeks))
        for week in survey.weeks:
            if week.sunday <= mark.done_to:
                self.count.skipped += 1
            else:
                mark = self._make_week(engine, survey, week, people, standing, mark, sync.progress)
            sync.progress.advance()

    def _load_people(self, engine: DuckDBPyConnection, sync: Sync, survey: Survey) -> tuple[People, Standing]:
        with reading(self.sessions) as db:
            standing = load_standing(db, self.platform_id)
            people = load_people(db, self.platform_id, self.settings, local_date(self.now(), self.settings.zone))
        if people.erasures.marks:
            people = people.without(self.source.people(engine))
        load_tables(engine, people)
        return people, standing

    def _find_mark(self, survey: Survey, people: People) -> RebuildMark:
        """Return the mark of the same rebuild that was broken off, or that of a new one."""
        parts = (*self.source.describe(), people.digest(), find_kinds(survey.names))
        fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        if self.is_dry:
            return RebuildMark(self.platform_id, fingerprint, BEFORE_ALL)
        with writing(self.sessions) as db:
            known = load_rebuild(db, self.platform_id)
            if known is not None and known.fingerprint == fingerprint:
                return known
            if self.source.measures_everybody:
                for course in load_standing(db, self.platform_id).courses:
                    mark_course_stale(db, course.course_id)
            return begin_rebuild(db, self.platform_id, fingerprint, self.now())

    def _make_week(
        self,
        engine: DuckDBPyConnection,
        survey: Survey,
        week: Week,
        people: People,
        standing: Standing,
        mark: RebuildMark,
        progress: Progress,
    ) -> RebuildMark:
        """Commit a week's facts with the marks of whom they are about and how far the rebuild is.

        They are worked out before the transaction begins: on SQLite every other writer waits for it.
        """
        batches = make_facts(engine, self.source, survey, week, people)
        first = next(batches, None)
        progress.advance(0)
        new = facts = 0
        with self._writing() as db:
            if load_standing(db, self.platform_id) != standing:
                raise _PeopleChanged
            changed: list[pa.Table] = []
            for batch in chain([] if first is None else [first], batches):
                found = save_fact_batch(db, batch, stays=not self.is_dry)
                facts, new = facts + batch.num_rows, new + found
                if found:
                    changed.append(_once(pa.Table.from_batches([batch])))
            mark_all_stale(db, _learners(changed))
            if not self.is_dry:
                mark = move_rebuild(db, mark, week.sunday)
        self.count.facts, self.count.new, self.count.weeks = (
            self.count.facts + facts,
            self.count.new + new,
            self.count.weeks + 1,
        )
        return mark

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        """Give a session that commits at its end; of a dry run nothing stays."""
        with writing(self.sessions) as db:
            prepare_for_many(db)
            yield db
            if self.is_dry:
                db.rollback()


def _once(facts: pa.Table) -> pa.Table:
    """Return course and person of facts, each pair once."""
    return facts.group_by(LEARNER).aggregate([])


def _learners(changed: Sequence[pa.Table]) -> list[tuple[int, int]]:
    """Return course and person of all, each pair once."""
    if not changed:
        return []
    pairs = _once(pa.concat_tables(changed))
    return list(zip(*(pairs.column(name).to_pylist() for name in LEARNER), strict=True))
