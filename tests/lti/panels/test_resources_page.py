"""The page about what is opened: shares of learners by item and week, nobody's name, and why where nothing is told."""

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import Tag
from sqlalchemy import Engine

from analytics.disclosure.openings import ItemCount
from analytics.language import speaking
from bridge.schema.teaching import Activity
from bridge.store.database import Sessions, writing
from bridge.store.openings import OpeningsWeek, save_openings
from lti.guard import GuardedRequest
from lti.panels.resources.views_resources import resources_csv, resources_panel
from tests.lti.panels.conftest import Browser, MakeBrowser, soup_of, text_of
from tests.lti.panels.frozen_openings import add_tasks_as_activities, freeze_openings, sunday_of
from tests.lti.panels.shapes import FAMILY, TASKS
from tests.lti.panels.test_page_safety import counted_statements
from tests.lti.panels.world import NOW, Shape, World, make_world
from tests.lti.pseudo import PSEUDO, find_untranslated

QUIZ_1, REPORT, QUIZ_2, SHEET = 301, 302, 303, 304
STEPS = {"few": "few", "all": "nearly all"}


def save_weeks(sessions: Sessions, world: World, *weeks: Mapping[int, tuple[int, int]], learners: int = 100) -> None:
    """Freeze weeks with given counts: item → openers in the week, openers so far."""
    add_tasks_as_activities(sessions, world)
    with writing(sessions) as db:
        for number, counts in enumerate(weeks, 1):
            items = {cmid: ItemCount(*pair) for cmid, pair in counts.items()}
            save_openings(db, world.course_id, OpeningsWeek(sunday_of(number), number, learners, items), NOW)


@pytest.fixture
def opened(sessions: Sessions) -> World:
    """Two frozen weeks of four items, told of a hundred learners."""
    world = make_world(sessions, Shape(learner_count=12))
    save_weeks(
        sessions,
        world,
        {QUIZ_1: (30, 30), REPORT: (2, 2), QUIZ_2: (0, 0)},
        {QUIZ_1: (96, 97), REPORT: (44, 45), QUIZ_2: (9, 9), SHEET: (12, 12)},
    )
    return world


def rows_of(page: str) -> dict[str, list[str]]:
    """Read the table in words."""
    lines = [
        [cell.get_text(" ", strip=True).replace("\u00a0", " ") for cell in row.select("th, td")]
        for row in soup_of(page).select("#items-table tbody tr")
    ]
    return {line[0]: line[1:] for line in lines}


def test_each_item_tells_its_weeks_and_how_many_opened_it_so_far(opened: World, open_as: MakeBrowser) -> None:
    page = open_as(opened).as_tutor(resources_panel)

    assert rows_of(page) == {
        "Quiz 1": ["30 %", "nearly all", "nearly all"],
        "Lab report 1": ["–", "45 %", "45 %"],
        "Quiz 2": ["–", "few", "few"],
        "Problem sheet": ["–", "10 %", "10 %"],
    }


def test_what_most_have_not_opened_stands_by_its_date_and_never_by_the_figure(
    opened: World, open_as: MakeBrowser
) -> None:
    page = open_as(opened).as_tutor(resources_panel)

    low = [one.get_text(strip=True) for one in soup_of(page).select("#low h3")]
    assert low == ["Quiz 2", "Problem sheet", "Lab report 1"]
    text = text_of(page)
    assert "Opened by fewer than 10 learners so far. Due today, 17:00." in text
    assert "Opened by 45 % of learners so far." in text
    assert "opened by fewer than 10 learners so far" in text


def test_the_three_sentences_say_what_is_due_what_most_left_and_what_was_opened_most(
    opened: World, open_as: MakeBrowser
) -> None:
    page = open_as(opened).as_tutor(resources_panel)

    said = [" ".join(one.get_text(" ").split()) for one in soup_of(page).select(".say li")]
    assert said == [
        "Few have opened what is due next “ Quiz 2 ” is due today, 17:00.",
        "3 items not opened by most so far “ Quiz 2 ” is the first of them; the table has all.",
        "Nearly all in week 2 opened “ Quiz 1 ”, more than any other item.",
    ]


