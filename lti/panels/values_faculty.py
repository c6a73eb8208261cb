"""Say what faculty look at first: what waits in which school, so that its lead can be asked; nobody is named.

Of what learners wrote no number is told, only that something is past its day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.language import gettext, ngettext, numeral
from bridge.store.school_start import SchoolStart
from lti.panels.outlook import STALE_AFTER
from lti.panels.values_start import Todo, name_some
from lti.panels.words import Moment, clean, instant, sort_key


@dataclass(frozen=True, slots=True)
class SchoolsRead:
    """What is known of the schools that one page is about."""

    names: Mapping[int, str]
    starts: Mapping[int, SchoolStart]
    unmeasured: Mapping[int | None, int]
    """Switched-on courses that no level holds for, by school."""
    log_at: datetime | None
    """Until when Moodle's records are known; None: Moodle is not read, or nothing arrived yet."""


def list_for_faculty(read: SchoolsRead, moment: Moment) -> tuple[Todo, ...]:
    """List what keeps schools from working, what is overdue first. Empty: nothing does."""
    starts = read.starts
    late = [one for one in starts if starts[one].complaints.late or starts[one].hand_overs.late]
    leaderless = [one for one in starts if not starts[one].has_lead]
    silent = [one for one in starts if starts[one].has_lead and not starts[one].has_process]
    found = [
        _say_late(read, late),
        _say_leaderless(read, leaderless),
        _say_silent(read, silent),
        _say_unmeasured(read),
        _say_untrained(read),
        _say_stale(read, moment),
    ]
    return tuple(one for one in found if one is not None)


def _say_late(read: SchoolsRead, schools: Collection[int]) -> Todo | None:
    if not schools:
        return None
    strong = ngettext(
        "In {number} school something is past its day", "In {number} schools something is past its day", len(schools)
    )
    text = gettext(
        "A learner’s query or another school’s alert waits to be acknowledged: {schools}. The lead sees which.",
        schools=_name(read, schools),
    )
    return Todo(strong, text)


def _say_leaderless(read: SchoolsRead, schools: Collection[int]) -> Todo | None:
    if not schools:
        return None
    strong = ngettext(
        "{number} school has no learner engagement lead",
        "{number} schools have no learner engagement lead",
        len(schools),
    )
    text = gettext(
        "Nobody there answers queries, publishes a process or records trainings: {schools}. Whoever runs the tool"
        " writes a lead down.",
        schools=_name(read, schools),
    )
    return Todo(strong, text)


def _say_silent(read: SchoolsRead, schools: Collection[int]) -> Todo | None:
    if not schools:
        return None
    strong = ngettext(
        "In {number} school nothing raises a concern yet",
        "In {number} schools nothing raises a concern yet",
        len(schools),
    )
    text = gettext("The lead publishes how the school goes about concerns: {schools}.", schools=_name(read, schools))
    return Todo(strong, text)


def _say_unmeasured(read: SchoolsRead) -> Todo | None:
    number = sum(read.unmeasured.values())
    if not number:
        return None
    strong = ngettext("{number} course is not measured", "{number} courses are not measured", number)
    where = [_count(name, read.unmeasured[one]) for one, name in read.names.items() if one in read.unmeasured]
    if read.unmeasured.get(None):
        where.append(_count(gettext("courses of no school"), read.unmeasured[None]))
    schools = name_some(sorted(where, key=sort_key))
    return Todo(strong, gettext("No level is published for them: {schools}.", schools=schools))


def _say_untrained(read: SchoolsRead) -> Todo | None:
    counts = {one: start.untrained_staff + start.untrained_teachers for one, start in read.starts.items()}
    where = [_count(read.names[one], number) for one, number in counts.items() if number]
    if not where:
        return None
    strong = gettext("Colleagues without a recorded training see no names")
    text = gettext("Leads, officers, advisers and teachers: {schools}.", schools=name_some(sorted(where, key=sort_key)))
    return Todo(strong, text)


def _say_stale(read: SchoolsRead, moment: Moment) -> Todo | None:
    if read.log_at is None or moment.now - read.log_at <= STALE_AFTER:
        return None
    text = gettext(
        "Moodle’s records are known up to {instant}. Nothing is held against anybody meanwhile. Whoever runs"
        " the tool looks into it.",
        instant=instant(read.log_at, moment),
    )
    return Todo(gettext("Figures stand still"), text)


def _name(read: SchoolsRead, schools: Collection[int]) -> str:
    return name_some(sorted((clean(read.names[one]) for one in schools), key=sort_key))


def _count(name: str, number: int) -> str:
    return gettext("{name} ({count})", name=clean(name), count=numeral(number))
