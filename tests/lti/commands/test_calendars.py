"""`lea calendar`, `lea outage`, `lea exemption`."""

import pytest

from tests.lti.commands.console import Console


@pytest.fixture
def synced(connected: Console) -> Console:
    """A console whose platform has course 2 switched on and read."""
    for words in (("course", "on", "2", "3"), ("school", "add", "SBBS", "Biology"), ("sync",)):
        result = connected.lea(*words)
        assert result.exit_code == 0, result.output
    assert connected.lea("school", "courses", "SBBS", "2").exit_code == 0
    return connected


def said(console: Console, *words: str) -> str:
    """Run a command that must succeed, and give its words in one line."""
    result = console.lea(*words)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def refused(console: Console, *words: str) -> str:
    """Run a command that must fail, and give its words in one line."""
    result = console.lea(*words)
    assert result.exit_code != 0
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def test_calendars_are_set_for_the_site_a_school_and_a_course_and_shown_with_their_courses(synced: Console) -> None:
    everything = [
        *("--break", "Winter break", "2026-12-21", "2027-01-10"),
        *("--reading-week", "2026-11-02", "2026-11-08"),
        *("--bank-holiday", "New Year [observed]", "2027-01-11"),
    ]
    first = said(synced, "calendar", "set", "--weeks", "15", *everything)
    assert "is now calendar-2, in place of calendar-1: 15 weeks, 2 not counted, 1 bank holidays." in first
    school = ("calendar", "set", "--school", "SBBS", "--weeks", "11", "--first-monday", "2026-09-21")
    assert "is now calendar-SBBS-1: 11 weeks" in said(synced, *school)
    assert "is now calendar-SBBS-2, in place of calendar-SBBS-1: 11 weeks" in said(synced, *school)
    assert "calendar-course-3-1" in said(synced, "calendar", "set", "--course", "3", "--weeks", "10")
    shown = said(synced, "calendar", "show")
    assert "calendar-SBBS-2" in shown
    assert "2026-09-21" in shown
    assert "calendar-2" not in shown  # no course is left to it
    assert "no calendar of its own" in said(synced, "calendar", "inherit", "3")
    shown = said(synced, "calendar", "show")
    for words in ("calendar-2", "Winter break: 2026-12-21 to 2027-01-10", "Reading week: 2026-11-02 to 2026-11-08"):
        assert words in shown
    assert "New Year [observed]: 2027-01-11" in shown
    assert "calendar-course-3-1" not in shown
    assert "calendar-course-3-1" in said(synced, "calendar", "show", "--all")


def test_a_calendar_that_cannot_be_meant_changes_nothing(synced: Console) -> None:
    before = said(synced, "calendar", "show", "--all")
    both = refused(synced, "calendar", "set", "--weeks", "9", "--school", "SBBS", "--course", "2")
    assert "--school or --course" in both
    assert "Tuesday" in refused(synced, "calendar", "set", "--weeks", "9", "--first-monday", "2026-09-22")
    assert "NONE" in refused(synced, "calendar", "set", "--weeks", "9", "--school", "NONE")
    assert "99" in refused(synced, "calendar", "set", "--weeks", "9", "--course", "99")
    back = refused(synced, "calendar", "set", "--weeks", "9", "--reading-week", "2026-11-08", "2026-11-02")
    assert "before it starts" in back
    assert said(synced, "calendar", "show", "--all") == before


def test_an_outage_is_noted_with_a_name_repaired_once_and_listed(synced: Console) -> None:
    assert "No outage" in said(synced, "outage", "list")
    assert "who notes it" in refused(synced, "outage", "add", "2026-10-05", "2026-10-07", "--by", " ")
    noted = said(synced, "outage", "add", "2026-10-05", "2026-10-07", "--by", "Ops")
    assert "Noted as outage 1: 2026-10-05 to 2026-10-07." in noted
    assert "Ops" in said(synced, "outage", "list")
    assert "count from the next sync on" in said(synced, "outage", "repair", "1")
    assert "Repaired before" in refused(synced, "outage", "repair", "1")
    assert "no outage 7" in refused(synced, "outage", "repair", "7")
    assert "UTC" in said(synced, "outage", "list")


def test_an_exemption_holds_dates_and_no_reason_and_can_end(synced: Console) -> None:
    add = ("exemption", "add", "2026-10-05", "2026-10-18", "--user", "7")
    assert "Saved: 2026-10-05 to 2026-10-18 do not count for user 7." in said(synced, *add)
    assert "Known already" in said(synced, *add)
    assert "No roster holds user 9999" in refused(
        synced, "exemption", "add", "2026-10-05", "2026-10-18", "--user", "9999"
    )
    assert "2026-10-18" in said(synced, "exemption", "list", "--user", "7")
    assert "Say when it ends" in refused(synced, "exemption", "end", "1")
    assert "cannot end on 2026-10-20" in refused(synced, "exemption", "end", "1", "--on", "2026-10-20")
    assert "is now 2026-10-05 to 2026-10-11" in said(synced, "exemption", "end", "1", "--on", "2026-10-11")
    assert "was taken away" in said(synced, "exemption", "end", "1", "--all-of-it")
    assert "There is no exemption" in said(synced, "exemption", "list")


@pytest.mark.parametrize("day", ["5.10.2026", "2026-13-01", "yesterday", "2026-02-30"])
def test_a_day_that_is_none_is_told_in_plain_words(synced: Console, day: str) -> None:
    told = refused(synced, "outage", "add", day, "2026-10-07", "--by", "Ops")
    assert f"'{day}' is no day. Write year-month-day, such as 2026-11-23. Nothing was changed." in told
    assert "%Y" not in told
    assert "No outage" in said(synced, "outage", "list")


def test_a_course_is_rolled_over_to_another_monday_than_its_own(synced: Console) -> None:
    already = refused(synced, "course", "rollover", "2", "--first-monday", "2026-09-21")
    assert "Week 1 of course 2 starts on 2026-09-21 already. Nothing was changed." in already
    assert "week 1 starts on a Monday" in refused(synced, "course", "rollover", "2", "--first-monday", "2027-09-28")
    assert "lea course on 99" in refused(synced, "course", "rollover", "99", "--first-monday", "2027-09-27")
    begun = said(synced, "course", "rollover", "2", "--first-monday", "2027-09-27")
    assert "its week 1 starts on 2027-09-27." in begun
    assert "Taught again: course 2 (run 2). What was shown of the run before stays." in begun
    again = said(synced, "course", "rollover", "2", "--first-monday", "2027-10-04")
    assert "Nothing was taught in its run yet, so no other began." in again
    assert "calendar-course-2-2" in said(synced, "calendar", "show")
