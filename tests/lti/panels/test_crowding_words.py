"""What a lead reads about weeks that crowd at the number: shares to five, a question about the level, nobody named."""

from fractions import Fraction

from analytics.crowding import Crowding
from analytics.levels import Marker
from bridge.levels.crowding import MarkerCrowding
from lti.panels.crowding_words import NOTHING, say_crowding


def crowding(growth: Fraction, chance: Fraction) -> MarkerCrowding:
    found = Crowding(31, Fraction(13, 100), Fraction(48, 100), growth, chance)
    return MarkerCrowding(Marker.ACTIVITY, 4, True, found)


def test_a_marker_that_crowds_is_a_question_about_the_level() -> None:
    (said,) = say_crowding([crowding(Fraction(1, 3), Fraction(1, 1000))])

    said = said.replace("\u00a0", " ")
    assert "about 15 % of weeks held exactly 4 before the level took effect, about 50 % since." in said
    assert "ask whether it is the right number" in said
    assert "31" not in said


def test_growth_that_chance_gives_is_not_asked_about() -> None:
    (by_chance,) = say_crowding([crowding(Fraction(1, 3), Fraction(1, 10))])
    (small,) = say_crowding([crowding(Fraction(1, 10), Fraction(1, 1000))])

    for said in (by_chance, small):
        assert said.endswith("Weeks do not stop at the number more than they did.")


def test_where_nothing_can_be_said_the_reason_is() -> None:
    assert say_crowding([]) == (NOTHING,)
