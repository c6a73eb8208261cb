"""`lea level`: what is expected, by whom it was agreed, and from when on it is measured."""

from datetime import date, datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table
from sqlalchemy.orm import Session

from analytics.level_difference import describe_difference
from analytics.level_words import MARKER_NAMES
from analytics.levels import CourseKind
from analytics.policy.access import Action
from bridge.levels.coverage import find_coverage
from bridge.levels.form import write_level_yaml
from bridge.levels.past_run import suggest_from_run
from bridge.levels.preview import LevelPreview, preview_level
from bridge.store.database import reading, writing
from bridge.store.figures import figures_key
from bridge.store.level_scopes import LevelScope
from bridge.store.levels import Proposal, find_version, load_draft, load_versions, publish_level, save_draft
from bridge.store.schools import find_school_id
from lti.commands.actions import note_access
from lti.commands.days import DAY
from lti.commands.level_targets import (
    Whose,
    need_draft,
    need_options,
    read_form,
    show_changes,
    show_preview,
    show_terms,
    today_of,
    whose_options,
)
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group("level")
def levels() -> None:
    """Write, look at and publish what a school expects; nothing is measured before it is published."""


@levels.command("check")
@FILE
@pass_runtime
@says_what_went_wrong
def check(runtime: Runtime, file: Path) -> None:
    """Read a level's form and say in words what it means. Nothing is stored."""
    proposal = read_form(file)
    runtime.console.print("The form fits. It says:")
    show_terms(runtime.console, proposal.terms)


@levels.command("draft")
@FILE
@click.option("--by", "saved_by", required=True, help="Who wrote it, by name.")
@whose_options
@pass_runtime
@says_what_went_wrong
def draft(runtime: Runtime, file: Path, saved_by: str, whose: Whose) -> None:
    """Keep a level's form as the draft, in place of the one before. It measures nobody."""
    proposal = read_form(file)
    with writing(runtime.sessions) as db:
        scope = whose.find(runtime, db)
        save_draft(db, scope, proposal, saved_by, runtime.now())
    runtime.console.print(
        f"Kept as the draft of {scope.name}. Next: lea level difference, lea level preview, lea level publish",
        markup=False,
    )


@levels.command("show")
@click.option("--draft", "of_draft", is_flag=True, help="The draft instead of what is in force today.")
@click.option("--form", "as_form", is_flag=True, help="As a form to be edited (YAML), instead of in words.")
@whose_options
@pass_runtime
@says_what_went_wrong
def show(runtime: Runtime, of_draft: bool, as_form: bool, whose: Whose) -> None:
    """Show the level in force, a wider one where there is no own, or the draft."""
    with reading(runtime.sessions) as db:
        scope = whose.find(runtime, db)
        version = find_version(db, scope, today_of(runtime))
        waiting = need_draft(db, scope) if of_draft else load_draft(db, scope)
    if of_draft and waiting is not None:
        title = f"Draft of {scope.name}, saved by {waiting.saved_by}:"
        _show(runtime, title, waiting.proposal, as_form=as_form)
        return
    if version is None:
        runtime.console.print(f"No level is in force for {scope.name}: nothing is measured by it.", markup=False)
    else:
        since = f"in force since {version.effective_from}, agreed by {version.agreed_by} on {version.agreed_on}"
        proposal = Proposal(version.terms, None, version.agreed_by, version.agreed_on)
        _show(runtime, f"{scope.name}: {version.version}, {since}", proposal, as_form=as_form)
    if waiting is not None and not as_form:
        runtime.console.print("There is a draft. Next: lea level show --draft, lea level difference", markup=False)


def _show(runtime: Runtime, title: str, proposal: Proposal, *, as_form: bool) -> None:
    if as_form:
        runtime.console.print(write_level_yaml(proposal), markup=False, highlight=False, end="")
        return
    runtime.console.print(title, markup=False)
    show_terms(runtime.console, proposal.terms)


@levels.command("difference")
@whose_options
@pass_runtime
@says_what_went_wrong
def difference(runtime: Runtime, whose: Whose) -> None:
    """Show line by line what the draft would change."""
    with reading(runtime.sessions) as db:
        scope = whose.find(runtime, db)
        proposal = need_draft(db, scope).proposal
        version = find_version(db, scope, proposal.effective_from or today_of(runtime))
    show_changes(runtime.console, describe_difference(None if version is None else version.terms, proposal.terms))


@levels.command("preview")
@whose_options
@pass_runtime
@says_what_went_wrong
def preview(runtime: Runtime, whose: Whose) -> None:
    """Count what the draft would give on what is known now; nobody is named and nothing is stored."""
    with reading(runtime.sessions) as db:
        scope = whose.find(runtime, db)
        proposal = need_draft(db, scope).proposal
        start = proposal.effective_from or today_of(runtime)
        found = _preview(runtime, db, scope, proposal, start)
    show_preview(runtime.console, found)


