"""`lea evaluations`: prove that what was shown follows from its inputs, and say what would be otherwise now."""

from collections import Counter
from contextlib import closing

import click
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from analytics.bands import percent_of
from analytics.calendar import local_date
from analytics.policy.access import Action
from analytics.revisions import Cause, Difference, Shown
from bridge.store.courses import load_course_id
from bridge.store.database import reading, writing
from bridge.store.evaluations import StoredEvaluation, count_evaluations, stream_evaluations
from bridge.sync.revisions import Revision, find_flaw, find_revisions
from lti.commands.actions import note_access
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

COURSE = click.IntRange(min=2)


@click.group("evaluations")
def evaluations() -> None:
    """Look into what was shown to learners and tutors, week by week. Nothing that was shown is ever changed."""


@evaluations.command("verify")
@click.option("--course", type=COURSE, help="Only this course's, by Moodle's id.")
@platform_option
@pass_runtime
@says_what_went_wrong
def verify(runtime: Runtime, course: int | None, platform: str | None) -> None:
    """Make every stored evaluation again from its stored inputs; exit code 1 with the first that differs."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db, Progress(console=runtime.console, transient=True) as progress:
        total = count_evaluations(db, chosen.platform_id, course)
        task = progress.add_task("Replaying", total=total)
        with closing(stream_evaluations(db, chosen.platform_id, course)) as found:
            for stored in found:
                if flaw := find_flaw(stored):
                    raise click.ClickException(
                        f"{_name(stored)} does not follow from its inputs: {flaw}. Nothing was changed; what was shown"
                        " stands. Compare with a backup, and see docs/engagement.md, Replay."
                    )
                progress.advance(task)
    said = f"Stored evaluations made again from their inputs, all equal: {total:,}."
    runtime.console.print(said if total else "No evaluation is stored yet.")


@evaluations.command("differences")
@click.option("--course", type=COURSE, required=True, help="The course, by Moodle's id.")
@click.option("--week", type=click.IntRange(min=1), help="Only this teaching week's.")
@platform_option
@pass_runtime
@says_what_went_wrong
def differences(runtime: Runtime, course: int, week: int | None, platform: str | None) -> None:
    """Show which evaluations would be others from what is known today, each difference with its cause.

    By Moodle's ids, without names. What was shown stands; weeks as known now are on the pages already.
    """
    chosen, zone = choose_platform(runtime, platform), runtime.settings.zone
    with writing(runtime.sessions) as db:
        detail = f"differences of course {course} looked through"
        note_access(db, chosen.platform_id, runtime.now(), Action.AUDIT_VIEW, detail)
    table, causes, evaluation_count = Table("week", "user", "cause", "was", "would be"), Counter[Cause](), 0
    with reading(runtime.sessions) as db:
        course_id = load_course_id(db, chosen.platform_id, course)
        if course_id is None:
            raise click.ClickException(f"Course {course} is not known here. See: lea course list")
        today = local_date(runtime.now(), zone)
        for revision in find_revisions(db, chosen.platform_id, course_id, course, today, zone):
            if week in (None, revision.stored.week_no):
                evaluation_count += 1
                causes.update(difference.cause for difference in revision.differences)
                _add_rows(table, revision)
    if not evaluation_count:
        runtime.console.print("Every evaluation would be the same from what is known today.")
        return
    runtime.console.print(table)
    summed = "; ".join(f"{cause.value}: {count}" for cause, count in causes.most_common())
    runtime.console.print(f"{evaluation_count:,} would be others. {summed}", markup=False)


def _add_rows(table: Table, revision: Revision) -> None:
    where = str(revision.stored.week_no), str(revision.stored.moodle_user_id)
    if revision.remark:
        table.add_row(*where, Text(revision.remark), _say(revision.stored.shown), "")
    for difference in revision.differences:
        table.add_row(*where, difference.cause.value, *_say_both(difference))


def _say_both(difference: Difference) -> tuple[Text, Text]:
    before, after = _say(difference.before), _say(difference.after)
    if before == after:
        return Text(difference.before.sentence), Text(difference.after.sentence)
    return before, after


def _say(shown: Shown) -> Text:
    """Say the figures in one line; reasons are a school's own words."""
    figure = "–" if shown.e is None else f"{percent_of(shown.e)} %"
    reasons = f", {' and '.join(shown.reasons)}" if shown.reasons else ""
    return Text(f"{figure}, {shown.band}, {shown.clock_days} days{reasons}")


def _name(stored: StoredEvaluation) -> str:
    week = f"week {stored.week_no} (closed {stored.as_of})"
    return f"Course {stored.moodle_course_id}, user {stored.moodle_user_id}, {week}"
