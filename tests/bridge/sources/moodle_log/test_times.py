"""Times of the log download are read in every form Moodle writes, and never guessed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.sources.errors import SourceRefused
from bridge.sources.moodle_log.times import MONTHS, DateOrder, TimeReader, find_order, month_of
from tests.bridge.sources.moodle_log.files import LONDON

EVENING = datetime(2026, 11, 21, 20, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "21/11/26, 20:04",
        "21/11/2026 20:04",
        "21.11.26, 20:04",
        "21-11-26 20:04",
        "21/11/26, 8:04 PM",
        "21/11/26, 08:04 p.m.",
        "2026-11-21 20:04",
        "2026-11-21T20:04",
        "21 November 2026, 8:04 PM",
        "21 Nov 2026, 20:04",
        "Saturday, 21 November 2026, 8:04 PM",
        "November 21, 2026, 20:04",
        "21. November 2026, 20:04",
        "21 novembre 2026, 20:04",
        "21 de noviembre de 2026, 20:04",
        "21 Tachwedd 2026, 20:04",
    ],
)
def test_every_form_gives_the_same_minute(text: str) -> None:
    assert TimeReader(find_order([text]), LONDON).read(text) == EVENING


def test_a_time_is_of_the_institutions_zone() -> None:
    assert TimeReader(DateOrder.DAY_FIRST, LONDON).read("21/06/26, 00:30:05") == datetime(
        2026, 6, 20, 23, 30, 5, tzinfo=UTC
    )


def test_month_first_is_found_by_a_date_that_can_be_nothing_else() -> None:
    order = find_order(["01/02/26, 10:00", "11/21/26, 20:04"])
    assert order is DateOrder.MONTH_FIRST
    assert TimeReader(order, LONDON).read("11/21/26, 20:04") == EVENING


def test_dates_that_can_be_read_in_two_ways_are_refused_until_somebody_says() -> None:
    with pytest.raises(SourceRefused, match="--date-format"):
        find_order(["01/02/26, 10:00", "03/04/26, 10:00"])
    assert find_order(["01/02/26, 10:00"], DateOrder.MONTH_FIRST) is DateOrder.MONTH_FIRST


def test_an_order_that_the_file_contradicts_is_refused() -> None:
    with pytest.raises(SourceRefused, match="mdy"):
        find_order(["21/11/26, 20:04"], DateOrder.MONTH_FIRST)


def test_a_file_that_a_spreadsheet_has_turned_over_is_refused() -> None:
    with pytest.raises(SourceRefused, match="spreadsheet"):
        find_order(["21/11/26, 20:04", "11/21/26, 20:04"])


def test_dates_in_words_or_with_the_year_first_need_no_order() -> None:
    assert find_order(["21 November 2026, 8:04 PM", "2026-02-01 10:00"]) is None
    assert find_order([]) is None


def test_a_year_of_two_digits_comes_first_only_when_somebody_says_so() -> None:
    order = find_order(["26-11-21 20:04"], DateOrder.YEAR_FIRST)
    assert TimeReader(order, LONDON).read("26-11-21 20:04") == EVENING


@pytest.mark.parametrize("text", ["", "-", "21/11/26", "32/01/26, 10:00", "21/11/26, 25:00", "21 Foo 2026, 10:00"])
def test_what_is_no_time_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        TimeReader(DateOrder.DAY_FIRST, LONDON).read(text)


def test_no_beginning_of_a_month_is_one_of_another_too() -> None:
    for number, beginnings in enumerate(MONTHS, start=1):
        assert all(month_of(beginning) == number for beginning in beginnings)


@given(st.datetimes(datetime(2001, 1, 1), datetime(2099, 12, 31)), st.sampled_from(list(DateOrder)))  # noqa: DTZ001
def test_a_time_written_in_an_order_is_read_back_in_it(moment: datetime, order: DateOrder) -> None:
    form = {"dmy": "%d/%m/%y", "mdy": "%m/%d/%y", "ymd": "%y/%m/%d"}[order]
    text = moment.strftime(f"{form}, %H:%M:%S")
    read = TimeReader(find_order([text], order), LONDON).read(text)
    assert read == moment.replace(microsecond=0, tzinfo=LONDON).astimezone(UTC)
