"""`lea report semester`: what a school reviews each semester; groups stay offline and in memory (paragraphs 7, 18)."""

import json
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from analytics.calendar import local_date
from bridge.store.database import reading
from bridge.worth.files import read_groups
from bridge.worth.semester import SemesterReport, make_semester_report
from lti.commands.days import DAY
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

FILE = click.Path(path_type=Path, dir_okay=False)
HIDDEN = "–"


@click.group()
def report() -> None:
    """Report to those who review the tool; nobody is named, and no figure is about fewer than 10 learners."""


@report.command("semester")
@click.option("--from", "first", type=DAY, required=True, help="The semester's first day.")
@click.option("--to", "last", type=DAY, required=True, help="Its last day.")
@click.option("--groups", "groups_file", type=FILE, help="CSV or Parquet: groups whose gaps are asked for; offline.")
@click.option("--out", "report_file", type=FILE, help="Keep the report here, as JSON.")
@platform_option
@pass_runtime
@says_what_went_wrong
def semester(
    runtime: Runtime,
    first: datetime,
    last: datetime,
    groups_file: Path | None,
    report_file: Path | None,
    platform: str | None,
) -> None:
    """Report a semester: whom concerns fell on, which were wrong flags, how long contact took, where weeks crowd.

    Groups such as those of a protected characteristic are read from a file, stay in memory and are never stored.
    docs/worth.md describes the file and how to read the figures.
    """
    if last < first:
        raise click.BadParameter("--to is before --from.")
    chosen = choose_platform(runtime, platform)
    groups = None if groups_file is None else read_groups(groups_file)
    zone = runtime.settings.zone
    with reading(runtime.sessions) as db:
        days = (first.date(), last.date())
        made = make_semester_report(db, chosen.platform_id, days, groups, local_date(runtime.now(), zone), zone)
    show(runtime, made)
    if report_file is not None:
        report_file.write_text(json.dumps(made.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        runtime.console.print(f"The report is kept in {report_file}.", markup=False)


def show(runtime: Runtime, made: SemesterReport) -> None:
    """Print the report's tables; a dash where something is hidden."""
    learners = _say(made.learners, 0)
    runtime.console.print(f"{made.first} to {made.last}: {learners} learners. {HIDDEN}: fewer than 10.", markup=False)
    impact = Table(
        "grouping", "group", "learners", "had", "within courses", "chance gives", "p", "pooled",
        title="Shares of learners: each group less the others of its courses",
    )  # fmt: skip
    for row in made.impact:
        chance = f"{row.null_low:+.3f} to {row.null_high:+.3f}"
        impact.add_row(
            row.grouping, row.group, _say(row.learners, 0), row.measure, f"{row.within:+.3f}", chance, f"{row.p:.3f}",
            f"{row.pooled:+.3f}",
        )  # fmt: skip
    if made.impact:
        runtime.console.print(impact)
    flags = Table(
        "rule", "learners", "wrong flags of the closed", "ended with the run, nobody turned to them",
        "days to first contact", title="Concerns by rule",
    )  # fmt: skip
    for flag in made.flags:
        shares = (_say(flag.wrong_share), _say(flag.left_share))
        flags.add_row(flag.rule_version, _say(flag.learners, 0), *shares, _say(flag.days_to_contact, 1))
    runtime.console.print(flags)
    for one in made.crowding:
        runtime.console.print(
            f"Course {one.moodle_course_id}: weeks stop at {one.expected} of {one.marker}; ask whether the level fits.",
            markup=False,
        )


def _say(number: float | None, digits: int = 2) -> str:
    return HIDDEN if number is None else f"{number:,.{digits}f}"