def test_the_drawing_the_spoken_words_and_the_table_say_the_same(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(learner_count=60))
    freeze_openings(sessions, world, 5)

    page = open_as(world).as_tutor(resources_panel)

    table = rows_of(page)
    assert len(table) == 25
    assert len({cell for cells in table.values() for cell in cells}) > 4
    for row in soup_of(page).select(".heat tbody tr"):
        name = row.select("bdi")[0].get_text()
        cells = table[name][:-1]
        spoken = row.select("title")[0].get_text().replace("\u00a0", " ")
        assert spoken == "; ".join(f"week {number}: {cell}" for number, cell in enumerate(cells, 1))
        assert drawn(row) == cells
        assert row.select("td.num")[0].get_text(" ", strip=True).replace("\u00a0", " ").startswith(table[name][-1])
    rest = rows_of(open_as(world).as_tutor(resources_panel, {"to_page": "2"}))
    by_most = sum(
        cells[-1] == "nearly all" or (cells[-1].endswith("%") and int(cells[-1][:-2]) >= 50)
        for cells in (*table.values(), *rest.values())
    )
    assert f"Opened by half of the learners or more so far: {by_most} of 44 items." in text_of(page)


def drawn(row: Tag) -> list[str]:
    """Read the cells back from the drawing: its figures, and that each has the step of its figure."""
    told = [text.get_text() for text in row.select("svg text")]
    kinds = [str(rect["data-kind"]) for rect in row.select("svg rect[data-kind]")]
    wanted = [
        "few" if text == "few" else "h5" if text == "all" else f"h{sum(int(text) >= n for n in (10, 30, 50, 70, 90))}"
        for text in told
        if text != "–"
    ]
    assert kinds == wanted
    return [STEPS.get(text, f"{text} %" if text.isdigit() else text) for text in told]


def test_nobody_is_named_on_the_page_nor_in_the_file(opened: World, open_as: MakeBrowser) -> None:
    browser = open_as(opened)

    for text in (browser.as_tutor(resources_panel), file_of(browser)):
        assert not [name for name in FAMILY if name in text]


def file_of(browser: Browser) -> str:
    """Take the file."""
    answers: list[bytes] = []

    def take(asked: GuardedRequest) -> str:
        answers.append(resources_csv(asked).get_data())
        return ""

    browser.as_tutor(take)
    return answers[0].decode("utf-8-sig")


def test_the_file_has_every_week_and_what_was_told(opened: World, open_as: MakeBrowser) -> None:
    head, *rows = csv.reader(io.StringIO(file_of(open_as(opened))))

    assert head == ["Item", "Where", "Due", "Week 1", "Week 2", "Opened so far", "As of"]
    assert rows[0][:6] == ["Quiz 1", "Section 2", "Fri 9 Oct, 17:00", "30\u00a0%", "nearly all", "nearly all"]
    assert {row[6] for row in rows} == {"Sunday 11 October 2026"}


def test_before_the_first_counted_week_the_page_says_when_there_will_be_one(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    now = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)

    page = open_as(make_world(sessions, Shape(now=now, fresh_at=now)), now).as_tutor(resources_panel)

    assert "No week has been counted yet" in text_of(page)
    assert "What is due" in text_of(page)
    assert soup_of(page).select(".heat") == []


def test_a_tiny_course_says_why_nothing_is_told(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(learner_count=15))
    freeze_openings(sessions, world, 3)
    browser = open_as(world)

    page = browser.as_tutor(resources_panel)

    assert "Figures without names need at least 20 learners who are counted." in text_of(page)
    assert soup_of(page).select(".heat") == []
    assert len(file_of(browser).splitlines()) == 1


def test_in_a_holiday_and_with_old_figures_the_page_says_so(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(learner_count=30, now=now, fresh_at=now - timedelta(hours=25)))
    freeze_openings(sessions, world, 6)

    text = text_of(open_as(world, now).as_tutor(resources_panel))

    assert "Reading week, 9–15 November: nothing is counted." in text
    assert "Figures are as of yesterday, 11:00." in text
    assert "As of Sunday 8 November 2026; the next figures come from Monday 16 November 2026 on." in text


def test_a_week_in_which_hardly_anything_was_opened_says_so(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(learner_count=12))
    save_weeks(sessions, world, {QUIZ_1: (95, 95)}, {QUIZ_1: (3, 96)})

    text = text_of(open_as(world).as_tutor(resources_panel))

    assert "Few openings in week 2 No item was opened by ten learners or more in that week." in text
    assert "None left unopened by most Every item has been opened by half of the learners or more." in text


