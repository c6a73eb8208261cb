"""Put evidence about a learner into words: what was opened, handed in or used, and sessions of a register."""

from datetime import date

from analytics.evidence import Kind
from bridge.store.held import HeldRow
from lti.panels.words import clean, full_date

FACT_WORDS = {
    Kind.COURSE_PAGE: "you opened a page of the course itself",
    Kind.VISIT: "you opened {activity}",
    Kind.SUBMISSION: "you handed in {activity}",
    Kind.LECTURE_CAPTURE: "you watched the recording {activity}",
    Kind.MEETING: "you came to the meeting {activity}",
    Kind.LIBRARY: "you used {activity}, of the library or a reading list",
    Kind.CO_CURRICULAR: "you took part in {activity}",
}
"""Kind of evidence → what the learner did."""
MARKS = {"attended": "you attended", "absent": "you were not seen", "excused": "you were excused"}


def say_mark(row: HeldRow, course: str) -> str:
    """Say one mark of a register: the day, the course, and what it says of the learner."""
    day = full_date(date.fromisoformat(row.names["held_on"]))
    said = MARKS.get(row.values["status"], clean(row.values["status"]))
    return f"{day}, {course}: a session of the register ({clean(row.names['marker']).replace('-', ' ')}): {said}."
