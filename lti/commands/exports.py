"""`lea export`: data of the database as files, for tools that rebuild or count."""

from pathlib import Path

import click

from analytics.policy.access import Action
from bridge.facts_export import ExportedWeek, export_facts
from bridge.store.database import writing
from lti.commands.actions import note_access
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option


@click.group("export")
def exports() -> None:
    """Write data of the database into files. They are about people: keep them as you keep the database."""


@exports.command("facts")
@click.option(
    "--parquet",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A new or empty folder; it gets one file for each week with facts.",
)
@platform_option
@pass_runtime
@says_what_went_wrong
def export_presence(runtime: Runtime, folder: Path, platform: str | None) -> None:
    """Write the presence facts: day, course, learner, activity and kind of evidence, by this database's own numbers.

    Without names, counts and times of day. Left out is whose data is not processed, and whose account was deleted; an
    erasure does not reach into files, so do not keep them. One row of the access log says that it was begun.
    """
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        note_access(db, chosen.platform_id, runtime.now(), Action.OPERATE, "export of presence facts into files begun")
    count = export_facts(runtime.sessions, chosen.platform_id, folder, lambda week: _tell(runtime, week))
    runtime.console.print(f"{count:,} facts are in {folder}." if count else "There are no facts yet.", markup=False)


def _tell(runtime: Runtime, week: ExportedWeek) -> None:
    runtime.console.print(f"{week.path.name}: {week.facts:,} facts", markup=False)
