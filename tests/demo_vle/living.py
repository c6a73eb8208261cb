"""Let a world go on living while it is served: what was drawn for later happens when its time has come."""

import threading

from tests.demo_vle.provisioning import run_cron
from tests.demo_vle.site import Site

STEP_SECONDS = 5.0


class Life:
    """A thread that moves rows from the world's future into its log."""

    def __init__(self, site: Site, step_seconds: float = STEP_SECONDS) -> None:
        self._site = site
        self._step_seconds = step_seconds
        self._thread = threading.Thread(target=self._live, name="demo-vle-life", daemon=True)

    def start(self) -> None:
        """Begin. It ends with the site."""
        self._thread.start()

    def _live(self) -> None:
        while not self._site.closing.wait(self._step_seconds):
            catch_up(self._site)


def catch_up(site: Site) -> int:
    """Let everything happen whose time has come by the site's clock, cron too. Returns how many log rows were added."""
    run_cron(site)
    now = site.seconds()
    upcoming = site.world.upcoming
    added = 0
    while upcoming and upcoming[0].timecreated <= now:
        site.world.log.append(upcoming.pop(0))
        added += 1
    return added
