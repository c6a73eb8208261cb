"""Which level a `lea level` command is about, and how levels are shown on the console."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import update_wrapper
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from analytics.calendar import local_date
from analytics.level_difference import LevelChange
from analytics.level_terms import LevelTerms
from analytics.level_words import MARKER_NAMES, say_expectation, say_reason, say_review, say_weights, say_worth
from bridge.levels.form import read_level_yaml
from bridge.levels.preview import LevelPreview
from bridge.store.level_scopes import LevelRefused, LevelScope, ScopeKind, find_level_scope
from bridge.store.levels import Draft, Proposal, load_draft
from lti.commands.runtime import Runtime
from lti.commands.targets import choose_platform, platform_option

LONGEST_FORM = 1_000_000
"""Bytes."""
NO_DRAFT = "There is no draft. Nothing was changed. Next: lea level draft FILE"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose level is meant, as the options say it."""

    school: str | None
    programme: str | None
    course: int | None
    platform: str | None

    def find(self, runtime: Runtime, db: Session) -> LevelScope:
        """Return the scope; the whole site without an option.

        Raises:
            click.UsageError: more than one is named.
            LevelRefused: there is no such school, programme or course.
        """
        named = {
            ScopeKind.SCHOOL: self.school,
            ScopeKind.PROGRAMME: self.programme,
            ScopeKind.COURSE: None if self.course is None else str(self.course),
        }
        given = [(kind, code) for kind, code in named.items() if code is not None]
        if len(given) > 1:
            raise click.UsageError("Give one of --school, --programme and --course, or none for the whole site.")
        kind, code = given[0] if given else (ScopeKind.SITE, "")
        return find_level_scope(db, choose_platform(runtime, self.platform).platform_id, kind, code)


def whose_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say whose level is meant; it takes them as `whose`."""

    def run(
        *words: Any, school: str | None, programme: str | None, course: int | None, platform: str | None, **others: Any
    ) -> None:
        command(*words, whose=Whose(school, programme, course, platform), **others)

    given = platform_option(update_wrapper(run, command))
    given = click.option("--course", type=click.IntRange(min=2), help="One course's, by Moodle's id.")(given)
    given = click.option("--programme", metavar="CODE", help="A programme's: of the courses it owns.")(given)
    return click.option("--school", metavar="CODE", help="A school's. Without these three: the whole site's.")(given)


def today_of(runtime: Runtime) -> date:
    """Return today in the institution's zone."""
    return local_date(runtime.now(), runtime.settings.zone)


def read_form(path: Path) -> Proposal:
    """Read a level's form from a file.

    Raises:
        LevelRefused: the file cannot be read.
        LevelFormError: what it says does not fit.
    """
    try:
        with path.open("rb") as file:
            read = file.read(LONGEST_FORM + 1)
        if len(read) > LONGEST_FORM:
            raise LevelRefused(f"The file is longer than {LONGEST_FORM:,} bytes. Nothing was changed.")
        text = read.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LevelRefused("The file cannot be read as UTF-8 text. Nothing was changed.") from error
    return read_level_yaml(text)


def need_draft(db: Session, scope: LevelScope) -> Draft:
    """Return a scope's draft.

    Raises:
        LevelRefused: there is none.
    """
    draft = load_draft(db, scope)
    if draft is None:
        raise LevelRefused(NO_DRAFT)
    return draft


def need_options(proposal: Proposal, today: date, past_run: str) -> None:
    """Refuse to publish while something is missing that an option, or the form, can say.

    Raises:
        LevelRefused: who agreed it, when, or from which Monday is not said, or does not fit.
    """
    start, missing = proposal.effective_from, []
    if not proposal.agreed_by.strip():
        missing.append("who agreed it for the school (--agreed-by NAME, or agreed_by in the form)")
    if proposal.agreed_on is None:
        missing.append("on which day (--agreed-on YYYY-MM-DD, or agreed_on in the form)")
    if start is None:
        missing.append("from which Monday it holds (--from YYYY-MM-DD, or effective_from in the form)")
    if missing:
        raise LevelRefused(f"Say {'; '.join(missing)}. Nothing was published.")
    if start is not None and start.weekday() != 0:
        monday = start + timedelta(days=7 - start.weekday())
        raise LevelRefused(f"--from: {start} is a {start:%A}, and a level holds from a Monday, such as {monday}.")
    if start is not None and start < today and not past_run.strip():
        raise LevelRefused(
            f"--from: {start} is over, and learners must be able to read what is expected before it counts. Choose a "
            "Monday to come; for a run that is over, say why with --past-run REASON. Nothing was published."
        )


def show_terms(console: Console, terms: LevelTerms) -> None:
    """Print what a level says, in words."""
    for expectation in terms.expectations:
        console.print(f"  {MARKER_NAMES[expectation.marker]}: {say_expectation(expectation)}", markup=False)
    if weights := say_weights(terms.expectations):
        console.print(f"  {weights}", markup=False)
    console.print("  A reason to get in touch:")
    for reason in terms.rule.reasons:
        console.print(f"    {reason.name}: {say_reason(reason)}", markup=False)
    console.print(f"    {say_review(terms.rule)} {say_worth(terms.rule.worth)}", markup=False)
    for line in terms.who_intervenes:
        console.print(f"  {line}", markup=False)


def show_changes(console: Console, changes: tuple[LevelChange, ...]) -> None:
    """Print a difference, or that there is none."""
    if not changes:
        console.print("It says the same as the level in force.")
        return
    table = Table("what", "now", "then")
    for change in changes:
        table.add_row(escape(change.what), escape(change.before), escape(change.after))
    console.print(table)


def show_preview(console: Console, preview: LevelPreview) -> None:
    """Print what a level would do, by counts."""
    if preview.learner_count is None:
        console.print("No preview: there are fewer than 10 learners with a closed week whom it would measure.")
        return
    table = Table("learners", "now" if preview.has_level else "no level now", "then")
    for line in (*preview.bands, *preview.concerns):
        table.add_row(line.name, _say(line.before) if preview.has_level else "–", _say(line.after))
    console.print(table)
    left_out = (
        f" {preview.left_out_count} more have no closed week, or were left out." if preview.left_out_count else ""
    )
    console.print(
        f"{preview.learner_count:,} learners of {preview.course_count:,} courses, as of {preview.as_of}, as if "
        f"it had been in force so far. Counts are rounded to five, small ones hidden.{left_out}"
    )


def _say(count: int | None) -> str:
    return "hidden" if count is None else f"{count:,}"
