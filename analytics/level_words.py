"""Say in plain words what a level expects, when its rule suggests to get in touch, and what that rule was worth."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from analytics.bands import percent_of
from analytics.levels import Expectation, Form, Marker
from analytics.rules import ConcernRule, Condition, Fact, Reason, Worth

MARKER_NAMES: Mapping[Marker, str] = MappingProxyType(
    {
        Marker.ACTIVITY: "Activity",
        Marker.TASKS: "Tasks",
        Marker.ATTENDANCE: "Attendance",
        Marker.LECTURE_CAPTURE: "Lecture capture",
        Marker.MEETINGS: "Meetings",
        Marker.LIBRARY: "Library and reading lists",
        Marker.CO_CURRICULAR: "Co-curricular",
    }
)
"""What people call the markers."""

_ITEMS: Mapping[Marker, tuple[str, str, str]] = MappingProxyType(
    {
        Marker.ACTIVITY: ("activity", "activities", "opened"),
        Marker.LECTURE_CAPTURE: ("recording", "recordings", "watched"),
        Marker.MEETINGS: ("meeting", "meetings", "attended"),
        Marker.LIBRARY: ("library or reading-list item", "library or reading-list items", "used"),
        Marker.CO_CURRICULAR: ("co-curricular activity", "co-curricular activities", "taken part in"),
    }
)
_SESSIONS: Mapping[Marker, tuple[str, str]] = MappingProxyType(
    {
        Marker.ATTENDANCE: ("each session", "attended"),
        Marker.LECTURE_CAPTURE: ("each expected recording", "watched"),
        Marker.MEETINGS: ("each agreed meeting", "attended"),
        Marker.LIBRARY: ("each expected item", "used"),
        Marker.CO_CURRICULAR: ("each expected activity", "taken part in"),
    }
)


def say_expectation(expectation: Expectation) -> str:
    """Say what is expected by one marker, such as "4 activities opened in a counted week; up to 2 a day count"."""
    return " ".join(split_expectation(expectation))


def split_expectation(expectation: Expectation) -> tuple[str, str]:
    """Say the same in two parts: what, such as "4 activities", and how it counts."""
    if expectation.form is Form.TASKS:
        return "each task", "handed in on time; late counts half, excused ones are left out"
    if expectation.level is None:
        what, verb = _SESSIONS[expectation.marker]
        return what, f"{verb}; excused ones are left out"
    one, many, verb = _ITEMS[expectation.marker]
    counts = "counts" if expectation.a_day == 1 else "count"
    how = f"{verb} in a counted week; up to {expectation.a_day} a day {counts}"
    return f"{expectation.level} {one if expectation.level == 1 else many}", how


def say_weights(expectations: Iterable[Expectation]) -> str:
    """Say how the chosen markers weigh; empty for a single one."""
    chosen = tuple(expectations)
    if len(chosen) < 2:
        return ""
    if len({expectation.weight for expectation in chosen}) == 1:
        return "All weigh the same."
    weights = ", ".join(f"{MARKER_NAMES[one.marker]} {one.weight}" for one in chosen)
    return f"They weigh: {weights}."


def say_condition(condition: Condition) -> str:
    """Say what one condition of a rule asks for, such as "10 or more counted days without evidence"."""
    if condition.fact is Fact.E_BELOW:
        return f"less than {percent_of(condition.threshold)} % of the published level met"
    number = int(condition.threshold)
    if condition.fact is Fact.OVERDUE_DAYS:
        days = "counted day" if number == 1 else "counted days"
        return f"a task that has not arrived {number} {days} or more after the learner’s own date for it"
    if number == 1:
        return f"at least one of: {condition.fact.value}"
    return f"{number} or more {condition.fact.value}"


def say_reason(reason: Reason) -> str:
    """Say when one reason of a rule holds: all of its conditions."""
    return " and ".join(map(say_condition, reason.conditions))


def say_review(rule: ConcernRule) -> str:
    """Say when a rule is asked."""
    if rule.review_weeks is None:
        return "It is asked at the end of every week."
    weeks = sorted(rule.review_weeks)
    if len(weeks) == 1:
        return f"It is asked at the end of week {weeks[0]}."
    return f"It is asked at the end of weeks {', '.join(map(str, weeks[:-1]))} and {weeks[-1]}."


def say_worth(worth: Worth | None) -> str:
    """Say what a rule was worth on the Open University's data, or that nobody measured it."""
    if worth is None:
        return "What this rule is worth was not measured. It can be, on an institution’s own past courses."
    named = f"{float(worth.weekly_concerns_per_hundred):g}"
    return (
        f"On nine presentations of the Open University’s data of 2013 it named {named} learners a week of each 100;"
        f" {percent_of(worth.precision)} of 100 of them later failed or withdrew."
    )
