"""Log downloads for the tests: recorded ones, of the site whose log table is recorded too, and small ones."""

import csv
import gzip
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from analytics.records import LogEvent
from bridge.sources.moodle_log.reading import Act, ActReader, Omission, survey_log
from bridge.sources.moodle_log.rows import HEADINGS
from bridge.sources.moodle_log.times import DateOrder
from tests.demo_vle.worlds.recorded import RECORDINGS, shaped_rows

CSV_OF_COURSE_2 = "log_download_course2.csv"
JSON_OF_COURSE_3 = "log_download_course3.json"
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


def read_log(path: Path, order: DateOrder | None = None, known: dict[int, int] | None = None) -> list[Act | Omission]:
    """Survey a download and read it."""
    survey = survey_log(path, order)
    return list(ActReader(survey, LONDON, NOW, known or {}).read(path))


def unpack(name: str, folder: Path) -> Path:
    """Write a recorded download as Moodle gave it."""
    path = folder / name
    path.write_bytes(gzip.decompress((RECORDINGS / "downloads" / f"{name}.gz").read_bytes()))
    return path


def recorded_events(course_id: int) -> list[LogEvent]:
    """Return the recorded log rows of a course as the plugin sends them: without the anonymous ones."""
    return [
        LogEvent(
            log_id=row.id,
            event_name=row.eventname,
            edulevel=row.edulevel,
            moodle_user_id=row.userid,
            related_moodle_user_id=row.relateduserid or None,
            moodle_course_id=row.courseid,
            cmid=row.cmid or None,
            occurred_at=datetime.fromtimestamp(row.timecreated, UTC),
            origin=row.origin,
            real_moodle_user_id=row.realuserid or None,
        )
        for row in shaped_rows()
        if row.courseid == course_id and not row.anonymous
    ]
