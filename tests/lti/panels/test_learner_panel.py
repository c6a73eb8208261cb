"""What learners read about themselves, and that it is about themselves alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from analytics.explain import parse_sentence
from bridge.schema import engagement
from bridge.schema.records import Relationship
from bridge.schema.teaching import LearnerTask
from bridge.store.database import Sessions, reading, writing
from lti.errors import NotFound
from lti.guard import GuardedRequest
from lti.panels.views import learner_courses_panel, learner_panel, learner_week_panel
from lti.panels.views_complaints import complaint_panel
from lti.panels.views_figure import learner_figure_panel
from lti.panels.views_held import data_use_panel, held_panel
from lti.panels.views_looks import looks_panel
from lti.panels.views_own_case import own_case_panel
from lti.panels.views_voice import voice_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.world import MOODLE_URL, NOW, Shape, add_course, add_look, make_world


def section(page: str, heading: str) -> str:
    """Read one card by its heading."""
    found = next(head for head in soup_of(page).find_all("h2") if head.get_text() == heading)
    return " ".join((found.parent or found).get_text(" ").replace("\u00a0", " ").split())


def without_tokens(page: str) -> str:
    """Take the one-time tokens out, of which each page has its own."""
    return re.sub(r'name="once" value="[^"]*"', "", page)


def test_the_first_thing_on_the_page_is_one_thing_to_do(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_panel, world.learner_ids[0])

    assert "Quiz 2 is due today, 17:00. Handed in by then, it counts as a task on time." in section(
        page, "One thing to do next"
    )
    assert f"{MOODLE_URL}/mod/quiz/view.php?id=303" in page


def test_a_week_that_is_complete_is_said_once_and_the_last_one_is_praised(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    now = datetime(2026, 10, 29, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))
    with writing(sessions) as db:
        db.execute(update(LearnerTask).values(handed_in_at=now - timedelta(days=10)))

    page = open_as(world, now).as_learner(learner_panel, world.learner_ids[4])

    assert "Well done: this week’s activities are complete." in section(page, "One thing to do next")
    assert text_of(page).casefold().count("this week’s activities are complete") == 1
    assert "Week 4 met the published level." in section(page, "How it is going")


def test_missing_work_is_what_to_do_next_and_counts_half_while_moodle_takes_it(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    now = datetime(2026, 10, 29, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))

    step = section(open_as(world, now).as_learner(learner_panel, world.learner_ids[2]), "One thing to do next")

    assert "Lab report 1 has not arrived yet. Late work counts half, for as long as Moodle takes it." in step


def test_a_quiz_that_is_closed_is_nothing_to_hand_in_and_its_line_says_so(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    now = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))
    with writing(sessions) as db:
        db.execute(update(LearnerTask).values(handed_in_at=None))

    page = open_as(world, now).as_learner(learner_panel, world.learner_ids[2])

    assert "Quiz 1" not in section(page, "One thing to do next")
    assert "Quiz 1 Fri 9 Oct, 17:00: not handed in; it is closed" in section(page, "What counted, and what did not")


def test_the_stored_sentence_is_shown_as_it_is_and_gives_the_figure(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    person_id = world.learner_ids[3]
    with reading(sessions) as db:
        row = db.get_one(engagement.EvaluationRow, (world.course_id, 1, person_id, 5))
        stored, stored_e = row.sentence, (row.e_numerator, row.e_denominator)

    page = open_as(world).as_learner(learner_panel, person_id)

    sentence = soup_of(page).find("h2", string="Where the number comes from")
    assert sentence is not None
    paragraph = sentence.find_next("p")
    assert paragraph is not None
    assert paragraph.get_text() == stored
    e = parse_sentence(paragraph.get_text())
    assert e is not None
    assert (e.numerator, e.denominator) == stored_e


def test_what_counted_shows_dots_with_their_figure(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_panel, world.learner_ids[0])

    for cell in soup_of(page).select("td .band"):
        dots = cell.select("circle")
        full = cell.select("circle.met")
        assert cell.get_text() == f"{len(full)} of {len(dots)}"


def test_late_work_is_half_a_dot(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_panel, world.learner_ids[3])

    assert "1½ of 2" in section(page, "What counted, and what did not")
    assert "late: counts half" in section(page, "What counted, and what did not")


def test_an_extension_is_shown_as_the_learners_own_date(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    counted = section(open_as(world).as_learner(learner_panel, world.learner_ids[4]), "What counted, and what did not")

    assert "Lab report 1 Fri 30 Oct, 16:00, extended: handed in Thu 29 Oct, on time" in counted


def test_no_other_learner_is_on_a_learners_pages(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    pages = [
        browser.as_learner(learner_panel, world.learner_ids[0]),
        browser.as_learner(learner_week_panel, world.learner_ids[0], {"week": "3"}),
        browser.as_learner(learner_courses_panel, world.learner_ids[0]),
    ]

    names = ("Osei", "Adeyemi", "Zoë", "Mei-Ling", "Group B")
    assert not [name for page in pages for name in names if name in page]


def test_a_posted_learner_number_changes_nothing_on_the_own_page(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    own = browser.as_learner(learner_panel, world.learner_ids[0])
    edited = browser.as_learner(learner_panel, world.learner_ids[0], {"learner": str(world.learner_ids[1])})

    assert without_tokens(own) == without_tokens(edited)


def test_learners_see_who_looked_when_and_at_what(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[0], NOW - timedelta(hours=3))
        add_look(db, world, None, NOW - timedelta(days=3), "course:view")
        add_look(db, world, world.learner_ids[0], NOW - timedelta(days=5), viewer=77)

    looked = section(open_as(world).as_learner(learner_panel, world.learner_ids[0]), "Who has looked at my data")

    assert "Dr Priya Nair , tutor of Cell Biology, opened the page about you: today, 11:20" in looked
    assert "Dr Priya Nair , tutor of Cell Biology, opened the list of learners they may see: Tue 3 Nov" in looked
    unlisted = "Somebody who is not on the course’s list , tutor of Cell Biology"
    assert f"{unlisted}, opened the page about you: Sun 1 Nov" in looked


def test_looks_that_differ_in_their_times_alone_are_told_in_one_line(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        for minutes in (5, 20, 45):
            add_look(db, world, world.learner_ids[0], NOW - timedelta(minutes=minutes))

    looked = section(open_as(world).as_learner(learner_panel, world.learner_ids[0]), "Who has looked at my data")

    assert looked.count("opened the page about you") == 1
    assert "opened the page about you: today, 3 times between 13:35 and 14:15" in looked


def test_looks_at_somebody_else_and_ones_own_are_not_listed(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        add_look(db, world, world.learner_ids[1], NOW - timedelta(hours=3))
        add_look(db, world, world.learner_ids[0], NOW - timedelta(hours=2), "own:view", viewer=100)

    looked = section(open_as(world).as_learner(learner_panel, world.learner_ids[0]), "Who has looked at my data")

    assert looked == "Who has looked at my data Nobody has looked so far. Everybody who has looked, and why"


def test_the_promises_stand_under_every_page_of_a_learner(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    for page in (
        browser.as_learner(learner_panel, world.learner_ids[0]),
        browser.as_learner(learner_week_panel, world.learner_ids[0], {"week": "2"}),
        browser.as_learner(learner_courses_panel, world.learner_ids[0]),
    ):
        assert "never used for marks" in text_of(page)
        assert "a person talks to you first" in text_of(page)
        assert "Using this page, or not, never counts." in text_of(page)


def test_a_week_opens_to_its_days_and_items(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_week_panel, world.learner_ids[0], {"week": "6"})

    rows = {row.th.get_text(): row.get_text(" ") for row in soup_of(page).select("tbody tr") if row.th}
    assert next(iter(rows)) == "Monday 2 November"
    assert list(rows)[-1] == "Friday 6 November"
    assert "Worksheet 37" in rows["Tuesday 3 November"]
    assert "2 of 3 activities count" in rows["Tuesday 3 November"]
    assert "nothing seen" in rows["Wednesday 4 November"]


@pytest.mark.parametrize("week", ["0", "7", "99", "-1", "x", "", "1e3"])
def test_a_week_that_is_none_of_the_courses_is_not_found(sessions: Sessions, open_as: MakeBrowser, week: str) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    with pytest.raises(NotFound):
        browser.as_learner(learner_week_panel, world.learner_ids[0], {"week": week})


def test_all_my_courses_are_listed_without_a_total(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        other = Shape(learner_count=0, course_name="Genetics and Evolution", moodle_course_id=2110)
        add_course(db, world.platform_id, other, world.learner_ids[:1])

    page = open_as(world).as_learner(learner_courses_panel, world.learner_ids[0])

    assert [name.get_text() for name in soup_of(page).select(".who button")] == [
        "Cell Biology",
        "Genetics and Evolution",
    ]
    assert "there is no total" in text_of(page)


def test_the_page_of_all_courses_begins_with_what_to_do_where_it_stands_and_what_went_well(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_courses_panel, world.learner_ids[0])

    sayings = [" ".join(one.get_text(" ").split()) for one in soup_of(page).select(".say li")]
    assert sayings[0].startswith("Quiz 2 today, 17:00 Cell Biology. It is the only thing due in the next seven days.")
    assert sayings[1] == "1 of 1 course meets its level Meeting it: Cell Biology."
    assert sayings[2] == "Well done You have opened 4 activities in Cell Biology this week."


def test_behind_each_week_and_number_is_one_click(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser = open_as(world)

    weeks = soup_of(browser.as_learner(learner_panel, world.learner_ids[0])).select('button[name="week"]')
    courses = soup_of(browser.as_learner(learner_courses_panel, world.learner_ids[0]))

    assert {str(button["value"]) for button in weeks} == {"1", "2", "3", "4", "5", "6"}
    behind = courses.select('button[formaction$="/learner/figure"]')
    assert [(one["name"], one["value"]) for one in behind] == [("course", str(world.course_id))]


@pytest.mark.parametrize(
    "view",
    [
        *(learner_panel, learner_courses_panel, learner_figure_panel, voice_panel, held_panel, data_use_panel),
        *(looks_panel, own_case_panel, complaint_panel),
    ],
)
def test_the_adviser_is_named_on_every_page_of_a_learner(
    sessions: Sessions, open_as: MakeBrowser, view: Callable[[GuardedRequest], str]
) -> None:
    world = make_world(sessions)
    with writing(sessions) as db:
        db.add(
            Relationship(
                platform_id=world.platform_id,
                holder_moodle_user_id=77,
                holder_name="Dr Tom Okafor",
                kind="adviser",
                person_id=world.learner_ids[0],
                starts_at=NOW - timedelta(days=9),
                source="test",
            )
        )

    page = open_as(world).as_learner(view, world.learner_ids[0])

    assert "Your adviser: Dr Tom Okafor." in text_of(page)


def test_somebody_who_learns_nowhere_gets_an_empty_page(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_courses_panel, world.tutor_id)

    assert "None of your courses uses these pages yet." in text_of(page)


def test_early_in_term_the_page_says_that_it_is_too_early(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))

    page = open_as(world, now).as_learner(learner_panel, world.learner_ids[0])

    assert "It is too early to say: two counted weeks must close first." in section(page, "How it is going")
    assert soup_of(page).select("svg.plot") == []


def test_in_a_break_there_is_nothing_that_must_be_done(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))

    page = open_as(world, now).as_learner(learner_panel, world.learner_ids[0])

    assert "Reading week, 9–15 November: nothing is counted." in text_of(page)


def test_before_the_term_the_page_says_when_teaching_starts(sessions: Sessions, open_as: MakeBrowser) -> None:
    now = datetime(2026, 9, 21, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=now, fresh_at=now))

    page = open_as(world, now).as_learner(learner_panel, world.learner_ids[0])

    assert "Teaching starts on Monday 28 September." in text_of(page)


def test_a_learners_page_stays_with_its_date_when_moodle_is_silent(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions, Shape(fresh_at=NOW - timedelta(days=3)))

    page = open_as(world).as_learner(learner_panel, world.learner_ids[0])

    assert "Figures are as of Tue 3 Nov, 14:20." in text_of(page)


def test_no_more_activities_are_asked_for_than_can_still_count_this_week(
    sessions: Sessions, open_as: MakeBrowser
) -> None:
    sunday = datetime(2026, 10, 25, 12, 0, tzinfo=UTC)
    world = make_world(sessions, Shape(now=sunday, fresh_at=sunday))

    steps = [
        section(open_as(world, sunday).as_learner(learner_panel, person_id), "One thing to do next")
        for person_id in world.learner_ids
    ]

    asked = [step for step in steps if "more activit" in step]
    assert asked
    assert [step for step in asked if "three more" in step or "four more" in step] == []
