"""Say how a whole course stands: three sentences that matter this week, and the course by week in words and a chart."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.bands import TOO_EARLY, Band
from analytics.engagement import FEWEST_COUNTED_WEEKS
from analytics.language import gettext, ngettext, numeral
from analytics.levels import Marker
from analytics.signals import judge_level
from bridge.store.panel_records import CourseFigures, ListedLearner, WeekMet
from lti.panels.charts import Chart, WeekBands, draw_bands
from lti.panels.listing import count_waiting
from lti.panels.marks import is_break_week
from lti.panels.outlook import Fact, Outlook
from lti.panels.values_tutor import Saying
from lti.panels.words import capital, clean, percent, small

FEWEST_FOR_CHART = 10
"""With fewer learners the list says more than a chart."""


@dataclass(frozen=True, slots=True)
class CourseWeeks:
    """The course by week: the sentence, and the chart where there are enough learners and weeks."""

    sentence: str
    chart: Chart | None
    why_no_chart: str


def make_sayings(
    outlook: Outlook,
    figures: CourseFigures,
    work: Sequence[ListedLearner],
    due: Sequence[Fact],
    weeks_met: Sequence[WeekMet],
) -> tuple[Saying, Saying, Saying]:
    """Make the three sentences that matter this week; `work` and `due` are those of the page."""
    return _say_work(outlook, figures, work), _say_level(outlook, figures), _say_next(outlook, due, weeks_met)


def _say_work(outlook: Outlook, figures: CourseFigures, work: Sequence[ListedLearner]) -> Saying:
    number = count_waiting(work)
    if not number:
        way = ("#first", gettext("See who, and why")) if work else ("", "")
        return Saying(gettext("Nobody"), gettext("to talk to first"), say_nobody(figures, work), *way)
    text = ngettext(
        "{count} learner has a reason under the published rule.",
        "{count} learners have a reason under the published rule.",
        number,
        count=capital(small(number)),
    )
    if len(work) > number:
        text += f" {_say_active(len(work) - number, outlook.closed_week)}"
    who = ngettext("{number} person", "{number} people", number)
    return Saying(who, gettext("to talk to first"), text, "#first", gettext("See who, and why"))


def _say_active(number: int, week: int) -> str:
    return ngettext(
        "{count} more has one and has been active since week {week} closed.",
        "{count} more have one and have been active since week {week} closed.",
        number,
        week=week,
        count=capital(small(number)),
    )


def say_nobody(figures: CourseFigures, work: Sequence[ListedLearner]) -> str:
    """Say why nobody stands on the work-list."""
    if all(learner.standing is None for learner in figures.learners):
        return gettext("No week has been evaluated yet, so no reason can hold.")
    if number := len(work):
        return ngettext(
            "{count} learner has a reason under the published rule and has been active since.",
            "{count} learners have a reason under the published rule and have been active since.",
            number,
            count=capital(small(number)),
        )
    return gettext("No learner has a reason under the published rule.")


def _say_level(outlook: Outlook, figures: CourseFigures) -> Saying:
    weeks = sum_bands(figures)
    if outlook.level is None:
        return Saying(gettext("No figures"), gettext("yet"), gettext("They start once the level is published."))
    if not weeks or weeks[-1].early == weeks[-1].total:
        text = gettext(
            "Figures start when {weeks} counted weeks have closed. Until then each week is shown without a verdict.",
            weeks=FEWEST_COUNTED_WEEKS,
        )
        return Saying(gettext("Too early"), gettext("to say"), text)
    last, others = weeks[-1], _say_others(weeks[-1])
    text = f"{_say_meeting(weeks)} {others}".rstrip()
    of_all = gettext("of {total}", total=numeral(last.total))
    return Saying(numeral(last.meeting), of_all, text, "#bands", gettext("See all weeks"))


def _say_meeting(weeks: Sequence[WeekBands]) -> str:
    last = weeks[-1]
    if len(weeks) < 2:
        return ngettext(
            "meets the published level after week {week}.",
            "meet the published level after week {week}.",
            last.meeting,
            week=last.week_no,
        )
    before = weeks[-2]
    change = last.meeting - before.meeting
    values = {"week": last.week_no, "before": before.week_no, "count": small(abs(change))}
    if change > 0:
        return ngettext(
            "meets the published level after week {week}, {count} more than after week {before}.",
            "meet the published level after week {week}, {count} more than after week {before}.",
            last.meeting,
            **values,
        )
    if change < 0:
        return ngettext(
            "meets the published level after week {week}, {count} fewer than after week {before}.",
            "meet the published level after week {week}, {count} fewer than after week {before}.",
            last.meeting,
            **values,
        )
    return ngettext(
        "meets the published level after week {week}, as many as after week {before}.",
        "meet the published level after week {week}, as many as after week {before}.",
        last.meeting,
        **values,
    )


def _say_others(week: WeekBands) -> str:
    below = week.below + week.well_below
    parts = []
    if below:
        parts.append(ngettext("{count} is below it", "{count} are below it", below, count=small(below)))
    if week.early:
        parts.append(
            ngettext(
                "for {count} it is too early to say",
                "for {count} it is too early to say",
                week.early,
                count=small(week.early),
            )
        )
    return capital("; ".join(parts)) + "." if parts else ""


def _say_next(outlook: Outlook, due: Sequence[Fact], weeks_met: Sequence[WeekMet]) -> Saying:
    sums = sum(week.met for week in weeks_met), sum(week.counted for week in weeks_met)
    notice = judge_level(*sums, len(weeks_met))
    if notice is not None:
        values = {"met": numeral(notice.weeks_met), "counted": numeral(notice.weeks_counted)}
        if outlook.level and outlook.level.level.items_of(Marker.ACTIVITY):
            text = gettext(
                "met the activities expected ({met} of {counted}): a question about the level or the module, not about"
                " learners.",
                **values,
            )
        else:
            text = gettext(
                "met the level ({met} of {counted}): a question about the level or the module, not about learners.",
                **values,
            )
        share = percent(100 * notice.weeks_met // notice.weeks_counted)
        return Saying(share, gettext("of learner-weeks"), text, "#level", gettext("See what the level asks"))
    facts = [fact for fact in due if fact.strong]
    if not facts:
        return Saying(gettext("Nothing"), gettext("due"), gettext("No task is due in the next four weeks."))
    return _say_due(facts[0])


def _say_due(fact: Fact) -> Saying:
    link_text = gettext("Open it in Moodle") if fact.url else ""
    return Saying(fact.strong, gettext("is due"), f"{capital(fact.term)}.", fact.url, link_text, is_data=True)


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
        nothing = gettext("No week has been evaluated yet.")
        return CourseWeeks(nothing, None, gettext("The first one follows after its Sunday."))
    last = weeks[-1]
    if last.early == last.total:
        why = gettext("{weeks} counted weeks must close first.", weeks=FEWEST_COUNTED_WEEKS)
        return CourseWeeks(_say_all_early(last), None, why)
    sentence = _say_bands(last)
    if last.total < FEWEST_FOR_CHART:
        why = gettext("No chart: with fewer than {least} learners the list below says more.", least=FEWEST_FOR_CHART)
        return CourseWeeks(sentence, None, why)
    breaks = {
        week_no: _name_break(outlook, week_no)
        for week_no in range(1, calendar.week_count + 1)
        if is_break_week(calendar, week_no)
    }
    drawn = [week for week in weeks if week.week_no not in breaks]
    if not drawn:
        return CourseWeeks(sentence, None, gettext("No chart: no week has been counted yet."))
    return CourseWeeks(sentence, draw_bands(drawn, calendar.week_count, breaks), "")


def _say_all_early(last: WeekBands) -> str:
    if last.total == 1:
        return gettext("After week {week} it is too early to say for the one learner.", week=last.week_no)
    return ngettext(
        "After week {week} it is too early to say for all {number} learners.",
        "After week {week} it is too early to say for all {number} learners.",
        last.total,
        week=last.week_no,
    )


def _say_bands(last: WeekBands) -> str:
    meeting = ngettext(
        "After week {week}, {number} of {learners} ({share}) meets the published level",
        "After week {week}, {number} of {learners} ({share}) meet the published level",
        last.meeting,
        week=last.week_no,
        learners=ngettext("{number} learner", "{number} learners", last.total),
        share=percent(100 * last.meeting // last.total),
    )
    below = ngettext(
        "{number} is below it and {well} well below it",
        "{number} are below it and {well} well below it",
        last.below,
        well=numeral(last.well_below),
    )
    if not last.early:
        return f"{meeting}, {below}."
    early = ngettext("for {number} it is too early to say", "for {number} it is too early to say", last.early)
    return f"{meeting}, {below}; {early}."


def _name_break(outlook: Outlook, week_no: int) -> str:
    calendar = outlook.head.calendar
    days = () if calendar is None else calendar.week_dates(week_no)
    pauses = [pause for pause in outlook.head.breaks if pause.is_uncounted]
    names = [clean(pause.name) for pause in pauses if any(day in pause.days for day in days)]
    return names[0] if names else gettext("no teaching")
