"""Put a published level into words: what is expected by each marker, when somebody gets in touch, its worth."""

from analytics.bands import percent_of
from analytics.explain import name_weeks
from analytics.levels import Expectation, Form, Marker, PublishedLevel
from analytics.phrases import PHRASES
from analytics.rules import ConcernRule, Condition, Fact, Reason
from lti.panels.words import capital, listed, percent

MARKER_NAMES = {
    Marker.ACTIVITY: "Activity in Moodle",
    Marker.TASKS: "Tasks",
    Marker.ATTENDANCE: "Attendance",
    Marker.LECTURE_CAPTURE: "Lecture capture",
    Marker.MEETINGS: "Meetings with staff",
    Marker.LIBRARY: "Library and reading lists",
    Marker.CO_CURRICULAR: "Co-curricular activities",
}


def say_expectation(expectation: Expectation) -> tuple[str, str]:
    """Say what one marker expects: (what, how it counts)."""
    if expectation.form is Form.TASKS:
        return "each task", "handed in on time; late counts half, excused ones are left out"
    phrase = PHRASES[expectation.marker, expectation.form]
    if expectation.level is None or expectation.a_day is None:
        return f"each {phrase.singular}", f"{phrase.verb}; excused ones are left out"
    things = phrase.count(expectation.level).replace("expected ", "")
    counts = "counts" if expectation.a_day == 1 else "count"
    return things, f"{phrase.verb} in each counted week; up to {expectation.a_day} a day {counts}"


def say_weights(level: PublishedLevel) -> str:
    """Say how the markers make one figure."""
    if len(level.expectations) == 1:
        return "The figure is the share of it that was met."
    if len({one.weight for one in level.expectations}) == 1:
        return "The figure is the average of the shares met; what does not apply to you is left out."
    weighed = listed([f"{MARKER_NAMES[one.marker]} {one.weight}" for one in level.expectations])
    return f"The figure weighs the shares met: {weighed}; what does not apply to you is left out."


def say_rule(rule: ConcernRule) -> tuple[str, ...]:
    """Say when somebody is asked to get in touch: one sentence for each reason, any one of which is enough."""
    return tuple(_say_reason(reason) for reason in rule.reasons)


def say_review_weeks(rule: ConcernRule) -> str:
    """Say in which weeks the rule is looked at; empty where that is every week."""
    return "" if rule.review_weeks is None else f"Looked at when {name_weeks(sorted(rule.review_weeks))} end."


def say_worth(rule: ConcernRule) -> str:
    """Say what a rule was worth where it was measured, or that it was not."""
    if rule.worth is None:
        return "What this rule is worth has not been measured on past courses."
    a_week = f"{float(rule.worth.weekly_concerns_per_hundred):.1f}"
    share = percent(percent_of(rule.worth.precision) or 0)
    return (
        f"On nine past courses of the Open University it named {a_week} of 100 learners a week; {share} of those named"
        " went on to fail or withdraw, so many of those named did not. It starts a conversation and decides nothing."
    )


def _say_reason(reason: Reason) -> str:
    return capital(" and ".join(map(_say_condition, reason.conditions))) + "."


def _say_condition(condition: Condition) -> str:
    number = int(condition.threshold)
    if condition.fact is Fact.E_BELOW:
        return f"a figure below {percent(percent_of(condition.threshold) or 0)}"
    if condition.fact is Fact.OVERDUE_DAYS:
        return f"a task that has not arrived {number} counted days or more after your own date for it"
    return f"{number} or more {condition.fact.value}"
