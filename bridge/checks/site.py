"""Judge how the Moodle site is set up: log, clock, zone, cron, stealth activities, the tool among external tools."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from analytics.language import gettext, ngettext, numeral
from bridge.checks.findings import Finding
from bridge.records import PluginVersion

SKEW_NAMED = timedelta(seconds=5)
"""From this difference of the clocks on an administrator is told."""
SKEW_REFUSED = timedelta(seconds=60)
"""From this difference on launches are refused: Moodle's launch tokens live for so long."""
CRON_MAY_WAIT = timedelta(hours=1)
SHORTEST_LOG_DAYS = 35
"""For so many days back rows that came late are looked for."""
STEALTH = "Site administration > Advanced features > Allow stealth activities"
LOCAL_PLUGINS = "Site administration > Plugins > Local plugins > Learner Engagement Analytics"
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
        text = gettext("The standard log is switched off: nothing that happens in a course would be seen.")
        step = gettext("In Moodle: {where} > Manage log stores, switch on Standard log.", where=where)
        return Finding(gettext("Log"), False, text, step)
    if 0 < found.log_life_days < SHORTEST_LOG_DAYS:
        text = ngettext(
            "The standard log is written, and kept for {number} day only.",
            "The standard log is written, and kept for {number} days only.",
            found.log_life_days,
        )
        step = gettext("In Moodle: {where} > Standard log, keep logs for at least a teaching period.", where=where)
        return Finding(gettext("Log"), None, text, step)
    if not found.log_life_days:
        return Finding(gettext("Log"), True, gettext("The standard log is written and kept for ever."))
    text = ngettext(
        "The standard log is written and kept for {number} day.",
        "The standard log is written and kept for {number} days.",
        found.log_life_days,
    )
    return Finding(gettext("Log"), True, text)


def _clock(skew: timedelta) -> Finding:
    seconds = round(skew.total_seconds())
    if abs(skew) < SKEW_NAMED:
        text = gettext("{apart} s apart; up to {most} s is fine.", apart=abs(seconds), most=SKEW_NAMED.seconds)
        return Finding(gettext("Clock"), True, text)
    if seconds > 0:
        text = gettext("Moodle's clock is {seconds} s ahead of this server's.", seconds=numeral(seconds))
    else:
        text = gettext("Moodle's clock is {seconds} s behind this server's.", seconds=numeral(-seconds))
    if abs(skew) >= SKEW_REFUSED:
        text = gettext("{clock} Launches are refused.", clock=text)
    step = gettext("Set both servers' clocks by NTP (`timedatectl` shows whether they are).")
    return Finding(gettext("Clock"), False, text, step)


def _zone(found: PluginVersion, zone: ZoneInfo) -> Finding:
    if found.zone_name == zone.key:
        return Finding(gettext("Time zone"), True, gettext("{zone} on both sides.", zone=zone.key))
    text = gettext(
        "Moodle's zone is {theirs}, LEA_ZONE is {ours}: days and weeks are counted in {ours}.",
        theirs=found.zone_name,
        ours=zone.key,
    )
    step = gettext("If that is not meant, set LEA_ZONE and start the tool again.")
    return Finding(gettext("Time zone"), None, text, step)


def _cron(found: PluginVersion, now: datetime) -> Finding:
    step = gettext("Let Moodle's cron run every minute: admin/cli/cron.php, from the web server's own account.")
    if found.cron_ran_at is None:
        text = gettext("Moodle's cron has never run, so no Engagement tab is made.")
        return Finding(gettext("Cron"), False, text, step)
    ago = now - found.cron_ran_at
    if ago > CRON_MAY_WAIT:
        at = f"{found.cron_ran_at:%Y-%m-%d %H:%M} UTC"
        text = gettext("Moodle's cron last ran at {at}: Engagement tabs wait to be made.", at=at)
        return Finding(gettext("Cron"), False, text, step)
    minutes = max(0, round(ago.total_seconds() / 60))
    text = ngettext("Moodle's cron ran {number} minute ago.", "Moodle's cron ran {number} minutes ago.", minutes)
    return Finding(gettext("Cron"), True, text)


def _stealth(found: PluginVersion) -> Finding:
    if found.allows_stealth:
        text = gettext("Allowed: the tool's activity need not stand on the course page.")
        return Finding(gettext("Stealth activities"), True, text)
    # A fresh Moodle does not allow them, and the tab opens all the same.
    text = gettext("Not allowed: the tool's activity also stands at the top of the course page. The tab works.")
    step = gettext("To take it off the page, in Moodle: {where}.", where=STEALTH)
    return Finding(gettext("Stealth activities"), None, text, step)


def _tool(found: PluginVersion, *, is_told: bool) -> Finding:
    name = gettext("External tool")
    if found.tool_state == "ready":
        return Finding(name, True, gettext("Moodle has the tool and it is active."))
    if found.tool_state == "pending":
        step = gettext("In Moodle: {where}, Activate.", where=EXTERNAL_TOOLS)
        return Finding(name, False, gettext("Moodle has the tool, and it is not active."), step)
    if not is_told:
        text = gettext(
            "The plugin has not been told yet which of Moodle's external tools this one is; a sync tells it."
        )
        step = gettext(
            "Register the tool if it is not registered yet, then start `lea worker`, or run `lea sync` once."
        )
        return Finding(name, None, text, step)
    text = gettext(
        "Moodle does not have this tool among its external tools, or the plugin's setting names another one."
    )
    step = gettext(
        "Register it: make a link (`lea register`, or on the administrator's page) and paste it at {where}. "
        "If it is there, choose it under {plugin}.",
        where=EXTERNAL_TOOLS,
        plugin=LOCAL_PLUGINS,
    )
    return Finding(name, False, text, step)
