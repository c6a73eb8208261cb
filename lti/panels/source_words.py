"""Put what other sources than Moodle's log say about a learner into words: sessions of a register."""

from datetime import date

from bridge.store.held import HeldRow
from lti.panels.words import clean, full_date

MARKS = {"attended": "you attended", "absent": "you were not seen", "excused": "you were excused"}


def say_mark(row: HeldRow, course: str) -> str:
    """Say one mark of a register: the day, the course, and what it says of the learner."""
    day = full_date(date.fromisoformat(row.names["held_on"]))
    said = MARKS.get(row.values["status"], clean(row.values["status"]))
    return f"{day}, {course}: a session of the register ({clean(row.names['marker']).replace('-', ' ')}): {said}."
