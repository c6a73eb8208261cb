"""Which mark a week gets, and how a strip is spoken."""

from datetime import date
from fractions import Fraction

import pytest

from analytics.calendar import DateRange, TeachingCalendar
from bridge.store.panel_records import Week
from lti.panels.marks import Mark, count_pips, find_marks, make_pips, make_strip, say_marks

MONDAY = date(2026, 9, 28)
CALENDAR = TeachingCalendar(MONDAY, 6, (DateRange(date(2026, 10, 19), date(2026, 10, 25)),))


def week(week_no: int, share: Fraction | None, *, is_counted: bool = True) -> Week:
    """Make one week."""
    return Week(week_no, is_counted, None if is_counted else "exemption", 0, share)


def marks(weeks: list[Week], closed_week: int, today: date) -> str:
    """Give the marks as a row of letters."""
    return "".join(find_marks(weeks, CALENDAR, closed_week, today, CALENDAR.week_count))


def test_each_week_stands_on_its_own() -> None:
    weeks = [week(1, Fraction(1)), week(2, Fraction(1, 2)), week(3, Fraction(1, 4))]

    assert marks(weeks, 3, date(2026, 10, 18)) == "mbwoxx"


def test_until_the_second_counted_week_closes_every_week_is_too_early() -> None:
    assert marks([week(1, Fraction(1)), week(2, Fraction(1))], 1, date(2026, 10, 6)) == "enxoxx"


def test_an_uncounted_week_does_not_end_the_waiting() -> None:
    weeks = [week(1, Fraction(1)), week(2, None, is_counted=False), week(3, Fraction(1))]

    assert marks(weeks, 2, date(2026, 10, 12)) == "eonoxx"


def test_a_week_in_which_nothing_was_expected_says_nothing() -> None:
    assert marks([week(1, Fraction(1)), week(2, None)], 2, date(2026, 10, 11)) == "mexoxx"


def test_the_limits_of_the_bands_belong_to_the_better_one() -> None:
    weeks = [week(1, Fraction(7, 10)), week(2, Fraction(4, 10)), week(3, Fraction(399, 1000))]

    assert marks(weeks, 3, date(2026, 10, 18)) == "mbwoxx"


def test_before_the_term_all_weeks_are_to_come_but_the_break() -> None:
    assert marks([], 0, date(2026, 9, 1)) == "xxxoxx"


def test_a_strip_is_spoken_in_runs() -> None:
    row = [Mark.MET, Mark.MET, Mark.BELOW, Mark.UNCOUNTED, Mark.RUNNING, Mark.TO_COME]

    assert say_marks(row) == (
        "Weeks 1–2 meeting the published level, week 3 below the published level, week 4 not counted,"
        " week 5 not finished, week 6 still to come"
    )
    assert make_strip(row, "Ann Lee").title.startswith("Ann Lee: weeks 1–2 meeting")


@pytest.mark.parametrize(("count", "width"), [(0, 0), (1, 14), (12, 190)])
def test_a_strip_is_as_wide_as_its_marks(count: int, width: int) -> None:
    assert make_strip([Mark.MET] * count).width == width


def test_dots_show_full_half_and_open_with_the_figure() -> None:
    pips = make_pips([Fraction(1), Fraction(1, 2), Fraction(0)], "1½ of 3")

    assert [kind for _, kind in pips.dots] == ["full", "half", "open"]


def test_more_than_expected_fills_all_dots_and_no_more() -> None:
    assert count_pips(9, 4).text == "4 of 4"
