"""`lea evaluate`: what the number was worth on past data, offline; only a suppressed report leaves the memory."""

import json
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from analytics.calendar import local_date
from bridge.worth.files import Groups, Outcomes, read_groups, read_outcomes
from bridge.worth.gather import Gathered, Question, gather
from bridge.worth.report import WorthReport, make_report
from lti.commands.level_targets import read_form
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

SHOWN = 20
FILE = click.Path(path_type=Path, dir_okay=False)
HIDDEN = "–"
MOST_WEEKS = 60


def _to_weeks(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, ...]:
    """Take "3,5,8,12" apart: each week once, ascending."""
    words = [word.strip() for word in value.split(",")]
    if not all(word.isdecimal() and 1 <= int(word) <= MOST_WEEKS for word in words):
        raise click.BadParameter(f"{value!r} is no list of teaching weeks such as 3,5,8,12.", ctx, param)
    return tuple(sorted({int(word) for word in words}))


@click.command("evaluate")
@click.option("--outcomes", "outcomes_file", type=FILE, required=True, help="CSV or Parquet: what became of learners.")
@click.option("--groups", "groups_file", type=FILE, help="CSV or Parquet: groups whose gaps are asked for.")
@click.option(
    "--weeks", callback=_to_weeks, default="3,5,8,12", show_default=True, help="At the ends of which weeks to ask."
)
@click.option(
    "--rules-to", type=click.IntRange(2, MOST_WEEKS), help="Count concerns up to this week. [last of --weeks]"
)
@click.option(
    "--counts-as", default="fail,withdrawn", show_default=True, help="The outcomes that are looked for, with commas."
)
@click.option(
    "--form", "form_file", type=FILE, help="A level's form, published or not: its concern rule is asked, too."
)
@click.option("--out", "report_file", type=FILE, help="Keep the report here, as JSON.")
@platform_option
@pass_runtime
@says_what_went_wrong
def evaluate(
    runtime: Runtime,
    outcomes_file: Path,
    groups_file: Path | None,
    weeks: tuple[int, ...],
    rules_to: int | None,
    counts_as: str,
    form_file: Path | None,
    report_file: Path | None,
    platform: str | None,
) -> None:
    """Ask what the number was worth on past courses that are in the database, with outcomes from a file.

    Outcomes and groups stay in memory and nothing is written to the database. What is shown and kept is suppressed:
    no figure is about fewer than 10 learners. docs/worth.md describes the files and how to read the figures.
    """
    chosen = choose_platform(runtime, platform)
    outcomes = read_outcomes(outcomes_file)
    groups = None if groups_file is None else read_groups(groups_file)
    words = frozenset(word.strip().lower() for word in counts_as.split(",") if word.strip())
    more_rules = () if form_file is None else (read_form(form_file).terms.rule,)
    question = Question(outcomes, words, weeks, rules_to or weeks[-1], more_rules)
    gathered = _gather(runtime, chosen.platform_id, question)
    _say_what_was_used(runtime, outcomes, groups, gathered)
    report = make_report(gathered, question, groups, local_date(runtime.now(), runtime.settings.zone))
    show(runtime, report)
    if report_file is not None:
        report_file.write_text(json.dumps(report.to_json(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        runtime.console.print(f"The report is kept in {report_file}.", markup=False)


def _gather(runtime: Runtime, platform_id: int, question: Question) -> Gathered:
    with Progress(console=runtime.console, transient=True) as progress:
        task = progress.add_task("courses", total=len(question.course_ids))
        return gather(runtime.sessions, runtime.settings, platform_id, question, lambda: progress.advance(task))


def _say_what_was_used(runtime: Runtime, outcomes: Outcomes, groups: Groups | None, gathered: Gathered) -> None:
    total = len(outcomes.by_learner)
    runtime.console.print(f"Outcomes: {total:,} rows fit, {gathered.used_rows:,} are about learners of courses here.")
    if groups is not None:
        runtime.console.print(f"Groups: {', '.join(groups.by_column)}.", markup=False)
    for reason in outcomes.rejected[:SHOWN]:
        runtime.console.print(f"Left out: {reason}", markup=False)
    if len(outcomes.rejected) > SHOWN:
        runtime.console.print(f"… and {len(outcomes.rejected) - SHOWN:,} more lines that do not fit.")
    for note in gathered.notes:
        runtime.console.print(note, markup=False)


def show(runtime: Runtime, report: WorthReport) -> None:
    """Print the report's tables; a dash where something is hidden."""
    runtime.console.print(f"Looked for: {', '.join(report.counts_as)}. {HIDDEN}: fewer than 10 learners.", markup=False)
    _show_weeks(runtime, report)
    _show_bands(runtime, report)
    _show_rules(runtime, report)
    if report.gaps:
        _show_gaps(runtime, report)


def _show_weeks(runtime: Runtime, report: WorthReport) -> None:
    table = Table(
        "after week", "learners", "courses", "base rate", "AUC of E", "of active days", "of days since",
        "lowest 15 %", "500 clicks", title="Within courses, the plain mean over them",
    )  # fmt: skip
    for week in report.weeks:
        table.add_row(
            str(week.week), _say(week.learners, 0), str(week.courses), _say(week.base_rate, 2), _say(week.auc),
            _say(week.auc_active_days), _say(week.auc_days_since), _say(week.lowest_precision, 2),
            _say(week.gaming_gain),
        )  # fmt: skip
    runtime.console.print(table)


def _show_bands(runtime: Runtime, report: WorthReport) -> None:
    table = Table("after week", "band", "learners", "with the outcome", title="Calibration of the bands")
    for week in report.weeks:
        for row in week.bands:
            table.add_row(str(week.week), row.band, _say(row.learners, 0), _say(row.share, 2))
    runtime.console.print(table)


def _show_rules(runtime: Runtime, report: WorthReport) -> None:
    first, last = report.rule_weeks
    table = Table("rule", "new concerns a week per 100", "precision", title=f"Concern rules in weeks {first} to {last}")
    for row in report.rules:
        table.add_row(row.name, _say(row.weekly_per_hundred, 1), _say(row.precision, 2))
    runtime.console.print(table)


def _show_gaps(runtime: Runtime, report: WorthReport) -> None:
    last = max(row.week for row in report.gaps)
    table = Table(
        "grouping", "group", "learners", "of", "within courses", "chance gives", "p", "pooled",
        title=f"Groups against the others of their courses, after week {last}; the report holds every week",
    )  # fmt: skip
    for row in report.gaps:
        if row.week < last:
            continue
        chance = f"{row.null_low:+.3f} to {row.null_high:+.3f}"
        table.add_row(
            row.grouping, row.group, _say(row.learners, 0), row.measure, f"{row.within:+.3f}", chance,
            f"{row.p:.3f}", f"{row.pooled:+.3f}",
        )  # fmt: skip
    runtime.console.print(table)


def _say(number: float | None, digits: int = 3) -> str:
    return HIDDEN if number is None else f"{number:,.{digits}f}"
