"""Log rows → raw rows and presence facts: which are evidence, of whom, on which local day (`analytics.evidence`).

Thousands of rows go through here at once, and few differ in what decides their kind: each such combination is asked of
`analytics` once a page.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from analytics.calendar import day_number, local_date
from analytics.evidence import PARTICIPATING, evidence_kind
from bridge.config import Settings
from bridge.log_records import LogRow
from bridge.store.activities import load_own_cmids
from bridge.store.courses import SyncedCourse
from bridge.store.facts import Fact, FactRow, put_facts
from bridge.store.left_out import load_left_out_ids
from bridge.store.log_events import instant_maker, load_raw_events
from bridge.store.login_as import EVENT_NAME, LoginAsRefusal
from bridge.store.roster import load_learner_keys
from bridge.store.tombstones import Erasures, load_erasures, load_user_keys

TIMES_KEPT = 10_000
"""Distinct seconds that are remembered with their local day."""


@dataclass(slots=True)
class Folder:
    """Turns rows of the log into what is stored. Holds what one page needs to know; load one per step."""

    platform_id: int
    zone: ZoneInfo
    course_ids: dict[int, int]
    """Moodle course id → course id, of the courses asked for."""
    learners: dict[tuple[int, int], int]
    """(course id, Moodle user id) → person id, of present and former learners."""
    own_cmids: frozenset[int]
    erasures: Erasures
    to_instant: Callable[[datetime], Any]
    _times: dict[int, tuple[Any, int]] = field(default_factory=dict)
    _kinds: dict[tuple[object, ...], int | None] = field(default_factory=dict)

    def fold(self, rows: Iterable[LogRow], now: datetime) -> tuple[list[tuple[Any, ...]], list[FactRow]]:
        """Return raw rows (as `log_events.RAW_COLUMNS`) and facts; of other courses and erased people, nothing.

        Each fact once, in the order of its key.
        """
        platform_id, arrived_at, has_erasures = self.platform_id, self.to_instant(now), bool(self.erasures.marks)
        course_ids, learners, times = self.course_ids, self.learners, self._times
        raw: list[tuple[Any, ...]] = []
        facts: set[FactRow] = set()
        for row in rows:
            course_id = course_ids.get(row.moodle_course_id)
            if course_id is None or (has_erasures and self._is_erased(row)):
                continue
            user_id, cmid, edulevel, occurred = row.moodle_user_id, row.cmid, row.edulevel, row.occurred
            occurred_at, day_no = times.get(occurred) or self._read_time(occurred)
            raw.append(
                (
                    platform_id,
                    row.log_id,
                    course_id,
                    user_id,
                    row.related_id or None,
                    row.real_id or None,
                    cmid,
                    row.event_name,
                    edulevel,
                    row.origin,
                    row.other,
                    occurred_at,
                    day_no,
                    arrived_at,
                )
            )
            # Asked first because it is cheap: nothing else than participating is ever evidence.
            if edulevel == PARTICIPATING and (person_id := learners.get((course_id, user_id))) is not None:
                kind = self._kind_of(row)
                if kind is not None:
                    facts.add((day_no, course_id, person_id, cmid, kind))
        return raw, sorted(facts)

    def find_refusals(self, rows: Iterable[LogRow]) -> list[LoginAsRefusal]:
        """Return who was refused while logged in as somebody else; of other courses and erased people, nothing."""
        return [
            LoginAsRefusal(
                log_id=row.log_id,
                at=datetime.fromtimestamp(row.occurred, UTC),
                moodle_user_id=row.moodle_user_id,
                real_moodle_user_id=row.real_id,
                moodle_course_id=row.moodle_course_id,
            )
            for row in rows
            if row.event_name == EVENT_NAME and row.real_id
            if row.moodle_course_id in self.course_ids and not self._is_erased(row)
        ]

    def _read_time(self, occurred: int) -> tuple[Any, int]:
        at = datetime.fromtimestamp(occurred, UTC)
        if len(self._times) > TIMES_KEPT:
            self._times.clear()
        self._times[occurred] = (self.to_instant(at), day_number(local_date(at, self.zone)))
        return self._times[occurred]

    def _kind_of(self, row: LogRow) -> int | None:
        is_own_work = not row.related_id or row.related_id == row.moodle_user_id
        # Which activity it is decides nothing else: by its number there would be thousands of combinations.
        is_own_activity = row.cmid in self.own_cmids
        key = (row.event_name, row.origin, row.cmid > 0, is_own_activity, row.real_id > 0, is_own_work)
        try:
            return self._kinds[key]
        except KeyError:
            kind = evidence_kind(row.to_event(), self.own_cmids)
            return self._kinds.setdefault(key, None if kind is None else int(kind))

    def _is_erased(self, row: LogRow) -> bool:
        people = (row.moodle_user_id, row.related_id, row.real_id)
        return any(self.erasures.covers(person, row.moodle_course_id, row.log_id, row.occurred) for person in people)


def make_folder(db: Session, platform_id: int, courses: Collection[SyncedCourse], settings: Settings) -> Folder:
    """Return a folder for some courses, in a fixed number of statements.

    Of somebody who is left out now no evidence is made.
    """
    left_out = load_left_out_ids(db, platform_id)
    learners = load_learner_keys(db, [course.course_id for course in courses])
    return Folder(
        platform_id=platform_id,
        zone=settings.zone,
        course_ids={course.moodle_course_id: course.course_id for course in courses},
        learners={key: person_id for key, person_id in learners.items() if person_id not in left_out},
        own_cmids=load_own_cmids(db, platform_id),
        erasures=load_erasures(db, load_user_keys(db, platform_id, settings.secret_key)),
        to_instant=instant_maker(db),
    )


def refold_learners(db: Session, platform_id: int, course: SyncedCourse, person_ids: Collection[int]) -> None:
    """Make the facts of people who have just become learners, from what the raw window holds of them."""
    own_cmids = load_own_cmids(db, platform_id)
    learners = {
        user_id: person_id
        for (_, user_id), person_id in load_learner_keys(db, [course.course_id]).items()
        if person_id in person_ids
    }
    facts: set[Fact] = set()
    for stored in load_raw_events(db, course.course_id, course.moodle_course_id, learners):
        kind = evidence_kind(stored.event, own_cmids)
        if kind is not None:
            person_id = learners[stored.event.moodle_user_id]
            facts.add(Fact(stored.day_no, course.course_id, person_id, stored.event.cmid or 0, int(kind)))
    put_facts(db, facts)