@levels.command("publish")
@click.option("--from", "start", type=DAY, help="The Monday from which it is measured; the form's, without this.")
@click.option("--agreed-by", help="Who agreed it for the school; the form's, without this.")
@click.option("--agreed-on", type=DAY, help="When; the form's, without this.")
@click.option("--by", "published_by", required=True, help="Who publishes it, by name.")
@click.option(
    "--past-run", metavar="REASON", default="", help="Why it may take effect before today: a run that is over."
)
@click.option("--yes", is_flag=True, help="Do not ask back; difference and preview are shown all the same.")
@whose_options
@pass_runtime
@says_what_went_wrong
def publish(
    runtime: Runtime,
    start: datetime | None,
    agreed_by: str | None,
    agreed_on: datetime | None,
    published_by: str,
    past_run: str,
    yes: bool,
    whose: Whose,
) -> None:
    """Publish the draft as the next version. It can never be changed; another version can follow it.

    Weeks are measured again at the next sync; evaluations stay as they were shown.
    """
    given = (start and start.date(), agreed_by, agreed_on and agreed_on.date())
    with reading(runtime.sessions) as db:
        scope = whose.find(runtime, db)
        proposal = _complete(need_draft(db, scope).proposal, *given)
        need_options(proposal, today_of(runtime), past_run)
        begins = proposal.effective_from or today_of(runtime)
        before = find_version(db, scope, begins)
        found = _preview(runtime, db, scope, proposal, begins)
    show_changes(runtime.console, describe_difference(None if before is None else before.terms, proposal.terms))
    show_preview(runtime.console, found)
    if not yes:
        click.confirm(f"Publish this for {scope.name}?", abort=True)
    now, today = runtime.now(), today_of(runtime)
    with writing(runtime.sessions) as db:
        version = publish_level(db, scope, proposal, published_by=published_by, now=now, today=today, past_run=past_run)
        said = f"level {version.version} from {version.effective_from} published by {published_by}"
        note_access(db, scope.platform_id, now, Action.EVIDENCE_CHANGE, said)
    runtime.console.print(
        f"{version.version} is published: in force from {version.effective_from}, proof {version.digest[:16]}…",
        markup=False,
    )


def _complete(kept: Proposal, start: date | None, agreed_by: str | None, agreed_on: date | None) -> Proposal:
    """Take what was given for what the draft says."""
    return Proposal(kept.terms, start or kept.effective_from, agreed_by or kept.agreed_by, agreed_on or kept.agreed_on)


@levels.command("history")
@whose_options
@pass_runtime
@says_what_went_wrong
def history(runtime: Runtime, whose: Whose) -> None:
    """Show every version with who agreed and published it, and whether its proof still holds."""
    with reading(runtime.sessions) as db:
        found = load_versions(db, whose.find(runtime, db))
    table = Table("version", "from", "agreed by", "on", "published by", "at", "proof")
    for one in found:
        published_at = f"{one.published_at:%Y-%m-%d %H:%M} UTC"
        proof = one.digest[:16] if one.is_proved else "DOES NOT HOLD"
        words = (one.version, str(one.effective_from), one.agreed_by, str(one.agreed_on), one.published_by)
        table.add_row(*map(escape, (*words, published_at, proof)))
    runtime.console.print(table)
    if not all(one.is_proved for one in found):
        raise click.ClickException("A published level is not as it was published. Compare it with a backup.")


@levels.command("suggest")
@click.option("--course", type=click.IntRange(min=2), required=True, help="The course with a past run, by Moodle's id.")
@click.option("--campus", is_flag=True, help="Taught on campus, by files and assignments: 2 a week without a past run.")
@platform_option
@pass_runtime
@says_what_went_wrong
def suggest(runtime: Runtime, course: int, campus: bool, platform: str | None) -> None:
    """Suggest how many activities a week to expect, with the table behind it. The school decides."""
    kind = CourseKind.CAMPUS if campus else CourseKind.ONLINE
    with reading(runtime.sessions) as db:
        scope = Whose(None, None, course, platform).find(runtime, db)
        found = suggest_from_run(db, scope, kind, today_of(runtime), runtime.settings.zone)
    if not found.rows:
        runtime.console.print("There is no past run of 10 learners here: what courses of this kind begin with.")
    else:
        table = Table("a week", "a day", "of weeks with any visit", "of all weeks", "learners at 70 %")
        for row in found.rows:
            shares = (row.share_of_active_weeks, row.share_of_all_weeks, row.share_of_learners)
            table.add_row(str(row.level), str(row.a_day), *(f"{int(100 * share)} %" for share in shares))
        runtime.console.print(table)
        runtime.console.print("Suggested is the largest that 60 % of the weeks with any visit met.")
    runtime.console.print(f"Suggested: {found.level} a week, of which up to {found.a_day} a day count.")


@levels.command("coverage")
@click.option("--school", metavar="CODE", help="Only a school's courses, and its own learners.")
@platform_option
@pass_runtime
@says_what_went_wrong
def coverage(runtime: Runtime, school: str | None, platform: str | None) -> None:
    """Name courses whose level measures too little, and count learners of whom too little is measured."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db:
        school_id = None if school is None else find_school_id(db, chosen.platform_id, school)
        found = find_coverage(db, chosen.platform_id, today_of(runtime), school_id)
    if not found.course_count:
        whose = "" if school is None else f" of {school}"
        runtime.console.print(f"No course{whose} is switched on: nothing to look at. Next: lea course on", markup=False)
        return
    table = Table("course", "name", "what it lacks", "measured")
    for gap in found.gaps:
        measured = ", ".join(name for marker, name in MARKER_NAMES.items() if marker in gap.markers) or "nothing"
        table.add_row(str(gap.moodle_course_id), escape(gap.fullname), gap.gap.value, measured)
    runtime.console.print(table if found.gaps else "Every course is measured by enough.")
    thin = "few, so hidden" if found.thin_count is None else f"{found.thin_count:,}"
    runtime.console.print(
        f"{len(found.gaps)} of {found.course_count:,} courses lack something. Learners with less than half of their "
        f"credits measured, or fewer than two kinds of evidence: {thin} (of {found.learner_count:,})."
    )


def _preview(runtime: Runtime, db: Session, scope: LevelScope, proposal: Proposal, start: date) -> LevelPreview:
    settings = runtime.settings
    key = figures_key(settings.secret_key)
    return preview_level(db, scope, proposal.terms, start=start, zone=settings.zone, key=key)
