"""Registers of sessions, and what was used beside Moodle: recordings, meetings, the library, co-curricular events."""

from collections.abc import Callable
from datetime import date

import numpy as np

from analytics.evidence import MARKER_OF_KIND
from analytics.history import SessionStatus
from analytics.language import mark
from analytics.levels import Marker
from bridge.sources.cells import LONGEST_KEY, LONGEST_NAME, Day, one_of, text
from bridge.sources.contract import COURSE, IDNUMBER, USER_ID, WHO, Column, Intake, LeftOut, Rows, Source
from bridge.sources.evidence import Evidence, save_evidence
from bridge.sources.kinds.common import find_learner
from bridge.store.engagement import mark_course_stale, mark_stale
from bridge.store.registers import FILE, MOODLE, find_courses_with_register, save_items, save_marks, save_sessions

KIND_OF_MARKER = {marker: kind for kind, marker in MARKER_OF_KIND.items()}
STATUS = one_of(*(status.value for status in SessionStatus))
SPLIT = "is on two days in one file; give each session a name of its own"


def _take_register(intake: Intake, rows: Rows, marker: Marker, key_column: str, day_column: str) -> None:
    """Store rows of sessions: the latest word of the register stands."""
    of_moodle = find_courses_with_register(intake.db, marker, MOODLE)
    sessions: dict[int, dict[str, date]] = {}
    marks: dict[int, dict[tuple[str, int], str]] = {}
    for line, record in rows.records():
        course_id = intake.roll.course_ids.get(record["course_id"])
        if course_id is None or course_id in of_moodle:
            intake.tally.left_out[LeftOut.NO_COURSE if course_id is None else LeftOut.MOODLES] += 1
            continue
        key, day = record[key_column], record[day_column]
        if sessions.setdefault(course_id, {}).setdefault(key, day) != day:
            intake.tally.reject(line, f"{key_column}: {SPLIT}")
            continue
        who = record[USER_ID] if USER_ID in record else record[IDNUMBER]
        person_id = find_learner(intake, course_id, who, day)
        if person_id is not None:
            marks.setdefault(course_id, {})[key, person_id] = record["status"]
            intake.tally.note_day(course_id, day)
    for course_id, own in marks.items():
        keys = {key for key, _ in own}
        held_on = {key: day for key, day in sessions[course_id].items() if key in keys}
        ids, has_moved = save_sessions(intake.db, course_id, marker, FILE, held_on)
        changed = save_marks(intake.db, {(ids[key], person_id): status for (key, person_id), status in own.items()})
        mark_stale(intake.db, course_id, {person_id for _, person_id in changed})
        if has_moved:
            mark_course_stale(intake.db, course_id)
        intake.tally.new += len(changed)


def _take_items(intake: Intake, rows: Rows, marker: Marker) -> None:
    """Store rows of what was used on a day, whatever how often."""
    courses, items = rows.columns["course_id"], rows.columns["item"]
    names = rows.columns.get("name")
    name_codes = [0] * len(rows) if names is None else names.codes.tolist()
    wanted: dict[int, dict[str, str]] = {}
    places = list(zip(courses.codes.tolist(), items.codes.tolist(), strict=True))
    for (course, item), name in zip(places, name_codes, strict=True):
        course_id = intake.roll.course_ids.get(courses.values[course])
        if course_id is not None:
            own = wanted.setdefault(course_id, {})
            said = "" if names is None else names.values[name] or ""
            own[items.values[item]] = said or own.get(items.values[item], "")
    ids = {course_id: save_items(intake.db, course_id, marker, FILE, own) for course_id, own in wanted.items()}
    known = {
        (course, item): ids.get(intake.roll.course_ids.get(courses.values[course], 0), {}).get(items.values[item], 0)
        for course, item in set(places)
    }
    item_ids = np.array([known[place] for place in places], dtype=np.int64)
    kinds = np.full(len(rows), int(KIND_OF_MARKER[marker]), dtype=np.int64)
    save_evidence(intake, Evidence(courses, rows.who, rows.columns["day"], item_ids, kinds))


def _taker(marker: Marker) -> Callable[[Intake, Rows], None]:
    def take(intake: Intake, rows: Rows) -> None:
        status = rows.columns.get("status")
        if status is None:
            _take_items(intake, rows, marker)
            return
        is_session = np.array([value is not None for value in status.values], dtype=bool)[status.codes]
        _take_register(intake, rows.choose(is_session), marker, "item", "day")
        _take_items(intake, rows.choose(~is_session), marker)

    return take


def _items(kind: str, title: str, words: str, marker: Marker) -> Source:
    return Source(
        kind=kind,
        title=title,
        words=f"{words} With a `status`, the row is one of a register, whose sessions everybody named was expected at.",
        columns=(
            COURSE,
            *WHO,
            Column("item", mark("The source's own name for what it was."), text(LONGEST_KEY, least=1)),
            Column("day", mark("The day, in the institution's zone."), Day(), is_past=True),
            Column("name", mark("What learners call it."), text(LONGEST_NAME), False, True),
            Column("status", mark("`attended`, `absent`, `excused`, or empty."), STATUS, False, True),
        ),
        take=_taker(marker),
        has_days=True,
    )


def _take_attendance(intake: Intake, rows: Rows) -> None:
    _take_register(intake, rows, Marker.ATTENDANCE, "session", "held_on")


ATTENDANCE = Source(
    kind="attendance",
    title=mark("Registers of attendance"),
    words="What a register says of a learner who was expected at a session. A later file's word stands.",
    columns=(
        COURSE,
        *WHO,
        Column("session", mark("The register's own name for the session, one for each."), text(LONGEST_KEY, least=1)),
        Column("held_on", mark("The day, in the institution's zone."), Day(), is_past=True),
        Column("status", mark("`attended`, `absent` or `excused`; who came all the same has attended."), STATUS),
    ),
    take=_take_attendance,
    has_days=True,
)
LECTURE_CAPTURE = _items(
    "lecture-capture",
    mark("Recordings of lectures"),
    "A day on which somebody watched a recording.",
    Marker.LECTURE_CAPTURE,
)
MEETINGS = _items("meetings", mark("Meetings with staff"), "A meeting that took place.", Marker.MEETINGS)
LIBRARY = _items(
    "library",
    mark("Library and reading lists"),
    "A day on which somebody used a book or a reading list.",
    Marker.LIBRARY,
)
CO_CURRICULAR = _items(
    "co-curricular",
    mark("Co-curricular activities"),
    "A day on which somebody took part in something.",
    Marker.CO_CURRICULAR,
)
