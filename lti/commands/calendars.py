"""`lea calendar`: how long courses teach, when, and which weeks and days are not counted."""

from collections.abc import Mapping
from datetime import date, datetime

import click
from rich.markup import escape
from rich.table import Table

from analytics.calendar import CalendarError, DateRange
from analytics.policy.access import Action
from bridge.store.calendar_changes import (
    CalendarPlan,
    CalendarRecord,
    Whose,
    find_calendar_version,
    inherit_calendar,
    load_calendars,
    save_calendar,
)
from bridge.store.database import reading, writing
from bridge.store.panel_records import NamedBreak, PauseKind
from lti.commands.actions import note_access
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

Span = tuple[str, datetime, datetime]


@click.group("calendar")
def calendars() -> None:
    """Set teaching calendars: the platform's, a school's, or one course's.

    A course has its own, else its school's, else the platform's.
    """


@calendars.command("set")
@click.option("--weeks", type=click.IntRange(1, 60), required=True, help="Teaching weeks from week 1, breaks included.")
@click.option("--school", "school", metavar="CODE", help="Only for courses of this school.")
@click.option("--course", "course", type=click.IntRange(min=2), help="Only for this course, by Moodle's id.")
@click.option(
    "--first-monday",
    type=DAY,
    help="The Monday of week 1. Without it week 1 is the week in which a course starts in Moodle.",
)
@click.option(
    "--break",
    "breaks",
    type=(str, DAY, DAY),
    multiple=True,
    metavar="NAME FIRST LAST",
    help="A break, both days included, such as --break 'Winter break' 2026-12-21 2027-01-10.",
)
@click.option(
    "--reading-week",
    "reading_weeks",
    type=(DAY, DAY),
    multiple=True,
    metavar="FIRST LAST",
    help="A reading week, both days included. Like a break, it is not counted.",
)
@click.option(
    "--bank-holiday",
    "bank_holidays",
    type=(str, DAY),
    multiple=True,
    metavar="NAME DAY",
    help="A day that stops the clock; its week is counted like any other.",
)
@platform_option
@pass_runtime
@says_what_went_wrong
def set_calendar(
    runtime: Runtime,
    weeks: int,
    school: str | None,
    course: int | None,
    first_monday: datetime | None,
    breaks: tuple[Span, ...],
    reading_weeks: tuple[tuple[datetime, datetime], ...],
    bank_holidays: tuple[tuple[str, datetime], ...],
    platform: str | None,
) -> None:
    """Save another teaching calendar. Weeks are measured again at the next sync; evaluations stay as shown."""
    if school is not None and course is not None:
        raise click.UsageError("A calendar is a school's or a course's: give --school or --course, not both.")
    pauses = [NamedBreak(name, span(first.date(), last.date(), name)) for name, first, last in breaks]
    pauses += [
        NamedBreak("Reading week", span(first.date(), last.date(), "Reading week"), PauseKind.READING_WEEK)
        for first, last in reading_weeks
    ]
    pauses += [
        NamedBreak(name, DateRange(day.date(), day.date()), PauseKind.BANK_HOLIDAY) for name, day in bank_holidays
    ]
    plan = CalendarPlan(weeks, tuple(pauses), None if first_monday is None else first_monday.date())
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        before = None if course is not None else find_calendar_version(db, chosen.platform_id, school)
        saved = save_calendar(db, chosen.platform_id, Whose(school, course), plan, runtime.now(), runtime.settings.zone)
        note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, f"calendar {saved.version} set")
    replaced = f", in place of {before}" if before else ""
    uncounted = sum(pause.is_uncounted for pause in pauses)
    runtime.console.print(
        f"The teaching calendar is now {saved.version}{replaced}: {weeks} weeks, {uncounted} not counted, "
        f"{len(bank_holidays)} bank holidays.",
        markup=False,
    )
    say_begun(runtime, saved.begun)


def say_begun(runtime: Runtime, begun: Mapping[int, int]) -> None:
    """Name the courses, by Moodle's id, that are taught again from their new week 1 on; none: nothing."""
    if begun:
        named = ", ".join(f"{course_id} (run {run_no})" for course_id, run_no in sorted(begun.items()))
        runtime.console.print(f"Taught again: course {named}. What was shown of the run before stays.", markup=False)


@calendars.command("inherit")
@click.argument("course", type=click.IntRange(min=2))
@platform_option
@pass_runtime
@says_what_went_wrong
def let_inherit(runtime: Runtime, course: int, platform: str | None) -> None:
    """Give a course, by Moodle's id, its school's calendar again, or the platform's."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        begun = inherit_calendar(db, chosen.platform_id, course, runtime.now(), runtime.settings.zone)
        said = f"course {course} let inherit its calendar"
        note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, said)
    runtime.console.print(f"Course {course} has no calendar of its own any more.")
    say_begun(runtime, begun)


@calendars.command("show")
@click.option("--all", "every", is_flag=True, help="Earlier versions, too.")
@platform_option
@pass_runtime
@says_what_went_wrong
def show_calendars(runtime: Runtime, every: bool, platform: str | None) -> None:
    """Show the calendars that courses are measured by, and how many courses each."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db:
        found = [one for one in load_calendars(db, chosen.platform_id) if every or one.course_count]
    table = Table("version", "whose", "week 1", "weeks", "not counted", "bank holidays", "courses")
    for one in found:
        table.add_row(*map(escape, _say_calendar(one)))
    runtime.console.print(table if found else "No course has a calendar yet. Next: lea calendar set --weeks 12")


def _say_calendar(one: CalendarRecord) -> tuple[str, ...]:
    plan = one.plan
    return (
        one.version,
        one.school_code or one.scope,
        "each course's own start" if plan.first_monday is None else plan.first_monday.isoformat(),
        str(plan.week_count),
        "\n".join(_say_pause(pause) for pause in plan.pauses if pause.is_uncounted) or "–",
        "\n".join(_say_pause(pause) for pause in plan.pauses if not pause.is_uncounted) or "–",
        f"{one.course_count:,}",
    )


def _say_pause(pause: NamedBreak) -> str:
    days = pause.days
    return f"{pause.name}: {days.first}" + ("" if days.first == days.last else f" to {days.last}")


def span(first: date, last: date, name: str) -> DateRange:
    """Return the days from `first` to `last`.

    Raises:
        click.BadParameter: it ends before it begins.
    """
    try:
        return DateRange(first, last)
    except CalendarError as error:
        raise click.BadParameter(f"{name}: {error} Nothing was changed.") from error
