"""`lea db`: make the tables, and say what is in them."""

import click

from bridge.describe.page import write_page
from bridge.store.migrations import upgrade
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong


@click.group("db")
def database() -> None:
    """Look after the database's tables."""


@database.command("upgrade")
@pass_runtime
@says_what_went_wrong
def upgrade_database(runtime: Runtime) -> None:
    """Make the tables, or bring them to this version; rows are kept. Doing it again changes nothing."""
    upgrade(runtime.engine)
    runtime.console.print("The database is at this version.")


@database.command("document")
@pass_runtime
@says_what_went_wrong
def print_document(runtime: Runtime) -> None:
    """Print what every table and column is, who writes it and how long it is kept, with this installation's periods."""
    click.echo(write_page(runtime.settings.retention), nl=False)
