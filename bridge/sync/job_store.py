"""Keep the worker's jobs in memory (APScheduler's job store), whatever its machine's clock does.

APScheduler works out a job's next instant from its last one. After a clock that ran ahead for a while a job would wait
until the right clock is there, too; and for one that jumps ahead by years it would list each instant in between.
"""

from datetime import datetime, timedelta
from typing import Any

from apscheduler.jobstores.memory import MemoryJobStore


class SteadyJobStore(MemoryJobStore):  # type: ignore[misc] # APScheduler has no types
    """Jobs whose next instant follows from the clock of now."""

    def __init__(self, latest: timedelta) -> None:
        super().__init__()
        self._latest = latest
        """What should have begun longer ago waits for its next instant."""

    def get_due_jobs(self, now: datetime) -> list[Any]:
        """Return the jobs that are to begin by now; the scheduler asks at each look."""
        for job in self.get_all_jobs():
            following = job.trigger.get_next_fire_time(None, now)
            if following < job.next_run_time or job.next_run_time < now - self._latest:
                job.modify(next_run_time=following)
        due: list[Any] = super().get_due_jobs(now)
        return due
