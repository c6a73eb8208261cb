"""A marker whose weeks crowd at the expected number is noticed; learners who simply do more are not."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from analytics.crowding import LARGEST_GROWTH, TwoParts, measure_crowding

EXPECTED = 5
WEEKS = st.lists(st.integers(0, 15), min_size=2, max_size=6).map(tuple)


def draw(random: Random, mean: int, weeks: int) -> tuple[int, ...]:
    """Draw weeks of a learner who visits about `mean` items."""
    return tuple(sum(random.random() < 0.5 for _ in range(2 * mean)) for _ in range(weeks))


def test_weeks_that_stop_at_the_number_are_noticed() -> None:
    random = Random(7)
    learners = [
        TwoParts(draw(random, 4, 4), (5, 5, 5, 5) if number % 2 else draw(random, 4, 4)) for number in range(40)
    ]

    found = measure_crowding(learners, EXPECTED)

    assert found is not None
    assert found.is_noticed
    assert found.learner_count == 40
    assert found.share_after > found.share_before
    assert found.growth > LARGEST_GROWTH


def test_learners_who_all_do_more_are_not_noticed() -> None:
    random = Random(7)
    for seed_mean in (5, 6, 8):
        learners = [TwoParts(draw(random, 3, 4), draw(random, seed_mean, 4)) for _ in range(60)]

        found = measure_crowding(learners, EXPECTED)

        assert found is not None
        assert not found.is_noticed


def test_nothing_is_said_about_fewer_than_ten_learners_or_too_few_weeks() -> None:
    crowd = TwoParts((1, 2, 3), (5, 5, 5))

    assert measure_crowding([crowd] * 9, EXPECTED) is None
    assert measure_crowding([*[crowd] * 9, TwoParts((1,), (5, 5, 5))], EXPECTED) is None
    assert measure_crowding([crowd] * 10, EXPECTED) is not None
    assert measure_crowding([], EXPECTED) is None


def test_one_learner_who_crowds_does_not_stand_for_a_course() -> None:
    steady = TwoParts((2, 3, 4), (2, 3, 4))

    found = measure_crowding([*[steady] * 19, TwoParts((1, 2), (5, 5, 5))], EXPECTED)

    assert found is not None
    assert not found.is_noticed


@given(st.lists(st.builds(TwoParts, WEEKS, WEEKS), min_size=10, max_size=30), st.integers(1, 8))
def test_order_of_weeks_changes_nothing_and_a_course_that_stays_the_same_is_never_noticed(
    learners: list[TwoParts], expected: int
) -> None:
    turned = [TwoParts(one.before[::-1], one.after[::-1]) for one in learners]
    still = [TwoParts(one.before, one.before) for one in learners]

    assert measure_crowding(learners, expected) == measure_crowding(turned, expected)
    unchanged = measure_crowding(still, expected)
    assert unchanged is not None
    assert unchanged.growth == 0
    assert not unchanged.is_noticed
