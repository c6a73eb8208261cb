"""Prepare the tutor's panel: three sentences, who to talk to first, the course by week, and the list of learners."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.bands import TOO_EARLY, Band
from analytics.drops import Drops
from analytics.levels import Marker
from analytics.measures import FEWEST_COUNTED_WEEKS
from analytics.signals import judge_level
from bridge.store.panel_records import CourseFigures, LearnerDetails, ListedLearner, OwnTask, WeekMet
from lti.panels.charts import Chart, WeekBands, draw_bands
from lti.panels.concern_words import say_reasons
from lti.panels.evidence_words import (
    find_past_due,
    is_active_again,
    say_band,
    say_evidence,
    say_pending,
    say_percent,
    say_weeks_met,
    task_share,
)
from lti.panels.listing import Cut, name_key
from lti.panels.marks import Mark, Strip, find_marks, is_break_week, make_strip
from lti.panels.outlook import Fact, Outlook, list_due
from lti.panels.signs import find_tags, say_drop
from lti.panels.words import capital, clean, count, halves, percent, small

FEWEST_FOR_CHART = 10
"""With fewer learners the list says more than a chart."""
WORK_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Saying:
    """One of the three sentences: a few big words, then the sentence."""

    big: str
    small: str
    text: str
    link: str = ""
    """An address on the page, or of an activity in Moodle."""
    link_text: str = ""


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """One learner to talk to first, with the evidence."""

    person_id: int
    name: str
    groups: tuple[str, ...]
    tags: tuple[str, ...]
    text: str
    strip: Strip | None


@dataclass(frozen=True, slots=True)
class LearnerLine:
    """One line of the list."""

    person_id: int
    name: str
    groups: str
    strip: Strip | None
    band: str
    percent: str
    pending: str
    activities: str
    tasks: str
    evidence: str


@dataclass(frozen=True, slots=True)
class CourseWeeks:
    """The course by week: the sentence, and the chart where there are enough learners and weeks."""

    sentence: str
    chart: Chart | None
    why_no_chart: str


def find_work(figures: CourseFigures) -> tuple[ListedLearner, ...]:
    """Find the learners with a reason under the published rule: by reasons and silence, those active again last."""
    with_reason = [learner for learner in figures.learners if learner.standing is not None and learner.standing.reasons]

    def key(learner: ListedLearner) -> tuple[bool, int, int, tuple[str, str, int]]:
        reasons = learner.standing.reasons if learner.standing else ()
        return is_active_again(learner), -len(reasons), -(learner.clock_days or 0), name_key(learner)

    return tuple(sorted(with_reason, key=key))


def make_sayings(
    outlook: Outlook, figures: CourseFigures, weeks_met: Sequence[WeekMet]
) -> tuple[Saying, Saying, Saying]:
    """Make the three sentences that matter this week."""
    return _say_work(figures), _say_level(outlook, figures), _say_next(outlook, figures, weeks_met)


def _say_work(figures: CourseFigures) -> Saying:
    work = find_work(figures)
    number = len(work)
    if not number:
        return Saying("Nobody", "to talk to first", say_nobody(figures))
    who, verb = ("person", "learner has") if number == 1 else ("people", "learners have")
    text = f"{capital(small(number))} {verb} a reason under the published rule."
    if again := sum(map(is_active_again, work)):
        those = "This learner" if number == 1 else f"{capital(small(again))} of them"
        text += f" {those} {'is' if again == 1 else 'are'} active again."
    return Saying(f"{number:,} {who}", "to talk to first", text, "#first", "See who, and why")


def say_nobody(figures: CourseFigures) -> str:
    """Say why nobody stands on the work-list."""
    if all(learner.standing is None for learner in figures.learners):
        return "No week has been evaluated yet, so no reason can hold."
    return "No learner has a reason under the published rule."


def _say_level(outlook: Outlook, figures: CourseFigures) -> Saying:
    weeks = sum_bands(figures)
    if outlook.level is None:
        return Saying("No figures", "yet", "They start once the level is published.")
    if not weeks or weeks[-1].early == weeks[-1].total:
        text = f"Figures start when {FEWEST_COUNTED_WEEKS} counted weeks have closed."
        return Saying("Too early", "to say", f"{text} Until then each week is shown without a verdict.")
    last = weeks[-1]
    before = ""
    if len(weeks) > 1:
        change = last.meeting - weeks[-2].meeting
        compared = "as many as" if change == 0 else f"{small(abs(change))} {'more' if change > 0 else 'fewer'} than"
        before = f", {compared} after week {weeks[-2].week_no}"
    meet, others = "meets" if last.meeting == 1 else "meet", _say_others(last)
    text = f"{meet} the published level after week {last.week_no}{before}.{' ' + others if others else ''}"
    return Saying(f"{last.meeting:,}", f"of {last.total:,}", text, "#bands", "See all weeks")


def _say_others(week: WeekBands) -> str:
    below = week.below + week.well_below
    parts = []
    if below:
        parts.append(f"{small(below)} {'is' if below == 1 else 'are'} below it")
    if week.early:
        parts.append(f"for {small(week.early)} it is too early to say")
    return capital("; ".join(parts)) + "." if parts else ""


def _say_next(outlook: Outlook, figures: CourseFigures, weeks_met: Sequence[WeekMet]) -> Saying:
    sums = sum(week.met for week in weeks_met), sum(week.counted for week in weeks_met)
    notice = judge_level(*sums, len(weeks_met))
    if notice is not None:
        of_all = f"{notice.weeks_met:,} of {notice.weeks_counted:,}"
        what = "activities expected" if outlook.level and outlook.level.level.items_of(Marker.ACTIVITY) else "level"
        text = f"met the {what} ({of_all}): a question about the level or the module, not about learners."
        return Saying(
            percent(100 * notice.weeks_met // notice.weeks_counted),
            "of learner-weeks",
            text,
            "#level",
            "See what the level asks",
        )
    facts = [fact for fact in list_due(outlook, figures.tasks) if fact.strong]
    if not facts:
        return Saying("Nothing", "due", "No task is due in the next four weeks.")
    return _say_due(facts[0])


def _say_due(fact: Fact) -> Saying:
    return Saying(fact.strong, "is due", f"{capital(fact.term)}.", fact.url, "Open it in Moodle" if fact.url else "")


def sum_bands(figures: CourseFigures) -> tuple[WeekBands, ...]:
    """Gather the counts of bands by week, oldest first; empty before the first evaluation."""
    weeks: dict[int, dict[str, int]] = {}
    for counted in figures.bands:
        weeks.setdefault(counted.week_no, {})[counted.shown_band] = counted.learner_count
    return tuple(
        WeekBands(
            week_no,
            meeting=bands.get(Band.MEETING.value, 0),
            below=bands.get(Band.BELOW.value, 0),
            well_below=bands.get(Band.WELL_BELOW.value, 0),
            early=bands.get(TOO_EARLY, 0),
        )
        for week_no, bands in sorted(weeks.items())
    )


def make_course_weeks(outlook: Outlook, figures: CourseFigures) -> CourseWeeks:
    """Say how the course stands after the last week, and draw its weeks when there are enough learners."""
    weeks, calendar = sum_bands(figures), outlook.head.calendar
    if not weeks or calendar is None:
        return CourseWeeks("No week has been evaluated yet.", None, "The first one follows after its Sunday.")
    last = weeks[-1]
    if last.early == last.total:
        who = "the one learner" if last.total == 1 else f"all {last.total:,} learners"
        sentence = f"After week {last.week_no} it is too early to say for {who}."
        return CourseWeeks(sentence, None, f"{FEWEST_COUNTED_WEEKS} counted weeks must close first.")
    verb = "meets" if last.meeting == 1 else "meet"
    sentence = (
        f"After week {last.week_no}, {last.meeting:,} of {count(last.total, 'learner')}"
        f" ({percent(100 * last.meeting // last.total)}) {verb} the published level,"
        f" {last.below:,} {'is' if last.below == 1 else 'are'} below it and {last.well_below:,} well below it"
        + (f"; for {last.early:,} it is too early to say." if last.early else ".")
    )
    if last.total < FEWEST_FOR_CHART:
        why = f"No chart: with fewer than {FEWEST_FOR_CHART} learners the list below says more."
        return CourseWeeks(sentence, None, why)
    breaks = {
        week_no: _name_break(outlook, week_no)
        for week_no in range(1, calendar.week_count + 1)
        if is_break_week(calendar, week_no)
    }
    drawn = [week for week in weeks if week.week_no not in breaks]
    if not drawn:
        return CourseWeeks(sentence, None, "No chart: no week has been counted yet.")
    return CourseWeeks(sentence, draw_bands(drawn, calendar.week_count, breaks), "")


def _name_break(outlook: Outlook, week_no: int) -> str:
    calendar = outlook.head.calendar
    days = () if calendar is None else calendar.week_dates(week_no)
    pauses = [pause for pause in outlook.head.breaks if pause.is_uncounted]
    names = [clean(pause.name) for pause in pauses if any(day in pause.days for day in days)]
    return names[0] if names else "no teaching"


def make_work(
    outlook: Outlook, work: Sequence[ListedLearner], details: LearnerDetails, drops: Drops
) -> tuple[WorkEntry, ...]:
    """Make the entries of the work-list, in the order given."""
    entries = []
    for learner in work:
        marks = make_marks(outlook, learner, details)
        text = say_reasons(outlook.head, learner, details.tasks.get(learner.person_id, ()), outlook.moment)
        met = say_weeks_met(marks)
        name = clean(learner.full_name)
        entries.append(
            WorkEntry(
                person_id=learner.person_id,
                name=name,
                groups=tuple(clean(group.name) for group in learner.groups),
                tags=find_tags(outlook, learner, details, drops),
                text=f"{text} {met}".strip(),
                strip=make_strip(marks, name) if marks else None,
            )
        )
    return tuple(entries)


def make_lines(outlook: Outlook, cut: Cut, details: LearnerDetails, drops: Drops) -> tuple[LearnerLine, ...]:
    """Make the lines of one page of the list."""
    return tuple(_make_line(outlook, learner, details, drops) for learner in cut.learners)


def _make_line(outlook: Outlook, learner: ListedLearner, details: LearnerDetails, drops: Drops) -> LearnerLine:
    marks = make_marks(outlook, learner, details)
    standing = learner.standing
    return LearnerLine(
        person_id=learner.person_id,
        name=clean(learner.full_name),
        groups=", ".join(clean(group.name) for group in learner.groups),
        strip=make_strip(marks) if marks else None,
        band=say_band(standing),
        percent=say_percent(standing),
        pending=", ".join(filter(None, [say_pending(standing), say_drop(drops, learner.person_id)])),
        activities=_say_activities(outlook, learner.person_id, details),
        tasks=_say_tasks(details.tasks.get(learner.person_id, ()), outlook),
        evidence=say_evidence(learner.last_evidence_on, outlook.moment),
    )


def make_marks(outlook: Outlook, learner: ListedLearner, details: LearnerDetails) -> tuple[Mark, ...]:
    """Decide a learner's marks of all weeks; empty without a calendar."""
    calendar = outlook.head.calendar
    if calendar is None:
        return ()
    weeks = details.weeks.get(learner.person_id, ())
    return find_marks(weeks, calendar, outlook.closed_week, outlook.moment.today, calendar.week_count)


def _say_activities(outlook: Outlook, person_id: int, details: LearnerDetails) -> str:
    weeks = {week.week_no: week for week in details.weeks.get(person_id, ())}
    week = weeks.get(outlook.closed_week)
    level = outlook.level_of(outlook.closed_week)
    items = level.items_of(Marker.ACTIVITY) if level is not None else None
    if items is None or week is None:
        return "–"
    expected, _ = items
    return f"{min(week.visits, expected)} / {expected}" if week.is_counted else "not counted"


def _say_tasks(tasks: Sequence[OwnTask], outlook: Outlook) -> str:
    past = find_past_due(tasks, outlook.moment)
    if not past:
        return "none due"
    return f"{halves(sum((task_share(own, outlook.moment) for own in past), Fraction(0)))} / {len(past)}"
