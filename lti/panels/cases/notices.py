"""Say what has to be known before anybody acts: a pause, a recovery that proposes closing, no published process."""

from collections.abc import Set as AbstractSet
from datetime import date

from sqlalchemy.orm import Session

from analytics.language import gettext, mark
from analytics.lists import name_weeks
from analytics.signals import RECOVERY_WEEKS, RECOVERY_WEEKS_MET
from bridge.store.panel_learners import load_my_courses
from lti.panels.outlook import Notice
from lti.panels.signs import find_met_weeks
from lti.panels.values_own import outlook_of
from lti.panels.words import Moment, clean, full_date, small

NO_PROCESS = mark("Nothing raises a concern here, and no case is opened, before its lead has published one.")


def list_notices(
    db: Session,
    person_id: int,
    course_ids: AbstractSet[int],
    paused_until: date | None,
    *,
    has_process: bool,
    moment: Moment,
) -> tuple[Notice, ...]:
    """List the notices of a case page, what forbids comes first; `course_ids` are those with an open concern."""
    found = []
    if not has_process:
        found.append(Notice("warn", gettext("The home school has not published its process."), gettext(NO_PROCESS)))
    if paused_until is not None:
        found.append(make_pause_notice(paused_until))
    return (*found, *_find_recoveries(db, person_id, course_ids, moment))


def make_pause_notice(paused_until: date) -> Notice:
    """Say that a learner disputed a week: nobody is asked to get in touch, and whoever does for another reason may.

    The policy pauses the asking for seven days, not the help: a message that cannot wait is a person's decision.
    """
    text = gettext(
        "Read what they said first: until {day} nobody is asked to get in touch about it. Write only where something"
        " else cannot wait.",
        day=full_date(paused_until),
    )
    return Notice("info", gettext("The learner said that a week is not right."), text)


def _find_recoveries(db: Session, person_id: int, course_ids: AbstractSet[int], moment: Moment) -> list[Notice]:
    found = []
    for course in load_my_courses(db, person_id) if course_ids else ():
        met = find_met_weeks(outlook_of(course, moment), course.weeks)
        if course.head.course_id in course_ids and len(met) >= RECOVERY_WEEKS_MET:
            text = gettext(
                "The level was met in {weeks}, {met} of the last {counted} counted weeks."
                " Close the concern if you agree.",
                weeks=name_weeks(met),
                met=small(len(met)),
                counted=small(RECOVERY_WEEKS),
            )
            recovered = gettext("Recovered in {course}.", course=clean(course.head.fullname))
            found.append(Notice("good", recovered, text))
    return found
