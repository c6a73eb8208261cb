"""Step 1: who answers there, does its version fit, and what does its clock say."""

from bridge.moodle.client import CLOCKS_APART_SECONDS
from bridge.moodle.errors import ClocksApart, PluginTooOld
from bridge.moodle.functions import OLDEST_PLUGIN_VERSION, Function
from bridge.records import PluginVersion
from bridge.store.database import writing
from bridge.store.platforms import save_handshake
from bridge.sync.context import Sync
from bridge.sync.report import Tally

SKEW_SECONDS_NAMED = 5
"""From which difference of the clocks on an administrator is told (docs/threat-model.md, row 26)."""
SKEW_SECONDS_REFUSED = CLOCKS_APART_SECONDS
"""From which difference on a run ends: no week is closed, and nothing is let go, by a clock that may be wrong."""


def shake_hands(sync: Sync, tally: Tally) -> None:
    """Ask for the plugin's version and write it down with the service user's id and the difference of the clocks.

    What an older plugin says is written down, too, so that pages can name its version.

    Raises:
        ClocksApart: Moodle's clock and this server's differ by more than SKEW_SECONDS_REFUSED.
        PluginTooOld: the plugin is older than this code needs.
        MoodleError: no sensible answer.
    """
    before = sync.now()
    found = sync.client.version()
    after = sync.now()
    # The answer was made at some time between the two; a second more, because Moodle tells whole seconds.
    skew = round((found.now - before - (after - before) / 2).total_seconds())
    with writing(sync.sessions) as db:
        save_handshake(db, sync.platform_id, found, skew_seconds=skew, now=after)
    if abs(skew) > SKEW_SECONDS_REFUSED:
        raise ClocksApart(Function.VERSION, detail=f"Moodle's is {skew:+d} s from this server's")
    if found.version < OLDEST_PLUGIN_VERSION:
        raise PluginTooOld(
            Function.VERSION,
            detail=f"found {found.release}, version {found.version}; needed {OLDEST_PLUGIN_VERSION} or later",
        )
    tally.rows_read += 1
    tally.notes += list_notes(found, skew, sync.settings.zone.key)


def list_notes(found: PluginVersion, skew: int, zone_name: str) -> list[str]:
    """Say what an administrator should set right; empty when nothing is amiss. `skew` is in seconds."""
    notes: list[str] = []
    if abs(skew) >= SKEW_SECONDS_NAMED:
        notes.append(f"Moodle's clock is {skew:+d} s from this server's. Set both by NTP.")
    if not found.is_log_enabled:
        notes.append("Moodle's standard log store is switched off: nothing new will be seen.")
    if found.zone_name != zone_name:
        notes.append(f"Moodle's zone is {found.zone_name}, LEA_ZONE is {zone_name}.")
    if lacking := [capability.name for capability in found.capabilities if not capability.is_held]:
        notes.append(f"The service user lacks {', '.join(lacking)}. Give its role what is named.")
    return notes
