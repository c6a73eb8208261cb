"""What counted in a week and what did not, by day."""

import pytest

from analytics.detail import DayEvidence, DayItems, WeekEvidence, find_week_evidence
from analytics.history import Session, SessionStatus
from analytics.levels import Expectation, Marker, PublishedLevel
from analytics.weeks import WhyNot
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import FIRST_MONDAY, day_at

HISTORY = make_history(
    visits=[(7, 3), (7, 1), (7, 2), (8, 1), (8, 2), (9, 5), (14, 1)],
    evidence=[10],
    tasks=[make_task(due=20, handed_in=9, task_id=44)],
    sessions=[(11, "attended"), (12, "absent")],
)


def count_items(week: WeekEvidence, marker: Marker) -> int:
    """Count the items of all days that count, those beyond the level too."""
    return sum(len(day.items_of(marker).counted) for day in week.days)


def met_of(week: WeekEvidence, marker: Marker) -> int:
    """Read what of them enters the figure."""
    return next(share.met for share in week.measured if share.marker is marker)


def test_each_day_names_what_counted_and_what_was_beyond_the_cap() -> None:
    week = find_week_evidence(HISTORY, make_calendar(), make_level(level=4), 2, day_at(13))

    assert week.days == (
        DayEvidence(day_at(7), (DayItems(Marker.ACTIVITY, (1, 2), (3,)),)),
        DayEvidence(day_at(8), (DayItems(Marker.ACTIVITY, (1, 2), ()),)),
        DayEvidence(day_at(9), (DayItems(Marker.ACTIVITY, (5,), ()),), handed_in=(44,)),
        DayEvidence(day_at(10), has_other_evidence=True),
        DayEvidence(day_at(11), sessions=(Session(day_at(11), SessionStatus.ATTENDED),)),
        DayEvidence(day_at(12), sessions=(Session(day_at(12), SessionStatus.ABSENT),)),
        DayEvidence(day_at(13)),
    )
    assert [day.is_evidence for day in week.days] == [True, True, True, True, True, False, False]
    assert (count_items(week, Marker.ACTIVITY), met_of(week, Marker.ACTIVITY), week.why_not) == (5, 4, None)


def test_days_after_as_of_are_empty() -> None:
    week = find_week_evidence(HISTORY, make_calendar(), make_level(), 2, day_at(7))

    assert count_items(week, Marker.ACTIVITY) == 2
    assert not any(day.is_evidence for day in week.days[1:])


def test_an_uncounted_week_shows_its_evidence_and_why_it_does_not_count() -> None:
    week = find_week_evidence(HISTORY, make_calendar(breaks=[2]), make_level(), 2, day_at(13))

    assert (week.why_not, count_items(week, Marker.ACTIVITY)) == (WhyNot.NO_TEACHING, 5)


def test_items_of_other_sources_count_by_their_own_marker() -> None:
    items = [(Marker.LECTURE_CAPTURE, 8, 4), (Marker.LECTURE_CAPTURE, 8, 3), (Marker.LIBRARY, 8, 9)]
    history = make_history(items=items)
    level = PublishedLevel("test-1", FIRST_MONDAY, (Expectation(Marker.LECTURE_CAPTURE, level=2, a_day=1),))

    week = find_week_evidence(history, make_calendar(), level, 2, day_at(13))

    assert week.days[1].items == (
        DayItems(Marker.LECTURE_CAPTURE, (3,), (4,)),
        DayItems(Marker.LIBRARY, (), (9,)),
    )
    assert week.days[1].is_evidence
    assert [count_items(week, marker) for marker in (Marker.LECTURE_CAPTURE, Marker.LIBRARY)] == [1, 0]


@pytest.mark.parametrize("week", [0, 13])
def test_a_week_outside_the_calendar_is_refused(week: int) -> None:
    with pytest.raises(ValueError, match="weeks 1 to 12"):
        find_week_evidence(HISTORY, make_calendar(), make_level(), week, day_at(13))
