"""`lea platform check`: the connection self-test on a terminal."""

import click
from rich.text import Text

from bridge.checks.findings import Finding, has_failed
from lti.checks import check_platform
from lti.commands.runtime import Runtime, pass_runtime, says_what_went_wrong
from lti.commands.targets import find_targets, platform_option

MARKS = {True: ("good", "green"), False: ("FAILS", "bold red"), None: ("note", "yellow")}


@click.command("check")
@platform_option
@pass_runtime
@says_what_went_wrong
def check_platforms(runtime: Runtime, platform: str | None) -> None:
    """Test a connection, and name what to mend.

    It looks at address, token, plugin, functions, capabilities, log, clock, time zone, cron, registration, keys and
    sync. Nothing is changed. The exit code is 1 when something fails.
    """
    failed = 0
    for target in find_targets(runtime, platform):
        findings = check_platform(runtime.sessions, runtime.settings, target.platform_id, now=runtime.now)
        runtime.console.print(f"{target.name} ({target.moodle_url})", markup=False, style="bold")
        width = max(len(finding.name) for finding in findings)
        for finding in findings:
            runtime.console.print(line_of(finding, width))
        failed += sum(finding.is_good is False for finding in findings)
        if not has_failed(findings):
            runtime.console.print("Everything that has to be right is right.")
    if failed:
        raise click.ClickException(
            f"{failed} {'check fails' if failed == 1 else 'checks fail'}. What was read before stays. Mend the first "
            "one, then check again: the others may follow from it."
        )


def line_of(finding: Finding, width: int) -> Text:
    """Return a finding as lines for the terminal: mark, name, text, and the next step below it."""
    mark, style = MARKS[finding.is_good]
    line = Text.assemble((f"  {mark:<5}", style), f"  {finding.name:<{width}}  {finding.text}")
    if finding.next_step:
        line.append(f"\n         {'':<{width}}next: {finding.next_step}")
    return line