def test_hidden_deleted_and_own_activities_are_not_on_the_page(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(learner_count=30, activities=("Reading", "Hidden", "Gone", "Own", "Label")))
    with writing(sessions) as db:
        db.get_one(Activity, (world.course_id, 401)).is_visible = False
        db.get_one(Activity, (world.course_id, 402)).deleted_at = NOW
        db.get_one(Activity, (world.course_id, 403)).is_own = True
        db.get_one(Activity, (world.course_id, 404)).modname = "label"
    freeze_openings(sessions, world, 2)

    assert set(rows_of(open_as(world).as_tutor(resources_panel))) == {
        "Reading",
        "Quiz 1",
        "Lab report 1",
        "Quiz 2",
        "Problem sheet",
    }


@pytest.mark.parametrize(("others", "is_told"), [(0, True), (9, False), (10, True)])
def test_a_tutor_of_some_groups_reads_it_unless_fewer_than_ten_are_in_the_others(
    sessions: Sessions, open_as: MakeBrowser, others: int, is_told: bool
) -> None:
    world = make_world(sessions, Shape(learner_count=90))
    group = world.group_ids[0]
    theirs, rest = world.learner_ids[0::3], [*world.learner_ids[1::3], *world.learner_ids[2::3]]
    freeze_openings(sessions, world, 3, [*theirs, *rest[:others]])
    browser = open_as(world)

    page = browser.as_tutor(resources_panel, groups=frozenset({group}))

    assert bool(soup_of(page).select(".heat")) is is_told
    assert ("Too few learners outside your groups" in text_of(page)) is not is_told


def test_a_long_course_is_cut_into_pages_and_no_more_than_twelve_weeks_are_drawn(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    names = [f"Worksheet {number}" for number in range(1, 121)]
    world = make_world(sessions, Shape(learner_count=12, activities=names))
    save_weeks(sessions, world, *[dict.fromkeys(range(400, 520), (20, 40))] * 15)
    browser = open_as(world)

    first, last = (browser.as_tutor(resources_panel, {"to_page": number}) for number in ("", "5"))

    assert len(rows_of(first)) == 25
    assert list(rows_of(last))[-1] == "Worksheet 120"
    assert "101–120 of 120" in text_of(last)
    assert "left to right: weeks 4 to 15" in text_of(first)
    assert all(len(cells) == 13 for cells in rows_of(first).values())


@pytest.mark.parametrize("count", [30, 90])
def test_the_number_of_queries_grows_neither_with_learners_nor_with_weeks(
    engine: Engine, sessions: Sessions, open_as: MakeBrowser, count: int
) -> None:
    world = make_world(sessions, Shape(learner_count=count))
    freeze_openings(sessions, world, count // 20)
    browser = open_as(world)

    with counted_statements(engine) as everybody:
        browser.as_tutor(resources_panel)
    with counted_statements(engine) as group:
        browser.as_tutor(resources_panel, groups=frozenset({world.group_ids[0]}))

    # Five for the course, then its frozen weeks, items and tasks; under separate groups who is outside them.
    assert (len(everybody), len(group)) == (8, 9)


def test_a_hostile_title_is_text(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(learner_count=12, activities=("<script>alert(1)</script>", "=1+1")))
    save_weeks(sessions, world, {400: (50, 50), 401: (50, 50)})
    browser = open_as(world)

    page = browser.as_tutor(resources_panel)

    assert "<script>alert" not in page
    assert not re.search(r'style="|onerror', page)
    assert "'=1+1" in file_of(browser)


@pytest.mark.parametrize("learners", [100, 15])
def test_every_text_of_the_page_and_the_file_is_a_message(
    sessions: Sessions, open_as: MakeBrowser, learners: int
) -> None:
    world = make_world(sessions, Shape(learner_count=12))
    save_weeks(sessions, world, {QUIZ_1: (30, 50), REPORT: (95, 95)}, {QUIZ_1: (20, 60)}, learners=learners)
    browser = open_as(world)

    def in_pseudo(asked: GuardedRequest) -> str:
        with speaking(PSEUDO):
            return resources_panel(asked) + resources_csv(asked).get_data(as_text=True)

    data = ["Cell Biology", "SBB2104", "Reading week", *(name for _, _, name, _ in TASKS)]
    assert find_untranslated(browser.as_tutor(in_pseudo), data) == []
