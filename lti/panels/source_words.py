"""Put evidence about a learner into words: what was opened, handed in or used, and sessions of a register."""

from datetime import date

from analytics.evidence import Kind
from analytics.language import gettext, mark
from analytics.levels import Marker
from bridge.store.held import HeldRow
from lti.panels.words import clean, full_date

FACT_WORDS = {
    Kind.COURSE_PAGE: mark("you opened a page of the course itself"),
    Kind.VISIT: mark("you opened {activity}"),
    Kind.SUBMISSION: mark("you handed in {activity}"),
    Kind.LECTURE_CAPTURE: mark("you watched the recording {activity}"),
    Kind.MEETING: mark("you came to the meeting {activity}"),
    Kind.LIBRARY: mark("you used {activity}, of the library or a reading list"),
    Kind.CO_CURRICULAR: mark("you took part in {activity}"),
}
"""Kind of evidence → what the learner did."""
MARKS = {
    "attended": mark("you attended"),
    "absent": mark("you were not seen"),
    "excused": mark("you were excused"),
}

REGISTERS = {
    Marker.ATTENDANCE: mark("attendance"),
    Marker.LECTURE_CAPTURE: mark("lecture capture"),
    Marker.MEETINGS: mark("meetings"),
    Marker.LIBRARY: mark("library"),
    Marker.CO_CURRICULAR: mark("co-curricular"),
}


def say_fact(kind: Kind, activity: str) -> str:
    """Say what the learner did, the activity's name in it."""
    return gettext(FACT_WORDS[kind], activity=activity)


def say_mark(row: HeldRow, course: str) -> str:
    """Say one mark of a register: the day, the course, and what it says of the learner."""
    day = full_date(date.fromisoformat(row.names["held_on"]))
    status = row.values["status"]
    said = gettext(MARKS[status]) if status in MARKS else clean(status)
    register = gettext(REGISTERS[Marker(row.names["marker"])])
    return gettext(
        "{date}, {course}: a session of the register ({register}): {said}.",
        date=day,
        course=course,
        register=register,
        said=said,
    )
