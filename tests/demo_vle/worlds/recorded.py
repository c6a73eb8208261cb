"""Rebuild the recorded site: 7,972 real log rows of test users in three courses; source: a real Moodle 4.5.6."""

import functools
import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.demo_vle.worlds.allowed_keys import reduce_other
from tests.demo_vle.worlds.model import (
    Activity,
    Course,
    Enrolment,
    LearnerTask,
    Log,
    LogRow,
    Member,
    Persona,
    Task,
    User,
    World,
)

RECORDINGS = Path(__file__).parents[2] / "recordings"
CONTEXT_MODULE = 70
BOT_ID = 69
ADMIN_ID = 2
HAND_INS = frozenset({"\\mod_assign\\event\\assessable_submitted", "\\mod_quiz\\event\\attempt_submitted"})


def recorded_rows() -> Iterator[Mapping[str, Any]]:
    """Read the recorded log as it was exported, all columns, ascending by id."""
    with gzip.open(RECORDINGS / "logs" / "logstore.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def log_row(row: Mapping[str, Any]) -> LogRow:
    """Shape an exported row as the plugin does: NULL ids are 0, `other` loses all but the allowed keys."""
    return LogRow(
        id=row["id"],
        eventname=row["eventname"],
        edulevel=row["edulevel"],
        userid=row["userid"],
        relateduserid=row["relateduserid"] or 0,
        courseid=row["courseid"],
        cmid=row["contextinstanceid"] if row["contextlevel"] == CONTEXT_MODULE else 0,
        timecreated=row["timecreated"],
        origin=row["origin"],
        realuserid=row["realuserid"] or 0,
        other=reduce_other(row["eventname"], row["other"]),
        anonymous=row["anonymous"],
    )


@functools.cache
def shaped_rows() -> tuple[LogRow, ...]:
    """Give the recorded log as the plugin shapes it, before any filter, ascending by id."""
    return tuple(log_row(row) for row in recorded_rows())


def recorded() -> World:
    """Build the recorded site: 3 courses, 60 learners, its log as it is (27 minutes of one day)."""
    rows = shaped_rows()
    site = json.loads((RECORDINGS / "world" / "recorded.json").read_text(encoding="utf-8"))
    handed_in = first_hand_ins(rows)
    courses = {entry["id"]: _course(entry, handed_in) for entry in site["courses"]}
    users = {entry["id"]: User(**entry, is_admin=entry["id"] == ADMIN_ID) for entry in site["users"]}
    return World(
        name="recorded",
        sitename="Recorded Moodle",
        users=users,
        courses=courses,
        log=Log(rows),
        personas=recorded_personas(courses),
        bot_id=BOT_ID,
        bot_ids=frozenset({BOT_ID}),
    )


def first_hand_ins(rows: Sequence[LogRow]) -> dict[tuple[int, int], int]:
    """Find the first hand-in by (user id, cmid) in Unix seconds."""
    found: dict[tuple[int, int], int] = {}
    for row in rows:
        if row.eventname in HAND_INS:
            key = (row.userid, row.cmid)
            found[key] = min(row.timecreated, found.get(key, row.timecreated))
    return found


def recorded_personas(courses: Mapping[int, Course]) -> tuple[Persona, ...]:
    """Name the people of the recorded site that tests launch as."""
    every = tuple(courses)
    return (
        Persona("tutor", 63, "Tutor", "teaches all three courses without editing rights", every),
        Persona("editor", 66, "Editing teacher", "runs one course", (2,)),
        Persona("learner", 3, "Learner", "takes two courses", (2, 4)),
        Persona("other_learner", 5, "Another learner", "takes all three courses", every),
        Persona("admin", ADMIN_ID, "Site administrator", "teaches nothing", every),
    )


def _course(entry: Mapping[str, Any], handed_in: Mapping[tuple[int, int], int]) -> Course:
    members = {
        member["id"]: Member(
            tuple(member["roles"]),
            (Enrolment(active=member["active"], timestart=member["timecreated"], timecreated=member["timecreated"]),),
            tuple(member["groups"]),
        )
        for member in entry["members"]
    }
    learners = [user_id for user_id, member in members.items() if "student" in member.roles]
    tasks = {
        task["cmid"]: Task(
            **task,
            learners={
                user_id: LearnerTask(task["duedate"], timesubmitted=handed_in.get((user_id, task["cmid"]), 0))
                for user_id in learners
            },
        )
        for task in entry["tasks"]
    }
    given = {key: value for key, value in entry.items() if not isinstance(value, list)}
    return Course(
        **given,
        members=members,
        activities=[Activity(**activity) for activity in entry["activities"]],
        tasks=tasks,
        groups={group["id"]: group["name"] for group in entry["groups"]},
    )
