"""Dates, weeks and the one meaning of as_of."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.calendar import (
    CalendarError,
    DateRange,
    TeachingCalendar,
    date_of,
    day_number,
    last_whole_day,
    local_date,
    monday_on_or_before,
)

LONDON = ZoneInfo("Europe/London")
CALENDAR = TeachingCalendar(date(2025, 9, 22), 12)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2025, 10, 25, 23, 30, tzinfo=UTC), date(2025, 10, 26)),
        (datetime(2025, 10, 26, 23, 30, tzinfo=UTC), date(2025, 10, 26)),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), date(2026, 3, 30)),
    ],
)
def test_a_day_is_the_institutions_day_across_the_clock_changes(instant: datetime, day: date) -> None:
    assert local_date(instant, LONDON) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(CalendarError, match="no zone"):
        local_date(datetime(2025, 10, 3), LONDON)  # noqa: DTZ001 - the naive one is the case


def test_on_a_monday_the_last_whole_day_is_the_sunday_that_has_closed() -> None:
    monday = datetime(2025, 9, 29, 0, 5, tzinfo=LONDON)

    as_of = last_whole_day(monday, LONDON)

    assert as_of == date(2025, 9, 28)
    assert CALENDAR.last_closed_week(as_of) == 1
    assert CALENDAR.last_closed_week(as_of - timedelta(days=1)) == 0


@given(st.integers(-400, 400))
def test_each_day_lies_in_the_dates_of_its_own_week(offset: int) -> None:
    day = CALENDAR.first_monday + timedelta(days=offset)

    week = CALENDAR.week_of(day)

    assert day in CALENDAR.week_dates(week)
    assert CALENDAR.week_dates(week)[0] == CALENDAR.monday_of(week)
    assert CALENDAR.week_dates(week)[-1] == CALENDAR.sunday_of(week)
    assert CALENDAR.monday_of(week) == monday_on_or_before(day)


def test_closed_weeks_stay_within_the_calendar() -> None:
    assert CALENDAR.last_closed_week(date(2025, 1, 1)) == 0
    assert CALENDAR.last_closed_week(date(2026, 6, 1)) == 12


@given(st.dates())
def test_a_day_number_gives_its_date_back(day: date) -> None:
    assert date_of(day_number(day)) == day


def test_day_numbers_count_from_1970() -> None:
    assert day_number(date(1970, 1, 1)) == 0
    assert day_number(date(2025, 9, 22)) == 20353


def test_a_range_holds_both_its_ends_and_no_more() -> None:
    week = DateRange(date(2025, 9, 22), date(2025, 9, 28))

    assert date(2025, 9, 22) in week
    assert date(2025, 9, 28) in week
    assert date(2025, 9, 29) not in week
    assert date(2025, 9, 21) not in week


@pytest.mark.parametrize(
    ("first_monday", "week_count"), [(date(2025, 9, 23), 12), (date(2025, 9, 22), 0)], ids=["a Tuesday", "no week"]
)
def test_an_impossible_calendar_is_refused(first_monday: date, week_count: int) -> None:
    with pytest.raises(CalendarError):
        TeachingCalendar(first_monday, week_count)


def test_a_range_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(CalendarError, match="before it starts"):
        DateRange(date(2025, 9, 22), date(2025, 9, 21))
