"""The words and the chart of the figures without names: withheld, too early and nought are three different things."""

from datetime import date, timedelta

from bridge.store.figures_page import FigureGroup, FiguresRead, Numbers
from lti.panels.values_figures import draw_shares, make_figure_lines, make_figure_sayings
from lti.panels.words import percent

SUNDAY = date(2026, 9, 6)
TOLD: Numbers = {
    "learners": 280,
    "places": 710,
    "enrolled": 775,
    "coverage": 90,
    "meeting": 405,
    "below": 185,
    "well_below": 120,
    "too_early": 0,
    "share_meeting": 57,
    "concerns": None,
}
TOO_EARLY: Numbers = {**TOLD, "meeting": 0, "below": 0, "well_below": 0, "too_early": 710, "share_meeting": 0}
NEARLY_ALL: Numbers = {**TOLD, **dict.fromkeys(("meeting", "below", "well_below", "too_early", "share_meeting"))}
NOBODY: Numbers = dict.fromkeys(TOLD)


def test_hundreds_of_learners_are_never_said_to_be_too_few() -> None:
    level, _, _ = make_figure_sayings(NEARLY_ALL)

    assert level.big == "Withheld"
    assert "Too few learners" not in level.text
    assert "often nearly all met it" in level.text
    assert "Too few learners" in make_figure_sayings(NOBODY)[0].text


def test_a_week_without_any_band_is_too_early_and_not_nought_per_cent() -> None:
    assert make_figure_sayings(TOO_EARLY)[0].big == "Too early"
    chart = draw_shares([(SUNDAY, TOO_EARLY), (SUNDAY + timedelta(weeks=1), TOLD)])
    assert len(chart.bars) == 1
    assert [row[1] for row in chart.rows] == ["too early to say", percent(57)]
    group = FigureGroup(name="Course", school_id=None, numbers=TOO_EARLY, parts=())
    read = FiguresRead(school_name=None, school_names={}, weeks=(), schools=(), programmes=(), courses=(group,))
    ((_, (line,)),) = make_figure_lines(read)
    assert dict(line.cells)["Share meeting"] == "too early to say"


def test_weeks_are_named_by_their_day_and_each_month_once() -> None:
    chart = draw_shares([(SUNDAY + timedelta(weeks=week), TOLD) for week in range(6)])

    assert [label.text for label in chart.labels if label.y == 196] == ["6", "13", "20", "27", "4", "11"]
    assert [label.text for label in chart.labels if label.y == 210] == ["Sep", "Oct"]
