"""Say what sentences about stored rows have in common: names that may be gone, instants, from when to when."""

from datetime import date
from typing import Any

from analytics.language import gettext, mark
from bridge.store.held import HeldRow
from lti.panels.words import Moment, clean, plain_date, short_weekday

GONE_COURSE = mark("a course that is no longer there")
GONE_ACTIVITY = mark("an activity that is no longer there")


def stamp(at: Any, moment: Moment) -> str:
    """Write an instant whole, with its year; "not yet" for none."""
    if at is None:
        return gettext("not yet")
    day = moment.date_of(at)
    written = f"{short_weekday(day)} {plain_date(day, date.min)}"
    return gettext("{date}, {clock}", date=written, clock=f"{at.astimezone(moment.zone):%H:%M}")


def name_course(row: HeldRow) -> str:
    """Name the course of a row; words for one that is gone."""
    return clean(row.names["course"]) if "course" in row.names else gettext(GONE_COURSE)


def name_activity(row: HeldRow) -> str:
    """Name the activity of a row; words for one that is gone."""
    return clean(row.names["activity"]) if "activity" in row.names else gettext(GONE_ACTIVITY)


def from_to(first: str, last: str | None) -> str:
    """Say from when to when; without an end, from when on."""
    if last:
        return gettext("from {first} on until {last}", first=first, last=last)
    return gettext("from {first} on", first=first)


def stamped(first: Any, last: Any, moment: Moment) -> str:
    """Say from which instant to which; without an end, from which on."""
    return from_to(stamp(first, moment), stamp(last, moment) if last else None)


def say_active(is_active: bool) -> str:
    """Say whether an enrolment is active."""
    return gettext("active") if is_active else gettext("not active")
