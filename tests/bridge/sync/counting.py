"""Count from the recorded file, without the tool's code, what the database should hold; and read it back."""

import gzip
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bridge.schema.engagement import EvaluationRow, LearnerState, LearnerWeekRow
from bridge.schema.log import LogEventRow, Presence
from bridge.schema.people import Person
from bridge.schema.teaching import Course
from bridge.store.database import Sessions, reading
from tests.demo_vle.worlds.model import World
from tests.demo_vle.worlds.recorded import RECORDINGS

LONDON = ZoneInfo("Europe/London")
HAND_INS = ("\\mod_assign\\event\\assessable_submitted", "\\mod_quiz\\event\\attempt_submitted")
CONSEQUENCES = (
    "\\core\\event\\course_completed",
    "\\core\\event\\course_completion_updated",
    "\\core\\event\\course_module_completion_updated",
    "\\mod_quiz\\event\\attempt_abandoned",
    "\\mod_quiz\\event\\attempt_becameoverdue",
)
FactKey = tuple[str, int, int, int, int]
"""(local date, Moodle course, Moodle user, cmid, kind)."""


def file_rows(course_ids: Collection[int], bot_id: int = 69) -> Iterator[Mapping[str, Any]]:
    """Give the rows of the recorded file that concern named people in some courses."""
    with gzip.open(RECORDINGS / "logs" / "logstore.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            is_person = row["userid"] > 0 and row["userid"] != bot_id and row["anonymous"] == 0
            if is_person and row["courseid"] in course_ids and not row["eventname"].endswith("function_called"):
                yield row


def facts_in_file(world: World, course_ids: Collection[int], times: Mapping[int, int] | None = None) -> set[FactKey]:
    """Give the facts of learners' own participating acts; `times`: log id → other time."""
    facts: set[FactKey] = set()
    own = {activity.cmid for course in world.courses.values() for activity in course.activities if activity.own}
    assert own
    for row in file_rows(course_ids):
        member = world.courses[row["courseid"]].members.get(row["userid"])
        is_learner = member is not None and "student" in member.roles
        is_act = row["edulevel"] == 2 and row["eventname"] not in CONSEQUENCES and row["origin"] != "cli"
        if not is_learner or not is_act or row["realuserid"]:
            continue
        cmid = row["contextinstanceid"] if row["contextlevel"] == 70 else 0
        if cmid in own:
            continue
        kind = 0 if not cmid else 2 if row["eventname"] in HAND_INS else 1
        at = row["timecreated"] if times is None else times[row["id"]]
        facts.add((day_of(at), row["courseid"], row["userid"], cmid, kind))
    return facts | hand_ins(world, course_ids)


def hand_ins(world: World, course_ids: Collection[int]) -> set[FactKey]:
    """Give the hand-ins that the tasks tell of."""
    return {
        (day_of(own.timesubmitted), course_id, user_id, task.cmid, 2)
        for course_id in course_ids
        for task in world.courses[course_id].tasks.values()
        for user_id, own in task.learners.items()
        if own.timesubmitted
    }


def day_of(seconds: int) -> str:
    """Give the local date of Unix seconds."""
    return datetime.fromtimestamp(seconds, UTC).astimezone(LONDON).date().isoformat()


def saved_facts(sessions: Sessions) -> set[FactKey]:
    """Give the facts in the database."""
    with reading(sessions) as db:
        rows = db.execute(
            select(Presence.day_no, Course.moodle_course_id, Person.moodle_user_id, Presence.cmid, Presence.kind)
            .join(Course, Course.id == Presence.course_id)
            .join(Person, Person.id == Presence.person_id)
        ).all()
    return {(day_of(day_no * 86_400 + 43_200), course, user, cmid, kind) for day_no, course, user, cmid, kind in rows}


def saved_ids(sessions: Sessions) -> set[int]:
    """Give the log ids of the raw window."""
    with reading(sessions) as db:
        return set(db.scalars(select(LogEventRow.log_id)))


def measured(sessions: Sessions) -> dict[str, list[tuple[Any, ...]]]:
    """Give every number that was measured, without the times of measuring, in a fixed order."""
    week, state, row = LearnerWeekRow, LearnerState, EvaluationRow
    marks = (week.visits, week.mark_numerator, week.mark_denominator)
    shown = (row.shown_band, row.clock_days, row.sentence, row.made_at)
    columns = {
        "weeks": (week.course_id, week.person_id, week.week_no, week.is_counted, week.why_not, *marks),
        "states": (state.course_id, state.person_id, state.last_evidence_on, state.clock_days, state.measured_on),
        "evaluations": (row.course_id, row.person_id, row.week_no, row.e_numerator, row.e_denominator, *shown),
    }
    with reading(sessions) as db:
        return {
            name: [tuple(found) for found in db.execute(select(*chosen).order_by(*chosen[:3]))]
            for name, chosen in columns.items()
        }
