"""Bands, per cent rounded down, and the two-evaluation rule."""

from fractions import Fraction

import pytest

from analytics.bands import Band, BandStep, find_band, percent_of, shown_band
from analytics.evaluation import needed_steps

MEETING, BELOW, WELL_BELOW = Band.MEETING, Band.BELOW, Band.WELL_BELOW


@pytest.mark.parametrize(
    ("share", "band", "percent"),
    [
        (Fraction(1), MEETING, 100),
        (Fraction(7, 10), MEETING, 70),
        (Fraction(6999, 10000), BELOW, 69),
        (Fraction(4, 10), BELOW, 40),
        (Fraction(3999, 10000), WELL_BELOW, 39),
        (Fraction(0), WELL_BELOW, 0),
        (None, None, None),
    ],
)
def test_a_share_has_its_band_and_is_rounded_down(
    share: Fraction | None, band: Band | None, percent: int | None
) -> None:
    assert find_band(share) is band
    assert percent_of(share) == percent


def test_a_share_below_zero_has_no_band() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        find_band(Fraction(-1, 10))


def show(*bands: Band | str | None) -> list[Band | None]:
    """Show one band after another; "break" is an uncounted week, which repeats the band before it."""
    steps: list[BandStep] = []
    for band in bands:
        now = (steps[-1].band if steps else None) if band == "break" else band
        assert now is None or isinstance(now, Band)
        steps.append(BandStep(band != "break", now, shown_band(steps, now, band != "break")))
    return [step.shown for step in steps]


def test_the_first_band_is_shown_at_once() -> None:
    assert show(None, WELL_BELOW) == [None, WELL_BELOW]


def test_upwards_is_shown_at_once() -> None:
    assert show(WELL_BELOW, MEETING) == [WELL_BELOW, MEETING]


def test_downwards_takes_two_evaluations_in_a_row() -> None:
    assert show(MEETING, BELOW, BELOW) == [MEETING, MEETING, BELOW]
    assert show(MEETING, BELOW, MEETING, BELOW) == [MEETING, MEETING, MEETING, MEETING]


def test_downwards_goes_to_the_better_of_the_two() -> None:
    assert show(MEETING, WELL_BELOW, BELOW) == [MEETING, MEETING, BELOW]
    assert show(MEETING, BELOW, WELL_BELOW, WELL_BELOW) == [MEETING, MEETING, BELOW, WELL_BELOW]


def test_an_uncounted_week_is_neither_a_second_evaluation_nor_a_gap() -> None:
    assert show(MEETING, BELOW, "break", BELOW) == [MEETING, MEETING, MEETING, BELOW]
    assert show(MEETING, BELOW, "break", "break", MEETING) == [MEETING] * 5
    assert show("break", MEETING, "break") == [None, MEETING, MEETING]


def test_a_band_that_was_not_counted_cannot_second_a_fall() -> None:
    only_a_break_before = [BandStep(False, WELL_BELOW, MEETING)]

    assert shown_band(only_a_break_before, BELOW) is MEETING


def test_the_next_evaluation_needs_the_last_counted_step_and_the_last_one() -> None:
    counted, later, uncounted = (
        BandStep(True, MEETING, MEETING),
        BandStep(True, BELOW, MEETING),
        BandStep(False, None, None),
    )

    assert needed_steps([]) == ()
    assert needed_steps([uncounted, uncounted]) == (uncounted,)
    assert needed_steps([counted, later]) == (later,)
    assert needed_steps([counted, later, uncounted, uncounted]) == (later, uncounted)
