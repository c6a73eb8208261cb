"""Find the markers that are not used on a day, since their source is behind or missing (docs/engagement.md "Sources").

A marker that is not used has no weight in that evaluation; no week is uncounted for it.
"""

from collections.abc import Mapping
from datetime import date

from analytics.levels import Marker, PublishedLevel

FROM_THE_LOG = Marker.ACTIVITY
"""Measured by the log itself: without it nothing is evaluated, so it is never stale."""


def find_unused(
    level: PublishedLevel, covers_to: Mapping[Marker, date], sunday: date, *, is_tasks_known: bool
) -> frozenset[Marker]:
    """Find the chosen markers that a week which closed on a Sunday is not measured by; empty when all are used.

    ``covers_to`` is the last day of which each source knows everything: it has to be the Sunday or later; a source
    without a day was never read. Tasks need a day there only where they have one, and are left out wherever it is not
    known who is excused.
    """
    return frozenset(
        marker for marker in level.markers if not _is_used(marker, covers_to.get(marker), sunday, is_tasks_known)
    )


def _is_used(marker: Marker, covers_to: date | None, sunday: date, is_tasks_known: bool) -> bool:
    if marker is FROM_THE_LOG:
        return True
    if marker is Marker.TASKS:
        return is_tasks_known and (covers_to is None or covers_to >= sunday)
    return covers_to is not None and covers_to >= sunday
