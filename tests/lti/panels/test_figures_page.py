"""Faculty and engagement leads read frozen figures of groups, by school, and nobody's name."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from analytics.bands import Band
from analytics.policy.relationships import Kind
from bridge.schema.engagement import FrozenFigure
from bridge.schema.records import CourseSchool, Programme
from bridge.schema.teaching import Course
from bridge.store.database import reading, writing
from bridge.store.figures import FrozenRow, save_frozen
from bridge.viewer_access import FRESH_FOR, SITE_COURSE_ID
from lti.panels.charts import BASE, GAP, TOP
from tests.bridge.sync.figure_terms import Term, make_course
from tests.demo_vle.faults import Fault
from tests.lti.panels.conftest import soup_of, text_of
from tests.lti.panels.test_people_panel import ADVISER, OFF_SCHOOL, SCHOOL, hold, records, train
from tests.lti.served import Tool, names_somebody, page_token, reason_of
from tests.lti.small_world import ADMIN, OPEN, TUTOR

__all__ = ["records"]
FACULTY, LEAD = TUTOR, ADVISER
FIGURES = "/panel/figures"
SUNDAY = date(2026, 10, 4)
MATHS, BIG, SMALL = 31, 500, 501


@pytest.fixture
def figures(records: Tool) -> Tool:
    """Two frozen weeks of two courses, one of the school and one of none; the lead leads the school."""
    first, second = make_course(BIG, {MATHS: 90, None: 20}, school_id=SCHOOL), make_course(SMALL, {None: 12}, first=900)
    second.school_id = None
    for person_id in range(1, 51):
        first.learners[person_id].band = Band.BELOW
    term = Term([first, second])
    with writing(records.sessions) as db:
        db.add(Programme(id=MATHS, platform_id=records.platform_id, school_id=SCHOOL, code="G100", name="<b>Maths"))
        for course in (first, second):
            names = {"shortname": "X", "fullname": f"Course number {course.course_id}"}
            one = Course(id=course.course_id, platform_id=records.platform_id, starts_on=SUNDAY, **names)
            one.moodle_course_id = course.course_id
            db.add(one)
        db.flush()
        db.add(CourseSchool(course_id=BIG, school_id=SCHOOL))
        for week in range(2):
            save_frozen(db, records.platform_id, SUNDAY + timedelta(weeks=week), term.close_week(), records.clock())
    hold(records, LEAD, Kind.LEAD, school_id=SCHOOL)
    hold(records, FACULTY, Kind.FACULTY)
    return records


def cells_of(page: str) -> list[list[str]]:
    """Read the tables, cell by cell."""
    return [[cell.get_text() for cell in line.select("th, td")] for line in soup_of(page).select("table.cards tr")]


def test_faculty_begins_with_the_figures_of_all_schools_without_a_training(figures: Tool) -> None:
    page = figures.launch(FACULTY, SITE_COURSE_ID)

    text = text_of(page.text)
    assert page.status_code == 200
    assert '<h1 tabindex="-1">All schools</h1>' in page.text
    assert "Mathematics" in text
    assert f"Course number {SMALL}" in text
    assert f"Course number {BIG}" not in text
    assert "places in Moodle" in text
    assert not names_somebody(page.text)
    assert list(figures.accesses()) == []


def test_a_schools_page_has_its_programmes_and_courses_and_each_number_as_it_was_frozen(figures: Tool) -> None:
    token = page_token(figures.launch(FACULTY, SITE_COURSE_ID))

    page = figures.post(FIGURES, token, None, school=str(SCHOOL))

    lines = [
        [cell.get_text() for cell in line.select("th, td")] for line in soup_of(page.text).select("table.cards tr")
    ]
    (course,) = [line for line in lines if line[0] == f"Course number {BIG}"]
    (part,) = [line for line in lines if line[0].startswith("of these")]
    assert course[1] == "110"
    assert part[1] == "90"
    assert int(course[3]) == pytest.approx(60, abs=8)
    assert course[5:7] == ["0", "0"]
    assert course[7] == "withheld"
    assert "<b>Maths" in part[0]
    assert "Week by week" in page.text
    assert len(soup_of(page.text).select("svg.plot rect")) == 2


def test_small_groups_tell_how_many_they_are_and_withhold_the_rest(figures: Tool) -> None:
    page = figures.launch(FACULTY, SITE_COURSE_ID)

    lines = [
        [cell.get_text() for cell in line.select("th, td")] for line in soup_of(page.text).select("table.cards tr")
    ]
    (course,) = [line for line in lines if line[0] == f"Course number {SMALL}"]
    assert course[1:] == ["10", *["withheld"] * 6]


def test_a_lead_reads_the_figures_of_their_own_school_alone(figures: Tool) -> None:
    train(figures, LEAD)
    token = page_token(figures.launch(LEAD, SITE_COURSE_ID))

    own = figures.post(FIGURES, token)

    assert '<h1 tabindex="-1">Mathematics</h1>' in own.text
    for school in (OFF_SCHOOL, 999):
        refused = figures.post(FIGURES, token, None, school=str(school))
        assert refused.status_code == 404
    assert [row.action for row in figures.accesses() if not row.is_allowed] == ["figures:view", "figures:view"]


def test_a_school_of_which_nothing_is_frozen_says_so_and_an_unknown_one_is_not_there(figures: Tool) -> None:
    token = page_token(figures.launch(FACULTY, SITE_COURSE_ID))

    assert "No week has been frozen yet" in figures.post(FIGURES, token, None, school=str(OFF_SCHOOL)).text
    assert figures.post(FIGURES, token, None, school="999").status_code == 404


@pytest.mark.parametrize("who", [ADMIN, LEAD])
def test_nobody_else_reads_figures(records: Tool, who: int) -> None:
    token = page_token(records.launch(who, OPEN if who == ADMIN else SITE_COURSE_ID))

    assert records.post(FIGURES, token).status_code == 404


def test_figures_close_while_moodle_cannot_confirm_who_asks(figures: Tool) -> None:
    token = page_token(figures.launch(FACULTY, SITE_COURSE_ID))
    figures.vle.faults.always(Fault.MAINTENANCE)
    figures.clock.move(seconds=FRESH_FOR.total_seconds() + 1)

    refused = figures.post(FIGURES, token)

    assert (refused.status_code, reason_of(refused)) == (503, "rights-unchecked")


def test_faculty_reads_what_people_did_and_what_is_withheld(figures: Tool) -> None:
    read = text_of(figures.launch(FACULTY, SITE_COURSE_ID).text)
    assert "Places with a concern so far withheld" in read

    told = {"raised": 200, "contacted": 150, "open_cases": 60, "wrong_flags": None}
    with reading(figures.sessions) as db:
        last = db.get_one(
            FrozenFigure, (figures.platform_id, SUNDAY + timedelta(weeks=1), "platform", 0, "all")
        ).figures
    with writing(figures.sessions) as db:
        row = FrozenRow("platform", 0, "all", {**last, **told})
        save_frozen(db, figures.platform_id, SUNDAY + timedelta(weeks=2), [row], figures.clock())
    read = text_of(figures.launch(FACULTY, SITE_COURSE_ID).text)

    assert "Places with a concern so far about 200" in read
    assert "Somebody tried to get in touch within seven days about 150 of these, 75 %" in read
    assert "The case is open about 60 of these, 30 %" in read
    assert "Closed as a wrong flag withheld" in read


def test_the_weeks_agree_in_words_drawing_and_table(figures: Tool) -> None:
    page = figures.launch(FACULTY, SITE_COURSE_ID)

    (chart,) = soup_of(page.text).select("svg.plot")
    card = chart.find_parent("section")
    assert card is not None
    table = [
        [cell.get_text().replace("\u00a0", " ") for cell in row.select("th, td")] for row in card.select("tbody tr")
    ]
    assert chart.select("desc")[0].get_text().replace("\u00a0", " ") == "; ".join(map(": ".join, table)) + "."
    told = [int(share.removesuffix(" %")) for _, share in table if share[0].isdigit()]
    unit = (BASE - TOP) / 100
    drawn = [round((float(str(bar["height"])) + GAP) / unit) for bar in chart.select("rect[data-kind]")]
    assert drawn == told != []
    big = soup_of(page.text).select(".say b")[0].get_text().replace("\u00a0", " ")
    assert big.startswith(f"{told[-1]} %")


def test_nearly_all_is_drawn_and_said_as_eighty_or_more(figures: Tool) -> None:
    with writing(figures.sessions) as db:
        last = max(db.scalars(select(FrozenFigure.as_of)))
        nearly = dict.fromkeys(("meeting", "below", "well_below", "too_early", "share_meeting"))
        numbers = next(iter(db.scalars(select(FrozenFigure.figures).where(FrozenFigure.scope == "platform"))))
        row = FrozenRow("platform", 0, "all", {**numbers, **nearly, "meeting_over": 80})
        save_frozen(db, figures.platform_id, last + timedelta(weeks=1), [row], figures.clock())

    soup = soup_of(figures.launch(FACULTY, SITE_COURSE_ID).text)

    assert soup.select(".say b")[0].get_text().startswith("80\u00a0% or more")
    assert "80\u207a" in [label.get_text() for label in soup.select("svg.plot text")]
    assert soup.select("details tbody tr")[-1].get_text().endswith("80\u00a0% or more")
