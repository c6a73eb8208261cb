"""Dates, counts and names as people read them."""

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from analytics.calendar import DateRange
from analytics.language import speaking
from lti.panels.words import (
    Moment,
    clean,
    clean_whole,
    due,
    due_day,
    full_date,
    halves,
    instant,
    listed,
    month_name,
    near_date,
    plain_date,
    short_weekday,
    sort_key,
    span,
)
from tests.lti.spoken import load_language

TODAY = date(2026, 11, 6)
MOMENT = Moment(datetime(2026, 11, 6, 14, 20, tzinfo=UTC), ZoneInfo("Europe/London"))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (TODAY, "today"),
        (date(2026, 11, 5), "yesterday"),
        (date(2026, 11, 7), "tomorrow"),
        (date(2026, 11, 3), "Tue 3 Nov"),
        (date(2027, 1, 4), "Mon 4 Jan 2027"),
    ],
)
def test_a_near_date_is_said_as_people_say_it(day: date, written: str) -> None:
    assert near_date(day, TODAY) == written


@pytest.mark.parametrize(
    ("days", "written"),
    [
        (DateRange(date(2026, 11, 9), date(2026, 11, 15)), "9–15 November"),
        (DateRange(date(2026, 11, 9), date(2026, 11, 9)), "9 November"),
        (DateRange(date(2026, 11, 30), date(2026, 12, 4)), "30 November to 4 December"),
        (DateRange(date(2026, 12, 21), date(2027, 1, 3)), "21 December to 3 January 2027"),
    ],
)
def test_a_run_of_days_is_written_shortly(days: DateRange, written: str) -> None:
    assert span(days, TODAY) == written


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("met  75\u00a0% of\u202f4,\u2003so far", "met 75\u00a0% of\u202f4, so far"),
        ("one\n\ttwo", "one two"),
        ("one \u200f two", "one two"),
        ("x" * 900, "x" * 900),
        ("\u200e", ""),
        ("", ""),
    ],
    ids=["spaces", "lines", "direction", "long", "nothing-left", "empty"],
)
def test_a_whole_text_is_made_one_line_without_losing_a_word(text: str, line: str) -> None:
    assert clean_whole(text) == line


def test_an_instant_is_told_in_the_institutions_time() -> None:
    assert instant(datetime(2026, 7, 1, 23, 30, tzinfo=UTC), MOMENT) == "Thu 2 Jul, 00:30"


def test_a_task_due_at_midnight_belongs_to_the_evening_before() -> None:
    assert due(datetime(2026, 11, 7, 0, 0, tzinfo=UTC), MOMENT) == "today, midnight"
    assert due_day(datetime(2026, 11, 7, 0, 0, tzinfo=UTC), MOMENT) == TODAY
    assert due_day(datetime(2026, 11, 7, 0, 1, tzinfo=UTC), MOMENT) == date(2026, 11, 7)


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("  Ann \n Lee\t", "Ann Lee"),
        ("\u202eevil\u2066", "evil"),
        ("a\x00b", "a b"),
        ("\ud800x", "x"),
        ("", "(no name)"),
        ("محمد", "محمد"),
    ],
)
def test_a_name_is_one_clean_line(given: str, cleaned: str) -> None:
    assert clean(given) == cleaned


def test_a_very_long_name_is_cut() -> None:
    assert len(clean("x" * 5000)) == 300


def test_sorting_knows_neither_case_nor_accents() -> None:
    assert sorted(["Österberg", "adams", "Zoë", "ODell"], key=sort_key) == ["adams", "ODell", "Österberg", "Zoë"]


@pytest.mark.parametrize(
    ("value", "written"), [(Fraction(0), "0"), (Fraction(1, 2), "½"), (Fraction(3, 2), "1½"), (Fraction(2), "2")]
)
def test_halves_are_written_as_halves(value: Fraction, written: str) -> None:
    assert halves(value) == written


@pytest.mark.parametrize(
    ("items", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_items_are_joined_as_in_a_sentence(items: list[str], written: str) -> None:
    assert listed(items) == written


def test_dates_are_welsh_for_whoever_reads_welsh() -> None:
    with speaking(load_language("cy")):
        assert full_date(TODAY) == "dydd Gwener 6 Tachwedd 2026"
        assert [near_date(date(2026, 11, day), TODAY) for day in (5, 6, 7)] == ["ddoe", "heddiw", "yfory"]
        assert near_date(date(2027, 1, 4), TODAY) == "Llun 4 Ion 2027"
        assert span(DateRange(date(2026, 12, 21), date(2027, 1, 3)), TODAY) == "21 Rhagfyr hyd 3 Ionawr 2027"
        assert due(datetime(2026, 11, 4, 0, 0, tzinfo=UTC), MOMENT) == "Maw 3 Tach, hanner nos"
        assert (month_name(TODAY), short_weekday(TODAY)) == ("Tachwedd", "Gwen")
    assert plain_date(date(2026, 9, 6), TODAY) == "6 September"
    assert near_date(date(2026, 9, 6), TODAY) == "Sun 6 Sep"
