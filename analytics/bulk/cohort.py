"""Hold the histories of many learners of one course as columns of whole numbers, for measures that take them at once.

The same knowledge as ``analytics.history``, in another form: a learner is a place from 0, a day its ordinal, a marker
its place in MARKER_ORDER. Nothing is decided here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.calendar import DateRange
from analytics.history import LearnerHistory, LearnerTask, Session, SessionStatus
from analytics.levels import MARKER_ORDER

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.int8]

STATUS_ORDER = tuple(SessionStatus)
NEVER = 0
"""Instead of a day: there is none. Every day has an ordinal from 1 on."""


@dataclass(frozen=True, slots=True, eq=False)
class Cohort:
    """Many learners' histories. Each array but the first has one row per column of knowledge: shape (columns, rows)."""

    enrolled_on: Numbers
    """Shape (learners,): ordinals."""
    exemptions: Numbers
    """Learner, first day, last day; both included."""
    visits: Numbers
    """Learner, day, cmid; distinct."""
    evidence: Numbers
    """Learner, day; distinct."""
    tasks: Numbers
    """Learner, task id, due on, extended to or NEVER, 1 where excused, handed in on or NEVER, 1 for a team's. Ascending
    by learner; each learner's in their order."""
    sessions: Numbers
    """Learner, day, status (place in STATUS_ORDER), marker; each learner's in their order."""
    items: Numbers
    """Learner, marker, day, item; distinct."""

    @property
    def size(self) -> int:
        """How many learners there are."""
        return len(self.enrolled_on)


def columns_of(rows: Iterable[Sequence[int]], width: int) -> Numbers:
    """Turn rows of ``width`` whole numbers into columns, shape (width, rows); no rows: shape (width, 0)."""
    turned = np.array(list(zip(*rows, strict=True)), dtype=np.int64)
    return turned if turned.size else np.empty((width, 0), dtype=np.int64)


def pack_histories(histories: Sequence[LearnerHistory]) -> Cohort:
    """Write histories down as columns; the learner at place n is the nth history. Empty: a cohort of nobody."""
    return Cohort(
        enrolled_on=np.array([history.enrolled_on.toordinal() for history in histories], dtype=np.int64),
        exemptions=_pack(
            histories, 3, lambda one: [(off.first.toordinal(), off.last.toordinal()) for off in one.exemptions]
        ),
        visits=_pack(histories, 3, lambda one: [(day.toordinal(), cmid) for day, cmid in one.visits]),
        evidence=_pack(histories, 2, lambda one: [(day.toordinal(),) for day in one.evidence_days]),
        tasks=_pack(histories, 7, lambda one: map(_task_row, one.tasks)),
        sessions=_pack(histories, 4, lambda one: map(_session_row, one.sessions)),
        items=_pack(
            histories,
            4,
            lambda one: [(MARKER_ORDER.index(marker), day.toordinal(), item) for marker, day, item in one.items],
        ),
    )


def _pack(
    histories: Sequence[LearnerHistory], width: int, rows_of: Callable[[LearnerHistory], Iterable[tuple[int, ...]]]
) -> Numbers:
    rows = [(place, *row) for place, history in enumerate(histories) for row in rows_of(history)]
    return columns_of(rows, width)


def _task_row(task: LearnerTask) -> tuple[int, ...]:
    days = [NEVER if day is None else day.toordinal() for day in (task.extended_to, task.handed_in_on)]
    return task.task_id, task.due_on.toordinal(), days[0], task.excused, days[1], task.is_teamwork


def _session_row(session: Session) -> tuple[int, ...]:
    status, marker = STATUS_ORDER.index(session.status), MARKER_ORDER.index(session.marker)
    return session.held_on.toordinal(), status, marker


def unpack_histories(cohort: Cohort) -> list[LearnerHistory]:
    """Give each learner's history back, by place; what ``pack_histories`` was given."""
    exemptions = _split(cohort.exemptions, cohort.size)
    visits, evidence = _split(cohort.visits, cohort.size), _split(cohort.evidence, cohort.size)
    tasks, sessions = _split(cohort.tasks, cohort.size), _split(cohort.sessions, cohort.size)
    items, day_of = _split(cohort.items, cohort.size), _Days()
    return [
        LearnerHistory(
            enrolled_on=day_of[enrolled_on],
            exemptions=tuple(DateRange(day_of[first], day_of[last]) for first, last in exemptions[place]),
            visits=frozenset([(day_of[day], cmid) for day, cmid in visits[place]]),
            evidence_days=frozenset([day_of[day] for (day,) in evidence[place]]),
            tasks=tuple(_make_task(row, day_of) for row in tasks[place]),
            sessions=tuple(
                Session(day_of[day], STATUS_ORDER[status], MARKER_ORDER[marker])
                for day, status, marker in sessions[place]
            ),
            items=frozenset([(MARKER_ORDER[marker], day_of[day], item) for marker, day, item in items[place]]),
        )
        for place, enrolled_on in enumerate(cohort.enrolled_on.tolist())
    ]


class _Days(dict[int, date]):
    """The date of each ordinal, made once: few days are those of many rows."""

    def __missing__(self, ordinal: int) -> date:
        self[ordinal] = date.fromordinal(ordinal)
        return self[ordinal]


def _split(columns: Numbers, learners: int) -> list[list[tuple[int, ...]]]:
    """Give each learner's rows, without the learner, in their order."""
    split: list[list[tuple[int, ...]]] = [[] for _ in range(learners)]
    for place, row in zip(columns[0].tolist(), zip(*columns[1:].tolist(), strict=True), strict=True):
        split[place].append(row)
    return split


def _make_task(row: tuple[int, ...], day_of: _Days) -> LearnerTask:
    task_id, due_on, extended_to, is_excused, handed_in_on, is_teamwork = row
    return LearnerTask(
        task_id=task_id,
        due_on=day_of[due_on],
        extended_to=None if extended_to == NEVER else day_of[extended_to],
        excused=bool(is_excused),
        handed_in_on=None if handed_in_on == NEVER else day_of[handed_in_on],
        is_teamwork=bool(is_teamwork),
    )
