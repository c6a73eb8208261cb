"""A suggestion from a past run on a lead's page: shares to five, and no share of fewer than ten learners."""

import pytest

from analytics.levels import LevelRow, LevelSuggestion
from lti.panels.values_levels import make_suggestion


@pytest.mark.parametrize(
    ("meeting", "learners", "said"),
    [(0, 40, "hidden"), (9, 40, "hidden"), (10, 40, "25 %"), (13, 40, "30 %"), (30, 40, "75 %"), (31, 40, "hidden")],
)
def test_a_share_of_learners_is_rounded_and_never_of_fewer_than_ten(meeting: int, learners: int, said: str) -> None:
    row = LevelRow(4, 2, 33, 100, 140, meeting, learners)

    ((level, a_day, active, all_weeks, of_learners),) = make_suggestion(LevelSuggestion(4, 2, (row,))).rows

    assert (level, a_day, active, all_weeks) == ("4", "2", "35\u00a0%", "25\u00a0%")
    assert of_learners.replace("\u00a0", " ") == said


def test_eleven_learners_of_whom_one_leaves_are_said_alike_at_every_level() -> None:
    """Of so few, no level tells how many of them would meet it."""
    rows = [LevelRow(4, 2, 33, 100, 140, meeting, learners) for learners in (10, 11) for meeting in range(learners + 1)]

    assert {make_suggestion(LevelSuggestion(4, 2, (row,))).rows[0][4] for row in rows} == {"hidden"}
