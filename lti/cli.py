"""The `lea` command: what an administrator and a scheduler do, one subcommand each."""

import os
import sys
import tempfile

import click

from lti.commands.approving import register
from lti.commands.audit import audit
from lti.commands.calendars import calendars
from lti.commands.courses import courses
from lti.commands.database import database
from lti.commands.doctor import doctor
from lti.commands.erase import erase, tombstones
from lti.commands.evaluations import evaluations
from lti.commands.exemptions import exemptions
from lti.commands.exports import exports
from lti.commands.facts import facts
from lti.commands.feed import feed
from lti.commands.held import held
from lti.commands.imports import import_file, measure
from lti.commands.keys import keys
from lti.commands.levels import levels
from lti.commands.outages import outages
from lti.commands.platforms import platforms
from lti.commands.plugin import plugin
from lti.commands.rebuild import rebuild
from lti.commands.relationships import relationships, trainings
from lti.commands.report import report
from lti.commands.retention import restrict, retention
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.schools import schools
from lti.commands.services import load_directory
from lti.commands.sync import status, sync, worker
from lti.commands.worth import evaluate
from lti.metrics import FOLDER
from lti.serving import gunicorn_command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="learner-engagement-analytics")
def main() -> None:
    """Learner Engagement Analytics for Moodle.

    Settings come from LEA_… environment variables; see .env.example. First steps:

    \b
      lea db upgrade                       make the tables
      lea serve, lea worker                run the pages, and the sync on a schedule
      lea plugin zip                       pack the Moodle plugin; install it in Moodle
      lea register                         make a link by which Moodle registers this tool
      lea platform list, approve           see what registered itself, and approve it
      lea platform connect                 save Moodle's web-service token
      lea platform check                   see that everything is right, or what is not
      lea doctor                           look at everything, and say what to do
      lea course on 2 3                    switch courses on, by Moodle's course ids
      lea level show, publish              see what is expected, and publish it
    """


@main.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where to listen; a reverse proxy stands in front."
)
@click.option("--port", type=click.IntRange(1, 65535), default=8100, show_default=True, help="The port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="How many processes answer requests."
)
@pass_runtime
@says_what_went_wrong
def serve(runtime: Runtime, host: str, port: int, workers: int) -> None:
    """Serve the tool's pages with gunicorn until it is stopped."""
    runtime.check_database()
    if runtime.settings.metrics_token and not os.environ.get(FOLDER):
        # The processes add their counts up in files. It has to be named before they begin.
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="lea-metrics-")
    # gunicorn takes this process's place, so that a service manager's signals reach it.
    os.execv(sys.executable, gunicorn_command(host, port, workers))  # noqa: S606 (no shell, fixed words)


main.add_command(database)
main.add_command(register)
schools.add_command(load_directory)
main.add_command(platforms)
main.add_command(plugin)
main.add_command(keys)
main.add_command(calendars)
main.add_command(levels)
main.add_command(outages)
main.add_command(exemptions)
main.add_command(evaluations)
main.add_command(courses)
main.add_command(schools)
main.add_command(relationships)
main.add_command(trainings)
main.add_command(feed)
main.add_command(import_file)
main.add_command(exports)
main.add_command(facts)
main.add_command(measure)
main.add_command(rebuild)
main.add_command(audit)
main.add_command(retention)
main.add_command(held)
main.add_command(restrict)
main.add_command(erase)
main.add_command(tombstones)
main.add_command(sync)
main.add_command(status)
main.add_command(doctor)
main.add_command(worker)
main.add_command(evaluate)
main.add_command(report)
