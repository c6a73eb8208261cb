"""Evidence of a file → presence facts: of learners alone, each fact once, erasures and pauses honoured."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.calendar import date_of, day_number
from bridge.sources.contract import Coded, Intake, LeftOut
from bridge.sources.roll import Nobody
from bridge.sources.tables import Codes
from bridge.store.activities import MOODLES_KINDS, load_own_cmids
from bridge.store.engagement import mark_stale
from bridge.store.facts import save_fact_rows

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Rows of evidence, column by column, all of one length."""

    courses: Coded
    """Moodle course ids."""
    who: Coded
    """Moodle's numbers of people (int), or the institution's (str)."""
    days: Coded
    """Dates in the institution's zone."""
    items: Codes
    """cmid; 0 for none; of kinds that are no Moodle activity the id of the source's item."""
    kinds: Codes
    """`analytics.evidence.Kind`."""


def save_evidence(intake: Intake, evidence: Evidence) -> None:
    """Store the facts of rows of evidence and note whose weeks changed; a fact that is known changes nothing.

    The tally counts new facts, rows left out by reason, and the last day by course.
    """
    pairs = evidence.courses.codes * len(evidence.who.values) + evidence.who.codes
    distinct, place = np.unique(pairs, return_inverse=True)
    found = [_find(intake, evidence, *divmod(int(pair), len(evidence.who.values))) for pair in distinct]
    course_ids = np.array([course_id for course_id, _, _ in found], dtype=np.int64)[place]
    people = np.array([person_id for _, person_id, _ in found], dtype=np.int64)[place]
    keep: Mask = people > 0
    for reason in (LeftOut.NO_COURSE, LeftOut.NOBODY, LeftOut.SEVERAL):
        count = int(np.isin(place, [n for n, (_, _, why) in enumerate(found) if why is reason]).sum())
        _count(intake, reason, count)
    day_numbers = np.array([0 if day is None else day_number(day) for day in evidence.days.values], dtype=np.int64)
    days = day_numbers[evidence.days.codes]
    for course_id, person_id in {(course, person) for course, person, _ in found if person > 0}:
        if intake.roll.has_limits(course_id, person_id):
            keep &= ~_limit(intake, (course_ids == course_id) & (people == person_id), (course_id, person_id), days)
    own_cmids = list(load_own_cmids(intake.db, intake.platform_id))
    # Of other kinds the item is a source's own, whose number says nothing about Moodle's activities.
    is_own = keep & np.isin(evidence.kinds, MOODLES_KINDS) & np.isin(evidence.items, own_cmids)
    _count(intake, LeftOut.OWN_PAGE, int(is_own.sum()))
    keep &= ~is_own
    table = np.column_stack([days, course_ids, people, evidence.items, evidence.kinds])[keep]
    _save(intake, table)


def _find(intake: Intake, evidence: Evidence, course: int, who: int) -> tuple[int, int, LeftOut | None]:
    """Return course and person of a pair of codes, or 0 and why there is none."""
    course_id = intake.roll.course_ids.get(evidence.courses.values[course])
    if course_id is None:
        return 0, 0, LeftOut.NO_COURSE
    person = intake.roll.find(course_id, evidence.who.values[who])
    if isinstance(person, Nobody):
        return course_id, 0, LeftOut.SEVERAL if person is Nobody.SEVERAL else LeftOut.NOBODY
    return course_id, person, None


def _limit(intake: Intake, theirs: Mask, whose: tuple[int, int], days: Codes) -> Mask:
    """Return which rows of somebody must not be stored."""
    course_id, person_id = whose
    out: Mask = np.zeros(len(theirs), dtype=bool)
    for number in np.unique(days[theirs]).tolist():
        day = date_of(number)
        is_erased = intake.roll.was_erased(course_id, person_id, day)
        if is_erased or intake.roll.is_off(person_id, day):
            concerned = theirs & (days == number)
            _count(intake, LeftOut.ERASED if is_erased else LeftOut.PAUSED, int(concerned.sum()))
            out |= concerned
    return out


def _save(intake: Intake, table: Codes) -> None:
    if not len(table):
        return
    table = table[np.lexsort(table.T[::-1])]
    is_first = np.append(True, (np.diff(table, axis=0) != 0).any(axis=1))
    facts = table[is_first]
    new = save_fact_rows(intake.db, list(map(tuple, facts.tolist())))
    intake.tally.new += new
    for course_id in np.unique(facts[:, 1]).tolist():
        of_course = facts[facts[:, 1] == course_id]
        intake.tally.note_day(course_id, date_of(int(of_course[:, 0].max())))
        if new:
            mark_stale(intake.db, course_id, np.unique(of_course[:, 2]).tolist())


def _count(intake: Intake, reason: LeftOut, count: int) -> None:
    if count:
        intake.tally.left_out[reason] += count
