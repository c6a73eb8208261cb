"""Markers whose source is behind are not used; no week is uncounted for it."""

from datetime import date, timedelta

import pytest

from analytics.levels import Expectation, Marker, PublishedLevel
from analytics.unused import find_unused

SUNDAY = date(2026, 11, 8)
LEVEL = PublishedLevel(
    "site-1",
    date(2026, 9, 28),
    (
        Expectation(Marker.ACTIVITY, level=4, a_day=2),
        Expectation(Marker.TASKS),
        Expectation(Marker.ATTENDANCE),
        Expectation(Marker.LIBRARY, level=2, a_day=1),
    ),
)
FRESH = {Marker.ATTENDANCE: SUNDAY, Marker.LIBRARY: SUNDAY + timedelta(days=3)}


def test_a_source_that_covers_the_sunday_is_used() -> None:
    assert find_unused(LEVEL, FRESH, SUNDAY, is_tasks_known=True) == frozenset()


def test_one_day_behind_is_behind() -> None:
    covers = FRESH | {Marker.ATTENDANCE: SUNDAY - timedelta(days=1)}
    assert find_unused(LEVEL, covers, SUNDAY, is_tasks_known=True) == {Marker.ATTENDANCE}


def test_a_source_that_was_never_read_is_not_used() -> None:
    assert find_unused(LEVEL, {}, SUNDAY, is_tasks_known=True) == {Marker.ATTENDANCE, Marker.LIBRARY}


def test_tasks_are_used_without_a_day_and_left_out_where_nobody_knows_who_is_excused() -> None:
    assert Marker.TASKS not in find_unused(LEVEL, FRESH, SUNDAY, is_tasks_known=True)
    assert find_unused(LEVEL, FRESH, SUNDAY, is_tasks_known=False) == {Marker.TASKS}


def test_tasks_that_come_by_files_need_the_files_to_cover_the_sunday() -> None:
    behind = FRESH | {Marker.TASKS: SUNDAY - timedelta(days=1)}
    assert find_unused(LEVEL, behind, SUNDAY, is_tasks_known=True) == {Marker.TASKS}
    assert find_unused(LEVEL, FRESH | {Marker.TASKS: SUNDAY}, SUNDAY, is_tasks_known=True) == frozenset()


@pytest.mark.parametrize("marker", Marker)
def test_only_chosen_markers_are_named_and_activity_never(marker: Marker) -> None:
    level = PublishedLevel("one", LEVEL.effective_from, (Expectation(marker, **_items(marker)),))
    found = find_unused(level, {}, SUNDAY, is_tasks_known=True)
    assert found == (frozenset() if marker in (Marker.ACTIVITY, Marker.TASKS) else {marker})


def _items(marker: Marker) -> dict[str, int]:
    return {"level": 4, "a_day": 2} if marker is Marker.ACTIVITY else {}
