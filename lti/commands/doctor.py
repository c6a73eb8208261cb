"""`lea doctor`: everything that can be wrong, looked at once, each with what to do."""

import click

from bridge.checks.findings import Finding
from bridge.readiness import find_unready
from bridge.sessions import open_sessions
from bridge.store.database import reading
from bridge.store.platforms import load_platforms
from lti.checks import check_platform
from lti.commands.checking import line_of
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.doctor import examine


@click.command()
@pass_runtime
@says_what_went_wrong
def doctor(runtime: Runtime) -> None:
    """Look at this tool and at each Moodle that it is connected to, and say what is wrong and what to do.

    Settings, database, secrets, disk, file of erasures, syncs, mail, pages; then what `lea platform check` looks at.
    Nothing is changed. The exit code is 1 when something fails.
    """
    # Not runtime.sessions: that would stop at a database of another version, which is for a finding to tell.
    sessions = open_sessions(runtime.engine, runtime.settings)
    failed = _print(runtime, "This tool", tuple(examine(sessions, runtime.settings, runtime.now())))
    if find_unready(sessions, runtime.settings) is None:
        with reading(sessions) as db:
            platforms = load_platforms(db)
        for one in platforms:
            found = check_platform(sessions, runtime.settings, one.platform_id, now=runtime.now)
            failed += _print(runtime, f"{one.name} ({one.moodle_url})", found)
    if failed:
        raise click.ClickException(
            f"{failed} {'thing is' if failed == 1 else 'things are'} wrong. What was saved before is safe. Mend the "
            "first one, then run it again: the others may follow from it."
        )
    runtime.console.print("Everything that has to be right is right.")


def _print(runtime: Runtime, title: str, findings: tuple[Finding, ...]) -> int:
    runtime.console.print(title, markup=False, style="bold")
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        runtime.console.print(line_of(finding, width))
    return sum(finding.is_good is False for finding in findings)
