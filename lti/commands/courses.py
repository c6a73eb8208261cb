"""`lea course`: which courses are read and shown."""

from datetime import datetime

import click
from rich.table import Table
from rich.text import Text

from analytics.policy.access import Action
from bridge.connections import make_sync_client
from bridge.moodle.client import MoodleClient
from bridge.store.calendar_changes import roll_over
from bridge.store.courses import load_synced_courses
from bridge.store.database import reading, writing
from bridge.store.platforms import PlatformRecord
from bridge.sync.course import switch_courses
from lti.commands.actions import note_access
from lti.commands.calendars import say_begun
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option


@click.group("course")
def courses() -> None:
    """Switch courses on and off, and teach them again; only switched-on courses are read and shown."""


def ask_moodle(runtime: Runtime, chosen: PlatformRecord) -> MoodleClient:
    """Return a client that asks once: somebody waits for the answer and can ask again."""
    return make_sync_client(runtime.sessions, runtime.settings, chosen.platform_id, attempts=1)


@courses.command("list")
@platform_option
@pass_runtime
@says_what_went_wrong
def list_courses(runtime: Runtime, platform: str | None) -> None:
    """Ask Moodle for its courses and show which are switched on."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db:
        switched_on = {course.moodle_course_id for course in load_synced_courses(db, chosen.platform_id)}
    table = Table("id", "short name", "name", "category", "switched on")
    for course in ask_moodle(runtime, chosen).courses().courses:
        is_on = "yes" if course.moodle_course_id in switched_on else "no"
        # Text: a name with brackets, which a teacher chose, is no markup.
        names = map(Text, (course.shortname, course.fullname, course.category_name))
        table.add_row(str(course.moodle_course_id), *names, is_on)
    runtime.console.print(table)


@courses.command("on")
@click.argument("course_ids", type=click.IntRange(min=2), nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every course that Moodle names.")
@platform_option
@pass_runtime
@says_what_went_wrong
def switch_courses_on(runtime: Runtime, course_ids: tuple[int, ...], every: bool, platform: str | None) -> None:
    """Switch courses on, by Moodle's course ids; the next sync reads them, their past log included."""
    if every == bool(course_ids):
        raise click.UsageError("Name course ids, or --all.")
    chosen = choose_platform(runtime, platform)
    known = {course.moodle_course_id for course in ask_moodle(runtime, chosen).courses(course_ids).courses}
    if unknown := sorted(set(course_ids) - known):
        raise click.ClickException(f"Moodle knows no course {', '.join(map(str, unknown))}. Nothing was switched on.")
    with writing(runtime.sessions) as db:
        switch_courses(db, chosen.platform_id, known, (), runtime.now(), runtime.settings.zone)
    runtime.console.print(
        f"Switched on: {len(known)} {'course' if len(known) == 1 else 'courses'}. "
        "A running worker reads them at once; without one, next: lea sync"
    )


@courses.command("off")
@click.argument("course_ids", type=click.IntRange(min=2), nargs=-1, required=True)
@platform_option
@pass_runtime
@says_what_went_wrong
def switch_courses_off(runtime: Runtime, course_ids: tuple[int, ...], platform: str | None) -> None:
    """Switch courses off: nothing more is read or shown. What was measured is kept until its retention ends."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        on = {course.moodle_course_id for course in load_synced_courses(db, chosen.platform_id)}
        if not_on := sorted(set(course_ids) - on):
            raise click.ClickException(f"Not switched on: {', '.join(map(str, not_on))}. Nothing was changed.")
        switch_courses(db, chosen.platform_id, (), course_ids, runtime.now(), runtime.settings.zone)
    runtime.console.print(f"Switched off: {len(set(course_ids))}.")


@courses.command("rollover")
@click.argument("course", type=click.IntRange(min=2))
@click.option("--first-monday", type=DAY, required=True, help="The Monday of week 1 of the new run.")
@platform_option
@pass_runtime
@says_what_went_wrong
def roll_over_course(runtime: Runtime, course: int, first_monday: datetime, platform: str | None) -> None:
    """Teach a course, by Moodle's id, again from a Monday on, where Moodle's own start does not say so.

    Weeks, evaluations and figures begin anew with week 1. What was shown of the run before stays as it was, and goes
    after its own period.
    """
    chosen = choose_platform(runtime, platform)
    day, zone = first_monday.date(), runtime.settings.zone
    with writing(runtime.sessions) as db:
        saved = roll_over(db, chosen.platform_id, course, day, runtime.now(), zone)
        done = f"calendar {saved.version} set, for another run of course {course}"
        note_access(db, chosen.platform_id, runtime.now(), Action.EVIDENCE_CHANGE, done)
    said = f"Course {course} has a calendar of its own now, {saved.version}; its week 1 starts on {day}."
    if not saved.begun:
        said += " Nothing was taught in its run yet, so no other began."
    runtime.console.print(said, markup=False)
    say_begun(runtime, saved.begun)
