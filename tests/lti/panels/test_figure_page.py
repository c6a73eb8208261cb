"""A figure leads to the weeks, days, items, sessions and tasks it was made of, for the learner and for the tutor."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from analytics.calendar import day_number
from analytics.evidence import Kind
from analytics.explain import parse_sentence
from analytics.level_document import digest_of, expectations_to_json, rule_to_json
from analytics.levels import Expectation, Marker
from analytics.rules import DEFAULT_RULE
from bridge.schema.engagement import EvaluationRow
from bridge.schema.log import Presence
from bridge.schema.sources import RegisterMark, RegisterSession, SourceFreshness, SourceItem
from bridge.schema.teaching import PublishedLevel
from bridge.store.database import Sessions, reading, writing
from lti.errors import NotFound
from lti.panels.views import learner_panel, learner_week_panel, tutor_learner_panel
from lti.panels.views_figure import learner_figure_panel, tutor_figure_panel
from tests.lti.panels.conftest import MakeBrowser, soup_of, text_of
from tests.lti.panels.world import World, make_world

TUESDAY = date(2026, 11, 3)
"""Of week 6, which is running."""
EXPECTATIONS = (
    Expectation(Marker.ACTIVITY, level=4, a_day=2),
    Expectation(Marker.ATTENDANCE),
    Expectation(Marker.LECTURE_CAPTURE, level=2, a_day=1),
)


def sentence_of(sessions: Sessions, world: World, week: int) -> str:
    row = EvaluationRow
    with reading(sessions) as db:
        return db.scalars(select(row.sentence).where(row.person_id == world.learner_ids[0], row.week_no == week)).one()


def parts_of(page: str) -> list[tuple[int, int]]:
    """Give (opened, expected) of each week's card."""
    texts = [card.get_text(" ").strip() for card in soup_of(page).select("section.card")]
    found = [re.search(r"(\d+) of (\d+) expected activities", text) for text in texts if text.startswith("Week ")]
    return [(int(one[1]), int(one[2])) for one in found if one is not None]


@pytest.mark.parametrize("week", [3, 5])
def test_the_weeks_of_a_figure_add_up_to_its_sentence(sessions: Sessions, open_as: MakeBrowser, week: int) -> None:
    world = make_world(sessions)
    said = sentence_of(sessions, world, week)

    page = open_as(world).as_learner(learner_figure_panel, world.learner_ids[0], {"week": str(week)})

    assert said in text_of(page)
    assert parse_sentence(said) is not None
    whole = re.search(r"opened (\d+) of (\d+) expected", said)
    assert whole is not None
    opened, expected = (sum(numbers) for numbers in zip(*parts_of(page), strict=True))
    assert (opened, expected) == (int(whole[1]), int(whole[2]))


