"""Log downloads for the tests: one recorded from Moodle 4.5.6 beside the same rows of its log table, and small ones."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.records import LogEvent
from bridge.sources.moodle_log.reading import Act, ActReader, Omission, survey_log
from bridge.sources.moodle_log.rows import HEADINGS
from bridge.sources.moodle_log.times import DateOrder

DATA = Path(__file__).with_name("data")
DOWNLOAD = DATA / "log_download.csv"
DOWNLOAD_JSON = DATA / "log_download.json"
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
COURSE = "Course: EMS401U - Materials Selection - 2026/27"
VIEWED = {
    "Time": "21/11/26, 20:04:49",
    "User full name": "Ada Learner",
    "Affected user": "-",
    "Event context": "URL: Week 6 lecture recording",
    "Component": "URL",
    "Event name": "Course module viewed",
    "Description": "The user with id '10' viewed the 'url' activity with course module id '18'.",
    "Origin": "web",
    "IP address": "192.0.2.7",
}
COURSE_VIEWED = VIEWED | {
    "Event context": COURSE,
    "Component": "System",
    "Event name": "Course viewed",
    "Description": "The user with id '10' viewed the course with id '2'.",
}
"""Every file names its course by such a row."""


def write_log(path: Path, *rows: dict[str, str], headings: tuple[str, ...] = tuple(HEADINGS.values())) -> Path:
    """Write a download as Moodle does; rows are VIEWED with changes."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, headings, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read_log(
    path: Path, order: DateOrder | None = None, course: int | None = None, known: dict[int, int] | None = None
) -> list[Act | Omission]:
    """Survey a download and read it."""
    survey = survey_log(path, order)
    return list(ActReader(survey, LONDON, NOW, course, known or {}).read(path))


def recorded_events() -> list[LogEvent]:
    """Return the log rows that the recorded download shows, in its order, less those that the plugin never sends."""
    rows = [json.loads(line) for line in (DATA / "logstore.jsonl").read_text().splitlines()]
    return [_to_event(row) for row in rows if not row["anonymous"]]


def _to_event(row: dict[str, object]) -> LogEvent:
    return LogEvent(
        log_id=int(str(row["id"])),
        event_name=str(row["eventname"]),
        edulevel=int(str(row["edulevel"])),
        moodle_user_id=int(str(row["userid"])),
        related_moodle_user_id=row["relateduserid"],  # type: ignore[arg-type]  # JSON: a number or null
        moodle_course_id=int(str(row["courseid"])),
        cmid=int(str(row["contextinstanceid"])) if row["contextlevel"] == 70 else None,
        occurred_at=datetime.fromtimestamp(int(str(row["timecreated"])), UTC),
        origin=str(row["origin"]),
        real_moodle_user_id=row["realuserid"],  # type: ignore[arg-type]
    )
