"""What kind of evidence rows of the log are, as a table to join: `analytics.evidence` itself is asked for each entry.

So there is one definition: SQL only compares, it decides nothing.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from typing import NamedTuple

import pyarrow as pa

from analytics.evidence import PARTICIPATING, evidence_kind
from analytics.records import LogEvent

SOMEBODY, SOMEBODY_ELSE, SOME_COURSE, SOME_ACTIVITY = 1, 2, 3, 4
SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)


class Rule(NamedTuple):
    """All of a participating row that decides its kind, but for this tool's own activities; and the kind."""

    event_name: str
    origin: str
    is_real: bool
    """Somebody acted as somebody else."""
    has_activity: bool
    is_own_work: bool
    kind: int


def find_rules(names: Iterable[tuple[str, str]]) -> list[Rule]:
    """Return the rules of rows by event and origin that are evidence; of what is none, nothing."""
    rules = []
    for (event_name, origin), (is_real, has_activity, is_own_work) in product(names, product((False, True), repeat=3)):
        event = LogEvent(
            log_id=1,
            event_name=event_name,
            edulevel=PARTICIPATING,
            moodle_user_id=SOMEBODY,
            related_moodle_user_id=None if is_own_work else SOMEBODY_ELSE,
            moodle_course_id=SOME_COURSE,
            cmid=SOME_ACTIVITY if has_activity else None,
            occurred_at=SOME_TIME,
            origin=origin,
            real_moodle_user_id=SOMEBODY_ELSE if is_real else None,
        )
        kind = evidence_kind(event)
        if kind is not None:
            rules.append(Rule(event_name, origin, is_real, has_activity, is_own_work, int(kind)))
    return rules


def to_table(rules: Iterable[Rule]) -> pa.Table:
    """Return rules as a table with the columns of `Rule`."""
    types = (pa.string(), pa.string(), pa.bool_(), pa.bool_(), pa.bool_(), pa.int8())
    columns = list(zip(*rules, strict=True)) or [() for _ in types]
    arrays = [pa.array(list(column), kind) for column, kind in zip(columns, types, strict=True)]
    return pa.Table.from_arrays(arrays, names=list(Rule._fields))
