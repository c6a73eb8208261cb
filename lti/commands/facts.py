"""`lea facts`: move the presence facts into ClickHouse and back (docs/scaling.md)."""

import click
from sqlalchemy import Engine

from analytics.calendar import date_of
from bridge.errors import SettingsError
from bridge.facts_moving import bring_facts_back, move_facts, remove_erased_facts, remove_unknown_facts
from bridge.store.database import Sessions, make_sessions
from bridge.store.facts_elsewhere import make_facts_engine
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong


@click.group("facts")
def facts() -> None:
    """Move the presence facts into ClickHouse and back. Stop `lea serve` and `lea worker` before each of these."""


@facts.command("move")
@click.option("--anew", is_flag=True, help="Take away what ClickHouse has, of a move that broke off, and begin.")
@pass_runtime
@says_what_went_wrong
def move(runtime: Runtime, /, anew: bool) -> None:
    """Move the facts of the shared database into the ClickHouse of LEA_FACTS_URL; one without facts is told so, too.

    They are copied day by day and counted; then the shared database lets go of them. Breaking it off loses nothing: a
    copy that it leaves in ClickHouse is read by nobody, and goes with --anew. Do not use that where another
    installation has its facts there.
    """
    engine = _open(runtime)
    sessions, now = _shared(runtime), runtime.now()
    count = move_facts(sessions, engine, now, lambda day_no, count: _tell(runtime, day_no, count), is_anew=anew)
    engine.dispose()
    runtime.console.print(f"{count:,} facts were moved. The facts are in ClickHouse.", markup=False)


@facts.command("back")
@pass_runtime
@says_what_went_wrong
def back(runtime: Runtime) -> None:
    """Move the facts from the ClickHouse of LEA_FACTS_URL into the shared database. Then take the setting away.

    They are copied day by day and counted; then ClickHouse lets go of them. Breaking it off loses nothing.
    """
    engine = _open(runtime)
    count = bring_facts_back(_shared(runtime), engine, lambda day_no, count: _tell(runtime, day_no, count))
    engine.dispose()
    text = "facts were moved back. The facts are in the shared database: now take LEA_FACTS_URL away."
    runtime.console.print(f"{count:,} {text}", markup=False)


@facts.command("match")
@pass_runtime
@says_what_went_wrong
def match(runtime: Runtime) -> None:
    """After a backup of either database was restored: remove the facts of people and courses that the shared one lacks.

    It gives their numbers to others. What was erased of somebody who is here again goes once more. The next sync brings
    what is missing. Where facts are in the shared database, they were restored with it, and nothing is to be removed.
    """
    people, courses = remove_unknown_facts(runtime.sessions)
    erased = remove_erased_facts(runtime.sessions, runtime.settings)
    text = f"Facts of {people:,} people and of {courses:,} courses that are not in the database were removed."
    again = f"Of {erased:,} people who were erased and are here again, none is left from before that."
    runtime.console.print(f"{text} {again}", markup=False)


def _open(runtime: Runtime) -> Engine:
    if not runtime.settings.facts_url:
        raise SettingsError({"LEA_FACTS_URL": ["is missing: it names the ClickHouse"]})
    return make_facts_engine(runtime.settings.facts_url, runtime.settings.ca_bundle)


def _shared(runtime: Runtime) -> Sessions:
    runtime.check_database()
    return make_sessions(runtime.engine)


def _tell(runtime: Runtime, day_no: int, count: int) -> None:
    if count:
        runtime.console.print(f"{date_of(day_no)}: {count:,} facts", markup=False)
