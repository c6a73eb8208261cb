"""Say why a learner stands on the work-list: the reasons of the rule that the evaluation named, with their evidence."""

from collections.abc import Iterator, Sequence

from analytics.language import gettext, ngettext
from analytics.level_words import say_condition
from analytics.rules import DEFAULT_RULE, ConcernRule, Condition, Fact
from bridge.store.panel_records import CourseHead, ListedLearner, OwnTask, Standing
from lti.panels.evidence_words import find_overdue, is_active_again, say_overdue
from lti.panels.words import Moment, capital, long_date, near_date


def find_rule(head: CourseHead, level_version: str) -> ConcernRule:
    """Find the rule that an evaluation was made by: its level's; the default where that level is not known any more."""
    versions = {agreed.level.version: agreed.level.rule for agreed in head.levels}
    return versions.get(level_version, DEFAULT_RULE)


def find_silent_days(rule: ConcernRule) -> int | None:
    """Find from how many counted days without evidence a rule starts, the fewest of its reasons; None: it asks not."""
    asked = [
        int(condition.threshold)
        for reason in rule.reasons
        for condition in reason.conditions
        if condition.fact is Fact.CLOCK_DAYS
    ]
    return min(asked, default=None)


def say_reasons(head: CourseHead, learner: ListedLearner, tasks: Sequence[OwnTask], moment: Moment) -> str:
    """Say why a learner stands on the work-list, with the evidence as it is now; empty without a reason."""
    standing = learner.standing
    if standing is None:
        return ""
    rule = find_rule(head, standing.level_version)
    held = [reason for reason in rule.reasons if reason.name in standing.reasons]
    said = [
        sentence
        for reason in held
        for condition in reason.conditions
        for sentence in _say(condition, learner, standing, tasks, moment)
        if condition.fact is not Fact.E_BELOW or len(reason.conditions) == 1
    ]
    named = [gettext("Reason under the rule of that week: {name}.", name=name) for name in standing.reasons if not held]
    return " ".join(dict.fromkeys([*said, *named]))


def _say(
    condition: Condition, learner: ListedLearner, standing: Standing, tasks: Sequence[OwnTask], moment: Moment
) -> Iterator[str]:
    if condition.fact is Fact.CLOCK_DAYS:
        yield _say_silence(learner, standing, moment, int(condition.threshold))
    elif condition.fact is Fact.OVERDUE_DAYS and (overdue := find_overdue(standing, tasks)):
        yield from say_overdue(overdue, moment)
    else:
        yield gettext(
            "{reason}, by the week that closed on {date}.",
            reason=capital(say_condition(condition)),
            date=long_date(standing.as_of),
        )


def _say_silence(learner: ListedLearner, standing: Standing, moment: Moment, starts_at: int) -> str:
    last = learner.last_evidence_on
    if is_active_again(learner) and last is not None:
        return ngettext(
            "No evidence for {number} counted day up to {date}. New evidence since then: {seen}.",
            "No evidence for {number} counted days up to {date}. New evidence since then: {seen}.",
            standing.clock_days,
            date=long_date(standing.as_of),
            seen=near_date(last, moment.today),
        )
    days = standing.clock_days if learner.clock_days is None else learner.clock_days
    if last is None:
        return ngettext(
            "No evidence in this course yet: {number} counted day; the published rule starts at {start}.",
            "No evidence in this course yet: {number} counted days; the published rule starts at {start}.",
            days,
            start=starts_at,
        )
    return ngettext(
        "No evidence in this course since {date}: {number} counted day; the published rule starts at {start}.",
        "No evidence in this course since {date}: {number} counted days; the published rule starts at {start}.",
        days,
        date=long_date(last),
        start=starts_at,
    )
