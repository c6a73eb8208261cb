"""`lea db`: make the tables, say what is in them, and let other tools read the views."""

import click

from bridge.describe.page import write_page
from bridge.describe.views import VIEWS
from bridge.store.migrations import upgrade
from bridge.store.reader import grant_views
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


@database.command("reader")
@click.argument("role")
@pass_runtime
@says_what_went_wrong
def let_read(runtime: Runtime, role: str) -> None:
    """Let ROLE, a role of PostgreSQL that is there already, read the views for other tools and nothing else.

    A role that could read or change more is refused. Do it again after an upgrade that brings a new view.
    """
    runtime.check_database()
    names = [view.name for view in VIEWS]
    grant_views(runtime.engine, role, names)
    runtime.console.print(f"{role} reads {', '.join(names)}, and nothing else here.", markup=False)