def test_each_day_names_its_items_and_how_they_count(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    page = open_as(world).as_learner(learner_figure_panel, world.learner_ids[0], {"week": "5"})

    rows = {row.th.get_text(): row.get_text(" ") for row in soup_of(page).select("tbody tr") if row.th}
    assert any("Worksheet" in text and "count" in text for text in rows.values())
    assert "Lab report 1" in text_of(page)
    assert re.search(r"handed in .*: (on time, counts whole|late, counts half)", text_of(page))


def test_without_a_week_it_is_the_last_one_and_both_pages_lead_to_it(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser, first = open_as(world), world.learner_ids[0]

    own = browser.as_learner(learner_panel, first)
    theirs = browser.as_tutor(tutor_learner_panel, learner=first)
    page = browser.as_learner(learner_figure_panel, first)

    assert soup_of(own).select('button[formaction="/panel/learner/figure"]')
    link = soup_of(theirs).select_one('button[formaction="/panel/tutor/learner/figure"]')
    assert link is not None
    assert (link["name"], link["value"]) == ("learner", str(first))
    assert "Everything behind the number after week 5" in text_of(page)
    assert soup_of(page).select_one('button[name="week"][value="4"]') is not None


def test_a_tutor_reads_the_same_with_the_learners_name(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    browser, first = open_as(world), world.learner_ids[0]

    own = browser.as_learner(learner_figure_panel, first)
    theirs = browser.as_tutor(tutor_figure_panel, learner=first)

    assert "Adam Achebe" in text_of(theirs)
    assert "The learner sees that you opened this page." in text_of(theirs)
    assert parts_of(theirs) == parts_of(own) != []


def test_a_tutor_of_another_group_finds_nobody(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)

    with pytest.raises(NotFound):
        open_as(world).as_tutor(
            tutor_figure_panel, learner=world.learner_ids[0], groups=frozenset({world.group_ids[1]})
        )


@pytest.mark.parametrize("week", ["0", "6", "99", "-1", "x", "1e3"])
def test_a_week_without_an_evaluation_is_not_found(sessions: Sessions, open_as: MakeBrowser, week: str) -> None:
    world = make_world(sessions)

    with pytest.raises(NotFound):
        open_as(world).as_learner(learner_figure_panel, world.learner_ids[0], {"week": week})


def expect_more(sessions: Sessions, world: World, covers_to: date) -> None:
    """Publish a level of three markers, and let a register and a lecture capture know the first learner."""
    document = {"expectations": expectations_to_json(EXPECTATIONS), "rule": rule_to_json(DEFAULT_RULE)}
    course_id, person_id = world.course_id, world.learner_ids[0]
    told = {"agreed_by": "The school", "agreed_on": date(2026, 9, 14), "published_by": "The school"}
    with writing(sessions) as db:
        db.add(
            PublishedLevel(
                platform_id=world.platform_id,
                course_id=course_id,
                version="4-2104",
                document=document,
                digest=digest_of(document),
                effective_from=date(2026, 9, 28),
                published_at=datetime(2026, 9, 14, 9, tzinfo=UTC),
                **told,
            )
        )
        session = RegisterSession(
            course_id=course_id, marker="attendance", source="file", session_key="S1", held_on=TUESDAY
        )
        items = [
            SourceItem(course_id=course_id, marker="lecture_capture", source="file", item_key=name, name=name)
            for name in ("Lecture 5", "Lecture 6")
        ]
        db.add_all([session, *items])
        db.flush()
        db.add(RegisterMark(session_id=session.id, person_id=person_id, status="absent"))
        for item in items:
            db.add(
                Presence(
                    day_no=day_number(TUESDAY),
                    course_id=course_id,
                    person_id=person_id,
                    cmid=item.id,
                    kind=int(Kind.LECTURE_CAPTURE),
                )
            )
        for marker in ("attendance", "lecture_capture"):
            db.add(
                SourceFreshness(
                    platform_id=world.platform_id,
                    course_id=course_id,
                    kind=marker,
                    covers_to=covers_to,
                    read_at=datetime(2026, 11, 6, 9, tzinfo=UTC),
                )
            )


def test_every_marker_leads_to_its_items_and_sessions(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    expect_more(sessions, world, date(2026, 11, 5))
    browser, first = open_as(world), world.learner_ids[0]

    page = browser.as_learner(learner_week_panel, first, {"week": "6"})
    own = text_of(browser.as_learner(learner_panel, first))

    rows = {row.th.get_text(): row.get_text(" ") for row in soup_of(page).select("tbody tr") if row.th}
    for words in ("recording: Lecture 5", "recording: Lecture 6", "session: not attended"):
        assert words in rows["Tuesday 3 November"]
    assert "2 of 3 activities count; 1 of 2 recordings count; the session is expected" in rows["Tuesday 3 November"]
    assert "0 of 1 session attended; 1 of 2 expected recordings so far." in text_of(page)
    assert "2 recordings watched" in own
    assert "2 recordings were watched on Tuesday 3 November; 1 a day counts." in own
    assert "2 recordings watched in a counted week; up to 1 a day counts" in own


def test_a_source_that_is_behind_counts_nothing_in_a_week(sessions: Sessions, open_as: MakeBrowser) -> None:
    world = make_world(sessions)
    expect_more(sessions, world, date(2026, 10, 20))

    page = open_as(world).as_learner(learner_week_panel, world.learner_ids[0], {"week": "6"})

    assert "recording: Lecture 5" in text_of(page)
    assert "expected recordings" not in text_of(page)
    assert "recordings count" not in text_of(page)
    assert "the session is expected" not in text_of(page)
    assert "session attended" not in text_of(page)
