"""Prepare what counted and what did not in the last closed week and the running one, marker by marker."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.detail import WeekEvidence, find_day_evidence
from analytics.history import LearnerHistory
from analytics.language import gettext, ngettext
from analytics.levels import Expectation, Form, Marker
from analytics.marker_words import count_done, count_done_on, each_done
from bridge.store.panel_records import LearnerInCourse, Seen, Week
from lti.panels.day_words import find_seen_week, history_of
from lti.panels.evidence_words import say_why_not
from lti.panels.marks import Pips, count_pips
from lti.panels.outlook import Outlook
from lti.panels.words import long_date


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One thing expected each week, with last week's and this week's count."""

    name: str
    cells: tuple[tuple[str, Pips | None, str], ...]
    """(column, dots, text where there are none)."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What counted and what did not."""

    columns: tuple[str, ...]
    rows: tuple[ExpectedRow, ...]
    remarks: tuple[str, ...]


def make_counted(outlook: Outlook, person: LearnerInCourse, seen: Seen) -> Counted | None:
    """Show what counted in the last closed week and in the running one; None without a level or any week."""
    weeks = [week for week in person.weeks if week.week_no in {outlook.closed_week, outlook.week_no}]
    if outlook.level is None or not weeks:
        return None
    columns = tuple(_name_column(week, outlook.closed_week) for week in weeks)
    history = history_of(seen)
    found = [find_seen_week(outlook, week.week_no, history) for week in weeks]
    rows = tuple(
        ExpectedRow(
            _name_row(expectation),
            tuple(
                (column, *_cell(week, evidence, expectation.marker))
                for column, week, evidence in zip(columns, weeks, found, strict=True)
            ),
        )
        for expectation in outlook.level.level.expectations
        if expectation.form is not Form.TASKS
    )
    return Counted(columns, rows, _make_remarks(outlook, weeks, seen, history))


def _name_column(week: Week, closed_week: int) -> str:
    if week.week_no <= closed_week:
        return gettext("Week {number}", number=week.week_no)
    return gettext("Week {number} so far", number=week.week_no)


def _name_row(expectation: Expectation) -> str:
    if expectation.level is None:
        return each_done(expectation.marker)
    return count_done(expectation.marker, expectation.level)


def _cell(week: Week, evidence: WeekEvidence | None, marker: Marker) -> tuple[Pips | None, str]:
    if not week.is_counted:
        return None, gettext("not counted ({why})", why=say_why_not(week.why_not))
    if evidence is None:
        return None, ""
    share = next((share for share in evidence.measured if share.marker is marker), None)
    if share is None:
        is_expected = evidence.level is not None and marker in evidence.level.markers
        return None, gettext("nothing to count") if is_expected else gettext("not used today")
    if share.a_day is None:
        return None, gettext("{part} of {whole}", part=share.met, whole=share.expected)
    return count_pips(share.met, share.expected), ""


def _make_remarks(outlook: Outlook, weeks: Sequence[Week], seen: Seen, history: LearnerHistory) -> tuple[str, ...]:
    remarks = [
        gettext(
            "Week {number} is not counted ({why}): rest is fine.", number=week.week_no, why=say_why_not(week.why_not)
        )
        for week in weeks
        if not week.is_counted
    ]
    return (*_list_beyond(outlook, seen, history), *remarks, gettext("What was done offline is not seen."))


def _list_beyond(outlook: Outlook, seen: Seen, history: LearnerHistory) -> list[str]:
    """Say of each day with more than counts that not all of it does."""
    level = outlook.level.level if outlook.level is not None else None
    said = []
    for day in sorted({item.day for item in seen.items}):
        for items in find_day_evidence(history, level, day).items:
            if items.counted and items.beyond:
                number, a_day = len(items.counted) + len(items.beyond), len(items.counted)
                opened = count_done_on(items.marker, number, long_date(day))
                counts = ngettext("{number} a day counts", "{number} a day count", a_day)
                said.append(f"{opened}; {counts}.")
    return said
