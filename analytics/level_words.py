"""Say in plain words what a level expects, when its rule suggests to get in touch, and what that rule was worth."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from analytics.bands import percent_of
from analytics.language import gettext, mark, mark_plural, ngettext
from analytics.levels import Expectation, Form, Marker
from analytics.lists import listed
from analytics.rules import ConcernRule, Condition, Fact, Reason, Worth

MARKER_NAMES: Mapping[Marker, str] = MappingProxyType(
    {
        Marker.ACTIVITY: mark("Activity"),
        Marker.TASKS: mark("Tasks"),
        Marker.ATTENDANCE: mark("Attendance"),
        Marker.LECTURE_CAPTURE: mark("Lecture capture"),
        Marker.MEETINGS: mark("Meetings"),
        Marker.LIBRARY: mark("Library and reading lists"),
        Marker.CO_CURRICULAR: mark("Co-curricular"),
    }
)
"""What people call the markers."""

Forms = tuple[str, str]
_ITEMS: Mapping[Marker, tuple[Forms, Forms]] = MappingProxyType(
    {
        Marker.ACTIVITY: (
            mark_plural("{number} activity", "{number} activities"),
            mark_plural(
                "opened in a counted week; up to {number} a day counts",
                "opened in a counted week; up to {number} a day count",
            ),
        ),
        Marker.LECTURE_CAPTURE: (
            mark_plural("{number} recording", "{number} recordings"),
            mark_plural(
                "watched in a counted week; up to {number} a day counts",
                "watched in a counted week; up to {number} a day count",
            ),
        ),
        Marker.MEETINGS: (
            mark_plural("{number} meeting", "{number} meetings"),
            mark_plural(
                "attended in a counted week; up to {number} a day counts",
                "attended in a counted week; up to {number} a day count",
            ),
        ),
        Marker.LIBRARY: (
            mark_plural("{number} library or reading-list item", "{number} library or reading-list items"),
            mark_plural(
                "used in a counted week; up to {number} a day counts",
                "used in a counted week; up to {number} a day count",
            ),
        ),
        Marker.CO_CURRICULAR: (
            mark_plural("{number} co-curricular activity", "{number} co-curricular activities"),
            mark_plural(
                "taken part in in a counted week; up to {number} a day counts",
                "taken part in in a counted week; up to {number} a day count",
            ),
        ),
    }
)
"""What is expected a week, and how it counts; the second number is the day's."""
_SESSIONS: Mapping[Marker, Forms] = MappingProxyType(
    {
        Marker.ATTENDANCE: (mark("each session"), mark("attended; excused ones are left out")),
        Marker.LECTURE_CAPTURE: (mark("each expected recording"), mark("watched; excused ones are left out")),
        Marker.MEETINGS: (mark("each agreed meeting"), mark("attended; excused ones are left out")),
        Marker.LIBRARY: (mark("each expected item"), mark("used; excused ones are left out")),
        Marker.CO_CURRICULAR: (mark("each expected activity"), mark("taken part in; excused ones are left out")),
    }
)
_FACTS: Mapping[Fact, Forms] = MappingProxyType(
    {
        Fact.CLOCK_DAYS: mark_plural(
            "at least one of: counted days without evidence", "{number} or more counted days without evidence"
        ),
        Fact.OVERDUE_DAYS: mark_plural(
            "a task that has not arrived {number} counted day or more after the learner’s own date for it",
            "a task that has not arrived {number} counted days or more after the learner’s own date for it",
        ),
        Fact.SESSIONS_MISSED: mark_plural("at least one of: sessions missed", "{number} or more sessions missed"),
        Fact.SESSIONS_MISSED_IN_A_ROW: mark_plural(
            "at least one of: sessions missed in a row", "{number} or more sessions missed in a row"
        ),
        Fact.WEEKS_MISSED_IN_A_ROW: mark_plural(
            "at least one of: counted weeks in a row with every session missed",
            "{number} or more counted weeks in a row with every session missed",
        ),
    }
)


def say_expectation(expectation: Expectation) -> str:
    """Say what is expected by one marker, such as "4 activities opened in a counted week; up to 2 a day count"."""
    return " ".join(split_expectation(expectation))


def split_expectation(expectation: Expectation) -> tuple[str, str]:
    """Say the same in two parts: what, such as "4 activities", and how it counts."""
    if expectation.form is Form.TASKS:
        return gettext("each task"), gettext("handed in on time; late counts half, excused ones are left out")
    if expectation.level is None or expectation.a_day is None:
        what, how = _SESSIONS[expectation.marker]
        return gettext(what), gettext(how)
    items, counting = _ITEMS[expectation.marker]
    return ngettext(*items, expectation.level), ngettext(*counting, expectation.a_day)


def say_weights(expectations: Iterable[Expectation]) -> str:
    """Say how the chosen markers weigh; empty for a single one."""
    chosen = tuple(expectations)
    if len(chosen) < 2:
        return ""
    if len({expectation.weight for expectation in chosen}) == 1:
        return gettext("All weigh the same.")
    weights = ", ".join(f"{gettext(MARKER_NAMES[one.marker])} {one.weight}" for one in chosen)
    return gettext("They weigh: {weights}.", weights=weights)


def say_condition(condition: Condition) -> str:
    """Say what one condition of a rule asks for, such as "10 or more counted days without evidence"."""
    if condition.fact is Fact.E_BELOW:
        return gettext("less than {number} % of the published level met", number=percent_of(condition.threshold))
    return ngettext(*_FACTS[condition.fact], int(condition.threshold))


def say_reason(reason: Reason) -> str:
    """Say when one reason of a rule holds: all of its conditions."""
    said, *others = map(say_condition, reason.conditions)
    for other in others:
        said = gettext("{first} and {second}", first=said, second=other)
    return said


def say_review(rule: ConcernRule) -> str:
    """Say when a rule is asked."""
    if rule.review_weeks is None:
        return gettext("It is asked at the end of every week.")
    weeks = sorted(rule.review_weeks)
    if len(weeks) == 1:
        return gettext("It is asked at the end of week {week}.", week=weeks[0])
    return gettext("It is asked at the end of weeks {weeks}.", weeks=listed([str(week) for week in weeks]))


def say_worth(worth: Worth | None) -> str:
    """Say what a rule was worth on the Open University's data, or that nobody measured it."""
    if worth is None:
        return gettext("What this rule is worth was not measured. It can be, on an institution’s own past courses.")
    return gettext(
        "On nine presentations of the Open University’s data of 2013 it named {named} learners a week of each 100;"
        " {share} of 100 of them later left or did not pass.",
        named=f"{float(worth.weekly_concerns_per_hundred):g}",
        share=percent_of(worth.precision),
    )
