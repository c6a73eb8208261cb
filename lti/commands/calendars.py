"""`lea calendar`: how long courses teach, and which weeks are not counted."""

from datetime import date, datetime

import click

from analytics.calendar import CalendarError, DateRange
from bridge.store.calendars import replace_calendar
from bridge.store.database import writing
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("calendar")
def calendars() -> None:
    """Set the teaching calendar."""


@calendars.command("set")
@click.option(
    "--weeks", type=click.IntRange(1, 60), required=True, help="Teaching weeks from a course's first, breaks included."
)
@click.option(
    "--break",
    "breaks",
    type=(str, DAY, DAY),
    multiple=True,
    metavar="NAME FIRST LAST",
    help="A break or reading week, both days included, such as --break 'Reading week' 2026-11-02 2026-11-08.",
)
@platform_option
@pass_runtime
@says_what_went_wrong
def set_calendar(
    runtime: Runtime, weeks: int, breaks: tuple[tuple[str, datetime, datetime], ...], platform: str | None
) -> None:
    """Replace the teaching calendar. Weeks are measured again at the next sync; evaluations stay as shown."""
    chosen = choose_platform(runtime, platform)
    ranges = [(name, span(first.date(), last.date(), name)) for name, first, last in breaks]
    with writing(runtime.sessions) as db:
        version = replace_calendar(db, chosen.platform_id, week_count=weeks, breaks=ranges)
    runtime.console.print(f"The teaching calendar is now {version}: {weeks} weeks, {len(ranges)} not counted.")


def span(first: date, last: date, name: str) -> DateRange:
    """Return the days from `first` to `last`.

    Raises:
        click.BadParameter: it ends before it begins.
    """
    try:
        return DateRange(first, last)
    except CalendarError as error:
        raise click.BadParameter(f"{name}: {error} Nothing was changed.") from error
