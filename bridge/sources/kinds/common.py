"""What several kinds of files need: rows by course, days and instants of the institution."""

from datetime import UTC, date, datetime, time
from typing import Any

from analytics.calendar import local_date
from bridge.sources.contract import Intake, LeftOut, Rows
from bridge.sources.roll import Nobody


def leave_to_moodle(intake: Intake, rows: Rows) -> bool:
    """Say whether Moodle itself tells what the rows say; then they are counted and nothing is stored."""
    if intake.has_moodle and len(rows):
        intake.tally.left_out[LeftOut.MOODLES] += len(rows)
    return intake.has_moodle


def to_instant(intake: Intake, day: date) -> datetime:
    """Return the instant at which a day begins where the institution is."""
    return datetime.combine(day, time(), intake.settings.zone).astimezone(UTC)


def by_course(intake: Intake, rows: Rows) -> dict[int, list[dict[str, Any]]]:
    """Return the rows of switched-on courses by Moodle's course id; the others are counted."""
    found: dict[int, list[dict[str, Any]]] = {}
    for _, record in rows.records():
        if record["course_id"] in intake.roll.course_ids:
            found.setdefault(record["course_id"], []).append(record)
        else:
            intake.tally.left_out[LeftOut.NO_COURSE] += 1
    return found


def day_in(intake: Intake, when: date | datetime) -> date:
    """Return the local day of a date or an instant; a time without an offset is the institution's own."""
    if not isinstance(when, datetime):
        return when
    zone = intake.settings.zone
    return when.date() if when.tzinfo is None else local_date(when, zone)


def instant_of(intake: Intake, when: date | datetime, at: time) -> datetime:
    """Return a date or an instant as an aware instant; a date is taken at a time of its day."""
    if not isinstance(when, datetime):
        when = datetime.combine(when, at)
    zone = intake.settings.zone
    return (when if when.tzinfo is not None else when.replace(tzinfo=zone)).astimezone(UTC)


def find_learner(intake: Intake, course_id: int, who: int | str, day: date | None) -> int | None:
    """Return the learner whom a row of a course means, if it may be stored; else count why not, and return None.

    `day`: the day that the row is about; None where it is about none.
    """
    person = intake.roll.find(course_id, who)
    if isinstance(person, Nobody):
        intake.tally.left_out[LeftOut.SEVERAL if person is Nobody.SEVERAL else LeftOut.NOBODY] += 1
        return None
    if day is not None and intake.roll.was_erased(course_id, person, day):
        intake.tally.left_out[LeftOut.ERASED] += 1
        return None
    if intake.roll.is_off(person, day or local_date(intake.now, intake.settings.zone)):
        intake.tally.left_out[LeftOut.PAUSED] += 1
        return None
    return person
