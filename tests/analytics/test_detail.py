"""What counted in a week and what did not, by day."""

import pytest

from analytics.detail import DayEvidence, find_week_evidence
from analytics.engagement import SessionStatus, WhyNot
from tests.analytics.builders import make_calendar, make_history, make_level, make_task
from tests.analytics.strategies import day_at

HISTORY = make_history(
    visits=[(7, 3), (7, 1), (7, 2), (8, 1), (8, 2), (9, 5), (14, 1)],
    evidence=[10],
    tasks=[make_task(due=20, handed_in=9, task_id=44)],
    sessions=[(11, "attended"), (12, "absent")],
)


def test_each_day_names_what_counted_and_what_was_beyond_the_cap() -> None:
    week = find_week_evidence(HISTORY, make_calendar(), make_level(level=4), 2, day_at(13))

    assert week.days == (
        DayEvidence(day_at(7), (1, 2), (3,), (), (), False),
        DayEvidence(day_at(8), (1, 2), (), (), (), False),
        DayEvidence(day_at(9), (5,), (), (44,), (), False),
        DayEvidence(day_at(10), (), (), (), (), True),
        DayEvidence(day_at(11), (), (), (), (SessionStatus.ATTENDED,), False),
        DayEvidence(day_at(12), (), (), (), (SessionStatus.ABSENT,), False),
        DayEvidence(day_at(13), (), (), (), (), False),
    )
    assert [day.is_evidence for day in week.days] == [True, True, True, True, True, False, False]
    assert (week.visits, week.beyond_level, week.why_not) == (5, 1, None)


def test_days_after_as_of_are_empty() -> None:
    week = find_week_evidence(HISTORY, make_calendar(), make_level(), 2, day_at(7))

    assert week.visits == 2
    assert not any(day.is_evidence for day in week.days[1:])


def test_an_uncounted_week_shows_its_evidence_and_why_it_does_not_count() -> None:
    week = find_week_evidence(HISTORY, make_calendar(breaks=[2]), make_level(), 2, day_at(13))

    assert (week.why_not, week.visits) == (WhyNot.NO_TEACHING, 5)


@pytest.mark.parametrize("week", [0, 13])
def test_a_week_outside_the_calendar_is_refused(week: int) -> None:
    with pytest.raises(ValueError, match="weeks 1 to 12"):
        find_week_evidence(HISTORY, make_calendar(), make_level(), week, day_at(13))
