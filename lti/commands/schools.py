"""`lea school`: which schools there are, whose courses are theirs, and which of them are switched on."""

import click
from rich.markup import escape
from rich.table import Table

from bridge.store.database import reading, writing
from bridge.store.schools import (
    load_mailbox,
    load_schools,
    save_course_schools,
    save_mailbox,
    save_school,
    switch_research,
    switch_school_off,
    switch_school_on,
)
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import choose_platform, platform_option

CODE = click.argument("code", metavar="CODE")


@click.group("school")
def schools() -> None:
    """Look after schools; advisers and support officers see the learners of switched-on schools alone."""


@schools.command("list")
@platform_option
@pass_runtime
@says_what_went_wrong
def list_schools(runtime: Runtime, platform: str | None) -> None:
    """Show every school with its leads and their training dates."""
    chosen = choose_platform(runtime, platform)
    with reading(runtime.sessions) as db:
        found = load_schools(db, chosen.platform_id, runtime.now())
    table = Table("code", "name", "on", "leads", "programmes", "courses", "learners")
    for school in found:
        leads = ", ".join(f"{name} (trained {day or 'never'})" for name, day in school.leads) or "none"
        numbers = (school.programme_count, school.course_count, school.learner_count)
        words = (school.code, school.name, "yes" if school.is_on else "no", leads)
        table.add_row(*map(escape, words), *(f"{number:,}" for number in numbers))
    runtime.console.print(table)


@schools.command("add")
@CODE
@click.argument("name")
@platform_option
@pass_runtime
@says_what_went_wrong
def add_school(runtime: Runtime, code: str, name: str, platform: str | None) -> None:
    """Add a school by the code that the student record uses, or rename it. A new school is off."""
    chosen = choose_platform(runtime, platform)
    if not (code.strip() and code.isprintable() and len(code) <= 50 and name.strip()):
        raise click.ClickException("A school needs a code of up to 50 characters and a name. Nothing was changed.")
    with writing(runtime.sessions) as db:
        save_school(db, chosen.platform_id, code.strip(), name.strip())
    runtime.console.print(f"Saved: {name.strip()}. Next: lea relationship add lead", markup=False)


@schools.command("on")
@CODE
@platform_option
@pass_runtime
@says_what_went_wrong
def switch_on(runtime: Runtime, code: str, platform: str | None) -> None:
    """Switch a school on; it needs a learner engagement lead with a training date."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        switch_school_on(db, chosen.platform_id, code, runtime.now())
    runtime.console.print("Switched on: its advisers and support officers see its learners once they are trained.")


@schools.command("off")
@CODE
@platform_option
@pass_runtime
@says_what_went_wrong
def switch_off(runtime: Runtime, code: str, platform: str | None) -> None:
    """Switch a school off: advisers and support officers see none of its learners any more."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        switch_school_off(db, chosen.platform_id, code)
    runtime.console.print("Switched off. Nothing was deleted.")


@schools.command("courses")
@CODE
@click.argument("course_ids", type=click.IntRange(min=2), nargs=-1, required=True)
@click.option("--programme", metavar="CODE", help="The school's programme that owns them and supplies their level.")
@click.option("--credits", "credits_each", type=click.IntRange(0, 360), help="The credits of each.")
@click.option("--core/--not-core", "is_core", default=None, help="Whether everybody on the programme takes them.")
@platform_option
@pass_runtime
@says_what_went_wrong
def give_courses(
    runtime: Runtime,
    code: str,
    course_ids: tuple[int, ...],
    programme: str | None,
    credits_each: int | None,
    is_core: bool | None,
    platform: str | None,
) -> None:
    """Give courses to a school, by Moodle's course ids; each belongs to one. What is not said stays as it was."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        save_course_schools(
            db, chosen.platform_id, code, course_ids, programme=programme, credits=credits_each, is_core=is_core
        )
    runtime.console.print(f"Given to {code}: {len(set(course_ids))}.", markup=False)


@schools.command("research")
@click.argument("programme", metavar="PROGRAMME")
@click.option("--on/--off", "is_on", required=True, help="Let its research students in, or leave them out.")
@platform_option
@pass_runtime
@says_what_went_wrong
def research(runtime: Runtime, programme: str, is_on: bool, platform: str | None) -> None:
    """Say whether a programme's postgraduate research students are shown; they are left out unless it is on."""
    chosen = choose_platform(runtime, platform)
    with writing(runtime.sessions) as db:
        switch_research(db, chosen.platform_id, programme, runtime.now() if is_on else None)
    runtime.console.print("Research students of this programme are " + ("shown." if is_on else "left out."))


@schools.command("mailbox")
@CODE
@click.argument("address", required=False)
@click.option("--none", "is_none", is_flag=True, help="Take the address away.")
@platform_option
@pass_runtime
@says_what_went_wrong
def mailbox(runtime: Runtime, code: str, address: str | None, is_none: bool, platform: str | None) -> None:
    """Say where a school is reminded of complaints and hand-overs that nobody acknowledged in time; or show it.

    Give an office's address, not a person's. Without one the reminder goes to LEA_ALERT_EMAIL.
    """
    chosen = choose_platform(runtime, platform)
    if address is not None and is_none:
        raise click.UsageError("Give an address, or --none.")
    if address is not None or is_none:
        with writing(runtime.sessions) as db:
            save_mailbox(db, chosen.platform_id, code, None if address is None else address.strip())
    with reading(runtime.sessions) as db:
        found = load_mailbox(db, chosen.platform_id, code)
    said = f"Reminders go to {found}." if found else "It has no mailbox: reminders go to LEA_ALERT_EMAIL."
    runtime.console.print(said if runtime.settings.mail_server else f"{said} No mail server is set, so none is sent.")
