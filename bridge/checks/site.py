"""Judge how the Moodle site is set up: log, clock, zone, cron, stealth activities, the tool among external tools."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bridge.checks.findings import Finding
from bridge.records import PluginVersion

SKEW_NAMED = timedelta(seconds=5)
"""From this difference of the clocks on an administrator is told."""
SKEW_REFUSED = timedelta(seconds=60)
"""From this difference on launches are refused: Moodle's launch tokens live for so long."""
CRON_MAY_WAIT = timedelta(hours=1)
SHORTEST_LOG_DAYS = 35
"""For so many days back rows that came late are looked for."""
EXTERNAL_TOOLS = "Site administration > Plugins > Activity modules > External tool > Manage tools"


def judge_site(
    found: PluginVersion, skew: timedelta, zone: ZoneInfo, now: datetime, *, is_told: bool
) -> tuple[Finding, ...]:
    """Return the findings about a site's settings.

    `zone` and `now` are this tool's own, `skew` is Moodle's clock minus ours; `is_told`: a sync has told the plugin by
    which client ids Moodle knows this tool.
    """
    return (
        _log_store(found),
        _clock(skew),
        _zone(found, zone),
        _cron(found, now),
        _stealth(found),
        _tool(found, is_told=is_told),
    )


def _log_store(found: PluginVersion) -> Finding:
    where = "Site administration > Plugins > Logging"
    if not found.is_log_enabled:
        text = "The standard log is switched off: nothing that happens in a course would be seen."
        return Finding("Log", False, text, f"In Moodle: {where} > Manage log stores, switch on Standard log.")
    if 0 < found.log_life_days < SHORTEST_LOG_DAYS:
        text = f"The standard log is written, and kept for {found.log_life_days} days only."
        step = f"In Moodle: {where} > Standard log, keep logs for at least a teaching period."
        return Finding("Log", None, text, step)
    kept = f"{found.log_life_days} days" if found.log_life_days else "ever"
    return Finding("Log", True, f"The standard log is written and kept for {kept}.")


def _clock(skew: timedelta) -> Finding:
    seconds = round(skew.total_seconds())
    if abs(skew) < SKEW_NAMED:
        return Finding("Clock", True, f"{abs(seconds)} s apart; up to {SKEW_NAMED.seconds} s is fine.")
    order = "ahead of" if seconds > 0 else "behind"
    text = f"Moodle's clock is {abs(seconds)} s {order} this server's."
    if abs(skew) >= SKEW_REFUSED:
        text += " Launches are refused."
    return Finding("Clock", False, text, "Set both servers' clocks by NTP (`timedatectl` shows whether they are).")


def _zone(found: PluginVersion, zone: ZoneInfo) -> Finding:
    if found.zone_name == zone.key:
        return Finding("Time zone", True, f"{zone.key} on both sides.")
    text = f"Moodle's zone is {found.zone_name}, LEA_ZONE is {zone.key}: days and weeks are counted in {zone.key}."
    return Finding("Time zone", None, text, "If that is not meant, set LEA_ZONE and start the tool again.")


def _cron(found: PluginVersion, now: datetime) -> Finding:
    step = "Let Moodle's cron run every minute: admin/cli/cron.php, from the web server's own account."
    if found.cron_ran_at is None:
        return Finding("Cron", False, "Moodle's cron has never run, so no Engagement tab is made.", step)
    ago = now - found.cron_ran_at
    if ago > CRON_MAY_WAIT:
        at = f"{found.cron_ran_at:%Y-%m-%d %H:%M} UTC"
        return Finding("Cron", False, f"Moodle's cron last ran at {at}: Engagement tabs wait to be made.", step)
    return Finding("Cron", True, f"Moodle's cron ran {max(0, round(ago.total_seconds() / 60))} minutes ago.")


def _stealth(found: PluginVersion) -> Finding:
    if found.allows_stealth:
        return Finding("Stealth activities", True, "Allowed: the tool's activity need not stand on the course page.")
    # A fresh Moodle does not allow them, and the tab opens all the same.
    text = "Not allowed: the tool's activity also stands at the top of the course page. The tab works."
    step = "To take it off the page, in Moodle: Site administration > Advanced features > Allow stealth activities."
    return Finding("Stealth activities", None, text, step)


def _tool(found: PluginVersion, *, is_told: bool) -> Finding:
    if found.tool_state == "ready":
        return Finding("External tool", True, "Moodle has the tool and it is active.")
    if found.tool_state == "pending":
        return Finding(
            "External tool",
            False,
            "Moodle has the tool, and it is not active.",
            f"In Moodle: {EXTERNAL_TOOLS}, Activate.",
        )
    if not is_told:
        text = "The plugin has not been told yet which of Moodle's external tools this one is; a sync tells it."
        step = "Register the tool if it is not registered yet, then start `lea worker`, or run `lea sync` once."
        return Finding("External tool", None, text, step)
    text = "Moodle does not have this tool among its external tools, or the plugin's setting names another one."
    step = (
        f"Register it: make a link (`lea register`, or on the administrator's page) and paste it at {EXTERNAL_TOOLS}. "
        "If it is there, choose it under Site administration > Plugins > Local plugins > Learner Engagement Analytics."
    )
    return Finding("External tool", False, text, step)
