"""Step 1: who answers there, does its version fit, and what does its clock say."""

from bridge.moodle.errors import PluginTooOld
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION, Function
from bridge.store.database import writing
from bridge.store.platforms import save_handshake
from bridge.sync.context import Sync
from bridge.sync.report import Tally

SKEW_SECONDS_NAMED = 5
"""From which difference of the clocks on an administrator is told (LTI.md section 3, row 26)."""


def shake_hands(sync: Sync, tally: Tally) -> None:
    """Ask for the plugin's version and write it down with the service user's id and the difference of the clocks.

    Raises:
        PluginTooOld: the plugin is older than this code needs.
        MoodleError: no sensible answer.
    """
    before = sync.now()
    found = sync.client.version()
    after = sync.now()
    if found.version < OLDEST_PLUGIN_VERSION:
        raise PluginTooOld(Function.VERSION, detail=f"{found.release}, version {found.version}")
    # The answer was made at some time between the two; a second more, because Moodle tells whole seconds.
    skew = (found.now - before - (after - before) / 2).total_seconds()
    with writing(sync.sessions) as db:
        save_handshake(
            db,
            sync.platform_id,
            release=found.release,
            bot_moodle_user_id=found.bot_moodle_user_id,
            skew_seconds=round(skew),
        )
    tally.rows_read += 1
    if abs(skew) >= SKEW_SECONDS_NAMED:
        tally.notes.append(f"Moodle's clock is {round(skew):+d} s from this server's. Set both by NTP.")
    if not found.is_log_enabled:
        tally.notes.append("Moodle's standard log store is switched off: nothing new will be seen.")
    if found.zone_name != sync.settings.zone.key:
        tally.notes.append(f"Moodle's zone is {found.zone_name}, LEA_ZONE is {sync.settings.zone.key}.")
