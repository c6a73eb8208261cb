"""What every subcommand needs: settings, database, Moodle, console; and errors as one clear line."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, update_wrapper
from typing import ParamSpec, TypeVar

import click
from rich.console import Console
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bridge.config import Settings
from bridge.errors import BridgeError
from bridge.sessions import open_sessions
from bridge.store.database import Sessions, make_engine
from bridge.store.facts_place import check_facts_place
from bridge.store.migrations import check_version
from lti.commands.actions import allow_command
from lti.logs import configure_logs

P = ParamSpec("P")
R = TypeVar("R")


DECIDED = "is_decided"
"""The mark of a command that asks the rules of access first."""


class Runtime:
    """What a command works with; nothing is opened before a command asks, so `--help` works without settings."""

    def __init__(self) -> None:
        self.console = Console(soft_wrap=True)

    @cached_property
    def settings(self) -> Settings:
        """The settings of the environment."""
        settings = Settings.from_environment(os.environ)
        configure_logs(settings.log_level)
        return settings

    @cached_property
    def engine(self) -> Engine:
        """The database, whatever its version; its connections are given back when the command ends."""
        engine = make_engine(self.settings.database_url)
        click.get_current_context().find_root().call_on_close(engine.dispose)
        return engine

    @cached_property
    def sessions(self) -> Sessions:
        """Sessions on a database that is at this code's version, whose facts are where the settings say."""
        self.check_database()
        sessions = open_sessions(self.engine, self.settings)
        check_facts_place(sessions)
        return sessions

    def check_database(self) -> None:
        """Raise DatabaseNotReady when the tables are not at this code's version."""
        check_version(self.engine)

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


def say_database(error: OperationalError) -> str:
    """Say that the database does not answer; its own words only where no statement, so nobody's data, is in them."""
    reason = str(error.orig).strip().partition("\n")[0] if error.statement is None else type(error.orig).__name__
    return (
        f"The database does not answer ({reason}). What was saved before is safe. "
        "Check LEA_DATABASE_URL, LEA_FACTS_URL where it is set, and that the database runs, then try again."
    )


pass_runtime = click.make_pass_decorator(Runtime, ensure=True)


def says_what_went_wrong(command: Callable[P, R]) -> Callable[P, R]:
    """Ask whether the command may run, and turn what goes wrong into one clear line and exit code 1.

    This tool's own errors and a silent database are told so; a defect keeps its trace.
    """

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context()
        allow_command(context.command_path.removeprefix(f"{context.find_root().command_path} "))
        try:
            return command(*args, **kwargs)
        except BridgeError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(say_database(error)) from error

    update_wrapper(run, command)
    run.__dict__[DECIDED] = True
    return run
