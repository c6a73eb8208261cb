"""What the handshake tells an administrator to set right."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bridge.records import CapabilityHeld, PluginVersion
from bridge.sync.handshake import list_notes

SOUND = PluginVersion(
    release="0.2.0",
    version=2026112200,
    moodle_version="2024100706",
    moodle_release="4.5.6 (Build: 20250811)",
    now=datetime(2026, 11, 21, 20, 0, tzinfo=UTC),
    zone_name="Europe/London",
    log_life_days=0,
    is_log_enabled=True,
    bot_moodle_user_id=50,
    capabilities=(CapabilityHeld("local/lea:readlog", True),),
    allows_stealth=True,
    cron_ran_at=None,
    tool_state="ready",
)
UNHELD = (CapabilityHeld("local/lea:readlog", False), CapabilityHeld("local/lea:readroster", False))


@pytest.mark.parametrize(
    ("found", "skew", "notes"),
    [
        (SOUND, 4, []),
        (SOUND, -5, ["Moodle's clock is -5 s from this server's. Set both by NTP."]),
        (
            replace(SOUND, is_log_enabled=False),
            0,
            ["Moodle's standard log store is switched off: nothing new will be seen."],
        ),
        (replace(SOUND, zone_name="Asia/Tokyo"), 0, ["Moodle's zone is Asia/Tokyo, LEA_ZONE is Europe/London."]),
        (
            replace(SOUND, capabilities=UNHELD),
            0,
            ["The service user lacks local/lea:readlog, local/lea:readroster. Give its role what is named."],
        ),
    ],
)
def test_each_thing_amiss_is_one_note(found: PluginVersion, skew: int, notes: list[str]) -> None:
    assert list_notes(found, skew, "Europe/London") == notes
