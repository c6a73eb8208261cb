"""Say what happened to a learner's or a course's weeks beside the figure: falls, ways back, revisions, what is unused.

A fall is a remark for whoever advises, not a reason to get in touch; a dip of the whole course is about the course.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction

from analytics.drops import Drops
from analytics.language import gettext, ngettext
from analytics.level_words import MARKER_NAMES
from analytics.levels import MARKER_ORDER
from analytics.lists import name_weeks
from analytics.signals import RECOVERY_WEEKS, RECOVERY_WEEKS_MET, is_level_met
from analytics.unused import find_unused
from bridge.store.panel_records import LearnerDetails, LearnerInCourse, ListedLearner, Standing, Week
from lti.panels.evidence_words import LONG_AWAY_DAYS, is_active_again, say_why_not
from lti.panels.outlook import Notice, Outlook
from lti.panels.words import listed, plain_date, small


def points(change: Fraction) -> str:
    """Write a fall in whole percentage points, rounded down: "27 points"."""
    return ngettext("{number} point", "{number} points", int(-change * 100))


def say_drop(drops: Drops, person_id: int) -> str:
    """Say shortly that a learner's figure fell net of the course; empty where it did not."""
    change = drops.net_changes.get(person_id)
    return "" if change is None else gettext("fell {points}", points=points(change))


def explain_drop(drops: Drops, person_id: int) -> str:
    """Say in a sentence what a fall is measured against; empty where there is none."""
    change = drops.net_changes.get(person_id)
    if change is None:
        return ""
    return gettext(
        "After week {week} the figure is {points} lower than in the middle of the four counted weeks before, what the"
        " whole course fell taken off. That is a remark, no reason under the published rule.",
        week=drops.week,
        points=points(change),
    )


def find_dip_notice(drops: Drops) -> Notice | None:
    """Find whether the whole course dipped; None where it did not, or has fewer than ten learners with a change."""
    if drops.cohort_change is None:
        return None
    text = gettext(
        "Half of the learners are {points} or more below their own four counted weeks before: a question about the"
        " module and its weeks, not about learners.",
        points=points(drops.cohort_change),
    )
    return Notice("info", gettext("The whole course fell in week {week}.", week=drops.week), text)


def find_unused_notices(outlook: Outlook) -> tuple[Notice, ...]:
    """Find the chosen markers whose source does not cover the last closed week; often empty."""
    calendar, today = outlook.head.calendar, outlook.moment.today
    week_no = 0 if calendar is None else calendar.last_closed_week(today - timedelta(days=1))
    level = outlook.level_of(week_no) if week_no else None
    freshness = outlook.head.freshness
    if calendar is None or level is None or (freshness.log_at is None and freshness.files_to is None):
        return ()  # where nothing has arrived at all, the page says that alone
    covers_to = outlook.head.covers_to
    # Tasks without excused work have a notice of their own; here they are those whose hand-ins come by files.
    unused = find_unused(level, covers_to, calendar.sunday_of(week_no), is_tasks_known=True)
    return tuple(
        Notice(
            "info",
            gettext(
                "{marker}: not used today ({why}).",
                marker=gettext(MARKER_NAMES[marker]),
                why=_say_end(covers_to.get(marker), today),
            ),
            gettext("The week is counted without it, and nothing is held against anybody."),
        )
        for marker in MARKER_ORDER
        if marker in unused
    )


def _say_end(covers_to: date | None, today: date) -> str:
    if covers_to is None or covers_to == date.min:
        return gettext("no records have arrived yet")
    return gettext("its records end on {date}", date=plain_date(covers_to, today))


def say_unused(standing: Standing | None) -> str:
    """Say which markers the last evaluation was made without; empty for none."""
    if standing is None or not standing.unused_markers:
        return ""
    unused = [gettext(MARKER_NAMES[marker]) for marker in MARKER_ORDER if marker in standing.unused_markers]
    return ngettext(
        "{markers} was not used in it: the records did not reach the end of week {week}.",
        "{markers} were not used in it: the records did not reach the end of week {week}.",
        len(standing.unused_markers),
        markers=listed(unused),
        week=standing.week_no,
    )


def find_met_weeks(outlook: Outlook, weeks: Sequence[Week]) -> tuple[int, ...]:
    """Find in which of the last 4 counted closed weeks the level was met, as known now."""
    counted = [week for week in weeks if week.is_counted and week.week_no <= outlook.closed_week]
    return tuple(
        week.week_no
        for week in counted[-RECOVERY_WEEKS:]
        if (level := outlook.level_of(week.week_no)) is not None and is_level_met(level, week.visits, week.share)
    )


def has_come_back(outlook: Outlook, weeks: Sequence[Week]) -> bool:
    """Tell whether the level was met in 2 of the last 4 counted weeks: that is recovery, one visit is not."""
    return len(find_met_weeks(outlook, weeks)) >= RECOVERY_WEEKS_MET


def find_tags(outlook: Outlook, learner: ListedLearner, details: LearnerDetails, drops: Drops) -> tuple[str, ...]:
    """Find the few words beside a name on the work-list; often empty."""
    tags = (
        gettext("active again") if _is_back(learner) else "",
        gettext("back at the level") if has_come_back(outlook, details.weeks.get(learner.person_id, ())) else "",
        say_drop(drops, learner.person_id),
    )
    return tuple(filter(None, tags))


def _is_back(learner: ListedLearner) -> bool:
    """Tell whether evidence ended a silence; who was never silent, and misses a task, is not active *again*."""
    standing = learner.standing
    return standing is not None and standing.clock_days >= LONG_AWAY_DAYS and is_active_again(learner)


def say_recovery(outlook: Outlook, person: LearnerInCourse) -> str:
    """Say that a learner who once had a reason is back at the level; empty otherwise."""
    reasons = [standing.week_no for standing in person.standings if standing.reasons]
    met = find_met_weeks(outlook, person.weeks)
    if not reasons or len(met) < RECOVERY_WEEKS_MET:
        return ""
    return gettext(
        "Recovered: the level was met in {weeks}, {met} of the last {counted} counted weeks. The last reason under the"
        " published rule was after week {week}.",
        weeks=name_weeks(met),
        met=small(len(met)),
        counted=small(RECOVERY_WEEKS),
        week=reasons[-1],
    )


def say_revisions(person: LearnerInCourse) -> tuple[str, ...]:
    """Say of each week that counts now otherwise than when it was evaluated that it was revised; often empty."""
    now = {week.week_no: week for week in person.weeks}
    return tuple(
        _say_revision(standing, week)
        for standing in person.standings
        if (week := now.get(standing.week_no)) is not None and week.is_counted != standing.is_week_counted
    )


def _say_revision(standing: Standing, week: Week) -> str:
    if week.is_counted:
        return gettext(
            "Week {week} was revised: it was not counted when it was evaluated, and counts now, since its records came"
            " or its dates changed. What was shown after it stays as it was; later figures are made with the revision.",
            week=week.week_no,
        )
    return gettext(
        "Week {week} was revised: it counted when it was evaluated, and does not count now ({why}). What was shown"
        " after it stays as it was; later figures are made with the revision.",
        week=week.week_no,
        why=say_why_not(week.why_not),
    )
